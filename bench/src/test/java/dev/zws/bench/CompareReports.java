package dev.zws.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report whose figures are made up, the same each time. */
final class CompareReports {
    private static final long SECOND = 1_000_000_000;

    private CompareReports() {}

    /** @param speeds of the servers in this order, relative to the first, which is the reference */
    static SuiteResult suite(Suite suite, double others, List<String> servers, double... speeds) {
        List<Sample> samples = new ArrayList<>();
        for (int round = 1; round <= 9; round++) {
            for (int i = 0; i < speeds.length; i++) {
                double noise = 1 + (round * 7 % 9 - 4) * (i + 1) / 400.0;
                long messages = Math.round(50_000 * speeds[i] * (i == 0 ? 1 : noise));
                samples.add(new Sample(
                        servers.get(i),
                        round,
                        messages,
                        SECOND,
                        SECOND * 9 / 10,
                        SECOND * 6 / 10,
                        others,
                        20 + i,
                        90 + i));
            }
        }
        return new SuiteResult(suite, List.of(), samples, Map.of());
    }

    static CompareReport report(List<SuiteResult> suites, IdleResult idle, Map<String, String> failures) {
        return new CompareReport(
                CompareReport.FORMAT,
                "0123456789ab",
                false,
                "2026-01-02 03:04",
                new Machine("Some | Processor", 2, 24L << 30, "Linux 6", "Somebody 25"),
                new CompareSettings(false, 9, 15, 0.75, null, 20, 30, 10_000, null, 10_000, new Pinning(0, 1, false)),
                Map.of("ws", "8.18.0"),
                failures,
                suites,
                idle);
    }

    /** Two suites of four servers, of which one failed to start; and two idle ones. */
    static CompareReport small() {
        List<String> servers = List.of("zws-virtual", "control", "ws");
        List<Suite> suites = Suite.all(1, 16, 8, 16);
        IdleResult idle = new IdleResult(
                10_000,
                List.of(
                        new IdleResult.Server("ws", 50L << 20, 90L << 20, null, null),
                        new IdleResult.Server("zws-virtual", 60L << 20, 160L << 20, 2L << 20, 52L << 20)),
                Map.of());
        return report(
                List.of(
                        suite(suites.get(0), 0.02, servers, 1, 1.01, 0.62),
                        suite(suites.get(3), 0.3, servers, 1, 1.08, 1.5)),
                idle,
                Map.of("bun", "does not start: ended with status 1: not | installed"));
    }
}
