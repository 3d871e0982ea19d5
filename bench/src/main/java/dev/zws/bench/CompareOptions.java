package dev.zws.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * What {@code bench-compare} measures, and how. Where an option names a variable as its {@code descriptionKey}, that variable of
 * the environment gives its default, as with the original (B-9.49); but what is no number is an error, not ignored.
 */
final class CompareOptions {
    private static final Set<String> QUICK_SERVERS = Set.of("zws-selector");
    private static final Set<String> QUICK_SUITES = Set.of("single", "multi-pipelined", Suite.IDLE);
    private static final Set<String> ALWAYS = Set.of(Contestant.REFERENCE, Contestant.CONTROL);

    @Option(
            names = "--suites",
            paramLabel = "NAME",
            split = ",",
            description = "Only these of: single, single-pipelined, multi, multi-pipelined, kib, 64kib, many, deflate,"
                    + " deflate-takeover, idle.")
    private @Nullable Set<String> suites;

    @Option(
            names = "--servers",
            paramLabel = "NAME",
            split = ",",
            description = "Only these of: zws-virtual, zws-virtual-dl, zws-async, zws-async-dl, zws-platform,"
                    + " zws-selector, zws-dedicated (with compression), netty-nio, netty-epoll,"
                    + " vertx, undertow, jetty, tomcat, java-websocket, helidon, ws, bun, uws. zws-virtual and the control"
                    + " are always there; uws is left out unless it is named here or UWS_DIR says where its sources"
                    + " are, for no registry has it.")
    private @Nullable Set<String> servers;

    @Option(
            names = "--quick",
            description =
                    "A few short rounds with few servers, in less than a minute: shows that it works, and its figures"
                            + " mean nothing. Other options hold.")
    private boolean quick;

    @Option(names = "--unpinned", description = "Servers and client share all processors; the tables say so.")
    private boolean unpinned;

    @Option(
            names = "--rounds",
            descriptionKey = "ROUNDS",
            description = "Rounds of each suite; an interval of 95 %% needs 6 (ROUNDS; default: 9, quick: 2).")
    private @Nullable Integer rounds;

    @Option(
            names = "--max-rounds",
            description = "Up to which rounds are added (default: 6 more than --rounds, quick: none).")
    private @Nullable Integer maxRounds;

    @Option(
            names = "--seconds",
            description = "How long one server is measured in a round (default: 0.75, quick: 0.2).")
    private @Nullable Double seconds;

    @Option(
            names = "--iters",
            descriptionKey = "ITERS",
            description = "Messages of each connection in a round, instead of a time (ITERS).")
    private @Nullable Long iterations;

    @Option(
            names = "--warmup",
            descriptionKey = "WARMUP",
            defaultValue = "20",
            description = "Messages of each new connection before a round is measured (WARMUP; default: 20).")
    private long warmUp;

    @Option(
            names = "--warmup-seconds",
            description =
                    "How long a server is loaded before each suite at most, while its rate still rises (default: 30,"
                            + " quick: 1).")
    private @Nullable Double warmUpSeconds;

    @Option(
            names = "--single-conns",
            descriptionKey = "SINGLE_CONNS",
            defaultValue = "1",
            description = "Connections of the single suites (SINGLE_CONNS; default: 1).")
    private int single;

    @Option(
            names = "--multi-conns",
            descriptionKey = "MULTI_CONNS",
            defaultValue = "16",
            description = "Connections of the suites multi, kib, 64kib and deflate (MULTI_CONNS; default: 16).")
    private int multi;

    @Option(
            names = "--pipeline",
            descriptionKey = "PIPELINE_DEPTH",
            defaultValue = "8",
            description = "Messages under way in the pipelined suites, at least 2 (PIPELINE_DEPTH; default: 8).")
    private int pipeline;

    @Option(
            names = "--msg-size",
            descriptionKey = "MSG_SIZE",
            defaultValue = "16",
            description = "Payload of the suites other than kib, 64kib and deflate (MSG_SIZE; default: 16).")
    private int messageSize;

    @Option(
            names = "--timeout-ms",
            descriptionKey = "BENCH_TIMEOUT_MS",
            defaultValue = "10000",
            description = "How long a server may be silent (BENCH_TIMEOUT_MS; default: 10000).")
    private long timeoutMillis;

    @Option(
            names = "--deadline-ms",
            descriptionKey = "ZWS_DEADLINE_MS",
            description =
                    "Given to the servers with deadlines, see bench-server --deadline-ms (ZWS_DEADLINE_MS; default:"
                            + " every default of zws).")
    private @Nullable Long deadlineMillis;

    @Option(
            names = "--idle-conns",
            descriptionKey = "IDLE_CONNS",
            description = "Connections of the idle suite (IDLE_CONNS; default: 10000, quick: 200).")
    private @Nullable Integer idleConnections;

    /** Gives picocli the defaults that stand in {@code environment}. */
    static IDefaultValueProvider defaultsOf(Map<String, String> environment) {
        return argument -> argument instanceof OptionSpec option
                        && !option.descriptionKey().isEmpty()
                ? environment.get(option.descriptionKey())
                : null;
    }

    boolean quick() {
        return quick;
    }

    /** @throws IllegalArgumentException for what is out of its range */
    CompareSettings settings() throws IOException {
        int least = or(rounds, quick ? 2 : 9);
        return new CompareSettings(
                quick,
                least,
                or(maxRounds, quick ? least : least + 6),
                or(seconds, quick ? 0.2 : 0.75),
                iterations,
                warmUp,
                or(warmUpSeconds, quick ? 1.0 : 30.0),
                timeoutMillis,
                deadlineMillis,
                or(idleConnections, quick ? 200 : 10_000),
                unpinned ? null : Pinning.ofThisMachine());
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    /**
     * Those that load the servers.
     *
     * @throws IllegalArgumentException for what is out of its range
     */
    List<Suite> suites() {
        Load.require("--single-conns", single, 1, Load.MAX_CONNECTIONS);
        Load.require("--multi-conns", multi, 1, Load.MAX_CONNECTIONS);
        Load.require("--pipeline", pipeline, 2, Load.MAX_PIPELINE);
        Load.require("--msg-size", messageSize, 0, Load.MAX_MESSAGE);
        List<Suite> all = Suite.all(single, multi, pipeline, messageSize);
        Set<String> chosen = chosenSuites(all);
        return all.stream().filter(suite -> chosen.contains(suite.name())).toList();
    }

    boolean idle() {
        return chosenSuites(Suite.all(single, multi, pipeline, messageSize)).contains(Suite.IDLE);
    }

    private Set<String> chosenSuites(List<Suite> all) {
        Set<String> names = Stream.concat(all.stream().map(Suite::name), Stream.of(Suite.IDLE))
                .collect(Collectors.toSet());
        return chosen("--suites", suites, quick ? QUICK_SUITES : names, names);
    }

    /**
     * Those {@code of} these that are chosen.
     *
     * @throws IllegalArgumentException for a name that there is not
     */
    List<Contestant> contestants(List<Contestant> of) {
        Set<String> names = Stream.concat(Contestant.ALL.stream(), Contestant.DEFLATING.stream())
                .map(Contestant::name)
                .collect(Collectors.toSet());
        Set<String> otherwise = new TreeSet<>(quick ? QUICK_SERVERS : names);
        if (System.getenv(Contestant.UWS_DIR) == null) {
            otherwise.remove(Contestant.UWS);
        }
        Set<String> chosen = chosen("--servers", servers, otherwise, names);
        return of.stream()
                .filter(each -> ALWAYS.contains(each.name()) || chosen.contains(each.name()))
                .map(each -> deadlineMillis == null ? each : each.withDeadlineMillis(deadlineMillis))
                .toList();
    }

    private static Set<String> chosen(
            String option, @Nullable Set<String> given, Set<String> otherwise, Set<String> known) {
        if (given == null) {
            return otherwise;
        }
        Set<String> unknown = new TreeSet<>(given);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(option + ": there is no " + String.join(", ", unknown) + "; there are "
                    + String.join(", ", new TreeSet<>(known)));
        }
        return given;
    }
}
