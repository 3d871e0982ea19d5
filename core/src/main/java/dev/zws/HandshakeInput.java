package dev.zws;

import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a handshake reads, up to its deadline. A transport is cut then; over a borrowed pair, the next bytes are too late. */
final class HandshakeInput {
    /** A part of the handshake that waits. */
    @FunctionalInterface
    interface Waiting<T> {
        T run() throws IOException;
    }

    private final ByteReader reader;
    private final @Nullable Transport transport;
    private final String what;
    private final long deadline;
    private final Supplier<HandshakeException> late;

    /** @param what is read, for messages; {@code late} says that it came too late */
    HandshakeInput(
            ByteReader reader,
            @Nullable Transport transport,
            String what,
            long timeoutNanos,
            Supplier<HandshakeException> late) {
        this.reader = reader;
        this.transport = transport;
        this.what = what;
        this.deadline = timeoutNanos == 0 ? Watch.NEVER : Watch.after(System.nanoTime(), timeoutNanos);
        this.late = late;
    }

    /** Asks for bytes once; 0 when there are none now. */
    int fill() throws WebSocketException {
        int read;
        try {
            read = reader.fill();
        } catch (IOException e) {
            requireTime();
            throw new ConnectionLostException("the stream failed while the " + what + " was read", e);
        }
        requireTime();
        if (read < 0) {
            throw new ConnectionLostException("the stream ended before the " + what + " was whole", null);
        }
        return read;
    }

    private void requireTime() throws HandshakeException {
        if (deadline != Watch.NEVER && System.nanoTime() - deadline >= 0) {
            throw late.get();
        }
    }

    /** Runs what waits; it does not wait for longer than the deadline, if there is a transport to cut. */
    <T> T within(Waiting<T> waiting) throws IOException {
        if (transport == null || deadline == Watch.NEVER) {
            return waiting.run();
        }
        try (Guard guard = new Guard(deadline - System.nanoTime(), transport::cut)) {
            try {
                T result = waiting.run();
                if (!guard.end()) {
                    throw late.get();
                }
                return result;
            } catch (ConnectionLostException e) {
                if (guard.end()) {
                    throw e;
                }
                HandshakeException cut = late.get();
                cut.addSuppressed(e);
                throw cut;
            }
        }
    }
}
