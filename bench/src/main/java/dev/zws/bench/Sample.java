package dev.zws.bench;

/**
 * What one server did in one round of one suite.
 *
 * @param nanos that it took
 * @param serverCpuNanos time that the server was on a processor meanwhile; {@code clientCpuNanos} likewise
 * @param othersShare which part of the processors that they ran on was used by anything else
 * @param p50Micros of the latencies of a closed loop, as is {@code p99Micros}
 */
record Sample(
        String server,
        int round,
        long messages,
        long nanos,
        long serverCpuNanos,
        long clientCpuNanos,
        double othersShare,
        double p50Micros,
        double p99Micros) {
    private static final double NANOS = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;

    /** Messages a second. */
    double rate() {
        return messages * NANOS / nanos;
    }

    /** Server time on a processor, in microseconds a message. */
    double cpuMicros() {
        return serverCpuNanos / NANOS_PER_MICRO / messages;
    }

    /** Which part of one processor the client used. */
    double clientShare() {
        return (double) clientCpuNanos / nanos;
    }
}
