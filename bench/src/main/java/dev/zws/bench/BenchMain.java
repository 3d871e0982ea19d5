package dev.zws.bench;

import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The commands of {@code ./zws} that measure over sockets: {@code bench}, {@code bench-server} and {@code bench-compare}. */
@Command(
        name = "zws",
        mixinStandardHelpOptions = true,
        version = "zws 0.1.0",
        description = "Measures zws, a WebSocket library for the JVM, over sockets.",
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
