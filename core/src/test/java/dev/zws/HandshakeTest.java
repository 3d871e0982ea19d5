package dev.zws;

import static dev.zws.Exchange.ANSWER;
import static dev.zws.Exchange.REQUEST;
import static dev.zws.Exchange.plus;
import static dev.zws.Exchange.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final Handshake.Options DEFAULT = Handshake.Options.DEFAULT;

    // ---- the key

    @Test
    void theAcceptKeyIsThatOfTheRfc() { // B-10.16
        assertThat(Handshake.acceptKey("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void aKeyIsTheBase64FormOf16Bytes() { // B-10.18, B-10.21
        for (String key : List.of(
                "",
                "junk!",
                "AAAAAA==",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZR==",
                " dGhlIHNhbXBsZSBub25jZQ==",
                "__________________________==",
                "AAAAAAAAAAAAAAAAAAAAAAA=",
                "AAAAAAAAAAAAAAAAAAAAAAAA")) {
            assertThatIllegalArgumentException().as(key).isThrownBy(() -> Handshake.acceptKey(key));
        }
        assertThat(Handshake.acceptKey("/////////////////////w==")).hasSize(28);
    }

    // ---- what is accepted

    @Test
    void theLeastRequestIsAnsweredWithTheseBytes() throws IOException { // B-10.22, B-10.30
        assertAccepted(REQUEST, DEFAULT, ANSWER);
    }

    @Test
    void anUpgradeTellsWhatTheClientAskedFor() throws IOException {
        Upgrade upgrade = Exchange.of(plus("Cookie: a=b")).upgrade();

        assertThat(upgrade.target()).isEqualTo("/chat?room=1");
        assertThat(upgrade.path()).isEqualTo("/chat");
        assertThat(upgrade.query()).isEqualTo("room=1");
        assertThat(upgrade.headers().first("cookie")).isEqualTo("a=b");
        assertThat(upgrade.subprotocol()).isNull();
    }

    @Test
    void framesBehindTheRequestStayInTheReader() throws IOException {
        String frame = Exchange.text(Wire.text(Role.CLIENT, "Hello"));

        Exchange.inAllPieces(REQUEST + frame, DEFAULT, exchange -> {
            assertThat(exchange.answer()).isEqualTo(ANSWER);
            assertThat(exchange.rest()).isEqualTo(frame);
        });
    }

    @Test
    void aConnectionGoesOnWithTheFramesBehindTheRequest() throws IOException {
        byte[] input = Wire.concat(Exchange.bytes(REQUEST), Wire.text(Role.CLIENT, "Hello"));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Transport transport = Transport.of(new ByteArrayInputStream(input), output, () -> {});

        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, DEFAULT), Conn.Config.DEFAULT)) {
            Message message = conn.readMessage();
            assertThat(message.text()).isEqualTo("Hello");
        }
        assertThat(Exchange.text(output.toByteArray())).startsWith(ANSWER);
    }

    @Test
    void listsMayBeLongAndInAnyCase() throws IOException { // B-10.17, B-10.23
        for (String request : List.of(
                with("Connection", "connection: keep-alive,\tUPGRADE"),
                with("Connection", "Connection: keep-alive", "Connection: , Upgrade,"),
                with("Upgrade", "UPGRADE: h2c, WebSocket"),
                with("Upgrade", "Upgrade: h2c", "Upgrade:websocket"),
                with("Sec-WebSocket-Key", "sec-websocket-key: \t " + Exchange.KEY + " \t"),
                "\r\n" + REQUEST,
                with("GET", "GET /chat HTTP/1.9"),
                with("GET", "GET http://example.com/chat HTTP/1.1"),
                with("Host", "Host: [::1]:8080"),
                plus("Content-Length: 0"),
                plus("Content-Length: 00"))) {
            assertAccepted(request, DEFAULT, ANSWER);
        }
    }

    @Test
    void offersOfExtensionsAreDeclined() throws IOException { // B-10.24
        for (String offer :
                List.of("x-test", "permessage-deflate; client_max_window_bits", "permessage-deflate; =;;\"", ",")) {
            assertAccepted(plus("Sec-WebSocket-Extensions: " + offer, "Sec-WebSocket-Extensions: x"), DEFAULT, ANSWER);
        }
    }

    @Test
    void aPageOfTheServerMayConnect() throws IOException {
        assertAccepted(plus("Origin: https://example.com"), DEFAULT, ANSWER);
        assertAccepted(
                plus("Origin: https://example.com")
                        .replace("/chat", "http://example.com/chat")
                        .replace("Host: e", "Host: o"),
                DEFAULT,
                ANSWER);
    }

    @Test
    void thePolicyIsAskedAboutOriginAndHost() throws IOException {
        Handshake.Options options =
                DEFAULT.withOriginPolicy((origin, host) -> "app://zws".equals(origin) && host.equals("example.com"));

        assertAccepted(plus("Origin: app://zws"), options, ANSWER);
        assertThat(Exchange.of(REQUEST, options).refusal().refusal()).isEqualTo(Refusal.ORIGIN_NOT_ALLOWED);
        assertAccepted(plus("Origin: https://evil.com"), DEFAULT.withOriginPolicy(OriginPolicy.ANY), ANSWER);
    }

    @Test
    void theServersFavouriteOfTheOfferedSubprotocolsIsChosen() throws IOException {
        Handshake.Options options = DEFAULT.withSubprotocols("v2", "v1");
        String request = plus("Sec-WebSocket-Protocol: v0, v1", "Sec-WebSocket-Protocol: v2");

        assertAccepted(request, options, answerWith("sec-websocket-protocol: v2"));
        assertThat(Exchange.of(request, options).upgrade().subprotocol()).isEqualTo("v2");
    }

    @Test
    void aClientThatOffersNoneOfTheSubprotocolsIsAcceptedWithout() throws IOException { // RFC 6455, 4.2.2
        Handshake.Options options = DEFAULT.withSubprotocols("v2", "v1");

        assertAccepted(plus("Sec-WebSocket-Protocol: V1, v3"), options, ANSWER);
        assertAccepted(REQUEST, options, ANSWER);
        assertAccepted(plus("Sec-WebSocket-Protocol: v1"), DEFAULT, ANSWER);
    }

    @Test
    void theServersOwnHeadersStandLast() throws IOException {
        Handshake.Options options =
                DEFAULT.withSubprotocols("v1").withHeaders(Headers.of("Server", "zws", "Set-Cookie", "a=\u00e4"));

        assertAccepted(
                plus("Sec-WebSocket-Protocol: v1"),
                options,
                answerWith("sec-websocket-protocol: v1", "Server: zws", "Set-Cookie: a=\u00e4"));
    }

    @Test
    void aHeadAtItsLimitsIsAccepted() throws IOException {
        int longestLine = ("Sec-WebSocket-Key: " + Exchange.KEY + "\r\n").length();
        Handshake.Options tight = DEFAULT.withMaxHeadBytes(REQUEST.length())
                .withMaxLineBytes(longestLine)
                .withMaxHeaderLines(5);

        assertAccepted(REQUEST, tight, ANSWER);
    }

    private static String answerWith(String... lines) {
        return ANSWER.substring(0, ANSWER.length() - 2) + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static void assertAccepted(String request, Handshake.Options options, String answer) throws IOException {
        Exchange.inAllPieces(request, options, exchange -> {
            assertThat(exchange.refusal()).as(request).isNull();
            assertThat(exchange.answer()).as(request).isEqualTo(answer);
            assertThat(exchange.rest()).isEmpty();
        });
    }

    // ---- in two steps

    @Test
    void aRequestTellsAllAboutItself() throws IOException {
        Handshake.Request request = read(
                plus("Origin: https://example.com", "Sec-WebSocket-Protocol: b, a"),
                DEFAULT.withSubprotocols("a"),
                new Tape());

        assertThat(request.target()).isEqualTo("/chat?room=1");
        assertThat(request.path()).isEqualTo("/chat");
        assertThat(request.query()).isEqualTo("room=1");
        assertThat(request.host()).isEqualTo("example.com");
        assertThat(request.origin()).isEqualTo("https://example.com");
        assertThat(request.headers().first("upgrade")).isEqualTo("websocket");
        assertThat(request.offeredSubprotocols()).containsExactly("b", "a");
        assertThat(request.subprotocol()).isEqualTo("a");
    }

    @Test
    void theHostOfAWholeAddressReplacesHost() throws IOException { // RFC 9112, 3.2.2
        String request = with("GET", "GET http://Other.com:81/ HTTP/1.1");

        assertThat(read(request, DEFAULT, new Tape()).host()).isEqualTo("Other.com:81");
    }

    @Test
    void nothingIsAnsweredBeforeTheApplicationDecides() throws IOException {
        Tape tape = new Tape();
        read(REQUEST, DEFAULT, tape);

        assertThat(tape.writes()).isZero();
    }

    @Test
    void theApplicationMayChooseTheSubprotocolAndAddHeaders() throws IOException {
        Tape tape = new Tape();
        Handshake.Options options = DEFAULT.withSubprotocols("a").withHeaders(Headers.of("Server", "zws"));
        Handshake.Request request = read(plus("Sec-WebSocket-Protocol: a, b"), options, tape);

        assertThat(request.accept("b", Headers.of("X", "y")).subprotocol()).isEqualTo("b");
        assertThat(Exchange.text(tape.written()))
                .isEqualTo(answerWith("sec-websocket-protocol: b", "Server: zws", "X: y"));
        assertThat(tape.flushes()).isEqualTo(1);
    }

    @Test
    void theApplicationMayChooseNoSubprotocol() throws IOException {
        Tape tape = new Tape();
        Handshake.Request request = read(plus("Sec-WebSocket-Protocol: a"), DEFAULT.withSubprotocols("a"), tape);

        assertThat(request.accept(null, Headers.NONE).subprotocol()).isNull();
        assertThat(Exchange.text(tape.written())).isEqualTo(ANSWER);
    }

    @Test
    void theApplicationMayReject() throws IOException {
        Tape tape = new Tape();
        HandshakeException rejection = read(REQUEST, DEFAULT, tape).reject(404, "no such r\u00f6\u00f6m");

        assertThat(rejection.status()).isEqualTo(404);
        assertThat(rejection.refusal()).isNull();
        assertThat(rejection).hasMessage("no such r\u00f6\u00f6m").hasNoSuppressedExceptions();
        assertThat(new String(tape.written(), UTF_8)).isEqualTo(Exchange.crlf("""
                HTTP/1.1 404 Not Found
                Connection: close
                Content-Length: 15
                Content-Type: text/plain; charset=utf-8

                no such rööm""") + "\n");
        assertThat(tape.flushes()).isEqualTo(1);
    }

    @Test
    void aRejectionMayCarryHeadersAndAStatusOfItsOwn() throws IOException {
        Tape tape = new Tape();
        Headers headers = Headers.of("content-type", "application/json", "Retry-After", "1");
        read(REQUEST, DEFAULT, tape).reject(599, "{}", headers);

        assertThat(Exchange.text(tape.written())).isEqualTo(Exchange.crlf("""
                HTTP/1.1 599\s
                Connection: close
                Content-Length: 3
                content-type: application/json
                Retry-After: 1

                {}""") + "\n");
    }

    @Test
    void aDecisionIsMadeOnce() throws IOException {
        Handshake.Request accepted = read(REQUEST, DEFAULT, new Tape());
        accepted.accept();
        assertThatIllegalStateException().isThrownBy(accepted::accept);
        assertThatIllegalStateException().isThrownBy(() -> accepted.reject(404, ""));

        Handshake.Request rejected = read(REQUEST, DEFAULT, new Tape());
        rejected.reject(404, "");
        assertThatIllegalStateException().isThrownBy(() -> rejected.reject(404, ""));
        assertThatIllegalStateException().isThrownBy(rejected::accept);
    }

    @Test
    void misuseDecidesNothing() throws IOException {
        Tape tape = new Tape();
        Handshake.Request request = read(plus("Sec-WebSocket-Protocol: a"), DEFAULT, tape);
        Headers own = Headers.of("Connection", "close");

        assertThatIllegalArgumentException().isThrownBy(() -> request.accept("b", Headers.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> request.accept("a", own));
        assertThatIllegalArgumentException().isThrownBy(() -> request.reject(404, "", own));
        assertThatIllegalArgumentException().isThrownBy(() -> request.reject(299, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> request.reject(600, ""));
        assertThat(tape.writes()).isZero();

        request.reject(300, "");
        assertThat(Exchange.text(tape.written())).startsWith("HTTP/1.1 300 \r\n");
    }

    @Test
    void aRequestIsReadOnce() throws IOException {
        Handshake accepted = begin(Pieces.whole(Exchange.bytes(REQUEST + REQUEST)), new Tape());
        accepted.read();
        assertThatIllegalStateException().isThrownBy(accepted::read);
        assertThatIllegalStateException().isThrownBy(accepted::poll);

        Handshake refused = begin(Pieces.whole(Exchange.bytes("nonsense\r\n" + REQUEST)), new Tape());
        assertThatExceptionOfType(HandshakeException.class).isThrownBy(refused::read);
        assertThatIllegalStateException().isThrownBy(refused::poll);
    }

    private static Handshake.Request read(String request, Handshake.Options options, Tape tape) throws IOException {
        return Handshake.begin(ByteReader.of(Pieces.whole(Exchange.bytes(request))), ByteWriter.of(tape), options)
                .read();
    }

    private static Handshake begin(Pieces pieces, Tape tape) {
        return Handshake.begin(ByteReader.of(pieces), ByteWriter.of(tape), DEFAULT);
    }

    // ---- streams

    @Test
    void aRequestIsNotWholeWithoutItsLastByte() throws IOException {
        for (int length = 0; length < REQUEST.length(); length++) {
            Handshake handshake = begin(
                    Pieces.whole(Exchange.bytes(REQUEST.substring(0, length))).open(), new Tape());
            assertThat(handshake.poll()).isNull();
            assertThat(handshake.poll()).isNull();
        }
    }

    @Test
    void anEndWithinTheRequestLosesTheConnection() {
        for (int length = 0; length < REQUEST.length(); length++) {
            Tape tape = new Tape();
            Handshake handshake = begin(Pieces.whole(Exchange.bytes(REQUEST.substring(0, length))), tape);
            assertThatExceptionOfType(ConnectionLostException.class)
                    .isThrownBy(handshake::read)
                    .withMessageContaining("ended before the request was whole");
            assertThatExceptionOfType(ConnectionLostException.class).isThrownBy(handshake::poll);
            assertThat(tape.writes()).isZero();
        }
    }

    @Test
    void aStreamThatFailsLosesTheConnection() {
        IOException cause = new IOException("reset");
        ByteReader reader = ByteReader.of((target, offset, length) -> {
            throw cause;
        });

        assertThatExceptionOfType(ConnectionLostException.class)
                .isThrownBy(() -> Handshake.upgrade(reader, ByteWriter.of(new Tape()), DEFAULT))
                .withCause(cause);
    }

    @Test
    void readingWaitsAndSoNeedsASourceThatDoes() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        begin(Pieces.whole(new byte[0]).open(), new Tape()).read())
                .withMessageContaining("poll()");
    }

    @Test
    void anAnswerThatCannotBeWrittenLosesTheConnection() throws IOException { // B-10.32
        Tape tape = new Tape().takes(8).thenFails();
        Handshake.Request request = read(REQUEST, DEFAULT, tape);

        assertThatExceptionOfType(ConnectionLostException.class)
                .isThrownBy(request::accept)
                .withMessageContaining("while the answer was written")
                .withCauseInstanceOf(IOException.class);
        assertThat(Exchange.text(tape.written())).isEqualTo("HTTP/1.1");
    }

    @Test
    void aRefusalThatCannotBeWrittenIsReportedWithTheRefusal() throws IOException {
        Tape tape = new Tape().takes(8).thenFails();

        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> read("nonsense\r\n", DEFAULT, tape))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.BAD_REQUEST))
                .satisfies(e -> assertThat(e.getSuppressed()).hasOnlyElementsOfType(ConnectionLostException.class));
        Handshake.Request request = read(REQUEST, DEFAULT, new Tape().takes(0).thenFails());
        assertThat(request.reject(404, "").getSuppressed()).hasSize(1);
    }

    @Test
    void whatANonBlockingSinkDoesNotTakeStaysInTheWriter() throws IOException {
        for (String input : List.of(REQUEST, "nonsense\r\n")) {
            Tape tape = new Tape().takes(20);
            ByteWriter writer = ByteWriter.of(tape);
            Handshake handshake = Handshake.begin(ByteReader.of(Pieces.whole(Exchange.bytes(input))), writer, DEFAULT);
            try {
                handshake.poll().accept();
            } catch (HandshakeException e) {
                assertThat(e).hasNoSuppressedExceptions();
            }
            assertThat(tape.written()).hasSize(20);
            assertThat(writer.pending()).isPositive();

            tape.takes(Long.MAX_VALUE);
            assertThat(writer.drain()).isTrue();
            assertThat(Exchange.text(tape.written()))
                    .isEqualTo(Exchange.of(input).answer());
        }
    }

    // ---- options

    @Test
    void everyOptionHasADefault() {
        assertThat(DEFAULT)
                .isEqualTo(new Handshake.Options(
                        List.of(),
                        null,
                        OriginPolicy.SAME_ORIGIN,
                        Headers.NONE,
                        16 * 1024,
                        8 * 1024,
                        100,
                        10_000_000_000L));
    }

    @Test
    void everyOptionCanBeChanged() {
        Headers headers = Headers.of("Server", "zws");

        assertThat(DEFAULT.withSubprotocols("a", "b")
                        .withDeflate(PerMessageDeflateConfig.DEFAULT)
                        .withOriginPolicy(OriginPolicy.ANY)
                        .withHeaders(headers)
                        .withMaxHeadBytes(3)
                        .withMaxLineBytes(2)
                        .withMaxHeaderLines(1)
                        .withTimeoutNanos(4))
                .isEqualTo(new Handshake.Options(
                        List.of("a", "b"), PerMessageDeflateConfig.DEFAULT, OriginPolicy.ANY, headers, 3, 2, 1, 4));
    }

    @Test
    void limitsAreAtLeastOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMaxHeadBytes(0))
                .withMessageContaining("maxHeadBytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMaxLineBytes(0))
                .withMessageContaining("maxLineBytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMaxHeaderLines(0))
                .withMessageContaining("maxHeaderLines");
    }

    @Test
    void subprotocolsAreDistinctTokens() {
        for (String name : List.of("", "a b", "a,b", "\u00e4", "a\r\nX: y", "v1")) {
            assertThatIllegalArgumentException().isThrownBy(() -> DEFAULT.withSubprotocols("v1", name));
        }
    }

    @Test
    void theHandshakesOwnHeadersCannotBeSet() {
        for (String name : List.of(
                "Upgrade",
                "connection",
                "CONTENT-LENGTH",
                "Transfer-Encoding",
                "Sec-WebSocket-Accept",
                "sec-websocket-protocol",
                "Sec-WebSocket-Anything")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DEFAULT.withHeaders(Headers.of("Server", "zws", name, "x")))
                    .withMessageContaining(name);
        }
    }
}
