package dev.zws.bench;

import java.util.Locale;

/** How an echo server drives its connections. */
enum EchoMode {
    /** A virtual thread each, {@code readMessage}. */
    VIRTUAL,
    /** A platform thread each, {@code readMessage}. */
    PLATFORM,
    /** One thread and a selector for all, {@code pollMessage}. */
    SELECTOR;

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
