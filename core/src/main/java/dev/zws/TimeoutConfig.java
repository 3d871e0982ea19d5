package dev.zws;

/**
 * Budgets of single calls to the stream (B-6.1): one fill of the read buffer, one write of what has gathered, one flush. Cooperative
 * unless {@link RuntimeHooks} enforce them: a call that returns is held against its budget, and one that never returns is not.
 * {@link Deadlines} are what bounds a peer; these are for who wants to look at every call. Immutable.
 *
 * @param readNanos nanoseconds for a fill; over it {@link WebSocketTimeoutException}: nothing is lost, read again. (Over a
 *     watched transport that is not a socket, the connection is lost.) 0 for none, the default
 * @param writeNanos nanoseconds for a write; over it the connection fails. 0 for none, the default
 * @param flushNanos nanoseconds for a flush; over it the connection fails. 0 for none, the default
 */
public record TimeoutConfig(long readNanos, long writeNanos, long flushNanos) {
    /** No budgets: the clock is not read and no hook is called. */
    public static final TimeoutConfig NONE = new TimeoutConfig(0, 0, 0);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException for a negative value
     */
    public TimeoutConfig {
        Limits.requireRange("readNanos", readNanos, 0, Long.MAX_VALUE);
        Limits.requireRange("writeNanos", writeNanos, 0, Long.MAX_VALUE);
        Limits.requireRange("flushNanos", flushNanos, 0, Long.MAX_VALUE);
    }

    /** This with another {@code readNanos}. */
    public TimeoutConfig withReadNanos(long readNanos) {
        return new TimeoutConfig(readNanos, writeNanos, flushNanos);
    }

    /** This with another {@code writeNanos}. */
    public TimeoutConfig withWriteNanos(long writeNanos) {
        return new TimeoutConfig(readNanos, writeNanos, flushNanos);
    }

    /** This with another {@code flushNanos}. */
    public TimeoutConfig withFlushNanos(long flushNanos) {
        return new TimeoutConfig(readNanos, writeNanos, flushNanos);
    }
}
