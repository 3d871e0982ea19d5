package dev.zws;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Does something if a deadline passes before {@link #close()}: for what happens once in the life of a connection, its opening and
 * its closing, and so is kept without a {@link Watchdog}. It uses the timer that the JDK has for {@link CompletableFuture}.
 */
final class Guard implements AutoCloseable {
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /** Has {@code late} run, by the timer's thread, which it must not keep, if {@code nanos} pass. */
    Guard(long nanos, Runnable late) {
        CompletableFuture<Void> unused = over.exceptionally(e -> {
            late.run();
            return null;
        });
        over.orTimeout(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    /** Ends the guard. False when the deadline had passed. */
    boolean end() {
        return over.complete(null);
    }

    @Override
    public void close() {
        end();
    }
}
