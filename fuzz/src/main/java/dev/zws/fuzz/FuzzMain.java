package dev.zws.fuzz;

import dev.zws.FuzzTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./zws fuzz}. */
@Command(
        name = "zws fuzz",
        mixinStandardHelpOptions = true,
        version = "zws 0.1.0",
        sortOptions = false,
        description = {
            "Fuzzes the parsers and the connection with Jazzer: see docs/testing.md.",
            "Exits with 1 when an input broke an invariant, and prints that and how to replay it."
        })
public final class FuzzMain implements Callable<Integer> {
    private static final String HOME = "ZWS_HOME";
    private static final long QUICK_RUNS = 20_000;
    private static final long QUICK_SECONDS = 3;

    @Option(names = "--quick", description = "A few seconds for each target, as CI does.")
    private boolean quick;

    @Option(
            names = "--target",
            paramLabel = "NAME",
            description = "Only this one; may be repeated. One of: ${COMPLETION-CANDIDATES}",
            completionCandidates = Labels.class)
    private List<String> labels = new ArrayList<>();

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "At least so many inputs for each, and more as long as they find new edges. Default: 1000000")
    private long runs = 1_000_000;

    @Option(names = "--seconds", paramLabel = "N", description = "But no longer than this for each. Default: 600")
    private long seconds = 600;

    @Option(names = "--jobs", paramLabel = "N", description = "How many are fuzzed at once. Default: 2")
    private int jobs = 2;

    @Option(
            names = "--write",
            description =
                    "Put the record into " + FuzzRecord.FILE + ", too; it is always in " + FuzzRecord.LATEST + ".")
    private boolean write;

    @Option(names = "--replay", paramLabel = "HEX", description = "Only this one input, in this process.")
    private @Nullable String replay;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    /** For {@code --help}. */
    static final class Labels extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Labels() {
            super(Arrays.stream(FuzzTarget.values()).map(FuzzTarget::label).toList());
        }
    }

    /** Exits with 0, 1 when an invariant was broken, or 2 for wrong usage. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new FuzzMain())
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, arguments) -> {
                    CommandLine command = e.getCommandLine();
                    command.getErr().println("zws: " + e.getMessage());
                    command.getErr().println("Try 'zws fuzz --help'.");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("zws: " + e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    @Override
    public Integer call() throws Exception {
        List<FuzzTarget> targets = targets();
        if (runs < 1 || seconds < 1 || jobs < 1) {
            throw wrong("--runs, --seconds and --jobs are at least 1");
        }
        if (write && (quick || !labels.isEmpty())) {
            throw wrong("a record is of all targets, and not of a quick run");
        }
        if (replay != null) {
            return replay(targets, replay);
        }
        List<FuzzResult> results = fuzz(home(), targets);
        FuzzRecord record = FuzzRecord.of(home(), results);
        record.write(home().resolve(FuzzRecord.LATEST));
        if (write) {
            record.write(home().resolve(FuzzRecord.FILE));
            say("written: " + FuzzRecord.FILE);
        }
        return results.stream().anyMatch(result -> result.finding() != null) ? 1 : 0;
    }

    private List<FuzzTarget> targets() {
        List<FuzzTarget> targets = new ArrayList<>();
        for (String label : labels) {
            FuzzTarget target = FuzzTarget.of(label);
            if (target == null) {
                throw wrong("there is no target " + label + "; there are " + String.join(", ", new Labels()));
            }
            targets.add(target);
        }
        return targets.isEmpty() ? List.of(FuzzTarget.values()) : targets;
    }

    private Path home() throws IOException {
        String home = System.getenv(HOME);
        if (home == null) {
            throw new IOException("run it as ./zws fuzz, which says where the repository is");
        }
        return Path.of(home);
    }

    private List<FuzzResult> fuzz(Path home, List<FuzzTarget> targets) throws Exception {
        say(String.format(
                Locale.ROOT,
                "%-18s %12s %7s %9s %8s %9s  %s",
                "target",
                "inputs",
                "edges",
                "features",
                "s",
                "inputs/s",
                "last new edge"));
        try (ExecutorService pool =
                Executors.newFixedThreadPool(jobs, Thread.ofPlatform().daemon().factory())) {
            List<Future<FuzzResult>> futures = new ArrayList<>();
            for (FuzzTarget target : targets) {
                FuzzRun run =
                        new FuzzRun(target, home.resolve("fuzz/target/fuzz").resolve(target.label()), this::say);
                futures.add(pool.submit(
                        () -> shown(run.run(quick ? QUICK_RUNS : runs, quick ? QUICK_SECONDS : seconds, !quick))));
            }
            List<FuzzResult> results = new ArrayList<>();
            for (Future<FuzzResult> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private FuzzResult shown(FuzzResult result) {
        say(String.format(
                Locale.ROOT,
                "%-18s %,12d %7d %9d %8.1f %,9d  %,d%s",
                result.target(),
                result.inputs(),
                result.edges(),
                result.features(),
                result.seconds(),
                result.inputsPerSecond(),
                result.lastNewEdge(),
                result.finding() != null ? ", BROKEN" : result.growthStopped() ? "" : ", still growing"));
        return result;
    }

    private int replay(List<FuzzTarget> targets, String hex) {
        if (targets.size() > 1) {
            throw wrong("--replay needs --target");
        }
        try {
            targets.getFirst().run(HexFormat.of().parseHex(hex));
        } catch (Exception | Error e) {
            e.printStackTrace(command.commandLine().getErr());
            return 1;
        }
        say("every invariant holds");
        return 0;
    }

    private synchronized void say(String line) {
        PrintWriter out = command.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
