package dev.zws;

/** What one kind of call to the stream may take (B-6.1); 0 nanoseconds for no budget, and then no hook is called. */
record Budget(RuntimeHooks hooks, IoPhase phase, long nanos) {
    boolean isSet() {
        return nanos > 0;
    }

    /** Returns when the call began. */
    long begin() {
        if (!isSet()) {
            return 0;
        }
        long now = hooks.nowNanos();
        hooks.setDeadline(phase, Watch.after(now, nanos));
        return now;
    }

    /** Whether a call that succeeded took longer; exactly the budget is fine (B-6.4). */
    boolean isExceeded(long begun) {
        return isSet() && hooks.nowNanos() - begun > nanos;
    }

    /** After {@link #isExceeded}, or a call that failed. */
    void end() {
        if (isSet()) {
            hooks.clearDeadline(phase);
        }
    }
}
