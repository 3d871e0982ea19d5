package dev.zws;

import java.util.Objects;

/**
 * How much a connection accepts of what a peer can influence. Immutable; begin with {@link #DEFAULT} and change what differs.
 *
 * @param maxFramePayload the longest payload of one frame, in bytes; over it 1009. 0 to 2^63 - 1. Default: 16 MiB
 * @param maxMessagePayload the longest message read whole, in bytes; over it {@link #oversize} applies. 0 to 2^31 - 9. Default: 1 MiB
 * @param maxStreamedPayload the longest message read through a {@link MessageInput}, in bytes; over it 1009. 0 to 2^63 - 1.
 *     Default: 1 GiB
 * @param maxFragments the most frames of one message, empty ones included; over it 1008. At least 1. Default: 65,536
 * @param maxControlFramesPerSecond how many control frames may arrive within a second; over it 1008. At least 1. Default: 1,000
 * @param oversize what happens to a message over {@code maxMessagePayload}. Default: {@link Oversize#FAIL}
 * @param drainBudget the most bytes dropped of one message, headers included; over it 1009. At least 0. Default: 16 MiB
 * @param outputHighWater with more bytes than this waiting to be written, {@link Conn#pollMessage()} reads no more. At least 0.
 *     Default: 64 KiB
 * @param maxPendingOutput with more bytes than this waiting already, writing is an {@link IllegalStateException}. At least 64 KiB.
 *     Default: 16 MiB
 */
public record Limits(
        long maxFramePayload,
        int maxMessagePayload,
        long maxStreamedPayload,
        int maxFragments,
        int maxControlFramesPerSecond,
        Oversize oversize,
        long drainBudget,
        int outputHighWater,
        int maxPendingOutput) {
    /** Every default. */
    public static final Limits DEFAULT = new Limits(
            16L * 1024 * 1024,
            1024 * 1024,
            1024L * 1024 * 1024,
            64 * 1024,
            1000,
            Oversize.FAIL,
            16L * 1024 * 1024,
            64 * 1024,
            16 * 1024 * 1024);

    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;
    private static final int LEAST_PENDING_OUTPUT = 64 * 1024;

    /** What to do with a message over the limit. */
    public enum Oversize {
        /** Fail the connection with 1009. */
        FAIL,
        /** Read the message to its end, within {@link #drainBudget}, drop it and report it; the connection goes on (B-2.76). */
        DRAIN
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException for a value out of its range
     */
    @Provisional
    public Limits {
        requireRange("maxFramePayload", maxFramePayload, 0, Long.MAX_VALUE);
        requireRange("maxMessagePayload", maxMessagePayload, 0, MAX_ARRAY);
        requireRange("maxStreamedPayload", maxStreamedPayload, 0, Long.MAX_VALUE);
        requireRange("maxFragments", maxFragments, 1, Integer.MAX_VALUE);
        requireRange("maxControlFramesPerSecond", maxControlFramesPerSecond, 1, Integer.MAX_VALUE);
        Objects.requireNonNull(oversize, "oversize");
        requireRange("drainBudget", drainBudget, 0, Long.MAX_VALUE);
        requireRange("outputHighWater", outputHighWater, 0, Integer.MAX_VALUE);
        requireRange("maxPendingOutput", maxPendingOutput, LEAST_PENDING_OUTPUT, MAX_ARRAY);
    }

    static void requireRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + least + " to " + most);
        }
    }

    // spotless:off: each of these would be a column of nine names
    /** This with another {@code maxFramePayload}. */
    public Limits withMaxFramePayload(long maxFramePayload) {
        return new Limits(
                maxFramePayload, maxMessagePayload, maxStreamedPayload, maxFragments, maxControlFramesPerSecond,
                oversize, drainBudget, outputHighWater, maxPendingOutput);
    }

    /** This with another {@code maxMessagePayload}. */
    public Limits withMaxMessagePayload(int maxMessagePayload) {
        return new Limits(
                maxFramePayload, maxMessagePayload, maxStreamedPayload, maxFragments, maxControlFramesPerSecond,
                oversize, drainBudget, outputHighWater, maxPendingOutput);
    }

    /** This with another {@code maxStreamedPayload}. */
    public Limits withMaxStreamedPayload(long maxStreamedPayload) {
        return new Limits(
                maxFramePayload, maxMessagePayload, maxStreamedPayload, maxFragments, maxControlFramesPerSecond,
                oversize, drainBudget, outputHighWater, maxPendingOutput);
    }

    /** This with another {@code maxFragments}. */
    public Limits withMaxFragments(int maxFragments) {
        return new Limits(
                maxFramePayload, maxMessagePayload, maxStreamedPayload, maxFragments, maxControlFramesPerSecond,
                oversize, drainBudget, outputHighWater, maxPendingOutput);
    }

    /** This with another {@code maxControlFramesPerSecond}. */
    public Limits withMaxControlFramesPerSecond(int maxControlFramesPerSecond) {
        return new Limits(
                maxFramePayload, maxMessagePayload, maxStreamedPayload, maxFragments, maxControlFramesPerSecond,
                oversize, drainBudget, outputHighWater, maxPendingOutput);
    }

    /** This with another {@code oversize}. */
    public Limits withOversize(Oversize oversize) {
        return new Limits(
                maxFramePayload, maxMessagePayload, maxStreamedPayload, maxFragments, maxControlFramesPerSecond,
                oversize, drainBudget, outputHighWater, maxPendingOutput);
    }

    /** This with another {@code drainBudget}. */
    public Limits withDrainBudget(long drainBudget) {
        return new Limits(
                maxFramePayload, maxMessagePayload, maxStreamedPayload, maxFragments, maxControlFramesPerSecond,
                oversize, drainBudget, outputHighWater, maxPendingOutput);
    }

    /** This with another {@code outputHighWater}. */
    public Limits withOutputHighWater(int outputHighWater) {
        return new Limits(
                maxFramePayload, maxMessagePayload, maxStreamedPayload, maxFragments, maxControlFramesPerSecond,
                oversize, drainBudget, outputHighWater, maxPendingOutput);
    }

    /** This with another {@code maxPendingOutput}. */
    public Limits withMaxPendingOutput(int maxPendingOutput) {
        return new Limits(
                maxFramePayload, maxMessagePayload, maxStreamedPayload, maxFragments, maxControlFramesPerSecond,
                oversize, drainBudget, outputHighWater, maxPendingOutput);
    }
    // spotless:on
}
