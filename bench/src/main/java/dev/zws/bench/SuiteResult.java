package dev.zws.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one suite measured: everything, round by round. Immutable.
 *
 * @param failures why servers are missing, from some round on or from the beginning
 */
record SuiteResult(Suite suite, List<WarmUp> warmUps, List<Sample> samples, Map<String, String> failures) {
    private static final double CONTROL_STRAY = 0.05;

    /** Of which there is a sample. */
    List<String> servers() {
        return samples.stream().map(Sample::server).distinct().toList();
    }

    List<Sample> of(String server) {
        return samples.stream().filter(sample -> sample.server().equals(server)).toList();
    }

    int rounds() {
        return samples.stream().mapToInt(Sample::round).max().orElse(0);
    }

    double median(String server, ToDoubleFunction<Sample> figure) {
        return Interval.of(of(server).stream().mapToDouble(figure).toArray()).median();
    }

    /** Of a figure of {@code server} divided by that of the reference in the same round; null when no round has both. */
    @Nullable
    Interval ratio(String server, ToDoubleFunction<Sample> figure) {
        List<Double> ratios = new ArrayList<>();
        for (Sample reference : of(Contestant.REFERENCE)) {
            for (Sample sample : of(server)) {
                double divisor = figure.applyAsDouble(reference);
                if (sample.round() == reference.round() && divisor > 0) {
                    ratios.add(figure.applyAsDouble(sample) / divisor);
                }
            }
        }
        return ratios.isEmpty()
                ? null
                : Interval.of(ratios.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The fastest first, relative to the reference or, without one, by the rate. */
    List<String> byRate() {
        ToDoubleFunction<String> key = server -> {
            Interval ratio = ratio(server, Sample::rate);
            return ratio == null ? median(server, Sample::rate) : ratio.median();
        };
        return servers().stream()
                .sorted(Comparator.comparingDouble(key).reversed())
                .toList();
    }

    /** Of the rate of the second process of the reference. */
    @Nullable
    Interval control() {
        return ratio(Contestant.CONTROL, Sample::rate);
    }

    /** Whether the median of the control is within 5 % of 1. */
    boolean controlHolds() {
        Interval control = control();
        return control != null && Math.abs(control.median() - 1) <= CONTROL_STRAY;
    }
}
