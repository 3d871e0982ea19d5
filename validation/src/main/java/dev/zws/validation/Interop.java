package dev.zws.validation;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zws interop}: zws with other libraries, each way. */
@Command(
        name = "zws interop",
        mixinStandardHelpOptions = true,
        version = "zws 0.1.0",
        description = {
            "Puts zws together with other libraries: their clients with zws as the server, their servers with zws as the client, plain"
                    + " and compressed. Prints tables, in which a cell is what both sides say and what has passed on the wire.",
            "",
            "Installs what it needs, pinned. A peer that is missing fails its rows.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"1:a case failed, or a peer is missing", "2:wrong usage"})
public final class Interop implements Callable<Integer> {
    private static final double NANOS = 1e9;

    @Option(
            names = "--quick",
            description = "Each peer each way, but only ws against each echo server and with each window: two minutes.")
    private boolean quick;

    @Option(names = "--peer", paramLabel = "NAME", description = "Only this one; may be repeated.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--write", description = "Put the tables into docs/interop.md.")
    private boolean write;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    private int passed;
    private int failed;

    private Interop() {}

    /** Runs it; exits with 1 when a case failed, or 2 for wrong usage. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Interop())
                .setParameterExceptionHandler((e, given) -> {
                    e.getCommandLine().getErr().println("zws: " + e.getMessage());
                    e.getCommandLine().getErr().println("Try 'zws interop --help'.");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, given, parsed) -> {
                    given.getErr().println("zws: " + e);
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path home = home();
        if (write && (quick || !names.isEmpty())) {
            throw wrong("--write is for all: not with --quick or --peer");
        }
        PrintWriter out = command.commandLine().getOut();
        List<InteropRow.Result> results = new ArrayList<>();
        InteropPlan plan = new InteropPlan(home, quick);
        for (InteropPeer peer : chosen(InteropPeer.all(home))) {
            run(peer, plan.rows(peer), results);
        }
        String table = InteropTable.of(results);
        out.println(table);
        if (write) {
            InteropTable.write(home.resolve("docs/interop.md"), table);
        }
        out.println();
        out.println(passed + " passed, " + failed + " failed");
        out.flush();
        return failed == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private Path home() throws IOException {
        String home = System.getenv("ZWS_HOME");
        if (home == null) {
            throw new IOException("ZWS_HOME does not say where the repository is: use ./zws interop");
        }
        return Path.of(home);
    }

    private List<InteropPeer> chosen(List<InteropPeer> all) {
        for (String name : names) {
            if (all.stream().noneMatch(peer -> peer.name().equals(name))) {
                throw wrong("--peer " + name + ": must be one of "
                        + all.stream().map(InteropPeer::name).toList());
            }
        }
        return all.stream()
                .filter(peer -> names.isEmpty() || names.contains(peer.name()))
                .toList();
    }

    private void run(InteropPeer peer, List<InteropRow> rows, List<InteropRow.Result> results)
            throws InterruptedException {
        String missing = missing(peer);
        for (InteropRow row : rows) {
            long start = System.nanoTime();
            InteropRow.Result result =
                    missing == null ? row.run() : row.all(new InteropCell.Failed("missing: " + missing));
            results.add(result);
            say(result, System.nanoTime() - start);
        }
    }

    private static @Nullable String missing(InteropPeer peer) throws InterruptedException {
        try {
            peer.prepare();
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void say(InteropRow.Result result, long nanos) {
        PrintWriter err = command.commandLine().getErr();
        InteropRow row = result.row();
        err.printf(
                "%s: %s %s, %s: %s (%.1f s)%n",
                row.peer().name(),
                row.zwsServes() ? "client of" : "server of",
                row.zws(),
                row.deflate() ? "deflate" : "plain",
                result.failed() ? "FAILED" : "ok",
                nanos / NANOS);
        for (Map.Entry<InteropCase, InteropCell> cell : result.cells().entrySet()) {
            switch (cell.getValue()) {
                case InteropCell.Passed ignored -> passed++;
                case InteropCell.Without ignored -> {}
                case InteropCell.Theirs ignored -> {}
                case InteropCell.Failed failure -> {
                    failed++;
                    err.println("  " + cell.getKey().title + ": " + failure.why());
                }
            }
        }
        err.flush();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
