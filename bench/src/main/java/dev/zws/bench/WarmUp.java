package dev.zws.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a server was loaded before it was measured: until its rate stopped rising, or until the cap.
 *
 * @param rates messages a second, slice by slice
 * @param settled whether the last slices were no faster than those before
 */
record WarmUp(String server, double seconds, boolean settled, List<Double> rates) {
    private static final int LAST = 3;
    private static final double RISE = 1.03;

    /** Loads a server for one slice of time. */
    interface Slice {
        /** The rate, in messages a second. */
        double load() throws IOException, InterruptedException;
    }

    /** @param cap in seconds; no slice begins when less than one is left */
    static WarmUp of(String server, Slice slice, double sliceSeconds, double cap)
            throws IOException, InterruptedException {
        List<Double> rates = new ArrayList<>();
        boolean settled = false;
        while (!settled && (rates.size() + 1) * sliceSeconds <= cap) {
            rates.add(slice.load());
            settled = settled(rates);
        }
        return new WarmUp(server, rates.size() * sliceSeconds, settled, List.copyOf(rates));
    }

    /** Whether the best of the last three slices is at most 3 % above the best before. */
    static boolean settled(List<Double> rates) {
        int before = rates.size() - LAST;
        return before > 0 && best(rates.subList(before, rates.size())) <= RISE * best(rates.subList(0, before));
    }

    private static double best(List<Double> rates) {
        return rates.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }
}
