package dev.zws.bench;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A median and where it lies with a confidence of at least 95 %, whatever the distribution: between two of the sorted values, by the
 * binomial distribution of how many lie below the median. Immutable.
 *
 * @param low null, as {@code high}, when there are too few values for 95 %: fewer than 6
 */
record Interval(
        double median, @Nullable Double low, @Nullable Double high) {
    private static final double ALLOWED_EACH_SIDE = 0.025;

    /** @throws IllegalArgumentException for no values */
    static Interval of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("there is no median of nothing");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int left = leftOut(sorted.length);
        return left < 0
                ? new Interval(median(sorted), null, null)
                : new Interval(median(sorted), sorted[left], sorted[sorted.length - 1 - left]);
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** How many values on each side may be left outside; -1 when even none are too many. */
    private static int leftOut(int count) {
        double probability = Math.pow(0.5, count); // that all lie on one side of the median
        double sum = 0;
        int left = -1;
        while (sum + probability <= ALLOWED_EACH_SIDE) {
            sum += probability;
            left++;
            probability *= (count - left) / (left + 1.0);
        }
        return left;
    }
}
