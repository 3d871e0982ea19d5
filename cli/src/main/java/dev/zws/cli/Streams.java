package dev.zws.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jline.terminal.Terminal;

/** What {@code zws connect} reads from and prints to: the process's own, or a test's. */
interface Streams {
    /** Standard input, unbuffered. */
    InputStream in();

    /** Standard output, unbuffered; unlike {@link System#out} it says when printing failed. */
    OutputStream out();

    boolean inIsTerminal();

    boolean outIsTerminal();

    /** The terminal behind both, for whoever asked whether there is one; it is the caller's to close. */
    Terminal openTerminal() throws IOException;
}
