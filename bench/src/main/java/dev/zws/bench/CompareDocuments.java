package dev.zws.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a comparison is put.
 *
 * @param home the repository
 */
record CompareDocuments(Path home) {
    private static final String PLOTS = "plots";

    /** For all that is made of it, whether it gets into the documents or not; a quick run is kept apart. */
    Path folder(boolean quick) {
        return home.resolve("bench").resolve("target").resolve(quick ? "compare-quick" : "compare");
    }

    static void writeInto(Path folder, CompareReport report) throws IOException {
        writePlots(folder.resolve(PLOTS), report);
        Files.writeString(folder.resolve("compare.md"), CompareTables.whole(report, PLOTS) + "\n");
    }

    /** @throws IOException when a document has no place for it */
    void requireMarkers() throws IOException {
        MarkedSection.require(performance());
        MarkedSection.require(readme());
    }

    /** The whole tables into docs/performance.md, the headline into README.md. */
    void write(CompareReport report) throws IOException {
        requireMarkers();
        writePlots(home.resolve("docs").resolve(PLOTS), report);
        MarkedSection.write(performance(), CompareTables.whole(report, PLOTS));
        MarkedSection.write(readme(), CompareTables.headline(report, "docs/" + PLOTS));
    }

    private Path performance() {
        return home.resolve("docs").resolve("performance.md");
    }

    private Path readme() {
        return home.resolve("README.md");
    }

    private static void writePlots(Path folder, CompareReport report) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> plot : ComparePlots.of(report).entrySet()) {
            Files.writeString(folder.resolve(plot.getKey()), plot.getValue());
        }
    }
}
