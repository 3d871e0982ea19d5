package dev.zws.bench;

import dev.zws.bench.BarChart.Bar;
import dev.zws.bench.BarChart.Kind;
import dev.zws.bench.BarChart.Panel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A report in pictures. */
final class ComparePlots {
    static final String THROUGHPUT = "compare-throughput.svg";
    static final String CPU = "compare-cpu.svg";
    static final String IDLE = "compare-idle.svg";

    private static final Comparator<Bar> LEAST_FIRST = Comparator.comparingDouble(Bar::value);
    private static final Comparator<Bar> MOST_FIRST = LEAST_FIRST.reversed();
    private static final double KIB = 1024;

    private ComparePlots() {}

    /** Each by the name of its file. */
    static Map<String, String> of(CompareReport report) {
        Map<String, String> plots = new LinkedHashMap<>();
        String when = report.date() + " UTC, " + report.machine().processor()
                + (report.settings().quick() ? "; a quick run, whose figures mean nothing" : "");
        if (!report.suites().isEmpty()) {
            String how = "Relative to zws-virtual, the dashed line; whiskers: 95 % intervals of the paired ratio. ";
            plots.put(
                    THROUGHPUT,
                    BarChart.svg(
                            "Echo throughput: messages a second, more is better",
                            how + when,
                            panels(
                                    report,
                                    Sample::rate,
                                    MOST_FIRST,
                                    rate -> String.format(Locale.ROOT, "%,.0f/s", rate))));
            plots.put(
                    CPU,
                    BarChart.svg(
                            "Processor time of the server for a message, less is better",
                            how + when,
                            panels(
                                    report,
                                    Sample::cpuMicros,
                                    LEAST_FIRST,
                                    micros -> String.format(Locale.ROOT, "%.2f µs", micros))));
        }
        IdleResult idle = report.idle();
        if (idle != null) {
            plots.put(
                    IDLE,
                    BarChart.svg(
                            String.format(
                                    Locale.ROOT,
                                    "Memory of an idle connection, of %,d: less is better",
                                    idle.connections()),
                            when,
                            idlePanels(idle)));
        }
        return plots;
    }

    private static List<Panel> panels(
            CompareReport report,
            ToDoubleFunction<Sample> figure,
            Comparator<Bar> order,
            DoubleFunction<String> label) {
        List<Panel> panels = new ArrayList<>();
        for (SuiteResult suite : report.suites()) {
            List<Bar> bars = new ArrayList<>();
            for (String server : suite.servers()) {
                Interval ratio = suite.ratio(server, figure);
                if (ratio != null) {
                    String absolute = label.apply(suite.median(server, figure));
                    bars.add(bar(server, ratio, String.format(Locale.ROOT, "%.2f · %s", ratio.median(), absolute)));
                }
            }
            bars.sort(order);
            panels.add(new Panel(suite.suite().title(), 1, bars));
        }
        return panels;
    }

    private static Bar bar(String server, Interval ratio, String label) {
        return new Bar(server, ratio.median(), ratio.low(), ratio.high(), label, Kind.of(server));
    }

    private static List<Panel> idlePanels(IdleResult idle) {
        List<Bar> resident = new ArrayList<>();
        List<Bar> heap = new ArrayList<>();
        for (IdleResult.Server server : CompareTables.byMemory(idle)) {
            resident.add(idleBar(server.name(), idle.residentEach(server)));
            Double each = idle.heapEach(server);
            if (each != null) {
                heap.add(idleBar(server.name(), each));
            }
        }
        resident.sort(LEAST_FIRST);
        heap.sort(LEAST_FIRST);
        return List.of(
                new Panel("Resident memory, more than before", 0, resident),
                new Panel("Live heap after a full collection", 0, heap));
    }

    private static Bar idleBar(String server, double bytes) {
        @Nullable Double none = null;
        return new Bar(
                server, bytes / KIB, none, none, String.format(Locale.ROOT, "%.1f KiB", bytes / KIB), Kind.of(server));
    }
}
