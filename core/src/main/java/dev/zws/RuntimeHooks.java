package dev.zws;

/**
 * The clock of the budgets of {@link TimeoutConfig}, and whoever enforces them (B-1.22). For each call to the stream that has a
 * budget, in this order: {@code nowNanos}, {@code setDeadline}, the call, {@code nowNanos} if it succeeded, {@code clearDeadline}
 * in any case. A call without a budget calls nothing here.
 *
 * <p>Called by the thread that makes the call to the stream: the reading one for {@link IoPhase#READ}; for the others, one at a
 * time, whichever sends. Must not throw, and not call back into the connection.
 */
public interface RuntimeHooks {
    /** The time in nanoseconds since some moment; never goes back. */
    long nowNanos();

    /**
     * A call begins. If it can be made to fail with an {@link java.io.IOException} at that time, arrange for it; otherwise do nothing,
     * and the call is judged when it returns.
     *
     * @param deadline on the clock of {@link #nowNanos()}
     */
    void setDeadline(IoPhase phase, long deadline);

    /** The call has ended. */
    void clearDeadline(IoPhase phase);
}
