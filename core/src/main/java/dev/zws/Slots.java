package dev.zws;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Places for what is in flight: made as they are needed, up to so many, and used again. One thread takes them and waits; any gives
 * them back.
 */
final class Slots<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int most;
    private final Supplier<T> maker;
    private final List<T> made = new ArrayList<>();
    private final ArrayDeque<T> free = new ArrayDeque<>();
    private boolean ended;

    Slots(int most, Supplier<T> maker) {
        this.most = most;
        this.maker = maker;
    }

    /** Waits until one is free; null when no more are given out. */
    @Nullable
    T take() throws InterruptedException {
        lock.lock();
        try {
            while (isExhausted() && !ended) {
                changed.await();
            }
            if (ended) {
                return null;
            }
            T slot = free.poll();
            if (slot == null) {
                slot = maker.get();
                made.add(slot);
            }
            return slot;
        } finally {
            lock.unlock();
        }
    }

    /** True when {@link #take()} would wait. */
    boolean isExhausted() {
        lock.lock();
        try {
            return free.isEmpty() && made.size() == most;
        } finally {
            lock.unlock();
        }
    }

    void giveBack(T slot) {
        lock.lock();
        try {
            free.push(slot);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No more are given out, and nobody waits for one. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all were given back, the time is over, or this thread is interrupted. Returns how many are left. */
    int awaitAll(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (free.size() < made.size() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return busy();
    }

    private int busy() {
        lock.lock();
        try {
            return made.size() - free.size();
        } finally {
            lock.unlock();
        }
    }

    /** Every one that was made; for the thread that takes them. */
    List<T> made() {
        return made;
    }
}
