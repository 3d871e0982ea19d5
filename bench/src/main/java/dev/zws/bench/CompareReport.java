package dev.zws.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole comparison, raw figures included, as it is kept in a file of JSON: what the tables and plots are made of. Immutable.
 *
 * @param commit of this repository; {@code modified} when the files were others than those of the commit
 * @param date in UTC, to the minute
 * @param versions of servers that say theirs
 * @param failures of servers that did not start at all
 * @param idle null when that was not measured
 */
record CompareReport(
        int format,
        String commit,
        boolean modified,
        String date,
        Machine machine,
        CompareSettings settings,
        Map<String, String> versions,
        Map<String, String> failures,
        List<SuiteResult> suites,
        @Nullable IdleResult idle) {
    static final int FORMAT = 2;

    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** Whether any server could not be measured, be it in one suite only. */
    boolean isIncomplete() {
        return !failures.isEmpty()
                || suites.stream().anyMatch(suite -> !suite.failures().isEmpty())
                || idle != null && !idle.failures().isEmpty();
    }

    void save(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, JSON.toJson(this) + "\n");
    }

    /** @throws IOException when {@code file} cannot be read or is something else */
    static CompareReport load(Path file) throws IOException {
        try {
            CompareReport report = JSON.fromJson(Files.readString(file), CompareReport.class);
            if (report != null && report.format == FORMAT) {
                return report;
            }
        } catch (JsonParseException e) {
            throw new IOException(file + " is no report of bench-compare: " + e.getMessage(), e);
        }
        throw new IOException(file + " is no report of this bench-compare: measure again");
    }
}
