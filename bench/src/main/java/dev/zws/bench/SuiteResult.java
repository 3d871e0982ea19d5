package dev.zws.bench;

import java.util.ArrayList;
import java.util.Arrays;
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

    /**
     * Of a figure of {@code server} divided by that of zws in the same round; null when no round has both. That of zws is the
     * geometric mean of its two processes, the reference and the control: what one process makes of the same code differs more from
     * another than the rounds of one from each other.
     */
    @Nullable
    Interval ratio(String server, ToDoubleFunction<Sample> figure) {
        return ratio(server, figure, List.of(Contestant.REFERENCE, Contestant.CONTROL));
    }

    private @Nullable Interval ratio(String server, ToDoubleFunction<Sample> figure, List<String> references) {
        List<Double> ratios = new ArrayList<>();
        for (Sample sample : of(server)) {
            double[] figures = samples.stream()
                    .filter(other -> other.round() == sample.round() && references.contains(other.server()))
                    .mapToDouble(figure)
                    .toArray();
            double divisor = Math.pow(Arrays.stream(figures).reduce(1, (a, b) -> a * b), 1.0 / figures.length);
            if (figures.length > 0 && divisor > 0) {
                ratios.add(figure.applyAsDouble(sample) / divisor);
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

    /** Of the rate of the second process of zws, divided by that of the first. */
    @Nullable
    Interval control() {
        return ratio(Contestant.CONTROL, Sample::rate, List.of(Contestant.REFERENCE));
    }

    /** Whether the median of the control is within 5 % of 1. */
    boolean controlHolds() {
        Interval control = control();
        return control != null && Math.abs(control.median() - 1) <= CONTROL_STRAY;
    }
}
