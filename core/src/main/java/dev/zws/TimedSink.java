package dev.zws;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A sink under the write deadline and under the budgets for writing and flushing. When the deadline passes, the watch ends the
 * connection, says why, and cuts the stream, so the call fails.
 */
final class TimedSink implements ByteWriter.Sink {
    /** The deadline is for the peer to take this much, or a large message would need a fast peer. */
    private static final int MAX_CALL = 128 * 1024;

    private final ByteWriter.Sink sink;
    private final @Nullable Watch watch;
    private final long deadlineNanos;
    private final Budget writing;
    private final Budget flushing;

    TimedSink(
            ByteWriter.Sink sink,
            @Nullable Watch watch,
            long deadlineNanos,
            RuntimeHooks hooks,
            TimeoutConfig budgets) {
        this.sink = sink;
        this.watch = watch;
        this.deadlineNanos = deadlineNanos;
        this.writing = new Budget(hooks, IoPhase.WRITE, budgets.writeNanos());
        this.flushing = new Budget(hooks, IoPhase.FLUSH, budgets.flushNanos());
    }

    @Override
    public int write(byte[] source, int offset, int length) throws IOException {
        long begun = begin(writing);
        boolean done = false;
        try {
            int written = sink.write(source, offset, Math.min(length, MAX_CALL));
            done = true;
            return written;
        } finally {
            end(writing, begun, done);
        }
    }

    @Override
    public void flush() throws IOException {
        long begun = begin(flushing);
        boolean done = false;
        try {
            sink.flush();
            done = true;
        } finally {
            end(flushing, begun, done);
        }
    }

    private long begin(Budget budget) {
        if (watch != null) {
            watch.arm(Watch.after(System.nanoTime(), deadlineNanos));
        }
        return budget.begin();
    }

    /** After a failure nothing is thrown here, where it would hide that. */
    private void end(Budget budget, long begun, boolean done) throws ConnectionTimeoutException {
        boolean exceeded = done && budget.isExceeded(begun);
        budget.end();
        if (watch != null) {
            watch.disarm();
        }
        if (exceeded) {
            throw new ConnectionTimeoutException(
                    Overdue.WRITE, "a call to the stream took more than " + budget.nanos() + " nanoseconds");
        }
    }
}
