package dev.zws.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.CloseCode;
import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.Opcode;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Transport;
import dev.zws.examples.EchoServer;
import dev.zws.examples.Listener;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code zws connect} with {@code --message} and in a pipe, against real servers. */
@Timeout(60)
class ConnectTest {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int WRONG_USAGE = 2;

    private final TestStreams streams = new TestStreams();

    private static Listener echoServer() throws IOException {
        return EchoServer.start(0, null, Conn.Config.DEFAULT, nobody());
    }

    private static PrintStream nobody() {
        return new PrintStream(PrintStream.nullOutputStream(), true, UTF_8);
    }

    private static void echo(Conn conn) throws IOException {
        for (Message message; (message = conn.readMessage()) != null; ) {
            conn.write(message);
        }
    }

    private void assertOneLineOfError(String beginning) {
        assertThat(streams.errText().lines()).singleElement().asString().startsWith("zws: " + beginning);
    }

    // ---- --message

    @Test
    void messagesAreSentInOrderAndTheAnswersPrintedLineByLine() throws Exception {
        try (Listener server = echoServer()) {
            String url = "ws://127.0.0.1:" + server.port();
            assertThat(streams.connect(url, "-m", "one", "--message", "", "--message=@two ü", "--wait", "0"))
                    .isEqualTo(SUCCESS);
        }
        assertThat(streams.outText()).isEqualTo("one\n\n@two ü\n");
        assertThat(streams.errText()).isEmpty();
    }

    @Test
    void whenNothingComesForTheTimeOfWaitItClosesWith1000() throws Exception {
        try (Peer peer = Peer.talking(conn -> {
            assertThat(conn.readMessage().text()).isEqualTo("hello");
            assertThat(conn.readMessage()).isNull();
            assertThat(conn.closeStatus()).isEqualTo(CloseStatus.NORMAL);
        })) {
            assertThat(streams.connect(peer.url(), "-m", "hello", "--wait", "0.05"))
                    .isEqualTo(SUCCESS);
            peer.await();
        }
        assertThat(streams.outText()).isEmpty();
        assertThat(streams.errText()).isEmpty();
    }

    @Test
    void whatComesBeforeTheAnswerToTheCloseIsPrinted() throws Exception {
        Conn.Config config = Conn.Config.DEFAULT.withAutoReplyClose(false);
        try (Peer peer = Peer.talking(Peer.OPTIONS, config, conn -> {
            conn.readMessage();
            assertThat(conn.readMessage()).isNull();
            conn.writeText("late");
            conn.writeClose(CloseStatus.NORMAL);
            conn.flush();
        })) {
            assertThat(streams.connect(peer.url(), "-m", "", "--wait", "0")).isEqualTo(SUCCESS);
            peer.await();
        }
        assertThat(streams.outText()).isEqualTo("late\n");
    }

    @Test
    void waitForeverLeavesTheEndToTheServer() throws Exception {
        try (Peer peer = Peer.talking(conn -> {
            conn.sendText("answer to " + conn.readMessage().text());
            conn.writeClose(new CloseStatus(CloseCode.NORMAL_CLOSURE, "done\u001b[2J"));
            conn.flush();
            conn.readMessage();
        })) {
            assertThat(streams.connect(peer.url(), "-m", "this", "--wait", "forever"))
                    .isEqualTo(SUCCESS);
        }
        assertThat(streams.outText()).isEqualTo("answer to this\n");
        assertOneLineOfError("closed by the peer: 1000 done\\x1b[2J");
    }

    // ---- compression

    @Test
    void withDeflateItSaysWhatWasAgreedOn() throws Exception {
        PerMessageDeflateConfig nothingKept = PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true);
        String json = "{\"type\":\"trade\",\"price\":1}".repeat(10);
        try (Listener server = EchoServer.start(0, nothingKept, Conn.Config.DEFAULT, nobody())) {
            String url = "ws://127.0.0.1:" + server.port();
            assertThat(streams.connect(url, "--deflate", "--takeover=pooled", "--window=9", "-m", json, "--wait", "0"))
                    .isEqualTo(SUCCESS);
        }
        assertThat(streams.outText()).isEqualTo(json + "\n");
        assertOneLineOfError("compressed (permessage-deflate): the server's messages without context takeover"
                + " and a window of 9 bits, the client's without context takeover and a window of 9 bits");
    }

    @Test
    void withDeflateItSaysThatTheServerDidNotAgree() throws Exception {
        try (Listener server = echoServer()) {
            String url = "ws://127.0.0.1:" + server.port();
            assertThat(streams.connect(url, "--deflate", "-m", "plain", "--wait", "0"))
                    .isEqualTo(SUCCESS);
        }
        assertThat(streams.outText()).isEqualTo("plain\n");
        assertOneLineOfError("the server did not agree to compress");
    }

    // ---- exit status

    @ParameterizedTest
    @CsvSource({"1000, 0", "1001, 0", "1005, 0", "1002, 1", "1008, 1", "1011, 1", "3000, 1", "4999, 1"})
    void theServersCloseCodeDecidesAndIsTold(int code, int exit) throws Exception {
        try (Peer peer = Peer.talking(conn -> {
            conn.writeClose(new CloseStatus(code, ""));
            conn.flush();
            conn.readMessage();
        })) {
            assertThat(streams.connect(peer.url(), "-m", "", "--wait", "forever"))
                    .isEqualTo(exit);
        }
        assertOneLineOfError("closed by the peer: " + (code == CloseCode.NO_STATUS ? "no code" : code));
    }

    @Test
    void aStreamThatEndsWithoutACloseIsAFailure() throws Exception {
        try (Peer peer = Peer.raw(transport -> Handshake.upgrade(transport, Peer.OPTIONS))) {
            assertThat(streams.connect(peer.url(), "--wait", "forever")).isEqualTo(FAILURE);
        }
        assertOneLineOfError("the connection failed: ");
    }

    @Test
    void aCloseThatIsNotAnsweredIsAFailure() throws Exception {
        try (Peer peer = Peer.raw(transport -> {
            Handshake.upgrade(transport, Peer.OPTIONS);
            while (transport.reader().buffered() < 8) { // its Close with a code
                transport.reader().fill();
            }
        })) {
            assertThat(streams.connect(peer.url(), "--wait", "0")).isEqualTo(FAILURE);
        }
        assertOneLineOfError("the peer did not answer the Close");
    }

    @Test
    void aServerThatBreaksTheProtocolIsAFailureAndIsTold() throws Exception {
        try (Peer peer = Peer.talking(conn -> {
            conn.writeFrame(Opcode.TEXT, true, new byte[] {(byte) 0xFF}, 0, 1);
            conn.flush();
            assertThat(conn.readMessage()).isNull();
            assertThat(conn.closeStatus().code()).isEqualTo(CloseCode.INVALID_FRAME_PAYLOAD_DATA);
        })) {
            assertThat(streams.connect(peer.url(), "--wait", "forever")).isEqualTo(FAILURE);
            peer.await();
        }
        assertOneLineOfError("the connection failed: INVALID_UTF8");
    }

    @Test
    void aMessageOverTheMaximumIsAFailure() throws Exception {
        try (Listener server = echoServer()) {
            String url = "ws://localhost:" + server.port();
            assertThat(streams.connect(url, "-m", "12345", "--max-message", "4", "--wait", "forever"))
                    .isEqualTo(FAILURE);
        }
        assertThat(streams.outText()).isEmpty();
        assertOneLineOfError("the connection failed: ");
    }

    // ---- connecting

    @Test
    void headersAndSubprotocolsAreSentAndTheChosenOneIsShown() throws Exception {
        Handshake.Options options = Peer.OPTIONS.withSubprotocols("chat.v1");
        try (Peer peer = Peer.raw(transport -> {
            Handshake.Request request = Handshake.begin(transport, options).read();
            assertThat(request.target()).isEqualTo("/a%20b?c=d");
            assertThat(request.headers().all("X-Room")).containsExactly("blue", "red: dark");
            assertThat(request.headers().first("Sec-WebSocket-Protocol")).isEqualTo("chat.v2, chat.v1");
            try (Conn conn = Conn.server(transport, request.accept(), Conn.Config.DEFAULT)) {
                conn.readMessage();
            }
        })) {
            assertThat(streams.connect(
                            peer.url() + "a%20b?c=d",
                            "--header=X-Room:blue",
                            "-H",
                            "X-Room:  red: dark ",
                            "-s",
                            "chat.v2",
                            "--subprotocol=chat.v1",
                            "--wait=0"))
                    .isEqualTo(SUCCESS);
            peer.await();
        }
        assertOneLineOfError("subprotocol: chat.v1");
    }

    @Test
    void thatNoSubprotocolWasChosenIsShown() throws Exception {
        try (Listener server = echoServer()) {
            assertThat(streams.connect("ws://localhost:" + server.port(), "-s", "chat", "-w", "0"))
                    .isEqualTo(SUCCESS);
        }
        assertOneLineOfError("the server chose no subprotocol");
    }

    @Test
    void aRefusalIsShownWithStatusHeadersAndBodyMadeHarmless() throws Exception {
        try (Peer peer = Peer.raw(transport ->
                Handshake.begin(transport, Peer.OPTIONS).read().reject(404, "no such\u001b[2J room\nat all"))) {
            assertThat(streams.connect(peer.url())).isEqualTo(FAILURE);
        }
        assertThat(streams.errText())
                .startsWith("zws: the server refused with status 404\n")
                .contains("\n  Content-Type: text/plain; charset=utf-8\n")
                .endsWith("\n\nno such\\x1b[2J room\nat all\n");
    }

    @Test
    void ofTheBodyOfARefusalEightKibibytesAreShown() throws Exception {
        try (Peer peer = Peer.raw(
                transport -> Handshake.begin(transport, Peer.OPTIONS).read().reject(500, "x".repeat(20_000)))) {
            assertThat(streams.connect(peer.url())).isEqualTo(FAILURE);
        }
        assertThat(streams.errText().lines().reduce((first, last) -> last)).contains("x".repeat(8192));
    }

    @Test
    void anAnswerThatIsNotHttpIsOneLineOfError() throws Exception {
        try (Peer peer = Peer.saying("SSH-2.0-OpenSSH_9\r\n")) {
            assertThat(streams.connect(peer.url())).isEqualTo(FAILURE);
        }
        assertOneLineOfError("BAD_RESPONSE");
    }

    @Test
    void aServerThatHangsUpDuringTheHandshakeIsOneLineOfError() throws Exception {
        try (Peer peer = Peer.raw(Transport::close)) {
            assertThat(streams.connect(peer.url())).isEqualTo(FAILURE);
        }
        assertOneLineOfError("the handshake failed: ");
    }

    @Test
    void aPortWhereNobodyListensIsOneLineOfError() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertThat(streams.connect("ws://127.0.0.1:" + port)).isEqualTo(FAILURE);
        assertOneLineOfError("cannot connect to 127.0.0.1:" + port + ": ");
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUpAfterTheTimeout() throws Exception {
        try (Peer peer = Peer.raw(transport -> {
            while (transport.reader().fill() >= 0) {
                // silent until the client has gone
            }
        })) {
            assertThat(streams.connect(peer.url(), "--timeout", "0.1")).isEqualTo(FAILURE);
        }
        assertOneLineOfError("no connection to 127.0.0.1:");
    }

    // ---- a pipe

    @Test
    void inAPipeEachLineIsAMessage() throws Exception {
        streams.in = new ByteArrayInputStream("one\r\n\n\ttwo ü\nlast without an end".getBytes(UTF_8));
        streams.inIsTerminal = false;
        streams.outIsTerminal = true;
        try (Peer peer = Peer.talking(conn -> {
            assertThat(conn.readMessage().text()).isEqualTo("one");
            assertThat(conn.readMessage().text()).isEmpty();
            assertThat(conn.readMessage().text()).isEqualTo("\ttwo ü");
            assertThat(conn.readMessage().text()).isEqualTo("last without an end");
            assertThat(conn.readMessage()).isNull();
            assertThat(conn.closeStatus()).isEqualTo(CloseStatus.NORMAL);
        })) {
            assertThat(streams.connect(peer.url(), "--wait", "0")).isEqualTo(SUCCESS);
            peer.await();
        }
    }

    @Test
    void aLineIsSentBeforeTheNextOneCanBeRead() throws Exception {
        PipedOutputStream typing = new PipedOutputStream();
        streams.in = new PipedInputStream(typing);
        streams.inIsTerminal = true; // but standard output is none, so there is no prompt
        try (Peer peer = Peer.talking(conn -> {
            typing.write("one\n".getBytes(UTF_8));
            typing.flush();
            assertThat(conn.readMessage().text()).isEqualTo("one");
            typing.write("two\n".getBytes(UTF_8));
            typing.close();
            assertThat(conn.readMessage().text()).isEqualTo("two");
            assertThat(conn.readMessage()).isNull();
        })) {
            assertThat(streams.connect(peer.url(), "--wait", "0")).isEqualTo(SUCCESS);
            peer.await();
        }
    }

    @Test
    void theServersCloseEndsItThoughStandardInputGoesOn() throws Exception {
        try (PipedOutputStream typing = new PipedOutputStream();
                Peer peer = Peer.talking(conn -> conn.writeClose(CloseStatus.GOING_AWAY))) {
            streams.in = new PipedInputStream(typing);
            assertThat(streams.connect(peer.url())).isEqualTo(SUCCESS);
        }
        assertOneLineOfError("closed by the peer: 1001");
    }

    @Test
    void aLineThatIsNotUtf8IsAFailureWithItsNumberAfterTheLinesBeforeIt() throws Exception {
        streams.in = new ByteArrayInputStream(new byte[] {'o', 'k', '\n', (byte) 0xC3, '\n', 'x', '\n'});
        try (Listener server = echoServer()) {
            assertThat(streams.connect("ws://localhost:" + server.port(), "--wait", "forever"))
                    .isEqualTo(FAILURE);
        }
        assertThat(streams.outText()).isEqualTo("ok\n");
        assertOneLineOfError("line 2 of standard input is not UTF-8");
    }

    @Test
    void standardInputThatFailsIsAFailure() throws Exception {
        streams.in = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };
        try (Listener server = echoServer()) {
            assertThat(streams.connect("ws://localhost:" + server.port(), "--wait", "forever"))
                    .isEqualTo(FAILURE);
        }
        assertOneLineOfError("the disk is gone");
    }

    @Test
    void whenStandardOutputFailsTheServerIsStillToldGoodbye() throws Exception {
        streams.out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        try (Peer peer = Peer.talking(conn -> {
            conn.sendText("one");
            conn.sendText("two");
            assertThat(conn.readMessage()).isNull();
            assertThat(conn.closeStatus()).isEqualTo(CloseStatus.NORMAL);
        })) {
            assertThat(streams.connect(peer.url(), "--wait", "forever")).isEqualTo(FAILURE);
            peer.await();
        }
        assertOneLineOfError("standard output: Broken pipe");
    }

    // ---- what is printed

    @Test
    void inAPipeTextIsPrintedAsItIs() throws Exception {
        receive(conn -> conn.sendText("a\u001b[2J\u0007b\nc"));
        assertThat(streams.outText()).isEqualTo("a\u001b[2J\u0007b\nc\n");
    }

    @Test
    void onATerminalControlCharactersAreEscaped() throws Exception {
        streams.outIsTerminal = true;
        receive(conn -> conn.sendText("a\u001b[2J\u0007b\n\tc\u009b"));
        assertThat(streams.outText()).isEqualTo("a\\x1b[2J\\x07b\n\tc\\x9b\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBinaryMessageIsPrintedAsItsLengthAndItsFirst64Bytes(boolean terminal) throws Exception {
        streams.outIsTerminal = terminal;
        byte[] bytes = new byte[65];
        bytes[1] = 0x1B;
        receive(conn -> {
            conn.sendBinary(new byte[0]);
            conn.sendBinary(bytes, 1, 1);
            conn.sendBinary(bytes);
        });
        assertThat(streams.outText())
                .isEqualTo("[binary, 0 bytes]\n[binary, 1 byte: 1b]\n[binary, 65 bytes: 00 1b" + " 00".repeat(62)
                        + " ...]\n");
    }

    private void receive(Peer.Talk talk) throws Exception {
        try (Peer peer = Peer.talking(conn -> {
            talk.serve(conn);
            echo(conn);
        })) {
            assertThat(streams.connect(peer.url(), "--wait", "0")).isEqualTo(SUCCESS);
        }
    }

    // ---- wrong usage

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:9001",
                "http://localhost/",
                "ws://localhost/#a",
                "ws://user@localhost/",
                "ws://local host/",
                "ws://localhost/ --header=none",
                "ws://localhost/ --header=Host:other",
                "ws://localhost/ --header=Sec-WebSocket-Key:x",
                "ws://localhost/ --subprotocol=a,b",
                "ws://localhost/ --subprotocol=a --subprotocol=a",
                "ws://localhost/ --wait=-1",
                "ws://localhost/ --wait=soon",
                "ws://localhost/ --timeout=1e99",
                "ws://localhost/ --max-message=-1",
                "ws://localhost/ --bogus"
            })
    void wrongUsageIsToldInOneLineWithAPointerToTheHelp(String arguments) {
        String[] split = arguments.isEmpty() ? new String[0] : arguments.split(" (?=--)");
        assertThat(streams.connect(split)).isEqualTo(WRONG_USAGE);
        assertThat(streams.errText()).matches("zws: [^\\n]+\\nTry 'zws connect --help'\\.\\n");
    }
}
