package dev.zws.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.Handshake;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the README shows is what is compiled and run here. */
@Timeout(60)
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path QUICKSTART = Path.of("src/main/java/dev/zws/examples/Quickstart.java");

    @Test
    void everyJavaSnippetOfTheReadmeStandsInAnExample() throws IOException {
        assertThat(Snippets.shown(README)).isEqualTo(Snippets.compiled("README", QUICKSTART));
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
                try {
                    Quickstart.count(listener.accept(), watchdog, Handshake.Options.DEFAULT);
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
