package dev.zws.bench;

import java.util.List;
import java.util.Locale;

/** What is asked of every server: so many connections, each with so many messages of so many bytes under way. Immutable. */
record Suite(String name, int connections, int pipeline, int messageSize, Load.Compression compression) {
    /** Not a load but many connections that are silent: {@link IdleSuite}. */
    static final String IDLE = "idle";

    private static final int KIB = 1024;

    /** Of JSON: more than peers need to compress a message at all. */
    private static final int JSON_SIZE = 2 * KIB;

    private Suite(String name, int connections, int pipeline, int messageSize) {
        this(name, connections, pipeline, messageSize, Load.Compression.NONE);
    }

    /** The four of the original first (B-9.47), then larger messages, many connections, and compression. */
    static List<Suite> all(int single, int multi, int depth, int messageSize) {
        return List.of(
                new Suite("single", single, 1, messageSize),
                new Suite("single-pipelined", single, depth, messageSize),
                new Suite("multi", multi, 1, messageSize),
                new Suite("multi-pipelined", multi, depth, messageSize),
                new Suite("kib", multi, 1, KIB),
                new Suite("64kib", multi, 1, 64 * KIB),
                new Suite("many", 256, 1, messageSize),
                new Suite("deflate", multi, 1, JSON_SIZE, Load.Compression.WITHOUT_TAKEOVER),
                new Suite("deflate-takeover", multi, 1, JSON_SIZE, Load.Compression.WITH_TAKEOVER));
    }

    /** For headings. */
    String title() {
        return String.format(
                Locale.ROOT,
                "%d connection%s, pipeline %d, %s%s",
                connections,
                connections == 1 ? "" : "s",
                pipeline,
                messageSize > 0 && messageSize % KIB == 0 ? messageSize / KIB + " KiB" : messageSize + " B",
                switch (compression) {
                    case NONE -> "";
                    case WITHOUT_TAKEOVER -> " of JSON, each compressed by itself";
                    case WITH_TAKEOVER -> " of JSON, compressed with context takeover";
                });
    }

    boolean isCompressed() {
        return compression != Load.Compression.NONE;
    }
}
