package dev.zws;

import static dev.zws.Attempt.REQUEST;
import static dev.zws.Exchange.ANSWER;
import static dev.zws.Exchange.bytes;
import static dev.zws.Exchange.crlf;
import static dev.zws.Exchange.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClientHandshakeTest {
    // ---- the request

    @Test
    void theRequestHasTheseBytes() throws IOException { // B-4.30, B-10.139
        assertSent(REQUEST, Exchange.REQUEST);
        assertSent(ClientHandshake.Request.of("[::1]:8080", "/"), crlf("""
                GET / HTTP/1.1
                Host: [::1]:8080
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                Sec-WebSocket-Version: 13

                """));
    }

    @Test
    void subprotocolsThenTheCallersHeadersStandLast() throws IOException {
        ClientHandshake.Request request = REQUEST.withSubprotocols("v2", "v1")
                .withHeaders(Headers.of("Origin", "https://example.com", "Cookie", "a=\u00e4", "Cookie", "b"));

        assertSent(
                request,
                Exchange.plus(
                        "Sec-WebSocket-Protocol: v2, v1",
                        "Origin: https://example.com",
                        "Cookie: a=\u00e4",
                        "Cookie: b"));
    }

    @Test
    void theRequestIsFlushedInOnePieceBeforeTheAnswerIsReadAndOnlyThen() throws IOException {
        Tape tape = new Tape();
        int[] writtenAtRead = {-1};
        ByteReader reader = ByteReader.of((target, offset, length) -> {
            writtenAtRead[0] = tape.written().length;
            return -1;
        });
        ClientHandshake handshake = ClientHandshake.begin(reader, ByteWriter.of(tape), REQUEST, Exchange.KEY);
        assertThat(tape.writes()).isZero();

        assertThatExceptionOfType(ConnectionLostException.class).isThrownBy(handshake::read);
        assertThat(writtenAtRead[0]).isEqualTo(Exchange.REQUEST.length());
        assertThat(tape.writes()).isEqualTo(1);
        assertThat(tape.flushes()).isEqualTo(1);
    }

    @Test
    void theKeyIs16BytesAndFreshForEachHandshake() {
        Set<String> keys = new HashSet<>();
        int[] bitsSet = new int[8 * 16];
        for (int i = 0; i < 1000; i++) {
            Tape tape = new Tape();
            assertThatExceptionOfType(ConnectionLostException.class)
                    .isThrownBy(() -> ClientHandshake.connect(
                            ByteReader.of(Pieces.whole(new byte[0])), ByteWriter.of(tape), REQUEST));
            byte[] nonce = Base64.getDecoder().decode(keyIn(tape));
            assertThat(nonce).hasSize(16);
            assertThat(keys.add(keyIn(tape))).isTrue();
            for (int bit = 0; bit < bitsSet.length; bit++) {
                bitsSet[bit] += nonce[bit / 8] >> bit % 8 & 1;
            }
        }
        for (int count : bitsSet) { // 500, give or take more than twelve standard deviations
            assertThat(count).isBetween(300, 700);
        }
    }

    @Test
    void theAnswerMustBeToTheKeyThatWasSent() throws IOException {
        Tape tape = new Tape();
        ByteReader reader = ByteReader.of((target, offset, length) -> {
            byte[] answer = bytes(ANSWER.replace(Handshake.acceptKey(Exchange.KEY), Handshake.acceptKey(keyIn(tape))));
            System.arraycopy(answer, 0, target, offset, answer.length);
            return answer.length;
        });

        assertThat(ClientHandshake.connect(reader, ByteWriter.of(tape), REQUEST).target())
                .isEqualTo("/chat?room=1");
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> ClientHandshake.connect(
                        ByteReader.of(Pieces.whole(bytes(ANSWER))), ByteWriter.of(new Tape()), REQUEST))
                .satisfies(e -> assertThat(e.badHandshake()).isEqualTo(BadHandshake.INVALID_WEBSOCKET_ACCEPT));
    }

    private static String keyIn(Tape tape) {
        String request = text(tape.written());
        int from = request.indexOf("Sec-WebSocket-Key: ") + "Sec-WebSocket-Key: ".length();
        return request.substring(from, request.indexOf("\r\n", from));
    }

    private static void assertSent(ClientHandshake.Request request, String bytes) throws IOException {
        assertThat(Attempt.of(ANSWER, request).request()).isEqualTo(bytes);
    }

    // ---- what is accepted

    @Test
    void anUpgradeTellsWhatWasAskedForAndWhatWasAnswered() throws IOException { // B-10.140
        Upgrade upgrade = Attempt.of(Attempt.plus("Server: zws")).upgrade();

        assertThat(upgrade.target()).isEqualTo("/chat?room=1");
        assertThat(upgrade.path()).isEqualTo("/chat");
        assertThat(upgrade.query()).isEqualTo("room=1");
        assertThat(upgrade.headers().first("server")).isEqualTo("zws");
        assertThat(upgrade.headers().fields()).hasSize(4);
        assertThat(upgrade.subprotocol()).isNull();
    }

    @Test
    void framesBehindTheAnswerStayInTheReader() throws IOException {
        String frames = text(Wire.concat(Wire.text(Role.SERVER, "Hello"), Wire.close(Role.SERVER, 1000, "")));

        Attempt.inAllPieces(ANSWER + frames, attempt -> {
            assertThat(attempt.request()).isEqualTo(Exchange.REQUEST);
            assertThat(attempt.upgrade()).isNotNull();
            assertThat(attempt.rest()).isEqualTo(frames);
        });
    }

    @Test
    void aConnectionGoesOnWithTheFramesBehindTheAnswer() throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        byte[] input = Wire.concat(bytes(ANSWER), Wire.text(Role.SERVER, "Hello"));
        Transport transport = Transport.of(new ByteArrayInputStream(input), output, () -> {});
        ClientHandshake handshake =
                ClientHandshake.begin(transport.reader(), transport.writer(), REQUEST, Exchange.KEY);

        try (Conn conn = Conn.client(transport, handshake.read(), Conn.Config.DEFAULT)) {
            assertThat(conn.role()).isEqualTo(Role.CLIENT);
            assertThat(conn.readMessage().text()).isEqualTo("Hello");
        }
        assertThat(text(output.toByteArray())).startsWith(Exchange.REQUEST);
        List<Wire.Seen> sent = Wire.frames(bytes(text(output.toByteArray()).substring(Exchange.REQUEST.length())));
        assertThat(sent).hasToString("[88 03e8]").allMatch(Wire.Seen::masked);
    }

    @Test
    void aMaskedFrameBehindTheAnswerIsTheConnectionsToRefuse() throws IOException {
        byte[] input = Wire.concat(bytes(ANSWER), Wire.text(Role.CLIENT, "Hello"));
        ByteReader reader = ByteReader.of(Pieces.whole(input));
        ByteWriter writer = ByteWriter.of(new Tape());
        ClientHandshake.begin(reader, writer, REQUEST, Exchange.KEY).read();

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(
                        () -> Conn.client(reader, writer, Conn.Config.DEFAULT).readMessage())
                .satisfies(e -> assertThat(e.violation()).isEqualTo(Violation.MASK_BIT_INVALID));
    }

    @Test
    void anAnswerIsNotAPromptToWriteMore() throws IOException {
        Tape tape = new Tape();
        Attempt.begin(Pieces.whole(bytes(ANSWER)), tape, REQUEST).read();

        assertThat(text(tape.written())).isEqualTo(Exchange.REQUEST);
    }

    @Test
    void namesAndTokensMayBeInAnyCaseAndReasonsAnything() throws IOException {
        for (String answer : List.of(
                Attempt.with("upgrade", "UPGRADE: \t WebSocket \t"),
                Attempt.with("connection", "Connection: keep-alive, UPGRADE"),
                Attempt.with("connection", "Connection: keep-alive", "Connection: ,upgrade,"),
                Attempt.with("HTTP", "HTTP/1.1 101 Welcome"),
                Attempt.with("HTTP", "HTTP/1.1 101 "),
                Attempt.with("HTTP", "HTTP/1.1 101"),
                Attempt.with("HTTP", "HTTP/1.2 101 Switching Protocols"),
                Attempt.plus("Date: Mon, 23 Nov 2026 11:09:34 GMT", "Sec-WebSocket-Location: ws://example.com/"),
                Attempt.plus("Content-Length: 0"))) {
            Attempt.inAllPieces(
                    answer, attempt -> assertThat(attempt.upgrade()).as(answer).isNotNull());
        }
    }

    @Test
    void theServerChoosesOneOfTheOfferedSubprotocolsOrNone() throws IOException {
        ClientHandshake.Request request = REQUEST.withSubprotocols("v2", "v1");

        assertThat(Attempt.of(Attempt.plus("sec-websocket-protocol: v1"), request)
                        .upgrade()
                        .subprotocol())
                .isEqualTo("v1");
        assertThat(Attempt.of(ANSWER, request).upgrade().subprotocol()).isNull();
    }

    @Test
    void interimResponsesAreSkipped() throws IOException { // RFC 9110, 15.2
        String early = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nContent-Length: 5\r\n\r\n";

        Attempt.inAllPieces("HTTP/1.1 100 Continue\r\n\r\n" + early + ANSWER + "!", attempt -> {
            assertThat(attempt.upgrade().headers().contains("Link")).isFalse();
            assertThat(attempt.rest()).isEqualTo("!");
        });
        assertThat(Attempt.of(early.repeat(8) + ANSWER).upgrade()).isNotNull();
    }

    @Test
    void aHeadAtItsLimitsIsAccepted() throws IOException {
        int longestLine = "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n".length();
        ClientHandshake.Request tight = REQUEST.withMaxHeadBytes(ANSWER.length())
                .withMaxLineBytes(longestLine)
                .withMaxHeaderLines(3);

        Attempt.inAllPieces(
                ANSWER, tight, attempt -> assertThat(attempt.upgrade()).isNotNull());
    }

    // ---- streams

    @Test
    void anAnswerIsNotWholeWithoutItsLastByte() throws IOException {
        for (int length = 0; length < ANSWER.length(); length++) {
            Pieces pieces = Pieces.whole(bytes(ANSWER.substring(0, length))).open();
            ClientHandshake handshake = Attempt.begin(pieces, new Tape(), REQUEST);
            assertThat(handshake.poll()).isNull();
            assertThat(handshake.poll()).isNull();
            pieces.add(bytes(ANSWER.substring(length)));
            assertThat(handshake.poll()).isNotNull();
        }
    }

    @Test
    void anEndWithinTheAnswerLosesTheConnection() {
        String answer = "HTTP/1.1 100 Continue\r\n\r\n" + ANSWER;
        for (int length = 0; length < answer.length(); length++) {
            ClientHandshake handshake =
                    Attempt.begin(Pieces.whole(bytes(answer.substring(0, length))), new Tape(), REQUEST);
            assertThatExceptionOfType(ConnectionLostException.class)
                    .isThrownBy(handshake::read)
                    .withMessage("the stream ended before the answer was whole");
        }
    }

    @Test
    void aStreamThatFailsLosesTheConnection() {
        IOException cause = new IOException("reset");
        ByteReader reader = ByteReader.of((target, offset, length) -> {
            throw cause;
        });

        assertThatExceptionOfType(ConnectionLostException.class)
                .isThrownBy(() -> ClientHandshake.connect(reader, ByteWriter.of(new Tape()), REQUEST))
                .withMessage("the stream failed while the answer was read")
                .withCause(cause);
    }

    @Test
    void aRequestThatCannotBeWrittenLosesTheConnection() {
        Tape tape = new Tape().takes(8).thenFails();

        assertThatExceptionOfType(ConnectionLostException.class)
                .isThrownBy(() -> Attempt.begin(Pieces.whole(bytes(ANSWER)), tape, REQUEST)
                        .read())
                .withMessage("the stream failed while the request was written")
                .withCauseInstanceOf(IOException.class);
        assertThat(text(tape.written())).isEqualTo("GET /cha");
    }

    @Test
    void whatANonBlockingSinkDoesNotTakeIsWrittenLater() throws IOException {
        Tape tape = new Tape().takes(0);
        Pieces pieces = Pieces.whole(new byte[0]).open();
        ByteWriter writer = ByteWriter.of(tape);
        ClientHandshake handshake = ClientHandshake.begin(ByteReader.of(pieces), writer, REQUEST, Exchange.KEY);
        for (int taken = 0; taken < Exchange.REQUEST.length(); taken++) {
            assertThat(handshake.poll()).isNull();
            assertThat(writer.pending()).isEqualTo(Exchange.REQUEST.length() - taken);
            assertThat(text(tape.written())).isEqualTo(Exchange.REQUEST.substring(0, taken));
            tape.takes(1);
        }
        assertThat(handshake.poll()).isNull();
        assertThat(writer.pending()).isZero();
        assertThat(tape.flushes()).isEqualTo(1);

        pieces.add(bytes(ANSWER));
        assertThat(handshake.poll()).isNotNull();
        assertThat(text(tape.written())).isEqualTo(Exchange.REQUEST);
    }

    @Test
    void aServerMayRefuseBeforeTheRequestIsOut() {
        ClientHandshake handshake = Attempt.begin(
                Pieces.whole(bytes("HTTP/1.1 503 Busy\r\n\r\n")).open(),
                new Tape().takes(10),
                REQUEST.withMaxRefusalBody(0));

        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(handshake::poll)
                .satisfies(e -> assertThat(e.status()).isEqualTo(503));
    }

    @Test
    void readingWaitsAndSoNeedsASourceThatDoes() {
        ClientHandshake handshake = Attempt.begin(Pieces.whole(new byte[0]).open(), new Tape(), REQUEST);

        assertThatIllegalStateException().isThrownBy(handshake::read).withMessageContaining("poll()");
    }

    @Test
    void aHandshakeEndsOnce() throws IOException {
        ClientHandshake done = Attempt.begin(Pieces.whole(bytes(ANSWER + ANSWER)), new Tape(), REQUEST);
        done.read();
        assertOver(done);

        ClientHandshake broken = Attempt.begin(Pieces.whole(bytes("nonsense\r\n" + ANSWER)), new Tape(), REQUEST);
        assertThatExceptionOfType(HandshakeException.class).isThrownBy(broken::read);
        assertOver(broken);

        ClientHandshake refused =
                Attempt.begin(Pieces.whole(bytes("HTTP/1.1 404 No\r\n\r\n" + ANSWER)), new Tape(), REQUEST);
        assertThatExceptionOfType(HandshakeException.class).isThrownBy(refused::read);
        assertOver(refused);

        ClientHandshake lost = Attempt.begin(Pieces.whole(new byte[0]), new Tape(), REQUEST);
        assertThatExceptionOfType(ConnectionLostException.class).isThrownBy(lost::read);
        assertOver(lost);

        Tape tape = new Tape().takes(8).thenFails();
        ClientHandshake unsent = Attempt.begin(Pieces.whole(bytes(ANSWER)), tape, REQUEST);
        assertThatExceptionOfType(ConnectionLostException.class).isThrownBy(unsent::read);
        tape.takes(Long.MAX_VALUE);
        assertOver(unsent);
        assertThat(tape.written()).hasSize(8);
    }

    private static void assertOver(ClientHandshake handshake) {
        assertThatIllegalStateException().isThrownBy(handshake::read).withMessage("the handshake is over");
        assertThatIllegalStateException().isThrownBy(handshake::poll);
    }

    // ---- with our own server

    /** Bytes on their way, to be had one at a time. */
    private static final class Line implements ByteReader.Source, ByteWriter.Sink {
        private final Queue<Byte> bytes = new ArrayDeque<>();

        @Override
        public int read(byte[] target, int offset, int length) {
            if (bytes.isEmpty()) {
                return 0;
            }
            target[offset] = bytes.remove();
            return 1;
        }

        @Override
        public int write(byte[] source, int offset, int length) {
            bytes.add(source[offset]);
            return 1;
        }
    }

    @Test
    void clientAndServerAgreeOverANonBlockingLine() throws IOException {
        Line up = new Line();
        Line down = new Line();
        ByteReader clientReader = ByteReader.of(down);
        ByteWriter clientWriter = ByteWriter.of(up);
        ByteReader serverReader = ByteReader.of(up);
        ByteWriter serverWriter = ByteWriter.of(down);
        ClientHandshake client = ClientHandshake.begin(
                clientReader,
                clientWriter,
                REQUEST.withSubprotocols("v2", "v1").withHeaders(Headers.of("Origin", "http://example.com")));
        Handshake server =
                Handshake.begin(serverReader, serverWriter, Handshake.Options.DEFAULT.withSubprotocols("v1"));

        assertThat(client.poll()).isNull();
        Upgrade atServer = server.poll().accept();
        Upgrade atClient = client.poll();

        assertThat(atClient.subprotocol()).isEqualTo("v1").isEqualTo(atServer.subprotocol());
        assertThat(atClient.target()).isEqualTo("/chat?room=1").isEqualTo(atServer.target());
        try (Conn here = Conn.client(clientReader, clientWriter, Conn.Config.DEFAULT);
                Conn there = Conn.server(serverReader, serverWriter, Conn.Config.DEFAULT)) {
            here.sendText("Hello");
            assertThat(there.pollMessage().text()).isEqualTo("Hello");
            there.sendText("Hi");
            assertThat(here.pollMessage().text()).isEqualTo("Hi");
        }
    }

    @Test
    void aRefusalByOurServerIsAllThereAtTheClient() throws IOException {
        Line up = new Line();
        Line down = new Line();
        ClientHandshake client = ClientHandshake.begin(ByteReader.of(down), ByteWriter.of(up), REQUEST);
        Handshake server = Handshake.begin(ByteReader.of(up), ByteWriter.of(down), Handshake.Options.DEFAULT);

        assertThat(client.poll()).isNull();
        server.poll().reject(401, "who are you, and wh\u00fc?", Headers.of("WWW-Authenticate", "Basic"));

        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(client::poll)
                .satisfies(e -> assertThat(e.status()).isEqualTo(401))
                .satisfies(
                        e -> assertThat(e.headers().first("www-authenticate")).isEqualTo("Basic"))
                .satisfies(e -> assertThat(e.body()).isEqualTo("who are you, and wh\u00fc?\n"));
    }

    @Test
    @Timeout(60)
    void clientAndServerTalkOverSockets() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FutureTask<CloseStatus> serving = new FutureTask<>(() -> {
                try (Transport transport = Transport.of(listener.accept());
                        Conn conn = Conn.server(
                                transport,
                                Handshake.upgrade(transport, Handshake.Options.DEFAULT),
                                Conn.Config.DEFAULT)) {
                    for (Message message; (message = conn.readMessage()) != null; ) {
                        conn.write(message);
                    }
                    return conn.closeStatus();
                }
            });
            Thread.startVirtualThread(serving);
            try (Transport transport = Transport.of(new Socket(listener.getInetAddress(), listener.getLocalPort()));
                    Conn conn =
                            Conn.client(transport, ClientHandshake.connect(transport, REQUEST), Conn.Config.DEFAULT)) {
                conn.sendText("Hello");
                assertThat(conn.readMessage().text()).isEqualTo("Hello");
                conn.writeClose(new CloseStatus(4000, "done"));
                assertThat(conn.readMessage()).isNull();
            }
            assertThat(serving.get(20, TimeUnit.SECONDS)).isEqualTo(new CloseStatus(4000, "done"));
        }
    }
}
