package dev.zws.validation;

import java.time.Duration;
import java.util.List;

/**
 * One run.
 *
 * @param deflate messages are compressed in both directions
 * @param tls over TLS
 * @param faults how many of a hundred connections are killed a second
 * @param seed of messages, sizes, fragmentings and faults
 * @param echo more arguments for {@code ./zws echo}
 */
record SoakSettings(
        int connections, Duration duration, boolean deflate, boolean tls, double faults, long seed, List<String> echo) {
    static final int MOST_CONNECTIONS = 4096;
    static final Duration LONGEST = Duration.ofHours(24);
    static final double MOST_FAULTS = 100;

    /** @throws IllegalArgumentException for a value out of its range */
    SoakSettings {
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            throw new IllegalArgumentException("--connections is " + connections + "; it must be 1 to 4096");
        }
        if (duration.toMillis() < 1 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "--duration is " + duration + "; it must be more than 0, and at most 24h");
        }
        if (!(faults >= 0 && faults <= MOST_FAULTS)) {
            throw new IllegalArgumentException("--faults is " + faults + "; it must be 0 to 100");
        }
        echo = List.copyOf(echo);
    }

    /** How the run is called in its result. */
    String name() {
        return (deflate ? "deflate" : "plain") + (tls ? "-tls" : "");
    }

    /** Beside each other, the peer's Close is answered at once, and answers that come later are dropped: docs/guarantees.md. */
    boolean answersAreDroppedAtTheClose() {
        return echo.stream().anyMatch(argument -> argument.contains("async"));
    }
}
