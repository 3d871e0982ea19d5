package dev.zws;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One deadline that comes and goes with each call to the stream. Arming and disarming it is a store; the {@link Watchdog} is told
 * only of a deadline that is sooner than the moment at which it looks here anyway. One thread at a time arms and disarms.
 */
final class Watch {
    /** No deadline. */
    static final long NEVER = Long.MAX_VALUE;
    /** The deadline has passed, and what follows from that was begun. */
    private static final long PASSED = Long.MIN_VALUE;

    /** How soon something that failed is tried again. */
    private static final long RETRY_NANOS = 1_000_000_000L;

    /** So late is nobody who runs: the process stood still, and what came meanwhile is to be read first. */
    private static final long STANDSTILL_NANOS = 500_000_000L;

    /** What follows from a deadline that has passed; called by the watchdog's thread, which it must not keep. */
    interface Overrun {
        /** Returns the next deadline, or {@link #NEVER}. */
        long passed(long now);
    }

    private final Watchdog watchdog;
    private volatile @Nullable Overrun overrun;
    private final AtomicLong deadline = new AtomicLong(NEVER);

    // written by the watchdog, under its lock
    private volatile boolean awaited;
    private volatile long lookAt;

    /** Whether a deadline that was met much too late was given more time; of the watchdog's thread. */
    private boolean excused;

    Watch(Watchdog watchdog, Overrun overrun) {
        this.watchdog = watchdog;
        this.overrun = overrun;
    }

    /** The moment {@code nanos} after {@code now}; at most 146 years after it, so that moments can be compared by difference. */
    static long after(long now, long nanos) {
        return now + Math.min(nanos, Long.MAX_VALUE / 2);
    }

    /** The sooner of two moments, either of which may be {@link #NEVER}. */
    static long sooner(long one, long other) {
        if (one == NEVER || other == NEVER) {
            return one == NEVER ? other : one;
        }
        return one - other < 0 ? one : other;
    }

    /** Sets the deadline, a moment of {@link System#nanoTime()} or {@link #NEVER}. */
    void arm(long moment) {
        deadline.set(moment);
        if (moment != NEVER && (!awaited || lookAt - moment > 0)) {
            watchdog.await(this, moment);
        }
    }

    /** Takes the deadline away. Returns true when it had passed, and there was no next one. */
    boolean disarm() {
        return deadline.getAndSet(NEVER) == PASSED;
    }

    /** Lets go of what follows, for good: the watchdog may hold on to this for a while. */
    void retire() {
        overrun = null;
        deadline.set(NEVER);
    }

    // ---- for the watchdog

    /** Whether it will look here by {@code moment} anyway. */
    boolean isAwaitedBy(long moment) {
        return awaited && lookAt - moment <= 0;
    }

    /** Notes that it will look here at {@code moment}. */
    void awaitedUntil(long moment) {
        lookAt = moment;
        awaited = true;
    }

    /** Whether the watchdog's note that it would look here at {@code moment} is its latest; then it has none any more. */
    boolean look(long moment) {
        boolean latest = awaited && lookAt == moment;
        if (latest) {
            awaited = false;
        }
        return latest;
    }

    /** Does what is due. Returns when to look again, or {@link #NEVER}. */
    long check(long now) {
        long armed = deadline.get();
        if (armed == NEVER || armed == PASSED || armed - now > 0) {
            excused = false;
            return armed == PASSED ? NEVER : armed;
        }
        Overrun due = overrun;
        if (due == null) {
            return NEVER;
        }
        if (now - armed > STANDSTILL_NANOS && !excused) {
            excused = true;
            return now + STANDSTILL_NANOS;
        }
        excused = false;
        if (!deadline.compareAndSet(armed, PASSED)) { // the call ended, or has another deadline
            return now;
        }
        long next = run(due, now);
        return next != NEVER && deadline.compareAndSet(PASSED, next) ? next : NEVER;
    }

    /** One stream's trouble is its own: the others must not go unwatched. */
    private static long run(Overrun due, long now) {
        try {
            return due.passed(now);
        } catch (Throwable e) { // out of memory for a thread, say
            return now + RETRY_NANOS;
        }
    }
}
