package dev.zws.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.HandshakeException;
import dev.zws.Headers;
import dev.zws.Transport;
import dev.zws.Upgrade;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inside a servlet container, which has read the head of the request already: clients that others wrote, and refusals. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TomcatTest {
    private static TomcatServer tomcat;

    @BeforeAll
    static void start() throws Exception {
        tomcat = new TomcatServer();
    }

    @AfterAll
    static void stop() throws Exception {
        tomcat.close();
    }

    private static String echo() {
        return tomcat.serve(AnyOrigin.OPTIONS, new Answering(Answering.Answer.ECHO));
    }

    @Test
    void theJdksClientGetsItsMessagesBack() throws Exception {
        try (JdkClient client = new JdkClient(tomcat.port, echo() + "/chat?room=1")) {
            client.socket.sendText("Grüße", true).join();
            assertThat(client.next()).isEqualTo("text Grüße");
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

    @Test
    void ourClientGetsItsMessagesBack() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        WsClient.run("127.0.0.1", tomcat.port, echo() + "/", "hello", null, new PrintStream(printed, true, UTF_8));
        assertThat(printed.toString(UTF_8).lines()).containsExactly("echoed text: hello", "pong payload: demo");
    }

    @Test
    void theContainersHeadIsJudgedAndSubprotocolAndHeadersAreAnswered() throws Exception {
        Handshake.Options options =
                AnyOrigin.OPTIONS.withSubprotocols("v2", "v1").withHeaders(Headers.of("X-Room", "1"));
        String base = tomcat.serve(options, new Answering(Answering.Answer.ECHO));
        Upgrade upgrade = connect(ClientHandshake.Request.of("localhost", base + "/a%20b?c=%C3%A9")
                .withSubprotocols("v1", "v2"));
        assertThat(upgrade.subprotocol()).isEqualTo("v2");
        assertThat(upgrade.headers().all("X-Room")).containsExactly("1");
    }

    @Test
    void aPageOfAnotherOriginIsRefused() {
        String base = tomcat.serve(Handshake.Options.DEFAULT, new Answering(Answering.Answer.ECHO));
        ClientHandshake.Request request = ClientHandshake.Request.of("localhost", base + "/");
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> connect(request.withHeaders(Headers.of("Origin", "https://other.example"))))
                .satisfies(e -> {
                    assertThat(e.status()).isEqualTo(403);
                    assertThat(e.body()).startsWith("ORIGIN_NOT_ALLOWED");
                });
    }

    @ParameterizedTest // B-4.16 to B-4.19: what the container lets through, the library judges
    @CsvSource({
        "GET / => POST /, 405",
        "Upgrade: websocket => X: y, 426",
        "Connection: Upgrade => Connection: keep-alive, 426",
        "Version: 13 => Version: 8, 426",
        "dGhlIHNhbXBsZSBub25jZQ== => short, 400",
        "Version: 13 => Version: 13\\nSec-WebSocket-Version: 13, 400",
        "HTTP/1.1 => HTTP/1.0, 505",
        "Version: 13 => Version: 13\\nContent-Length: 3\\n\\nabc, 400",
    })
    void aRequestThatBreaksARuleIsRefusedAndTheConnectionClosed(String change, int status) throws Exception {
        String base = echo();
        String request =
                "GET " + base + "/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        List<String> parts = List.of(change.replace("\\n", "\r\n").split(" => "));
        assertThat(request).contains(parts.get(0));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tomcat.port)) {
            socket.setSoTimeout(Peer.PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write(request.replace(parts.get(0), parts.get(1)).getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("\r\nconnection: close");
        }
    }

    @Test
    void anAbortFailsTheConnectionAndItsReaderEndsAtTheLatestWithThePeer() throws Exception {
        CompletableFuture<Conn> opened = new CompletableFuture<>();
        CompletableFuture<String> end = new CompletableFuture<>();
        Answering session = new Answering(Answering.Answer.ECHO);
        String base = tomcat.serve(AnyOrigin.OPTIONS, conn -> {
            opened.complete(conn);
            try {
                session.run(conn);
            } finally {
                end.complete(session.outcome());
            }
        });
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tomcat.port);
                Transport transport = Transport.of(socket)) {
            ClientHandshake.connect(transport, ClientHandshake.Request.of("localhost", base + "/"));
            Conn conn = opened.get(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            conn.abort();
            assertThat(conn.state()).isEqualTo(Conn.State.FAILED);
            transport.abort();
            assertThat(end.get(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("lost");
        }
    }

    private static Upgrade connect(ClientHandshake.Request request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tomcat.port);
                Transport transport = Transport.of(socket)) {
            socket.setSoTimeout(Peer.PATIENCE_MILLIS);
            return ClientHandshake.connect(transport, request);
        }
    }
}
