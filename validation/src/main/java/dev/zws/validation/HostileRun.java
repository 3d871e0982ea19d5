package dev.zws.validation;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Goes through a table of rules, one after the other, over the same servers. */
final class HostileRun {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final List<Rule> rules;
    private final boolean quick;
    private final PrintStream out;
    private final List<String> failures = new ArrayList<>();

    HostileRun(List<Rule> rules, boolean quick, PrintStream out) {
        this.rules = rules;
        this.quick = quick;
        this.out = out;
    }

    /** What failed; empty when every rule held, fresh connections still echo, and nothing was left behind. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Returns itself when it is through. */
    HostileRun run() throws IOException {
        long begun = System.nanoTime();
        try (Arena arena = new Arena(quick)) {
            arena.everybodyStillEchoes(); // classes are loaded, threads have begun
            Footprint before = Footprint.now();
            for (Rule rule : rules) {
                judge(rule, arena);
                arena.forget();
            }
            String atTheEnd = failure(Arena::everybodyStillEchoes, arena);
            if (atTheEnd != null) {
                failures.add("at the end, a fresh connection: " + atTheEnd);
            }
            Footprint after = Footprint.settled(before, arena);
            if (!after.isBackAt(before)) {
                failures.add("not everything is back: before " + before + "; after " + after);
            }
            if (arena.open() > 0) {
                failures.add(arena.open() + " connections are still served");
            }
            out.printf("before: %s; after: %s%n", before, after);
        }
        long seconds = (System.nanoTime() - begun) / 1_000_000_000;
        failures.forEach(failure -> out.println("FAILED " + failure));
        out.printf("%d rules, %d failures, %d s%n", rules.size(), failures.size(), seconds);
        return this;
    }

    private void judge(Rule rule, Arena arena) {
        long begun = System.nanoTime();
        String failure = failure(rule.proof(), arena);
        if (failure == null) {
            failure = failure(Arena::patientStillEcho, arena);
            failure = failure == null ? null : "afterwards, a fresh connection: " + failure;
        }
        long millis = (System.nanoTime() - begun) / NANOS_PER_MILLI;
        String party = rule.against().name().toLowerCase(Locale.ROOT);
        out.printf(
                "%-4s %6d ms  %s: %s -> %s%n",
                failure == null ? "ok" : "FAIL", millis, party, rule.name(), rule.answer());
        if (failure != null) {
            failures.add(rule.name() + ": " + failure);
        }
    }

    private static @Nullable String failure(Rule.Proof proof, Arena arena) {
        try {
            proof.hold(arena);
            return null;
        } catch (Check.Broken e) {
            return e.getMessage();
        } catch (Exception e) {
            return e.toString();
        }
    }
}
