package dev.zws.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jline.terminal.Terminal;

/** Streams of a test's making, and the command run on them. Without a terminal until {@link #terminal} is set. */
final class TestStreams implements Streams {
    final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    final StringWriter err = new StringWriter();
    InputStream in = new ByteArrayInputStream(new byte[0]);
    OutputStream out = printed;
    Terminal terminal;
    boolean inIsTerminal;
    boolean outIsTerminal;

    int connect(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "connect";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Main.commandLine(this).setErr(new PrintWriter(err, true)).execute(all);
    }

    String outText() {
        return printed.toString(UTF_8);
    }

    String errText() {
        return err.toString().replace("\r\n", "\n");
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public boolean inIsTerminal() {
        return inIsTerminal;
    }

    @Override
    public boolean outIsTerminal() {
        return outIsTerminal;
    }

    @Override
    public Terminal openTerminal() {
        return terminal;
    }
}
