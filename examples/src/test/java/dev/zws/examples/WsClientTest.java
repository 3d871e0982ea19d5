package dev.zws.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.HandshakeException;
import dev.zws.Message;
import dev.zws.Opcode;
import dev.zws.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against the echo server, against servers that are none, and against wrong certificates. */
@Timeout(60)
class WsClientTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String ECHOED = "echoed text: hello from zws\npong payload: demo\n";

    private static Certificate certificate;

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        certificate = new Certificate(folder, "dns:localhost,dns:chat.example.com");
    }

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, UTF_8);

    @Test
    void theEchoServerEchoes() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (Listener server = EchoServer.start(0, null, Conn.Config.DEFAULT, new PrintStream(log, true, UTF_8))) {
            run(server.port(), null);
        }
        assertThat(text(printed)).isEqualTo(ECHOED);
        assertThat(text(log)).isEmpty();
    }

    @Test
    void aRefusalIsShown() throws Exception {
        try (Listener server = listener(transport ->
                Handshake.begin(transport, AnyOrigin.OPTIONS).read().reject(404, "no such room"))) {
            assertThatExceptionOfType(HandshakeException.class)
                    .isThrownBy(() -> run(server.port(), null))
                    .withMessage("the server refused with status 404")
                    .satisfies(e -> assertThat(e.body()).isEqualTo("no such room\n"));
        }
    }

    @Test
    void aServerThatDoesNotEchoIsReported() throws Exception {
        assertReported("the server did not send a text back", conn -> conn.sendBinary(new byte[1]));
        assertReported("the server did not send a text back", conn -> conn.writeClose(CloseStatus.NORMAL));
        assertReported("the server did not answer a ping with a pong", conn -> {
            conn.sendText("");
            conn.sendText("");
        });
        assertReported("the server did not answer a ping with a pong", conn -> {
            conn.sendText("");
            conn.writeFrame(Opcode.BINARY, true, new byte[70_000], 0, 70_000); // more than is lent in one piece
        });
    }

    /** What a server does in the place of an echo. */
    private interface Reply {
        void to(Conn conn) throws IOException;
    }

    private void assertReported(String message, Reply reply) throws Exception {
        try (Listener server = listener(transport -> {
            Conn conn = Conn.server(transport, Handshake.upgrade(transport, AnyOrigin.OPTIONS), Conn.Config.DEFAULT);
            reply.to(conn);
            conn.flush();
            conn.readMessage();
        })) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> run(server.port(), null))
                    .withMessage(message);
        }
    }

    private static Listener listener(Listener.Session session) throws IOException {
        return new Listener(0, new PrintStream(PrintStream.nullOutputStream(), true, UTF_8), session);
    }

    @Test
    void whatIsNoAddressIsRefusedBeforeAnythingIsSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WsClient.run("localhost", 1, "/ HTTP/1.1\r\nX: y", "", null, out));
        assertThatIllegalArgumentException().isThrownBy(() -> WsClient.run("user@localhost", 1, "/", "", null, out));
    }

    // ---- TLS

    @Test
    void overTlsToo() throws Exception {
        try (ServerSocket listener = listener()) {
            FutureTask<List<SNIServerName>> serving = serve(listener);
            WsClient.run("localhost", listener.getLocalPort(), "/", "hello from zws", certificate.trusted(), out);
            assertThat(serving.get(20, TimeUnit.SECONDS)).isEmpty();
        }
        assertThat(text(printed)).isEqualTo(ECHOED);
    }

    @Test
    void theHandlersServerHasTlsToo() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream lines = new PrintStream(log, true, UTF_8);
        SSLContext shown = certificate.shown();
        try (Listener server =
                HandlerEchoServer.start(0, shown, HandlerEchoServer.Mode.SYNC, null, Conn.Config.DEFAULT, lines)) {
            WsClient.run("localhost", server.port(), "/", "hello from zws", certificate.trusted(), out);
        }
        assertThat(text(printed)).isEqualTo(ECHOED);
        assertThat(text(log)).isEmpty();
    }

    @Test
    void theServerIsToldTheName() throws Exception {
        try (ServerSocket listener = listener();
                Socket socket = new Socket(LOOPBACK, listener.getLocalPort())) {
            FutureTask<List<SNIServerName>> serving = serve(listener);
            WsClient.secure(socket, "chat.example.com", certificate.trusted()).close();
            assertThat(serving.get(20, TimeUnit.SECONDS)).containsExactly(new SNIHostName("chat.example.com"));
        }
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        assertRefused("127.0.0.1", certificate.trusted());
        try (ServerSocket listener = listener();
                Socket socket = new Socket(LOOPBACK, listener.getLocalPort())) {
            FutureTask<List<SNIServerName>> serving = serve(listener);
            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> WsClient.secure(socket, "example.com", certificate.trusted()));
            assertThat(serving).failsWithin(Duration.ofSeconds(20));
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
        assertRefused("localhost", SSLContext.getDefault());
    }

    private void assertRefused(String host, SSLContext trusting) throws Exception {
        try (ServerSocket listener = listener()) {
            FutureTask<List<SNIServerName>> serving = serve(listener);
            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> WsClient.run(host, listener.getLocalPort(), "/", "hello", trusting, out));
            assertThat(serving).failsWithin(Duration.ofSeconds(20));
            assertThat(text(printed)).isEmpty();
        }
    }

    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 1, LOOPBACK);
    }

    /** Echoes on one connection, if the other side goes that far, and tells which names it was asked for. */
    private static FutureTask<List<SNIServerName>> serve(ServerSocket listener) {
        FutureTask<List<SNIServerName>> serving = new FutureTask<>(() -> {
            try (Socket below = listener.accept();
                    SSLSocket socket =
                            (SSLSocket) certificate.shown().getSocketFactory().createSocket(below, null, true)) {
                socket.startHandshake();
                List<SNIServerName> names = ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames();
                try (Transport transport = Transport.of(socket, below);
                        Conn conn = Conn.server(
                                transport, Handshake.upgrade(transport, AnyOrigin.OPTIONS), Conn.Config.DEFAULT)) {
                    for (Message message; (message = conn.readMessage()) != null; ) {
                        conn.write(message);
                    }
                } catch (IOException e) {
                    // the other side left early
                }
                return names;
            }
        });
        Thread.startVirtualThread(serving);
        return serving;
    }

    private void run(int port, SSLContext tls) throws IOException {
        WsClient.run("127.0.0.1", port, "/", "hello from zws", tls, out);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(UTF_8).replace("\r\n", "\n");
    }
}
