package dev.zws.validation;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zws soak}: a plain run, then a deflate run (B-9.8). */
@Command(
        name = "zws soak",
        mixinStandardHelpOptions = true,
        version = "zws 0.1.0",
        description = {
            "Keeps connections of our client busy with ./zws echo, a process of its own, and checks every byte that comes back,"
                    + " and that the server's memory, threads and descriptors stay flat and are given back.",
            "",
            "A plain run, then one with compression; each ends with its result in one line.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything came back, and the server stayed as it was",
            "1:something else: the first is told, with the seed",
            "2:wrong usage"
        })
public final class Soak implements Callable<Integer> {
    private static final int CONNECTIONS = 32;
    private static final int QUICK_CONNECTIONS = 16;
    private static final Duration DURATION = Duration.ofSeconds(10);
    private static final Duration QUICK_DURATION = Duration.ofSeconds(5);
    private static final double QUICK_FAULTS = 10;

    private final BooleanSupplier errIsTerminal;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "How many, 1 to 4096 (default: " + CONNECTIONS + ").")
    private @Nullable Integer connections;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = SoakTime.class,
            description = "Of each run: 10s, 30m, 1.5h; without a unit, seconds (default: 10s).")
    private @Nullable Duration duration;

    @Option(
            names = "--deflate",
            negatable = true,
            description = "Only the run with compression; --no-deflate: only the one without.")
    private @Nullable Boolean deflate;

    @Option(names = "--tls", description = "Over TLS.")
    private boolean tls;

    @Option(
            names = "--faults",
            paramLabel = "PERCENT",
            description = "So much of the connections is killed a second, in six ways, and opened again (default: 0).")
    private @Nullable Double faults;

    @Option(names = "--seed", description = "Of messages, fragmentings and faults (default: another each time).")
    private @Nullable Long seed;

    @Option(
            names = "--echo",
            paramLabel = "ARGUMENT",
            description =
                    "Another argument for ./zws echo, such as --echo=--poll or --echo=--mode=stream; may be repeated.")
    private List<String> echo = new ArrayList<>();

    @Option(
            names = "--quick",
            description = "Another default: " + QUICK_CONNECTIONS + " connections, 5s, 10 percent of faults.")
    private boolean quick;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    private Soak(BooleanSupplier errIsTerminal) {
        this.errIsTerminal = errIsTerminal;
    }

    /** Exits with 0, 1 when it failed, or 2 for wrong usage. */
    public static void main(String[] arguments) {
        System.exit(commandLine(Soak::errIsTerminal).execute(arguments));
    }

    /** @param errIsTerminal whether somebody watches standard error */
    static CommandLine commandLine(BooleanSupplier errIsTerminal) {
        return new CommandLine(new Soak(errIsTerminal))
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, arguments) -> sayWrong(e))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("zws soak: " + (e instanceof IOException ? e.getMessage() : e));
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    private static boolean errIsTerminal() {
        return new ExecTerminalProvider().isPosixSystemStream(SystemStream.Error);
    }

    private static int sayWrong(ParameterException e) {
        CommandLine command = e.getCommandLine();
        command.getErr().println("zws soak: " + e.getMessage());
        command.getErr().println("Try 'zws soak --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public Integer call() throws Exception {
        List<SoakSettings> runs = new ArrayList<>();
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed;
        for (boolean compressed : deflate == null ? List.of(false, true) : List.of(deflate)) {
            runs.add(settings(compressed, chosen));
        }
        for (SoakSettings run : runs) {
            if (!passes(run)) {
                return CommandLine.ExitCode.SOFTWARE;
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private SoakSettings settings(boolean compressed, long chosen) {
        try {
            return new SoakSettings(
                    Objects.requireNonNullElse(connections, quick ? QUICK_CONNECTIONS : CONNECTIONS),
                    Objects.requireNonNullElse(duration, quick ? QUICK_DURATION : DURATION),
                    compressed,
                    tls,
                    Objects.requireNonNullElse(faults, quick ? QUICK_FAULTS : 0.0),
                    chosen,
                    echo);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private boolean passes(SoakSettings settings) throws IOException, InterruptedException {
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        SoakRun run = new SoakRun(settings, new SoakProgress(err, errIsTerminal.getAsBoolean()));
        String failure = null;
        try {
            run.run();
        } catch (SoakFailure e) {
            failure = e.getMessage();
        }
        out.println(run.line(failure));
        out.flush();
        if (failure != null) {
            err.println("zws soak: " + settings.name() + " failed: " + failure + " (--seed=" + settings.seed() + ")");
            err.flush();
        }
        return failure == null;
    }
}
