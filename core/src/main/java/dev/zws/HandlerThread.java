package dev.zws;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The thread that runs a handler, to be interrupted for as long as it does and not longer: it belongs to the executor. */
final class HandlerThread {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread thread;
    private boolean interrupted;

    /** The current thread begins to run the handler. */
    void enter() {
        lock.lock();
        try {
            thread = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /** It has ended. Returns whether somebody else has interrupted it; nobody has any more, so that it can write. */
    boolean leave() {
        lock.lock();
        try {
            boolean byUs = interrupted;
            thread = null;
            interrupted = false;
            return Thread.interrupted() && !byUs;
        } finally {
            lock.unlock();
        }
    }

    void interrupt() {
        lock.lock();
        try {
            if (thread != null) {
                interrupted = true;
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }
}
