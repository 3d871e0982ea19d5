package dev.zws;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The turn to send a data message: held for the length of one, and by a {@link MessageOutput} while it is open. It is not bound to a
 * thread. Who has to wait for it does so for no longer than {@link Deadlines#writeNanos}.
 */
final class MessagePermit {
    private final Semaphore turn = new Semaphore(1);
    private final long waitNanos;
    private volatile @Nullable Thread streaming;
    private volatile Runnable whenOver = () -> {};

    /** @param waitNanos 0 for as long as it takes */
    MessagePermit(long waitNanos) {
        this.waitNanos = waitNanos;
    }

    /**
     * Waits for the turn.
     *
     * @throws WebSocketTimeoutException when it did not come in time
     * @throws IllegalStateException when the current thread has it, for a stream: it would wait for itself
     */
    void acquire() throws WebSocketTimeoutException, InterruptedIOException {
        if (turn.tryAcquire()) {
            return;
        }
        if (streaming == Thread.currentThread()) {
            throw new IllegalStateException("this thread has a MessageOutput open: finish or close it first");
        }
        try {
            if (waitNanos == 0) {
                turn.acquire();
            } else if (!turn.tryAcquire(waitNanos, TimeUnit.NANOSECONDS)) {
                throw new WebSocketTimeoutException(
                        "other messages were being sent for " + Duration.ofNanos(waitNanos) + "; nothing was sent",
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another message was being sent; nothing was sent");
        }
    }

    void release() {
        turn.release();
    }

    /** Nobody needs to wait for a turn that never comes: whoever waits is let in, to be refused. */
    void admitAll() {
        turn.release(Integer.MAX_VALUE / 4);
        whenOver.run();
    }

    /** Has {@code action} run, too, when nobody needs to wait any more. It must not wait itself. */
    void whenOver(Runnable action) {
        whenOver = action;
    }

    /** Whether somebody waits for the turn. */
    boolean isAwaited() {
        return turn.hasQueuedThreads();
    }

    /** The current thread sends a stream. */
    void streams() {
        streaming = Thread.currentThread();
    }

    void releaseStream() {
        streaming = null;
        turn.release();
    }
}
