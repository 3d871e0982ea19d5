package dev.zws.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** One line on a terminal that says how far a run is, written over again and again; nothing without a terminal. One thread's. */
final class Progress {
    private static final long PAUSE_NANOS = 250_000_000;
    private static final double NANOS = 1e9;
    private static final String WIPE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean shown;
    private long last;
    private boolean dirty;

    Progress(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
        this.last = System.nanoTime();
    }

    void show(String name, long messages, long nanos) {
        long now = System.nanoTime();
        if (shown && now - last >= PAUSE_NANOS) {
            last = now;
            dirty = true;
            double seconds = nanos / NANOS;
            err.print(WIPE);
            err.format(
                    Locale.ROOT,
                    "%s: %.0f s, %,d messages, %,.0f a second",
                    name,
                    seconds,
                    messages,
                    messages / seconds);
            err.flush();
        }
    }

    /** Leaves the terminal as it was. */
    void clear() {
        if (dirty) {
            dirty = false;
            err.print(WIPE);
            err.flush();
        }
    }
}
