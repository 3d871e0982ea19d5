package dev.zws.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BenchMainTest {
    private static BenchRun run(String command, String... more) {
        return BenchRun.of(Stream.concat(Arrays.stream(command.split(" ")), Arrays.stream(more))
                .toArray(String[]::new));
    }

    @Test
    void theOptionsOfTheOriginalAreThereWithItsDefaults() { // B-9.40
        BenchRun help = run("bench --help");
        assertThat(help.status()).isZero();
        String text = help.out().replaceAll("\\s+", " ");
        assertThat(text)
                .contains("127.0.0.1", "default: 9001", "default: /", "default: 1)", "default: 200000")
                .contains("default: 10000", "default: 16)", "--text", "--quiet", "--rate-file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bench --port 0",
                "bench --conns 0",
                "bench --conns 4097",
                "bench --iters 0",
                "bench --iters x",
                "bench --warmup -1",
                "bench --pipeline 0",
                "bench --msg-size -1",
                "bench --duration 0",
                "bench --duration NaN",
                "bench --timeout 0",
                "bench --path x",
                "bench-server --port 65536",
                "bench-server --mode fast",
                "bench-server --max-message -1",
                "bench-server --deadline-ms 0",
                "bench-deadlines x",
                "bench-deflate-idle x"
            })
    void wrongUsageExitsWithTwoAndNamesTheOption(String command) {
        BenchRun run = run(command);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(2).first().asString().contains(command.replaceAll("^\\S+ | \\S+$", ""));
    }

    @Test
    void iterationsAndADurationExcludeEachOther() {
        BenchRun run = run("bench --iters 5 --duration 1");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("zws: --iters and --duration exclude each other");
    }

    @Test
    void aSelectorHasNoAsync() {
        BenchRun run = run("bench-server --async --mode selector --port 0");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("zws: --async needs a thread that reads: with --mode virtual or platform");
    }

    @Test
    void nobodyThereIsOneLine() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        BenchRun run = run("bench --port " + port);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("zws: cannot connect to 127.0.0.1:" + port + ": ");
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void aServerThatDoesNotAnswerTheHandshakeIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BenchRun run = run("bench --timeout 0.2 --port " + silent.getLocalPort());
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).startsWith("zws: no WebSocket at ws://127.0.0.1:");
            assertThat(run.err().lines()).hasSize(1);
        }
    }

    @Test
    void aPortThatIsTakenIsOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BenchRun run = run("bench-server --port " + taken.getLocalPort());
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).startsWith("zws: cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": ");
            assertThat(run.err().lines()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"virtual", "platform", "selector", "virtual --async", "platform --async"})
    void aServerSaysWhereItListensIsMeasuredAndEnds(String mode, @TempDir Path folder) throws Exception {
        PipedInputStream said = new PipedInputStream();
        try (PrintWriter pipe = new PrintWriter(new PipedOutputStream(said), true, StandardCharsets.UTF_8)) {
            Thread server = Thread.ofPlatform()
                    .start(() -> BenchMain.commandLine(() -> false)
                            .setOut(pipe)
                            .execute(("bench-server --port=0 --deadlines --mode=" + mode).split(" ")));
            String line = new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8)).readLine();
            assertThat(line).matches("listening on ws://127\\.0\\.0\\.1:[0-9]+/");
            String port = line.replaceAll(".*:|/$", "");
            String nowhere = folder.resolve("missing").resolve("rate").toString();
            BenchRun run =
                    run("bench --iters 10 --warmup 0 --verify --pipeline 5 --port " + port, "--rate-file", nowhere);
            assertThat(run.out()).contains("total_msgs=10");
            assertThat(run.err()).startsWith("zws: cannot write " + nowhere);
            assertThat(run.status()).isEqualTo(1);
            server.interrupt();
            server.join();
        }
    }
}
