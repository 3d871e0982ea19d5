package dev.zws.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code zws} command: tools around the library, each a subcommand. */
@Command(
        name = "zws",
        mixinStandardHelpOptions = true,
        version = "zws 0.1.0",
        description = "Tools around zws, a WebSocket library for the JVM.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {Echo.class, FrameEcho.class},
        footerHeading = "%nFor work on zws itself, built on first use; each has its --help:%n",
        footer = {
            "  bench               Measures an echo server.",
            "  bench-server        An echo server of zws for it.",
            "  bench-peer          An echo server of another library for it.",
            "  bench-compare       Measures zws and its peers, and makes tables.",
            "  bench-micro         The microbenchmarks.",
            "  bench-deadlines     How late deadlines are.",
            "  bench-deflate-idle  What an idle connection keeps.",
            "  interop             zws and other libraries, each way.",
            "  gates               Checks branches, mutations, and the tests on Java 21.",
            "  hostile             Breaks rules, against servers and clients.",
            "  soak                Long-lived connections, every byte checked.",
            "  fuzz                Inputs made by Jazzer.",
            "  test                The tests, and more random conversations.",
            "  validate            All of these layers, and the gates, in a table."
        })
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
        command.getErr().println("zws: " + whatIsWrong(e));
        command.getErr().println("Try '" + name + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    private static String whatIsWrong(ParameterException e) {
        boolean atTheTop = e.getCommandLine().getParent() == null;
        if (atTheTop && e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            return "there is no command " + unmatched.getUnmatched().get(0);
        }
        return String.valueOf(e.getMessage());
    }
}
