package dev.zws;

import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to respond: requests are numbered from 0 as they come. Whoever is done before its turn leaves what it has to send
 * here, for the one before it. Any thread.
 */
final class ResponseOrder<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turned = lock.newCondition();
    private final Map<Long, T> done = new HashMap<>();
    private long turn;
    private boolean stopped;

    /** Waits for the turn of {@code number}, or until all of it has been stopped. */
    void await(long number) throws InterruptedIOException {
        lock.lock();
        try {
            while (turn != number && !stopped) {
                turned.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while earlier requests were being handled");
        } finally {
            lock.unlock();
        }
    }

    /** The handler of {@code number} is done. Returns {@code sending} when it is its turn; call {@link #next()} when it is sent. */
    @Nullable
    T offer(long number, T sending) {
        lock.lock();
        try {
            if (turn == number) {
                return sending;
            }
            done.put(number, sending);
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The one whose turn it was has been sent. Returns the next when it is done already. */
    @Nullable
    T next() {
        lock.lock();
        try {
            turn++;
            turned.signalAll();
            return done.remove(turn);
        } finally {
            lock.unlock();
        }
    }

    /** There are no turns any more: nobody waits. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            turned.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
