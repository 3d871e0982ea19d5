package dev.zws.validation;

import java.io.PrintWriter;
import java.util.Locale;

/** One line on a terminal that says how far a run is, written over again and again; nothing without a terminal. One thread's. */
final class SoakProgress {
    private static final String WIPE = "\r\u001b[K";
    private static final double NANOS = 1e9;
    private static final double MIB = 1024 * 1024;

    private final PrintWriter err;
    private final boolean shown;
    private long lastMessages;
    private long lastNanos;

    SoakProgress(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    void show(String name, SoakCounts counts, long nanos) {
        if (!shown) {
            return;
        }
        long messages = counts.messages();
        double rate = (messages - lastMessages) * NANOS / Math.max(1, nanos - lastNanos);
        lastMessages = messages;
        lastNanos = nanos;
        err.print(WIPE);
        err.format(
                Locale.ROOT,
                "%s: %.0f s, %,d messages, %,.0f a second, %,.0f MiB, %,d faults, %,d reconnects",
                name,
                nanos / NANOS,
                messages,
                rate,
                counts.bytes() / MIB,
                counts.faults(),
                counts.reconnects());
        err.flush();
    }

    /** Leaves the terminal as it was. */
    void clear() {
        if (shown) {
            err.print(WIPE);
            err.flush();
        }
    }
}
