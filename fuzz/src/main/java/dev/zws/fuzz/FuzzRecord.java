package dev.zws.fuzz;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * What was fuzzed, and when.
 *
 * @param commit that which was checked out
 * @param modified whether something was changed and not committed
 */
record FuzzRecord(
        String commit,
        boolean modified,
        String date,
        String jdk,
        String jazzer,
        int processors,
        List<FuzzResult> targets) {
    static final String FILE = "docs/fuzz-record.json";
    static final String LATEST = "fuzz/target/fuzz/record.json";

    static FuzzRecord of(Path home, List<FuzzResult> targets) throws IOException {
        return new FuzzRecord(
                git(home, "rev-parse", "HEAD"),
                !git(home, "status", "--porcelain", "--", ".", ":(exclude)" + FILE)
                        .isEmpty(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Runtime.version().toString(),
                jazzerVersion(),
                Runtime.getRuntime().availableProcessors(),
                List.copyOf(targets));
    }

    void write(Path file) throws IOException {
        String json = new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(this);
        Files.writeString(file, json + "\n");
    }

    /** As its jar is named. */
    private static String jazzerVersion() {
        String name =
                System.getProperty("java.class.path").replaceAll(".*[/\\\\]jazzer-([0-9][^/\\\\:;]*)\\.jar.*", "$1");
        return name.length() < 20 ? name : "unknown";
    }

    private static String git(Path home, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "-C", home.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command + " was interrupted", e);
        }
        return said;
    }
}
