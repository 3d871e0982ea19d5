package dev.zws;

import java.util.function.LongSupplier;

/** Notices a peer that takes nothing from a non-blocking sink, where nobody is stuck in a write. Under the frame lock. */
final class Stall {
    private static final long NONE = -1;

    private final Deadlines deadlines;
    private final LongSupplier nanoClock;
    /** How much the sink had taken when it was found to take no more. */
    private long taken = NONE;

    private long since;

    Stall(Deadlines deadlines, LongSupplier nanoClock) {
        this.deadlines = deadlines;
        this.nanoClock = nanoClock;
    }

    /** To be called after the writer was drained. */
    void check(ByteWriter out) throws ConnectionTimeoutException {
        if (out.pending() == 0) {
            taken = NONE;
        } else if (taken != out.taken()) {
            taken = out.taken();
            since = nanoClock.getAsLong();
        } else if (deadlines.writeNanos() > 0 && nanoClock.getAsLong() - since > deadlines.writeNanos()) {
            throw new ConnectionTimeoutException(Overdue.WRITE, deadlines.describe(Overdue.WRITE));
        }
    }
}
