package dev.zws.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.Conn;
import dev.zws.Limits;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples with handlers, from outside. */
@Timeout(60)
class HandlerExamplesTest {
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final PrintStream out = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8) {
        @Override
        public void println(String line) {
            log.add(line);
        }
    };

    private static String ask(JdkClient client, String text) throws InterruptedException {
        client.socket.sendText(text, true).join();
        return client.next();
    }

    private static void leave(JdkClient client) throws InterruptedException {
        client.socket.sendClose(1000, "").join();
        assertThat(client.next()).isEqualTo("close 1000 ");
    }

    @Test
    void everyConnectionHasACalculatorOfItsOwnWhichSurvivesASlip() throws Exception {
        try (Listener server = Calculator.start(0, out);
                JdkClient ann = new JdkClient(server.port());
                JdkClient bob = new JdkClient(server.port())) {
            assertThat(ask(ann, "6")).isEqualTo("text 6");
            assertThat(ask(bob, "-1")).isEqualTo("text -1");
            assertThat(ask(ann, "* 7")).isEqualTo("text 42");
            assertThat(ask(ann, "/ 0")).startsWith("text error: ");
            assertThat(ask(ann, "six")).startsWith("text error: ");
            assertThat(ask(ann, "? 1")).isEqualTo("text error: no such operator: ?");
            ann.socket.sendBinary(ByteBuffer.allocate(1), true).join();
            assertThat(ann.next()).isEqualTo("text error: not a text");
            assertThat(ask(ann, "- 0.5")).isEqualTo("text 41.5");
            assertThat(ask(bob, "+ 1e3")).isEqualTo("text 999");
            leave(ann);
            leave(bob);
        }
        assertThat(log).isEmpty();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void uploadLargerThanMayBeHeldInMemoryIsWrittenToAFile(@TempDir Path folder) throws Exception {
        Conn.Config config = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxMessagePayload(1000));
        byte[] content = new byte[3_000_000];
        new Random(7).nextBytes(content);
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        try (Listener server = Upload.start(0, folder, config, out);
                JdkClient client = new JdkClient(server.port())) {
            client.socket
                    .sendBinary(ByteBuffer.wrap(content, 0, 1_000_000), false)
                    .join();
            client.socket
                    .sendBinary(ByteBuffer.wrap(content, 1_000_000, 2_000_000), true)
                    .join();
            String answer = client.next();
            Path file = files(folder).getFirst();
            assertThat(answer).isEqualTo("text " + file.getFileName() + " 3000000 " + sum);
            assertThat(file).hasBinaryContent(content);
            client.socket.sendText("half", false).join();
            leave(client);
            while (files(folder).size() > 1) { // its handler deletes it when it finds the Close
                assertThat(Thread.currentThread().isInterrupted())
                        .as("out of time")
                        .isFalse();
            }
        }
        assertThat(log).isEmpty();
    }

    @Test
    void slowAnswersAreWaitedForBesideEachOtherAndComeInOrder() throws Exception {
        CountDownLatch others = new CountDownLatch(2);
        Lookup.Directory directory = name -> {
            if (name.equals("slow")) {
                others.await();
            } else {
                others.countDown();
            }
            return name + " found";
        };
        try (Listener server = Lookup.start(0, directory, out);
                JdkClient client = new JdkClient(server.port())) {
            for (String name : List.of("slow", "quick", "quicker")) {
                client.socket.sendText(name, true).join();
            }
            assertThat(client.next()).isEqualTo("text slow found");
            assertThat(client.next()).isEqualTo("text quick found");
            assertThat(client.next()).isEqualTo("text quicker found");
            leave(client);
        }
        assertThat(log).isEmpty();
    }

    @Test
    void lookupThatFailsEndsItsConnectionWith1011AndOneLineInTheLog() throws Exception {
        Lookup.Directory broken = name -> {
            throw new IOException("the directory is down");
        };
        Listener server = Lookup.start(0, broken, out);
        try (server;
                JdkClient client = new JdkClient(server.port())) {
            assertThat(ask(client, "anyone")).isEqualTo("close 1011 ");
            assertThat(log.take()).endsWith("the directory is down"); // after the connection has ended
        }
        assertThat(log).isEmpty();
    }
}
