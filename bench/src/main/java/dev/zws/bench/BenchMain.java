package dev.zws.bench;

import java.io.IOException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The commands of {@code ./zws} that measure zws: {@code bench} and its server, and more. */
@Command(
        name = "zws",
        mixinStandardHelpOptions = true,
        version = "zws 0.1.0",
        description = "Measures zws, a WebSocket library for the JVM.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = BenchServer.class)
public final class BenchMain {
    private BenchMain() {}

    /** Runs the subcommand that is named first; exits with 0, 1 when it failed, or 2 for wrong usage. */
    public static void main(String[] arguments) {
        System.exit(commandLine(BenchMain::errIsTerminal).execute(arguments));
    }

    /** @param errIsTerminal whether somebody watches standard error */
    static CommandLine commandLine(BooleanSupplier errIsTerminal) {
        return commandLine(errIsTerminal, System.getenv());
    }

    static CommandLine commandLine(BooleanSupplier errIsTerminal, Map<String, String> environment) {
        CommandLine compare = new CommandLine(new BenchCompare(environment))
                .setDefaultValueProvider(CompareOptions.defaultsOf(environment));
        return new CommandLine(new BenchMain())
                .addSubcommand(new Bench(errIsTerminal))
                .addSubcommand(compare)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, arguments) -> sayWrong(e))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("zws: " + e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    @Command(
            name = "bench-deadlines",
            mixinStandardHelpOptions = true,
            description =
                    "How late deadlines are, over loopback sockets: median, 99th percentile and worst of each kind.")
    void deadlines(
            @Parameters(
                            paramLabel = "CONNECTIONS",
                            defaultValue = "500",
                            description = "At the same time, 1 to 10000 (default: ${DEFAULT-VALUE}).")
                    int connections)
            throws Exception {
        Load.require("CONNECTIONS", connections, 1, 10_000);
        DeadlineLateness.run(connections);
    }

    @Command(
            name = "bench-deflate-idle",
            mixinStandardHelpOptions = true,
            description = "What an idle connection keeps on the heap, with compression and without.")
    void deflateIdle(
            @Parameters(
                            paramLabel = "CONNECTIONS",
                            defaultValue = "10000",
                            description = "In memory, 1 to 1000000 (default: ${DEFAULT-VALUE}).")
                    int connections)
            throws IOException {
        Load.require("CONNECTIONS", connections, 1, 1_000_000);
        DeflateIdle.run(connections, System.out);
    }

    private static boolean errIsTerminal() {
        return new ExecTerminalProvider().isPosixSystemStream(SystemStream.Error);
    }

    /** What is wrong, without the help that would push it off the screen. */
    private static int sayWrong(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println("zws: " + e.getMessage());
        command.getErr().println("Try '" + name + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }
}
