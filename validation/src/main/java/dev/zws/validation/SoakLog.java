package dev.zws.validation;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the server may log: one line, about a lost stream, for each connection that was killed. Everything else it says is
 * unexpected. Any thread.
 */
final class SoakLog {
    private static final int PORTS = 65_536;
    private static final int KEPT = 300;
    private static final Pattern ABOUT_A_PEER = Pattern.compile("/[0-9.]+:([0-9]{1,5}): (.*)");
    private static final Pattern LOST = Pattern.compile(
            "the stream (failed|ended) .*|(PONG|IDLE): nothing arrived within .*|WRITE: the peer did not take .*");

    /** By the port of the killed connection's own end. */
    private final AtomicIntegerArray owed = new AtomicIntegerArray(PORTS);

    private final AtomicReference<@Nullable String> unexpected = new AtomicReference<>();

    /** Before a connection from this port is killed. */
    void expect(int port) {
        owed.incrementAndGet(port);
    }

    void take(String line) {
        Matcher about = ABOUT_A_PEER.matcher(line);
        boolean expected = about.matches()
                && LOST.matcher(about.group(2)).matches()
                && owed.getAndUpdate(Integer.parseInt(about.group(1)) % PORTS, count -> Math.max(0, count - 1)) > 0;
        if (!expected) {
            unexpected.compareAndSet(null, line.substring(0, Math.min(KEPT, line.length())));
        }
    }

    /** The first line that nobody had reason to write; null as long as there is none. */
    @Nullable
    String unexpected() {
        return unexpected.get();
    }
}
