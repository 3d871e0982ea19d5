package dev.zws.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class CompareDocumentsTest {
    private static final String MARKED = "before\n" + MarkedSection.BEGIN + "\nold\n" + MarkedSection.END + "\nafter\n";

    @TempDir
    Path home;

    @Test
    void theTableHasRatesRatiosIntervalsAndProcessorTimes() {
        String text = CompareTables.whole(CompareReports.small(), "plots");
        assertThat(text)
                .contains("2026-01-02 03:04 UTC, commit 0123456789ab; Some \\| Processor, 2 processors, 24.0 GiB")
                .contains("Servers run on processor 0, the client on processor 1: a JVM of a server sees one processor")
                .contains("Versions: ws: 8.18.0.")
                .contains("### single: 1 connection, pipeline 1, 16 B")
                .contains("| zws-virtual | 50,000 | 1.00 (0.99 to 1.00) | 18.00 | 1.00 (1.00 to 1.01) | 20 | 90 |")
                .contains("| ws | 31,000 | 0.62 (0.61 to 0.63) | 29.03 | 1.62 (1.60 to 1.65) | 22 | 92 |")
                .contains(
                        "9 rounds. Relative to the mean of the two processes of zws-virtual; the second, the control, against the first: 1.01 (0.99 to 1.03).")
                .contains("the client used 60 % of a processor and the server 90 %");
    }

    @Test
    void aServerThatDidNotStartIsARowOfEveryTable() {
        CompareReport report = CompareReports.small();
        String row = "| bun | not measured: does not start: ended with status 1: not \\| installed |";
        assertThat(CompareTables.whole(report, "plots").split("\\Q" + row, -1)).hasSize(4);
        assertThat(CompareTables.headline(report, "docs/plots")).contains(row);
        assertThat(report.isIncomplete()).isTrue();
    }

    @Test
    void aControlThatStraysIsSaid() {
        String text = CompareTables.whole(CompareReports.small(), "plots");
        assertThat(text).contains("1.08 (1.06 to 1.10): **it strays by more than 5 %");
        assertThat(text.split("it strays", -1)).as("in one table of two").hasSize(2);
    }

    @Test
    void aBusyMachineIsSaid() {
        assertThat(CompareTables.whole(CompareReports.small(), "plots"))
                .contains(" Anything else used 2 % of these processors.\n")
                .contains(" Anything else used 30 % of these processors: **the machine was busy");
    }

    @Test
    void idleConnectionsHaveTheirTable() {
        assertThat(CompareTables.whole(CompareReports.small(), "plots"))
                .contains("### idle: 10,000 connections that say nothing")
                .contains("| ws | 90 | 4.1 | – |")
                .contains("| zws-virtual | 160 | 10.2 | 5.1 |");
    }

    @Test
    void theHeadlineHasAColumnASuiteAndNoControl() {
        assertThat(CompareTables.headline(CompareReports.small(), "docs/plots"))
                .contains("| server | 1 connection, pipeline 1, 16 B | 16 connections, pipeline 8, 16 B |")
                .contains("| zws-virtual | 50,000 (1.00) | 50,000 (0.96) |")
                .contains("| ws | 31,000 (0.62) | 75,000 (1.44) |")
                .contains("(docs/plots/compare-throughput.svg)")
                .doesNotContain("| control");
    }

    @Test
    void aReportIsTheSameAfterItWasSaved() throws IOException {
        Path file = home.resolve("new").resolve("compare.json");
        CompareReport report = CompareReports.small();
        report.save(file);
        CompareReport loaded = CompareReport.load(file);
        assertThat(loaded).isEqualTo(report);
        assertThat(ComparePlots.of(loaded)).isEqualTo(ComparePlots.of(report));
    }

    @Test
    void anotherFileIsNoReport() throws IOException {
        Path file = home.resolve("other.json");
        for (String text : List.of("{}", "", "[1]", "{\"format\": \"x\"}")) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> CompareReport.load(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file + " is no report of ");
        }
    }

    @Test
    void plotsAreWellFormedAndHaveABarWhiskerAndLabelAServer() throws Exception {
        Map<String, String> plots = ComparePlots.of(CompareReports.small());
        assertThat(plots).containsOnlyKeys(ComparePlots.THROUGHPUT, ComparePlots.CPU, ComparePlots.IDLE);
        for (String svg : plots.values()) {
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        }
        String svg = plots.get(ComparePlots.THROUGHPUT);
        assertThat(svg.split("<rect", -1)).as("a background and six bars").hasSize(8);
        assertThat(svg.split("<path", -1)).as("a whisker for each").hasSize(7);
        assertThat(svg)
                .contains(">0.62 · 31,000/s<", ">1.44 · 75,000/s<")
                // 310 wide is the end of the longest whisker, the control's
                .contains("x=\"146\" y=\"140\" width=\"304.7\"")
                .contains("Some | Processor");
    }

    @Test
    void onlyWhatIsBetweenTheMarkersIsReplaced() throws IOException {
        assertThat(MarkedSection.replace(MARKED, "new", "x"))
                .isEqualTo("before\n" + MarkedSection.BEGIN + "\n\nnew\n\n" + MarkedSection.END + "\nafter\n");
    }

    @Test
    void markersThatAreMissingDoubleOrTurnedRoundAreAnError() {
        String turned = MarkedSection.END + "\n" + MarkedSection.BEGIN;
        for (String text : List.of("", MarkedSection.BEGIN, MarkedSection.END, turned, MARKED + MARKED)) {
            assertThatThrownBy(() -> MarkedSection.replace(text, "new", "README.md"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("README.md must have the lines <!-- bench-compare:begin --> and"
                            + " <!-- bench-compare:end -->, once each, in this order");
        }
    }

    private BenchRun run(String... arguments) {
        return BenchRun.in(Map.of(BenchCompare.HOME, home.toString()), arguments);
    }

    private Path saved() throws IOException {
        Path file = home.resolve("compare.json");
        CompareReports.small().save(file);
        return file;
    }

    @Test
    void whatWasSavedIsRenderedAndWrittenIntoTheDocuments() throws IOException {
        Path readme = Files.writeString(home.resolve("README.md"), MARKED);
        Path performance = Files.createDirectory(home.resolve("docs")).resolve("performance.md");
        Files.writeString(performance, MARKED);
        BenchRun run = run("bench-compare", "--write", "--render", saved().toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).as("bun is missing").isEqualTo(1);
        assertThat(readme)
                .content()
                .contains("before\n", "docs/plots/compare-", "\nafter")
                .doesNotContain("\nold\n");
        assertThat(performance).content().contains("### idle: 10,000").doesNotContain("\nold\n");
        assertThat(home.resolve("docs/plots").resolve(ComparePlots.IDLE)).isNotEmptyFile();
        assertThat(home.resolve("bench/target/compare/compare.md")).isNotEmptyFile();
        assertThat(home.resolve("bench/target/compare/plots").resolve(ComparePlots.CPU))
                .isNotEmptyFile();
    }

    @Test
    void withoutMarkersNothingIsMeasuredOrWritten() throws IOException {
        Files.writeString(home.resolve("README.md"), "no markers");
        Files.writeString(Files.createDirectory(home.resolve("docs")).resolve("performance.md"), MARKED);
        BenchRun run = run("bench-compare", "--write", "--render", saved().toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("zws: " + home.resolve("README.md") + " must have the lines ");
        assertThat(home.resolve("bench")).doesNotExist();
    }
}
