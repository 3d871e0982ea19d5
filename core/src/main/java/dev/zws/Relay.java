package dev.zws;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of one connection beside each other on threads of which there are as many as one likes, but takes a thread no further
 * than to the first task that waits: one thread runs task after task and flushes when there are no more; should one of them wait, the
 * next thread, already called, flushes what was left and takes the rest. So quick tasks share a thread and a flush, for which
 * {@code zws bench --pipeline 8} pays, and slow ones keep nobody up.
 */
final class Relay implements Executor {
    /** A thread that has run so many tasks lets those of other connections run. */
    private static final int TURN = 64;

    private final Executor threads;
    private final Runnable flush;
    private final Runnable runner = this::run;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();

    // guarded by the lock
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    /** A thread was called, and has not come yet: it will find whatever is left until then. */
    private boolean coming;

    private int flushing;
    private boolean over;

    /**
     * @param threads begins every task soon, however many others wait
     * @param flush sends out what tasks have written; must not throw
     */
    Relay(Executor threads, Runnable flush) {
        this.threads = threads;
        this.flush = flush;
    }

    /** As ever, what throws may have been taken all the same. */
    @Override
    public void execute(Runnable task) {
        boolean call;
        lock.lock();
        try {
            waiting.add(task);
            call = !coming;
            coming = true;
        } finally {
            lock.unlock();
        }
        if (call) {
            call();
        }
    }

    private void call() {
        boolean called = false;
        try {
            threads.execute(runner);
            called = true;
        } finally {
            if (!called) {
                lock.lock();
                try {
                    coming = false;
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private void run() {
        int done = 0;
        Runnable task = next(done);
        flush(); // for whoever waits in its task now
        while (task != null) {
            task.run();
            Thread.interrupted(); // meant for that task
            task = next(++done);
        }
        flush();
    }

    private void flush() {
        if (!enter()) {
            return;
        }
        try {
            flush.run();
        } finally {
            leave();
        }
    }

    private boolean enter() {
        lock.lock();
        try {
            flushing += over ? 0 : 1;
            return !over;
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            flushing--;
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is flushed here any more. Waits for whoever does so now, for no longer than that, or until interrupted. */
    void end(long nanos) {
        lock.lock();
        try {
            over = true;
            for (long wait = nanos; flushing > 0 && wait > 0; ) {
                wait = left.awaitNanos(wait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** What to run next, with another thread on its way when something would be left behind meanwhile. */
    private @Nullable Runnable next(int done) {
        Runnable task;
        boolean call;
        lock.lock();
        try {
            coming &= done > 0;
            task = done < TURN ? waiting.poll() : null;
            boolean unflushed = task != null && done > 0;
            call = !coming && (unflushed || !waiting.isEmpty());
            coming |= call;
        } finally {
            lock.unlock();
        }
        return call ? called(task) : task;
    }

    /** Without another thread, this one does what it can. */
    private @Nullable Runnable called(@Nullable Runnable task) {
        try {
            call();
            return task;
        } catch (RuntimeException | Error e) {
            flush();
            return task == null ? next(1) : task;
        }
    }
}
