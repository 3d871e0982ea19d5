package dev.zws.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes that are started, measured and ended. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class CompareRunTest {
    private static final List<String> ZWS = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.zws.bench.BenchMain");

    @TempDir
    Path home;

    private final List<String> log = new ArrayList<>();

    private static Contestant own(String name, String mode) {
        return new Contestant(name, List.of("bench-server", "--port", "0", "--mode", mode));
    }

    private static CompareSettings settings() {
        return new CompareSettings(true, 2, 2, 0.1, null, 5, 0.25, 10_000, null, 20, null);
    }

    @Test
    void serversAreMeasuredInRotationAndIdleAndOneThatDoesNotStartIsNamed() throws Exception {
        List<Contestant> contestants = List.of(
                own(Contestant.REFERENCE, "virtual"),
                own(Contestant.CONTROL, "virtual"),
                own("zws-selector", "selector"),
                own("gone", "nonsense"));
        Path json = home.resolve("compare.json");
        CompareReport report;
        try (Servers servers = new Servers(ZWS)) {
            report = new CompareRun(settings(), servers, Machine.here(), new CompareRun.Commit("0", false), log::add)
                    .run(
                            contestants,
                            List.of(),
                            List.of(new Suite("multi", 2, 4, 16, Load.Compression.NONE)),
                            true,
                            kept -> kept.save(json));
        }
        assertThat(CompareReport.load(json)).isEqualTo(report);
        SuiteResult suite = report.suites().getFirst();
        assertThat(suite.failures()).isEmpty();
        assertThat(suite.servers()).containsExactlyInAnyOrder("zws-virtual", "control", "zws-selector");
        assertThat(suite.warmUps()).hasSize(3).allMatch(warmUp -> warmUp.rates().size() >= 4);
        assertThat(suite.samples()).hasSize(6).allSatisfy(sample -> {
            assertThat(sample.messages()).isPositive();
            assertThat(sample.nanos()).isGreaterThanOrEqualTo(100_000_000);
        });
        // a single sample may be shorter than a clock tick
        assertThat(suite.samples().stream().mapToLong(Sample::serverCpuNanos).sum())
                .isPositive();
        assertThat(suite.samples().stream().mapToLong(Sample::clientCpuNanos).sum())
                .isPositive();
        assertThat(report.failures()).containsOnlyKeys("gone");
        assertThat(report.failures().get("gone")).startsWith("does not start: ended with status 2: zws: ");
        assertThat(report.isIncomplete()).isTrue();
        IdleResult idle = report.idle();
        assertThat(idle.failures()).isEmpty();
        assertThat(idle.servers()).extracting(IdleResult.Server::name).containsExactly("zws-virtual", "zws-selector");
        assertThat(idle.servers()).allSatisfy(server -> {
            assertThat(server.residentOpen()).isGreaterThan(1 << 20);
            assertThat(idle.heapEach(server)).isBetween(100.0, 1e6);
        });
    }

    /** {@code sh} plays the server; what {@code arguments} says is its script. */
    private static Contestant script(String script) {
        return new Contestant("fake", List.of(script));
    }

    @Test
    void aServerSaysItsVersionAndWhereItListensAndIsEndedWithWhatItStarted() throws Exception {
        try (Servers servers = new Servers(List.of("sh", "-c"))) {
            ServerProcess server = servers.start(script(
                    "sleep 600 & echo noise; echo version 1.2 of it; echo listening on ws://127.0.0.1:9/x; sleep 600"));
            assertThat(server.uri()).isEqualTo(URI.create("ws://127.0.0.1:9/x"));
            assertThat(server.version()).isEqualTo("1.2 of it");
            assertThat(server.liveHeapBytes()).as("no JVM").isNull();
            List<ProcessHandle> started = ProcessHandle.current().descendants().toList();
            assertThat(started).hasSizeGreaterThanOrEqualTo(2);
            servers.end(server);
            for (ProcessHandle each : started) {
                each.onExit().get();
            }
            assertThat(server.isAlive()).isFalse();
        }
    }

    @Test
    void aServerThatEndsInsteadSaysWhy() throws Exception {
        try (Servers servers = new Servers(List.of("sh", "-c"))) {
            assertThatThrownBy(() -> servers.start(script("echo one; echo two >&2; echo three; echo four; exit 3")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("does not start: ended with status 3: two / three / four");
            assertThatThrownBy(() -> servers.start(script("exit 0"))).hasMessage("does not start: ended with status 0");
        }
    }

    @Test
    void aServerThatDoesNotKeepItsIdleConnectionsHasNoFigure() throws Exception {
        try (ServerSocket listener = new ServerSocket(0)) {
            Thread server = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 2; i++) {
                        try (var accepted = listener.accept()) {
                            accepted.getOutputStream()
                                    .write("HTTP/1.1 101 x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        }
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            URI uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/");
            try (IdleConnections connections = new IdleConnections(uri, 10_000)) {
                connections.open(2);
                server.join();
                assertThatThrownBy(connections::requireOpen)
                        .isInstanceOf(IOException.class)
                        .hasMessage("2 of 2 idle connections were ended by the server");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--suites nope | --suites: there is no nope; there are 64kib, deflate, deflate-takeover, idle,",
                "--servers ws,nope,node | --servers: there is no node, nope; there are bun, control, helidon,",
                "--pipeline 1 | --pipeline is 1; it must be 2 to 65536",
                "--multi-conns 0 | --multi-conns is 0; it must be 1 to 4096",
                "--rounds 3 --max-rounds 2 | --max-rounds is 2; it must be 3 to 1000",
                "--seconds NaN | --seconds is NaN; it must be 0.01 to 3600",
                "--quick --write | the figures of a quick run mean nothing: it cannot be used with --write"
            })
    void wrongUsageIsOneLine(String arguments, String message) {
        BenchRun run = BenchRun.in(
                Map.of(BenchCompare.HOME, home.toString()), ("bench-compare --unpinned " + arguments).split(" "));
        assertThat(run.err()).startsWith("zws: " + message);
        assertThat(run.status()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "ROUNDS, --rounds",
        "SINGLE_CONNS, --single-conns",
        "MULTI_CONNS, --multi-conns",
        "ITERS, --iters",
        "WARMUP, --warmup",
        "PIPELINE_DEPTH, --pipeline",
        "MSG_SIZE, --msg-size",
        "BENCH_TIMEOUT_MS, --timeout-ms",
        "ZWS_DEADLINE_MS, --deadline-ms",
        "IDLE_CONNS, --idle-conns"
    })
    void theEnvironmentGivesDefaultsAndWhatIsNoNumberIsAnError(String name, String option) { // B-9.49
        BenchRun run = BenchRun.in(Map.of(name, "many"), "bench-compare");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("zws: Invalid value for option '" + option + "'");
    }

    @Test
    void aDeadlineIsGivenToTheServersThatHaveDeadlines() {
        List<List<String>> arguments = Contestant.ALL.stream()
                .map(each -> each.withDeadlineMillis(5).arguments())
                .filter(each -> each.contains("--deadline-ms"))
                .toList();
        assertThat(arguments)
                .hasSize(2)
                .allMatch(each -> each.contains("--deadlines"))
                .first()
                .isEqualTo(List.of(
                        "bench-server", "--port", "0", "--mode", "virtual", "--deadlines", "--deadline-ms", "5"));
    }
}
