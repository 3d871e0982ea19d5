package dev.zws.bench;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param nanos from the common beginning to the end of the last connection
 * @param latencies of each message, in nanoseconds, from when its batch was begun to when its last byte was there
 */
record LoadResult(long messages, long nanos, Histogram latencies) {
    private static final double NANOS = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MIB = 1024 * 1024;

    double perSecond() {
        return messages * NANOS / nanos;
    }

    /** B-9.44, and the latencies. */
    String line(String label, int messageSize) {
        return String.format(
                Locale.ROOT,
                "label=%s total_msgs=%d elapsed_ns=%d msg_per_sec=%.2f payload_mib_per_sec=%.2f"
                        + " p50_us=%.1f p90_us=%.1f p99_us=%.1f p99.9_us=%.1f max_us=%.1f",
                label,
                messages,
                nanos,
                perSecond(),
                mibPerSecond(messageSize),
                micros(50),
                micros(90),
                micros(99),
                micros(99.9),
                micros(100));
    }

    /** B-9.44. */
    String shortLine(String label, int messageSize) {
        return String.format(Locale.ROOT, "%s: %.2f msg/s, %.2f MiB/s", label, perSecond(), mibPerSecond(messageSize));
    }

    /** B-9.44: the rate file. */
    String rate() {
        return String.format(Locale.ROOT, "%.2f%n", perSecond());
    }

    double mibPerSecond(int messageSize) {
        return perSecond() * messageSize / MIB;
    }

    private double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }
}
