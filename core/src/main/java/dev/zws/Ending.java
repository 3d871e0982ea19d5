package dev.zws;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How the receiving of a connection ended: by the peer's Close, or by a failure, of which the first stays. Any thread. */
final class Ending {
    private static final CountDownLatch OVER = new CountDownLatch(0);

    private final AtomicReference<@Nullable ConnectionFailedException> failure = new AtomicReference<>();

    /** Made for the first who waits; {@link #OVER} from the end on. */
    private final AtomicReference<@Nullable CountDownLatch> over = new AtomicReference<>();

    @Nullable
    ConnectionFailedException failure() {
        return failure.get();
    }

    void requireNotFailed() throws ConnectionFailedException {
        ConnectionFailedException first = failure.get();
        if (first != null) {
            throw first.again();
        }
    }

    /** False when it had failed before: what comes later follows from the first. */
    boolean fail(ConnectionFailedException cause) {
        boolean first = failure.compareAndSet(null, cause);
        end();
        return first;
    }

    /** The peer's Close was read. */
    void closeReceived() {
        end();
    }

    private void end() {
        CountDownLatch awaited = over.getAndSet(OVER);
        if (awaited != null) {
            awaited.countDown();
        }
    }

    /** Waits until there is nothing more to receive; false when there may be after {@code nanos}. */
    boolean await(long nanos) throws InterruptedException {
        over.compareAndSet(null, new CountDownLatch(1));
        CountDownLatch latch = Objects.requireNonNull(over.get());
        if (latch.getCount() == 0) { // for a thread that comes interrupted, which the latch would not tell
            return true;
        }
        return latch.await(nanos, TimeUnit.NANOSECONDS);
    }
}
