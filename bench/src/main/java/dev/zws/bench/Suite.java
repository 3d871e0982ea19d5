package dev.zws.bench;

import java.util.List;
import java.util.Locale;

/** What is asked of every server: so many connections, each with so many messages of so many bytes under way. Immutable. */
record Suite(String name, int connections, int pipeline, int messageSize) {
    /** Not a load but many connections that are silent: {@link IdleSuite}. */
    static final String IDLE = "idle";

    private static final int KIB = 1024;

    /** The four of the original first (B-9.47), then larger messages, then many connections. */
    static List<Suite> all(int single, int multi, int depth, int messageSize) {
        return List.of(
                new Suite("single", single, 1, messageSize),
                new Suite("single-pipelined", single, depth, messageSize),
                new Suite("multi", multi, 1, messageSize),
                new Suite("multi-pipelined", multi, depth, messageSize),
                new Suite("kib", multi, 1, KIB),
                new Suite("64kib", multi, 1, 64 * KIB),
                new Suite("many", 256, 1, messageSize));
    }

    /** For headings. */
    String title() {
        return String.format(
                Locale.ROOT,
                "%d connection%s, pipeline %d, %s",
                connections,
                connections == 1 ? "" : "s",
                pipeline,
                messageSize > 0 && messageSize % KIB == 0 ? messageSize / KIB + " KiB" : messageSize + " B");
    }
}
