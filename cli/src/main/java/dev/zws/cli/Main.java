package dev.zws.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The {@code zws} command: tools around the library, each a subcommand. */
@Command(
        name = "zws",
        mixinStandardHelpOptions = true,
        version = "zws 0.1.0",
        description = "Tools around zws, a WebSocket library for the JVM.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {Echo.class, FrameEcho.class})
public final class Main {
    private Main() {}

    /** Runs the subcommand that is named first; exits with 0, 1 when it failed, or 2 for wrong usage. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return commandLine(new ProcessStreams());
    }

    static CommandLine commandLine(Streams streams) {
        return new CommandLine(new Main())
                .addSubcommand(new Connect(streams))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // a message may begin with @
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, arguments) -> sayWrong(e))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("zws: " + e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
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
