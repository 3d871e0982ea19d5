package dev.zws;

import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/** Which thread reads a connection: the one that read last, until another closes it and reads to the end in its place. */
final class ReadingThread {
    private static final long CLOSER_CHECK_NANOS = 1_000_000;

    private final Ending ending;
    private volatile @Nullable Thread reader;
    private volatile @Nullable Thread closer;
    private volatile boolean shared;

    ReadingThread(Ending ending) {
        this.ending = ending;
    }

    /** The current thread reads. While another one reads to the end, it waits until that has done so. */
    void enter() throws InterruptedIOException {
        Thread current = Thread.currentThread();
        if (reader != current) {
            reader = current; // before closer is looked at: takeOver() does it the other way round
        }
        try {
            while (closer != null && closer != current && !ending.await(CLOSER_CHECK_NANOS)) {
                // the closer goes on, unless it finds that this thread was first
            }
        } catch (InterruptedException e) {
            current.interrupt();
            throw new InterruptedIOException("interrupted while another thread closed");
        }
    }

    /** The current thread reads to the end. False when another thread reads, which may go on. */
    boolean takeOver() {
        Thread current = Thread.currentThread();
        closer = current;
        Thread other = reader;
        boolean alone = other == null || other == current || !other.isAlive();
        if (!alone) {
            closer = null;
        }
        return alone;
    }

    /** The current thread will not read any more: it closes. */
    void leave() {
        if (reader == Thread.currentThread()) {
            reader = null;
        }
    }

    /** The current thread sends. */
    void noteSender() {
        if (!shared && reader != null && reader != Thread.currentThread()) {
            shared = true;
        }
    }

    /** True when another thread than the reader has sent. */
    boolean isShared() {
        return shared;
    }
}
