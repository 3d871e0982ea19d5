package dev.zws;

import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Enforces deadlines on any number of connections ({@link Transport#watchedBy}): it ends streams in which a thread is stuck, sends
 * the pings of {@link Deadlines#pingNanos}, and says goodbye to peers that took too long. One daemon thread, and for each ping and
 * each goodbye a virtual thread of a moment. All methods may be called from any thread.
 *
 * <p>It sleeps until the next deadline. Calls to the stream begin and end without it; a deadline that is set and taken away again
 * costs a store and an exchange.
 */
public final class Watchdog implements AutoCloseable {
    /** How soon something ended is let go of, at the latest; so it is also how often a deadline far away is looked at. */
    private static final long HORIZON_NANOS = 10_000_000_000L;

    private record Look(Watch watch, long moment) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition sooner = lock.newCondition();
    private final PriorityQueue<Look> looks = new PriorityQueue<>((a, b) -> Long.signum(a.moment - b.moment));
    private final Thread thread;
    private boolean closed;

    private Watchdog() {
        thread = Thread.ofPlatform().name("zws-watchdog").daemon().unstarted(this::run);
    }

    /** Starts its thread, which runs until {@link #close()}. */
    public static Watchdog start() {
        Watchdog watchdog = new Watchdog();
        watchdog.thread.start();
        return watchdog;
    }

    /** Has {@code watch} looked at by {@code moment}. */
    void await(Watch watch, long moment) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            long at = Watch.sooner(moment, System.nanoTime() + HORIZON_NANOS);
            if (watch.isAwaitedBy(at)) {
                return;
            }
            Look first = looks.peek();
            looks.add(new Look(watch, at));
            watch.awaitedUntil(at);
            if (first == null || first.moment - at > 0) {
                sooner.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (lookAtNext()) {
                // it has waited for it
            }
        } catch (InterruptedException e) {
            // close() was called
        }
    }

    /** Waits for the next moment at which a watch is to be looked at, and does so. False when closed. */
    private boolean lookAtNext() throws InterruptedException {
        Watch watch = next();
        if (watch == null) {
            return false;
        }
        try {
            long next = watch.check(System.nanoTime());
            if (next != Watch.NEVER) {
                await(watch, next);
            }
        } catch (OutOfMemoryError e) {
            // one stream goes unwatched, until its next call; the others must not
        }
        return true;
    }

    private @Nullable Watch next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Look first = looks.peek();
                long left = first == null ? 0 : first.moment - System.nanoTime();
                if (first == null) {
                    sooner.await();
                } else if (left > 0) {
                    sooner.awaitNanos(left);
                } else if (looks.remove().watch.look(first.moment)) {
                    return first.watch;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until its thread has ended. */
    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    /** Ends its thread. From then on the deadlines of its connections are not enforced. Does not wait. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            looks.clear();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
