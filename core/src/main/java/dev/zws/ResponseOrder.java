package dev.zws;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

    /** What waits for its turn, each at its number modulo as many as are in flight. */
    private final List<@Nullable T> done;

    private long turn;
    private boolean stopped;

    /** @param inFlight more than this are never between the first whose turn has not passed and the last */
    ResponseOrder(int inFlight) {
        done = new ArrayList<>(Collections.<@Nullable T>nCopies(inFlight, null));
    }

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

    /**
     * The handler of {@code number} is done. Returns {@code sending} when it is its turn, or there are none; call {@link #next()} when
     * it is sent.
     */
    @Nullable
    T offer(long number, T sending) {
        lock.lock();
        try {
            if (turn == number || stopped) {
                return sending;
            }
            done.set(place(number), sending);
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
            return done.set(place(turn), null);
        } finally {
            lock.unlock();
        }
    }

    /** There are no turns any more: nobody waits. Returns what was left here. */
    List<T> stop() {
        List<T> left = new ArrayList<>();
        lock.lock();
        try {
            stopped = true;
            turned.signalAll();
            for (int i = 0; i < done.size(); i++) {
                T waiting = done.set(i, null);
                if (waiting != null) {
                    left.add(waiting);
                }
            }
            return left;
        } finally {
            lock.unlock();
        }
    }

    private int place(long number) {
        return (int) (number % done.size());
    }
}
