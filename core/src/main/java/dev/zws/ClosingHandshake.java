package dev.zws;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection (RFC 6455, 7.1.2): this side's Close, the peer's, then the stream; the server ends that first (7.1.1). All
 * of it within one deadline, whoever is stuck in the stream: when it passes, the transport is cut. Any thread; the first does it,
 * others wait for it.
 */
final class ClosingHandshake {
    private static final long READER_CHECK_NANOS = 10_000_000;

    private final @Nullable Transport transport;
    private final Role role;
    private final Ending ending;
    private final ReadingThread reading;
    private final FrameWriter writer;
    private final FrameReader frames;
    private final Receiver receiver;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    ClosingHandshake(
            @Nullable Transport transport,
            Role role,
            Ending ending,
            ReadingThread reading,
            FrameWriter writer,
            FrameReader frames,
            Receiver receiver) {
        this.transport = transport;
        this.role = role;
        this.ending = ending;
        this.reading = reading;
        this.writer = writer;
        this.frames = frames;
        this.receiver = receiver;
    }

    /**
     * Returns when the stream has ended or the time is over. A thread that comes interrupted closes all the same, and one that is
     * interrupted meanwhile cuts the stream.
     *
     * @throws ConnectionFailedException when what was written before could not be sent
     */
    @SuppressWarnings("try") // the guard has only to be there
    void run(byte[] closePayload, long nanos) throws ConnectionFailedException {
        boolean interrupted = Thread.interrupted(); // some streams fail or close on whoever comes interrupted
        boolean first = !begun.getAndSet(true);
        try {
            if (!first) {
                reading.leave(); // or the first would wait for this thread to read
                ended.await(nanos, TimeUnit.NANOSECONDS);
                return;
            }
            long deadline = Watch.after(System.nanoTime(), nanos);
            try (Guard guard = new Guard(nanos, this::cut)) {
                runFirst(closePayload, deadline);
            } finally {
                ended.countDown();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void runFirst(byte[] closePayload, long deadline) throws ConnectionFailedException, InterruptedException {
        boolean failedBefore = ending.failure() != null;
        try {
            if (!failedBefore) {
                writer.replyClose(closePayload);
            }
            boolean sent = writer.flushWithin(deadline - System.nanoTime());
            if (transport != null) {
                end(transport, deadline);
            }
            if (!sent && !failedBefore) {
                ending.requireNotFailed();
            }
        } catch (InterruptedException | RuntimeException | Error e) { // some streams throw what they should not
            cut();
            throw e;
        }
    }

    private void end(Transport stream, long deadline) throws InterruptedException {
        if (stream.isBlocking() && !awaitClose(deadline)) {
            cut();
        }
        stream.close(deadline - System.nanoTime(), role == Role.CLIENT && isClean());
        frames.release(); // over a non-blocking transport nobody has read up to the peer's Close
    }

    private boolean isClean() {
        return ending.failure() == null && writer.closeSent() && frames.closeReceived();
    }

    /**
     * The time is over; what is stuck in the stream is freed, and finds out why. Of a peer that takes nothing the kernel keeps nothing,
     * unless that would destroy a Close that was sent.
     */
    private void cut() {
        boolean stuck = !writer.isCloseOut();
        if (!isClean()) {
            writer.expire(Overdue.CLOSE);
        }
        if (transport != null && stuck) {
            transport.cutOff();
        } else if (transport != null) {
            transport.cut();
        }
    }

    /**
     * Takes in what is in flight, up to the peer's Close; where another thread reads, that is its part. False when it is too late, even
     * if it failed meanwhile: the guard may have said so, and not have cut the stream yet.
     */
    private boolean awaitClose(long deadline) throws InterruptedException {
        long left = deadline - System.nanoTime();
        while (left > 0) {
            if (ending.await(0)) {
                return true;
            }
            if (reading.takeOver()) {
                readToClose();
            } else {
                ending.await(Math.min(READER_CHECK_NANOS, left));
            }
            left = deadline - System.nanoTime();
        }
        return false;
    }

    private void readToClose() {
        try {
            receiver.readToClose();
        } catch (IOException e) {
            // recorded, or a single read took too long: the deadline is what counts
        }
    }

    /** Says goodbye to a peer that took too long, and ends the stream, each within {@code nanos}. Over a transport only. */
    @SuppressWarnings("try") // the guard has only to be there
    void expire(Overdue overdue, long nanos) {
        boolean said = false;
        try (Guard guard = new Guard(nanos, this::cut)) {
            writer.expire(overdue);
            said = writer.flushWithin(nanos); // another thread may be about to say it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // of the application's stream, which is of no use any more: why it ended was recorded before
        } finally {
            if (!said) {
                cut();
            }
            Objects.requireNonNull(transport).close(nanos, false);
        }
    }
}
