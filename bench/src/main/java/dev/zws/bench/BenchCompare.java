package dev.zws.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zws bench-compare}: zws and its peers, measured by {@link CompareRun}; tables and plots of it. */
@Command(
        name = "bench-compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures the echo servers of zws and of its peers with one client, and makes tables and plots of it.",
            "",
            "Takes about three quarters of an hour with all servers and suites, on Linux. Every server is a process of its own, all of them on one"
                    + " processor, and the client is on another. What has to be built or fetched for them is, first.",
            "",
            "Each suite loads each server until its rate stops rising, and then measures all of them in turn, round by round."
                    + " Figures are relative to zws-virtual in the same round: to the mean of its two processes. How much the second, the control,"
                    + " differs from the first shows what that is worth: while the median strays by more than 5 %%, rounds are added.",
            "",
            "Writes compare.json with every round, compare.md and plots into bench/target/compare (with --quick:"
                    + " bench/target/compare-quick); with --write the tables also into docs/performance.md and README.md,"
                    + " and the plots into docs/plots.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every server was measured in every suite",
            "1:one could not be (the tables say which and why, and have the others), or nothing could",
            "2:wrong usage"
        })
final class BenchCompare implements Callable<Integer> {
    /** Where the repository is; {@code ./zws} sets it. */
    static final String HOME = "ZWS_HOME";

    private final Map<String, String> environment;

    @Mixin
    private final CompareOptions options = new CompareOptions();

    @Option(names = "--write", description = "Puts tables and plots into the documents, too.")
    private boolean write;

    @Option(
            names = "--render",
            paramLabel = "FILE",
            description = "Measures nothing, but makes tables and plots again of what a compare.json says.")
    private @Nullable Path render;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the figures are put, instead of compare.json.")
    private @Nullable Path json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    BenchCompare(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        CompareDocuments documents = new CompareDocuments(home());
        CompareReport report = render == null ? null : CompareReport.load(render);
        boolean quick = report == null ? options.quick() : report.settings().quick();
        Path folder = documents.folder(quick);
        if (write && quick) {
            throw wrong("the figures of a quick run mean nothing: it cannot be used with --write");
        }
        if (write) {
            documents.requireMarkers(); // not after half an hour
        }
        if (report == null) {
            report = measure(documents.home(), json == null ? folder.resolve("compare.json") : json);
        }
        PrintWriter out = command.commandLine().getOut();
        CompareDocuments.writeInto(folder, report);
        out.println("tables and plots: " + folder);
        if (write) {
            documents.write(report);
            out.println("and in docs/performance.md, README.md and docs/plots");
        }
        out.flush();
        return report.isIncomplete() ? 1 : 0;
    }

    private Path home() throws IOException {
        String home = environment.get(HOME);
        if (home == null) {
            throw new IOException("run it as ./zws bench-compare, which says where the repository is");
        }
        return Path.of(home);
    }

    private CompareReport measure(Path home, Path json) throws IOException, InterruptedException {
        CompareSettings settings;
        List<Contestant> contestants;
        List<Contestant> deflating;
        List<Suite> suites;
        try {
            suites = options.suites();
            contestants = options.contestants(Contestant.ALL);
            deflating = options.contestants(Contestant.DEFLATING);
            settings = options.settings();
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
        if (options.idle()) {
            IdleSuite.requireFiles(settings.idleConnections(), Files.readString(Path.of("/proc/self/limits")));
        }
        String zws = home.resolve("zws").toString();
        PrintWriter err = command.commandLine().getErr();
        Consumer<String> log = line -> {
            err.println(line);
            err.flush();
        };
        if (contestants.stream().anyMatch(Contestant::isPeer)) {
            log.accept("preparing the peers");
            prepare(zws);
        }
        Machine machine = Machine.here(); // before this process is left one processor
        List<String> prefix = new ArrayList<>();
        if (settings.pinning() != null) {
            settings.pinning().pinThisProcess();
            prefix.addAll(settings.pinning().serverPrefix());
        }
        prefix.add(zws);
        try (Servers servers = new Servers(prefix)) {
            return new CompareRun(settings, servers, machine, CompareRun.Commit.of(home), log)
                    .run(contestants, deflating, suites, options.idle(), report -> report.save(json));
        }
    }

    /** Has the peers built with all processors; when one cannot be, its start will say why. */
    private static void prepare(String zws) throws IOException, InterruptedException {
        new ProcessBuilder(zws, "bench-peer", "--help")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private ParameterException wrong(@Nullable String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
