package dev.zws.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.Conn;
import dev.zws.PerMessageDeflate;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Takeover;
import dev.zws.examples.HandlerEchoServer.Mode;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The echo servers from outside, with the JDK's client and with bytes written by hand. */
@Timeout(60)
class EchoServersTest {
    private static final int PATIENCE_MILLIS = 20_000;

    enum Kind {
        ECHO,
        HANDLER_SYNC,
        HANDLER_ASYNC,
        HANDLER_STREAM,
        FRAME_ECHO,
        POLL_ECHO
    }

    /** A running server of one kind, with its log. */
    private static final class Server implements AutoCloseable {
        private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
        private final AutoCloseable server;
        final int port;

        Server(Kind kind) throws IOException {
            this(kind, null);
        }

        Server(Kind kind, PerMessageDeflateConfig deflate) throws IOException {
            PrintStream out = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8) {
                @Override
                public void println(String line) {
                    log.add(line);
                }
            };
            if (kind == Kind.POLL_ECHO) {
                PollEchoServer poll = PollEchoServer.start(0, deflate, Conn.Config.DEFAULT, out);
                server = poll;
                port = poll.port();
            } else {
                Listener listener = start(kind, deflate, out);
                server = listener;
                port = listener.port();
            }
        }

        private static Listener start(Kind kind, PerMessageDeflateConfig deflate, PrintStream out) throws IOException {
            return switch (kind) {
                case ECHO -> EchoServer.start(0, deflate, Conn.Config.DEFAULT, out);
                case FRAME_ECHO -> FrameEchoServer.start(0, deflate, Conn.Config.DEFAULT, out);
                default -> {
                    Mode mode = Mode.valueOf(kind.name().replace("HANDLER_", ""));
                    yield HandlerEchoServer.start(0, mode, deflate, Conn.Config.DEFAULT, out);
                }
            };
        }

        /** The next line of the log; what is logged comes after the connection has ended. */
        String nextLog() throws InterruptedException {
            return String.valueOf(log.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }

        @Override
        public void close() throws IOException {
            try {
                server.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
            assertThat(log).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void echoesWhatTheJdksClientSends(Kind kind) throws Exception {
        try (Server server = new Server(kind);
                JdkClient client = new JdkClient(server.port)) {
            client.socket.sendText("Grüße", true).join();
            assertThat(client.next()).isEqualTo("text Grüße");
            client.socket.sendText("", true).join();
            assertThat(client.next()).isEqualTo("text ");
            client.socket.sendBinary(ByteBuffer.allocate(1 << 20), true).join();
            assertThat(client.next()).isEqualTo("binary 1048576");
            client.socket.sendText("frag", false).join();
            client.socket.sendPing(ByteBuffer.allocate(3)).join();
            client.socket.sendText("mented", true).join();
            assertThat(client.next()).isEqualTo("pong 3");
            assertThat(client.next()).isEqualTo("text fragmented");
            client.socket.sendClose(1000, "done").join();
            assertThat(client.next()).isEqualTo("close 1000 done");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRequestThatIsNoHandshakeIsAnsweredAndLoggedInOneLine(Kind kind) throws Exception {
        try (Server server = new Server(kind);
                Socket socket = connect(server.port)) {
            socket.getOutputStream().write("POST / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 405 ").containsIgnoringCase("allow: GET\r\n");
            assertThat(server.nextLog()).contains(":" + socket.getLocalPort());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "FRAME_ECHO", mode = EnumSource.Mode.EXCLUDE)
    void aBadByteAtTheStartOfALargeTextIsAnsweredBeforeTheRestIsSent(Kind kind) throws Exception {
        try (Server server = new Server(kind);
                Socket socket = connect(server.port)) {
            upgrade(socket);
            // a final text frame that announces 1 MiB, masked with zeros, of which only the first two bytes are sent
            socket.getOutputStream().write(HexFormat.of().parseHex("81ff000000000010000000000000" + "61ff"));
            assertThat(HexFormat.of().formatHex(socket.getInputStream().readAllBytes()))
                    .isEqualTo("880203ef"); // 1007
            assertThat(server.nextLog()).contains("INVALID_UTF8");
        }
    }

    @ParameterizedTest // beside a handler the Close is answered at once, and its response refused
    @EnumSource(value = Kind.class, names = "HANDLER_ASYNC", mode = EnumSource.Mode.EXCLUDE)
    void theFirstFrameMayComeInTheHandshakesPacket(Kind kind) throws Exception {
        try (Server server = new Server(kind);
                Socket socket = connect(server.port)) {
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.writeBytes(request());
            packet.writeBytes(HexFormat.of().parseHex("818200000000" + "4869" + "888000000000"));
            socket.getOutputStream().write(packet.toByteArray());
            readHead(socket);
            assertThat(HexFormat.of().formatHex(socket.getInputStream().readAllBytes()))
                    .isEqualTo("81024869" + "8800");
        }
    }

    @Test // B-11.37
    void compressedFramesComeBackAsTheyWere() throws Exception {
        PerMessageDeflateConfig keeping = PerMessageDeflateConfig.DEFAULT.withTakeover(Takeover.POOLED);
        try (Server server = new Server(Kind.FRAME_ECHO, keeping);
                Socket socket = connect(server.port)) {
            upgrade(socket, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
            // RFC 7692, 7.2.3.1 and 7.2.3.2: "Hello" twice, the second time referring to the first; then a Close
            socket.getOutputStream()
                    .write(HexFormat.of()
                            .parseHex("c18700000000" + "f248cdc9c90700" + "c18500000000" + "f200110000"
                                    + "888000000000"));
            assertThat(HexFormat.of().formatHex(socket.getInputStream().readAllBytes()))
                    .isEqualTo("c107" + "f248cdc9c90700" + "c105" + "f200110000" + "8800");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, 15, 15, true",
        "true, true, 15, 15, true",
        "true, true, 15, 9, true",
        "true, true, 9, 15, false",
        "false, true, 12, 12, true",
        "true, false, 12, 12, false"
    })
    void framesCanBeEchoedWhenTheClientCanReadWhatItSent(
            boolean serverKeepsNothing, boolean clientKeepsNothing, int serverBits, int clientBits, boolean can) {
        assertThat(FrameEchoServer.canEcho(
                        new PerMessageDeflate(serverKeepsNothing, clientKeepsNothing, serverBits, clientBits)))
                .isEqualTo(can);
    }

    @Test
    void clientThatCouldNotReadItsOwnFramesIsRefused() throws Exception {
        try (Server server = new Server(Kind.FRAME_ECHO, PerMessageDeflateConfig.DEFAULT);
                Socket socket = connect(server.port)) {
            upgrade(socket, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n");
            assertThat(HexFormat.of().formatHex(socket.getInputStream().readNBytes(4)))
                    .startsWith("88")
                    .endsWith("03f0"); // 1008
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static byte[] request(String... headers) {
        return ("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                        + String.join("", headers) + "\r\n")
                .getBytes(ISO_8859_1);
    }

    private static void upgrade(Socket socket, String... headers) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(request(headers));
        readHead(socket);
    }

    private static void readHead(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readByte());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101 ").contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
