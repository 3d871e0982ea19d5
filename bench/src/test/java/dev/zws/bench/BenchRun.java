package dev.zws.bench;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/** One run of a command in this process: what it printed, and its exit status. */
record BenchRun(int status, String out, String err) {
    static BenchRun of(String... arguments) {
        return watched(false, arguments);
    }

    static BenchRun watched(boolean errIsTerminal, String... arguments) {
        return of(BenchMain.commandLine(() -> errIsTerminal), arguments);
    }

    static BenchRun in(Map<String, String> environment, String... arguments) {
        return of(BenchMain.commandLine(() -> false, environment), arguments);
    }

    private static BenchRun of(CommandLine command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new BenchRun(status, out.toString(), err.toString());
    }
}
