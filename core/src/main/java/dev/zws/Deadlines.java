package dev.zws;

import java.time.Duration;

/**
 * How long a peer may take before the connection ends. {@code messageNanos} runs on whatever arrives; the times for silence begin
 * anew with every byte. In nanoseconds, 0 for none. Immutable.
 *
 * <p>A {@link Watchdog} enforces them ({@link Transport#watchedBy}). Without one, calls that wait are not interrupted: then
 * {@code messageNanos} is looked at whenever bytes arrive, {@link Conn#pollMessage()} looks at all that concern reading when it
 * finds nothing, and {@code closeNanos} holds all the same. Only time in which this side waited for the peer counts; for
 * {@code pollMessage}, that from a call that found nothing to the next that finds something.
 * {@link Handshake.Options#timeoutNanos} bounds what comes before.
 *
 * @param messageNanos to receive one message, from the first wait for its bytes; streamed, each
 *     {@link Limits#maxMessagePayload} bytes that arrive, compressed or not, have as long; over it Close 1008. Default: 60 s
 * @param idleNanos for a peer from which nothing arrives, not even a pong; over it Close 1001. Default: 300 s
 * @param pingNanos after as long a silence a ping is sent. Default: 30 s
 * @param pongNanos then something must arrive within this; over it Close 1001. Default: 20 s
 * @param writeNanos for the peer to take what one call gives to the stream, 128 KiB at most, so by default a peer has to take about
 *     4 KiB/s; and for a sender to get its turn. A stalled write ends the connection with no Close, while a turn that did not come
 *     costs nothing. Default: 30 s
 * @param closeNanos for {@link Conn#close()}; and for the Close of a deadline that passed to be taken, before the stream is cut.
 *     At least 1. Default: 2 s
 */
public record Deadlines(
        long messageNanos, long idleNanos, long pingNanos, long pongNanos, long writeNanos, long closeNanos) {
    private static final long SECOND = 1_000_000_000;

    /** Every default. */
    public static final Deadlines DEFAULT =
            new Deadlines(60 * SECOND, 300 * SECOND, 30 * SECOND, 20 * SECOND, 30 * SECOND, 2 * SECOND);

    /** None that can be left out; {@code closeNanos} as by default. */
    public static final Deadlines NONE = new Deadlines(0, 0, 0, 0, 0, 2 * SECOND);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException for a negative value, and for a {@code closeNanos} of 0
     */
    @Provisional
    public Deadlines {
        Limits.requireRange("messageNanos", messageNanos, 0, Long.MAX_VALUE);
        Limits.requireRange("idleNanos", idleNanos, 0, Long.MAX_VALUE);
        Limits.requireRange("pingNanos", pingNanos, 0, Long.MAX_VALUE);
        Limits.requireRange("pongNanos", pongNanos, 0, Long.MAX_VALUE);
        Limits.requireRange("writeNanos", writeNanos, 0, Long.MAX_VALUE);
        Limits.requireRange("closeNanos", closeNanos, 1, Long.MAX_VALUE);
    }

    /** This with another {@code messageNanos}. */
    public Deadlines withMessageNanos(long messageNanos) {
        return new Deadlines(messageNanos, idleNanos, pingNanos, pongNanos, writeNanos, closeNanos);
    }

    /** This with another {@code idleNanos}. */
    public Deadlines withIdleNanos(long idleNanos) {
        return new Deadlines(messageNanos, idleNanos, pingNanos, pongNanos, writeNanos, closeNanos);
    }

    /** This with another {@code pingNanos}. */
    public Deadlines withPingNanos(long pingNanos) {
        return new Deadlines(messageNanos, idleNanos, pingNanos, pongNanos, writeNanos, closeNanos);
    }

    /** This with another {@code pongNanos}. */
    public Deadlines withPongNanos(long pongNanos) {
        return new Deadlines(messageNanos, idleNanos, pingNanos, pongNanos, writeNanos, closeNanos);
    }

    /** This with another {@code writeNanos}. */
    public Deadlines withWriteNanos(long writeNanos) {
        return new Deadlines(messageNanos, idleNanos, pingNanos, pongNanos, writeNanos, closeNanos);
    }

    /** This with another {@code closeNanos}. */
    public Deadlines withCloseNanos(long closeNanos) {
        return new Deadlines(messageNanos, idleNanos, pingNanos, pongNanos, writeNanos, closeNanos);
    }

    /** For a message of {@link ConnectionTimeoutException}. */
    String describe(Overdue overdue) {
        return switch (overdue) {
            case MESSAGE -> "a message was not whole within " + Duration.ofNanos(messageNanos);
            case IDLE -> "nothing arrived within " + Duration.ofNanos(idleNanos);
            case PONG -> "nothing arrived within " + Duration.ofNanos(pongNanos) + " of a ping";
            case WRITE -> "the peer did not take what was written within " + Duration.ofNanos(writeNanos);
            case CLOSE -> "the closing handshake was not done in time";
        };
    }
}
