package dev.zws;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A sink under the write deadline, which a watchdog enforces, and under the budgets for writing and flushing. */
final class TimedSink implements ByteWriter.Sink {
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
        int written = 0;
        IOException failed = null;
        try {
            written = sink.write(source, offset, length);
        } catch (IOException e) {
            failed = e;
        }
        end(writing, begun, Overdue.WRITE, failed);
        return written;
    }

    @Override
    public void flush() throws IOException {
        long begun = begin(flushing);
        IOException failed = null;
        try {
            sink.flush();
        } catch (IOException e) {
            failed = e;
        }
        end(flushing, begun, Overdue.FLUSH, failed);
    }

    private long begin(Budget budget) {
        if (watch != null) {
            watch.arm(Watch.after(System.nanoTime(), deadlineNanos));
        }
        return budget.begin();
    }

    private void end(Budget budget, long begun, Overdue overdue, @Nullable IOException failed) throws IOException {
        boolean exceeded = failed == null && budget.isExceeded(begun);
        budget.end();
        if (watch != null && watch.disarm()) {
            throw new ConnectionTimeoutException(
                    Overdue.WRITE, "the peer took nothing for " + deadlineNanos + " nanoseconds");
        }
        if (exceeded) {
            throw new ConnectionTimeoutException(
                    overdue, "a call to the stream took more than " + budget.nanos() + " nanoseconds");
        }
        if (failed != null) {
            throw failed;
        }
    }
}
