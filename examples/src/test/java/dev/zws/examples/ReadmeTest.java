package dev.zws.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Transport;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the README shows is what is compiled and run here. */
@Timeout(60)
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path EXAMPLES = Path.of("src/main/java/dev/zws/examples");

    @Test
    void everyJavaSnippetOfTheReadmeStandsInAnExample() throws IOException {
        List<String> compiled = new ArrayList<>(Snippets.compiled("README", EXAMPLES.resolve("Quickstart.java")));
        compiled.addAll(Snippets.compiled("README", EXAMPLES.resolve("QuickHandler.java")));
        assertThat(Snippets.shown(README)).isEqualTo(compiled).hasSize(2);
    }

    @Test
    void theServerOfTheReadmeEchoes() throws Exception {
        CompletableFuture<IOException> stopped = new CompletableFuture<>();
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (listener) {
            Thread.startVirtualThread(() -> {
                try {
                    Quickstart.serve(listener);
                } catch (IOException e) {
                    stopped.complete(e);
                }
            });
            try (JdkClient client = new JdkClient(listener.getLocalPort())) {
                client.socket.sendText("ten lines", true).join();
                assertThat(client.next()).isEqualTo("text ten lines");
                client.socket.sendClose(1000, "").join();
                assertThat(client.next()).isEqualTo("close 1000 ");
            }
        }
        assertThat(stopped.join()).isInstanceOf(SocketException.class);
    }

    @Test
    void theHandlerOfTheReadmeCounts() throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Watchdog watchdog = Watchdog.start()) {
            Thread.startVirtualThread(() -> {
                try (Transport transport = Transport.of(listener.accept()).watchedBy(watchdog);
                        Conn conn = Conn.server(
                                transport,
                                Handshake.upgrade(transport, Handshake.Options.DEFAULT),
                                Conn.Config.DEFAULT)) {
                    QuickHandler.serve(conn);
                    ended.complete(null);
                } catch (Throwable e) {
                    ended.complete(e);
                }
            });
            try (JdkClient client = new JdkClient(listener.getLocalPort())) {
                client.socket.sendText("apple", true).join();
                client.socket.sendText("pear", true).join();
                assertThat(client.next()).isEqualTo("text 1: apple");
                assertThat(client.next()).isEqualTo("text 2: pear");
                client.socket.sendClose(1000, "").join();
                assertThat(client.next()).isEqualTo("close 1000 ");
            }
            assertThat(ended.join()).isNull();
        }
    }
}
