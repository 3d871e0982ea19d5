package dev.zws.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;

/**
 * The streams of this process. The terminal is driven through {@code stty}, {@code tty} and {@code test}: no native code is loaded,
 * of which newer JDKs would warn.
 */
final class ProcessStreams implements Streams {
    private final ExecTerminalProvider provider = new ExecTerminalProvider();

    @Override
    public InputStream in() {
        return System.in;
    }

    @Override
    public OutputStream out() {
        return new FileOutputStream(FileDescriptor.out);
    }

    @Override
    public boolean inIsTerminal() {
        return provider.isPosixSystemStream(SystemStream.Input);
    }

    @Override
    public boolean outIsTerminal() {
        return provider.isPosixSystemStream(SystemStream.Output);
    }

    /** Not through JLine's builder, which looks at standard error too, and warns when that is redirected. */
    @Override
    public Terminal openTerminal() throws IOException {
        String type = Objects.requireNonNullElse(System.getenv("TERM"), "dumb");
        return provider.sysTerminal(
                "zws",
                type,
                false,
                UTF_8,
                UTF_8,
                UTF_8,
                false,
                Terminal.SignalHandler.SIG_DFL,
                false,
                SystemStream.Output);
    }
}
