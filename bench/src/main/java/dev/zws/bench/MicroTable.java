package dev.zws.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * Results as Markdown, a table for each class of benchmarks: what was measured with the same parameters stands in one row, so ours
 * beside the baselines. A cell is the {@link ProcessorTime} of an operation, the median of all iterations of all forks with the
 * least and the most, then the bytes that it allocates. Columns stand in the order of the alphabet.
 */
final class MicroTable {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private MicroTable() {}

    static String of(Collection<RunResult> results) {
        Map<String, List<RunResult>> classes = results.stream()
                .collect(Collectors.groupingBy(
                        result -> simpleName(result.getParams()), TreeMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder();
        classes.forEach((name, of) -> text.append(table(name, of)).append('\n'));
        return text.toString();
    }

    private static String simpleName(BenchmarkParams params) {
        String method = params.getBenchmark();
        int end = method.lastIndexOf('.');
        return method.substring(method.lastIndexOf('.', end - 1) + 1, end);
    }

    private static String method(RunResult result) {
        String name = result.getParams().getBenchmark();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String table(String name, List<RunResult> results) {
        List<String> keys = new ArrayList<>(results.getFirst().getParams().getParamsKeys());
        Set<String> methods = new TreeSet<>();
        Map<List<String>, Map<String, String>> rows = new LinkedHashMap<>();
        for (RunResult result : results) {
            methods.add(method(result));
            List<String> values =
                    keys.stream().map(result.getParams()::getParam).toList();
            rows.computeIfAbsent(values, fresh -> new TreeMap<>()).put(method(result), cell(result));
        }
        StringBuilder table =
                new StringBuilder(name + ": nanoseconds of processor time and bytes allocated an operation\n\n");
        List<String> head = new ArrayList<>(keys);
        head.addAll(methods);
        table.append(row(head)).append(row(head.stream().map(column -> "---").toList()));
        rows.forEach((values, cells) -> {
            List<String> line = new ArrayList<>(values);
            methods.forEach(method -> line.add(cells.getOrDefault(method, "")));
            table.append(row(line));
        });
        return table.toString();
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String cell(RunResult result) {
        Statistics times = result.getPrimaryResult().getStatistics();
        String allocated = "";
        for (String name : result.getSecondaryResults().keySet()) {
            Statistics statistics = result.getSecondaryResults().get(name).getStatistics();
            if (name.endsWith(ALLOCATED)) {
                allocated = bytes(statistics.getPercentile(50));
            } else if (name.endsWith(ProcessorTime.LABEL)) {
                times = statistics;
            }
        }
        String spread = times.getN() > 1 ? " (" + number(times.getMin()) + " to " + number(times.getMax()) + ")" : "";
        return number(times.getPercentile(50)) + spread + ", " + allocated;
    }

    /** The profiler allocates a little itself, so less than half a byte an operation is none. */
    private static String bytes(double allocated) {
        return String.format(Locale.ROOT, "%,d B", Math.round(allocated));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }
}
