package dev.zws.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A report in Markdown: whole, or the headline. */
final class CompareTables {
    private static final double KIB = 1024;
    private static final double OTHERS_MOST = 0.1;
    private static final String NONE = "–";

    private final CompareReport report;
    private final String plots;
    private final StringBuilder text = new StringBuilder();

    private CompareTables(CompareReport report, String plots) {
        this.report = report;
        this.plots = plots;
    }

    /** @param plots the folder of the plots, as seen from the document */
    static String whole(CompareReport report, String plots) {
        CompareTables tables = new CompareTables(report, plots);
        tables.introduction();
        if (!report.suites().isEmpty()) {
            tables.line("![Throughput, relative to zws](" + plots + "/" + ComparePlots.THROUGHPUT + ")");
            tables.line("");
        }
        report.suites().forEach(tables::suite);
        if (!report.suites().isEmpty()) {
            tables.line("![Processor time of the server for a message, relative to zws](" + plots + "/"
                    + ComparePlots.CPU + ")");
            tables.line("");
        }
        IdleResult idle = report.idle();
        if (idle != null) {
            tables.idle(idle);
        }
        return tables.text.toString().strip();
    }

    /** A row a server and a column a suite of the original's: the rate, and that relative to zws. */
    static String headline(CompareReport report, String plots) {
        CompareTables tables = new CompareTables(report, plots);
        tables.headline();
        return tables.text.toString().strip();
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private void introduction() {
        CompareSettings settings = report.settings();
        Machine machine = report.machine();
        if (settings.quick()) {
            line("**A quick run, which shows that the harness works: its figures mean nothing.**");
            line("");
        }
        line(format(
                "%s UTC, commit %s%s; %s, %d processor%s, %.1f GiB, %s, JDK %s. %s",
                report.date(),
                report.commit(),
                report.modified() ? " and changes since" : "",
                cell(machine.processor()),
                machine.processors(),
                machine.processors() == 1 ? "" : "s",
                machine.memoryBytes() / KIB / KIB / KIB,
                machine.kernel(),
                cell(machine.jdk()),
                pinned(settings.pinning())));
        line("");
        if (!report.versions().isEmpty()) {
            List<String> versions = new ArrayList<>();
            report.versions().forEach((server, version) -> versions.add(server + ": " + cell(version)));
            line("Versions: " + String.join("; ", versions) + ".");
            line("");
        }
    }

    private static String pinned(@Nullable Pinning pinning) {
        if (pinning == null) {
            return "Servers and client were not pinned: they share the processors.";
        }
        String core = pinning.sharedCore() ? " They are threads of one core, so each slows the other down." : "";
        return "Servers run on processor " + pinning.server() + ", the client on processor " + pinning.client()
                + ": a JVM of a server sees one processor, and chooses its collector and its threads for that." + core;
    }

    private void suite(SuiteResult result) {
        line("### " + result.suite().name() + ": " + result.suite().title());
        line("");
        line("| server | messages/s | relative to zws | CPU, µs/message | relative to zws | p50, µs | p99, µs |");
        line("|---|---|---|---|---|---|---|");
        for (String server : result.byRate()) {
            line(format(
                    "| %s | %,.0f | %s | %.2f | %s | %,.0f | %,.0f |",
                    server + (result.failures().containsKey(server) ? " (failed later)" : ""),
                    result.median(server, Sample::rate),
                    ratio(result, server, Sample::rate),
                    result.median(server, Sample::cpuMicros),
                    ratio(result, server, Sample::cpuMicros),
                    result.median(server, Sample::p50Micros),
                    result.median(server, Sample::p99Micros)));
        }
        failures(result.failures(), " | | | | | |");
        failures(report.failures(), " | | | | | |");
        line("");
        line(rounds(result) + " " + ceiling(result) + others(result) + warmUps(result));
        line("");
    }

    private void failures(Map<String, String> failures, String rest) {
        failures.forEach((server, reason) -> line("| " + server + " | not measured: " + cell(reason) + rest));
    }

    private static String ratio(SuiteResult result, String server, ToDoubleFunction<Sample> figure) {
        return text(result.ratio(server, figure));
    }

    private static String text(@Nullable Interval interval) {
        if (interval == null) {
            return NONE;
        }
        return interval.low() == null
                ? format("%.2f", interval.median())
                : format("%.2f (%.2f to %.2f)", interval.median(), interval.low(), interval.high());
    }

    private static String rounds(SuiteResult result) {
        String rounds = result.rounds() + " rounds" + (result.rounds() < 6 ? ", too few for intervals of 95 %" : "");
        Interval control = result.control();
        if (control == null) {
            return rounds + ". There is no control.";
        }
        String strays = result.controlHolds()
                ? "."
                : ": **it strays by more than 5 %, so differences of that size mean nothing in this table.**";
        return rounds
                + ". Relative to the mean of the two processes of zws-virtual; the second, the control, against the first: "
                + text(control) + strays;
    }

    /** What limits the fastest: the client when it uses its processor up. */
    private static String ceiling(SuiteResult result) {
        if (result.samples().isEmpty()) {
            return "";
        }
        String fastest = result.byRate().getFirst();
        double share = result.median(fastest, Sample::clientShare);
        double server = result.median(fastest, sample -> (double) sample.serverCpuNanos() / sample.nanos());
        return format(
                "Against the fastest, %s, the client used %.0f %% of a processor and the server %.0f %%.",
                fastest, 100 * share, 100 * server);
    }

    /** A scheduler gives a server of many threads more of a busy processor than one of a single thread. */
    private static String others(SuiteResult result) {
        if (result.samples().isEmpty()) {
            return "";
        }
        double share = Interval.of(result.samples().stream()
                        .mapToDouble(Sample::othersShare)
                        .toArray())
                .median();
        String what = format(" Anything else used %.0f %% of these processors", 100 * share);
        return what + (share <= OTHERS_MOST ? "." : ": **the machine was busy, and these figures are not fair.**");
    }

    private static String warmUps(SuiteResult result) {
        List<String> rising = result.warmUps().stream()
                .filter(warmUp -> !warmUp.settled())
                .map(WarmUp::server)
                .toList();
        return rising.isEmpty() ? "" : " Still rising when the warm-up ended: " + String.join(", ", rising) + ".";
    }

    private void idle(IdleResult idle) {
        line(format("### %s: %,d connections that say nothing", Suite.IDLE, idle.connections()));
        line("");
        line("| server | resident, MiB | resident, KiB/connection | live heap, KiB/connection |");
        line("|---|---|---|---|");
        for (IdleResult.Server server : byMemory(idle)) {
            Double heap = idle.heapEach(server);
            line(format(
                    "| %s | %,.0f | %.1f | %s |",
                    server.name(),
                    server.residentOpen() / KIB / KIB,
                    idle.residentEach(server) / KIB,
                    heap == null ? NONE : format("%.1f", heap / KIB)));
        }
        failures(idle.failures(), " | | |");
        failures(report.failures(), " | | |");
        line("");
        line(
                "The resident memory is as the kernel counts it when the connections stand, garbage included; the heap after a full"
                        + " collection. Memory that a JVM or its libraries hold outside the heap is in the former only.");
        line("");
        line("![Memory of idle connections](" + plots + "/" + ComparePlots.IDLE + ")");
        line("");
    }

    static List<IdleResult.Server> byMemory(IdleResult idle) {
        return idle.servers().stream()
                .sorted(Comparator.comparingLong(IdleResult.Server::residentOpen))
                .toList();
    }

    private void headline() {
        List<SuiteResult> suites = report.suites().stream().limit(4).toList();
        Set<String> servers = new LinkedHashSet<>();
        suites.forEach(suite -> servers.addAll(suite.byRate()));
        servers.remove(Contestant.CONTROL);
        line("Messages a second, and relative to zws; " + report.date() + ", "
                + cell(report.machine().processor()) + ", a processor each for server and client.");
        line("");
        StringBuilder head = new StringBuilder("| server |");
        suites.forEach(suite -> head.append(' ').append(suite.suite().title()).append(" |"));
        line(head.toString());
        line("|---|" + "---|".repeat(suites.size()));
        for (String server : servers) {
            StringBuilder row = new StringBuilder("| " + server + " |");
            for (SuiteResult suite : suites) {
                Interval ratio = suite.ratio(server, Sample::rate);
                row.append(
                        suite.of(server).isEmpty()
                                ? " not measured |"
                                : format(
                                        " %,.0f (%s) |",
                                        suite.median(server, Sample::rate),
                                        ratio == null ? NONE : format("%.2f", ratio.median())));
            }
            line(row.toString());
        }
        report.failures()
                .forEach((server, reason) -> line(
                        "| " + server + " | not measured: " + cell(reason) + " |" + " |".repeat(suites.size() - 1)));
        line("");
        line("![Throughput, relative to zws](" + plots + "/" + ComparePlots.THROUGHPUT + ")");
    }

    /** What somebody else wrote, so that it stays within its cell. */
    private static String cell(String text) {
        return text.replaceAll("\\s+", " ").replace("|", "\\|").replace("<", "&lt;");
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    private static String format(String format, @Nullable Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
