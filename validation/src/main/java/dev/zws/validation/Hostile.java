package dev.zws.validation;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./zws hostile}: raw sockets that break rules, against servers and clients over the library in this process. */
@Command(
        name = "zws hostile",
        mixinStandardHelpOptions = true,
        version = "zws 0.1.0",
        description = {
            "Breaks the rules of HTTP, WebSocket and DEFLATE over raw sockets, floods, stalls and resets, against servers and"
                    + " clients over the library in this process.",
            "Prints a line for each rule; exits with 0 when all were kept, fresh connections still echo, and heap, threads and"
                    + " descriptors are back where they were."
        })
public final class Hostile implements Callable<Integer> {
    @Option(names = "--quick", description = "Send less in floods, for continuous integration.")
    private boolean quick;

    @Option(names = "--list", description = "Print the table of rules as Markdown, and attack nobody.")
    private boolean list;

    @Option(names = "--rule", paramLabel = "TEXT", description = "Only the rules whose name contains this.")
    private String text = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    private Hostile() {}

    /** Exits with 0, 1 when a rule was not kept, or 2 for wrong usage. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Hostile()).setExpandAtFiles(false).setParameterExceptionHandler((e, arguments) -> {
            e.getCommandLine().getErr().println("zws: " + e.getMessage());
            e.getCommandLine().getErr().println("Try 'zws hostile --help'.");
            return CommandLine.ExitCode.USAGE;
        });
    }

    @Override
    public Integer call() throws Exception {
        if (list) {
            command.commandLine().getOut().print(HostileRules.markdown());
            command.commandLine().getOut().flush();
            return CommandLine.ExitCode.OK;
        }
        List<Rule> rules = HostileRules.all().stream()
                .filter(rule -> rule.name().contains(text))
                .toList();
        if (rules.isEmpty()) {
            throw new ParameterException(command.commandLine(), "no rule's name contains: " + text);
        }
        HostileRun run = new HostileRun(rules, quick, System.out).run();
        return run.failures().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
