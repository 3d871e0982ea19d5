package dev.zws.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;

/** The person's side of a terminal: types keys, and sees all that was ever printed, control sequences included. */
final class Screen extends OutputStream {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final PipedOutputStream keys = new PipedOutputStream();
    private final Terminal terminal;
    /** Where in what was seen the last {@link #await} ended. */
    private int read;

    /**
     * A screen with a terminal behind it.
     *
     * @param type of the terminal, as in TERM
     */
    Screen(String type) throws IOException {
        terminal = new ExternalTerminal("test", type, new PipedInputStream(keys), this, UTF_8);
    }

    Terminal terminal() {
        return terminal;
    }

    void type(String text) throws IOException {
        keys.write(text.getBytes(UTF_8));
        keys.flush();
    }

    /** Waits until {@code text} is seen, behind what was awaited before. */
    void await(String text) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.SECONDS.toNanos(20);
            int at;
            while ((at = seen.toString(UTF_8).indexOf(text, read)) < 0) {
                if (nanos <= 0) {
                    throw new AssertionError("not seen: " + text + "\nbut: "
                            + seen.toString(UTF_8).substring(read));
                }
                nanos = changed.awaitNanos(nanos);
            }
            read = at + text.length();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            seen.write(bytes, offset, length);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
