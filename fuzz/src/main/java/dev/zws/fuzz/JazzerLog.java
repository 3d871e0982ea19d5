package dev.zws.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Jazzer says of one run, understood line by line. */
final class JazzerLog {
    private static final Pattern PROGRESS = Pattern.compile("#(\\d+)\\s+(\\w+)\\s+cov: (\\d+) ft: (\\d+).*");
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");
    private static final String FINDING = "== ";
    private static final int MOST_LINES = 40;

    private long inputs;
    private long lastNewEdge;
    private int edges;
    private int features;
    private boolean initialized;
    private boolean telling;
    private final List<String> finding = new ArrayList<>();

    /** @param edges how many were known before this run */
    JazzerLog(int edges) {
        this.edges = edges;
    }

    void accept(String line) {
        Matcher progress = PROGRESS.matcher(line);
        if (progress.matches()) {
            progress(
                    Long.parseLong(progress.group(1)),
                    Integer.parseInt(progress.group(3)),
                    Integer.parseInt(progress.group(4)),
                    progress.group(2).equals("INITED"));
            return;
        }
        Matcher executed = EXECUTED.matcher(line);
        if (executed.matches()) {
            inputs = Long.parseLong(executed.group(1));
        }
        telling |= line.startsWith(FINDING);
        telling &= !line.startsWith("DEDUP_TOKEN");
        if (telling && finding.size() < MOST_LINES) {
            finding.add(line);
        }
    }

    /** What the inputs covered that it was begun with is nothing new. */
    private void progress(long input, int covered, int seen, boolean begins) {
        initialized |= begins;
        inputs = Math.max(inputs, input);
        features = Math.max(features, seen);
        if (covered > edges) {
            lastNewEdge = begins || !initialized ? lastNewEdge : input;
            edges = covered;
        }
    }

    long inputs() {
        return inputs;
    }

    /** The number of the input that was the last to cover something new; 0 when none did. */
    long lastNewEdge() {
        return lastNewEdge;
    }

    int edges() {
        return edges;
    }

    int features() {
        return features;
    }

    /** What was thrown, as far as it was said. */
    List<String> finding() {
        return finding;
    }
}
