package dev.zws.bench;

import org.jspecify.annotations.Nullable;

/**
 * How {@link CompareRun} measures. Immutable.
 *
 * @param quick whether this is to see that it works, and no measurement
 * @param maxRounds up to which rounds are added while the control strays
 * @param iterations messages of each connection in a round, instead of {@code seconds}
 * @param warmUpMessages of each connection when it is new, before a round
 * @param warmUpSeconds cap of the warm-up of each server, in each suite
 * @param timeoutMillis how long a server may be silent
 * @param deadlineMillis of the servers with deadlines, instead of their defaults
 * @param pinning null when servers and client share all processors
 */
record CompareSettings(
        boolean quick,
        int rounds,
        int maxRounds,
        double seconds,
        @Nullable Long iterations,
        long warmUpMessages,
        double warmUpSeconds,
        long timeoutMillis,
        @Nullable Long deadlineMillis,
        int idleConnections,
        @Nullable Pinning pinning) {
    private static final double LONGEST_SLICE = 1;
    private static final int LEAST_SLICES = 5;
    private static final double LEAST_SECONDS = 0.01;
    private static final double MOST_SECONDS = 3600;
    private static final long MAX_MILLIS = 86_400_000;

    /** @throws IllegalArgumentException for what is out of its range, with the name of the option */
    CompareSettings {
        Load.require("--rounds", rounds, 1, 1000);
        Load.require("--max-rounds", maxRounds, rounds, 1000);
        requireSeconds("--seconds", seconds);
        Load.require("--iters", iterations == null ? 1 : iterations, 1, Long.MAX_VALUE);
        Load.require("--warmup", warmUpMessages, 0, Long.MAX_VALUE);
        requireSeconds("--warmup-seconds", warmUpSeconds);
        Load.require("--timeout-ms", timeoutMillis, 1, MAX_MILLIS);
        Load.require("--deadline-ms", deadlineMillis == null ? 1 : deadlineMillis, 1, MAX_MILLIS);
        Load.require("--idle-conns", idleConnections, 1, 1_000_000);
    }

    private static void requireSeconds(String name, double seconds) {
        if (!(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS)) {
            throw new IllegalArgumentException(name + " is " + seconds + "; it must be 0.01 to 3600");
        }
    }

    Load.Amount amount() {
        return iterations == null ? time(seconds) : Load.Amount.of(iterations);
    }

    /** One slice of the warm-up, in seconds. */
    double slice() {
        return Math.min(LONGEST_SLICE, warmUpSeconds / LEAST_SLICES);
    }

    static Load.Amount time(double seconds) {
        return new Load.Amount(Long.MAX_VALUE, (long) (seconds * 1e9));
    }
}
