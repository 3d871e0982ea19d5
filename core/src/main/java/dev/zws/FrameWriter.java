package dev.zws;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Frames to bytes: the one place where a frame is put together, masked and flushed, whoever sends; and the keeper of how this side
 * says that the connection ends. Any thread may call.
 *
 * <p><b>Frame lock.</b> Held while one frame is put into the writer, and for a flush; it orders bytes. Control frames need only
 * this; data messages are ordered by the {@link MessagePermit} before, in {@link Sender}.
 *
 * <p><b>The reader waits for neither</b>, or two peers that both write much could block each other for ever. What it has to say
 * when the lock is taken (a pong, a Close, the wish to flush) it leaves behind, and whoever holds the lock sends it at the next
 * frame boundary. A newer pong replaces one that still waits (RFC 6455, 5.5.3). Where other threads send too, the reader
 * prefers to read what is there to flushing, for the same reason: a peer that is not read may not be reading either.
 */
final class FrameWriter {
    private final ByteWriter out;
    private final Ending ending;
    private final Role role;
    private final Conn.Config config;
    private final Limits limits;
    private final MaskKeys maskKeys;
    private final MessagePermit permit;
    private final Compression compression;
    private final LongSupplier nanoClock;
    private final ReentrantLock frameLock = new ReentrantLock();

    private volatile boolean closeSent;

    /** Whether the reader flushes before it waits, even when it owes the peer nothing. Of the reading thread. */
    private boolean autoFlush = true;

    /** A pong waits to be flushed. */
    private volatile boolean pongOwed;

    // guarded by the frame lock
    private boolean flushOwed;
    /** A message is under way that has let go of the frame lock; its end sees to the flush that is owed. */
    private boolean paused;

    private boolean broken;
    /** Made when the sink first does not take everything. */
    private @Nullable Stall stall;

    // left behind by the reader; late is set last and cleared first
    private volatile boolean late;
    private final AtomicReference<byte @Nullable []> latePong = new AtomicReference<>();
    private final AtomicReference<byte @Nullable []> lateClose = new AtomicReference<>();
    private volatile boolean lateFlush;

    FrameWriter(
            ByteWriter out,
            Ending ending,
            MessagePermit permit,
            Compression compression,
            Role role,
            Conn.Config config,
            MaskKeys maskKeys,
            LongSupplier nanoClock) {
        this.out = out;
        this.ending = ending;
        this.permit = permit;
        this.compression = compression;
        this.role = role;
        this.config = config;
        this.limits = config.limits();
        this.maskKeys = maskKeys;
        this.nanoClock = nanoClock;
    }

    // ---- how it ends

    boolean closeSent() {
        return closeSent;
    }

    /** A Close was sent, and the sink has taken it. */
    boolean isCloseOut() {
        return closeSent && out.pending() == 0;
    }

    /** The peer broke a rule: says so with the mapped code, once, and ends the connection (RFC 6455, 7.1.7). */
    ProtocolException fail(ProtocolException cause) {
        if (failWith(cause)) {
            replyClose(new CloseStatus(cause.closeCode(), "").encode());
        }
        return cause;
    }

    /** The peer took too long: says so if it can be told, and ends the connection. */
    ConnectionTimeoutException expire(Overdue overdue) {
        ConnectionTimeoutException cause =
                new ConnectionTimeoutException(overdue, config.deadlines().describe(overdue));
        failWith(cause);
        int code =
                Objects.requireNonNull(ending.failure()).closeCode(); // who failed it first may not have come to say so
        if (overdue.closeCode() != CloseCode.ABNORMAL_CLOSURE && code != CloseCode.ABNORMAL_CLOSURE) {
            replyClose(new CloseStatus(code, "").encode());
        }
        return cause;
    }

    /** The stream is of no use any more, and nothing can be said to the peer. Returns why the connection failed first. */
    ConnectionFailedException lost(String message, @Nullable Throwable cause) {
        ConnectionLostException lost = new ConnectionLostException(message, cause);
        if (failWith(lost)) {
            return lost;
        }
        ConnectionFailedException first =
                Objects.requireNonNull(ending.failure()).again();
        first.addSuppressed(lost);
        return first;
    }

    /** False when it had failed before. */
    private boolean failWith(ConnectionFailedException cause) {
        boolean first = ending.fail(cause);
        if (first) {
            permit.admitAll();
            compression.releaseOutgoing();
            compression.releaseIncoming();
        }
        return first;
    }

    /** A Close was put. Under the frame lock. */
    private void closed() {
        closeSent = true;
        compression.releaseOutgoing();
        permit.admitAll();
    }

    /** Under the frame lock. */
    void requireWritable() throws WebSocketException {
        ending.requireNotFailed();
        if (closeSent) {
            throw new ConnectionClosedException("a Close was sent: nothing follows it");
        }
    }

    /** A caller that writes on although nothing goes out is told so, before it fills the memory. Under the frame lock. */
    void requireRoom() throws IOException {
        if (out.pending() > limits.maxPendingOutput() && drainOut() > limits.maxPendingOutput()) {
            throw new IllegalStateException("more than " + limits.maxPendingOutput()
                    + " bytes of output are pending: wait until the peer takes some, see wantsWrite()");
        }
    }

    // ---- what the reader says

    void pong(byte[] array, int offset, int length) {
        if (!frameLock.tryLock()) {
            latePong.set(Arrays.copyOfRange(array, offset, offset + length));
            settleSoon();
            return;
        }
        try {
            putPong(array, offset, length);
        } catch (IOException e) {
            // recorded: the next call reports it
        } finally {
            unlock();
        }
    }

    private void putPong(byte[] array, int offset, int length) throws IOException {
        if (!closeSent && ending.failure() == null) {
            put(Opcode.PONG, true, false, array, offset, length);
            pongOwed = true;
        }
    }

    private void putClose(byte[] payload) throws IOException {
        if (!closeSent && !isLost()) {
            put(Opcode.CLOSE, true, false, payload, 0, payload.length);
            closed();
        }
    }

    /** Sends a Close unless one was sent, as soon as the frame lock is free, and flushes. */
    void replyClose(byte[] payload) {
        lateClose.compareAndSet(null, payload); // the first says why
        settleSoon();
    }

    /** Whether anything waits to be sent out. Any thread: another may change it at any time. */
    boolean isFlushDue() {
        return out.needsDrain();
    }

    /** Sends out what waits, or has it sent by whoever holds the frame lock. */
    void flushLate() {
        if (isFlushDue()) {
            flushSoon();
        }
    }

    /** Has {@code action} run when a Close is put or the connection fails: nothing more is sent. It must not wait. */
    void whenOver(Runnable action) {
        permit.whenOver(action);
    }

    void autoFlush(boolean autoFlush) {
        this.autoFlush = autoFlush;
    }

    /** What the reader does before it waits for bytes: the peer may be waiting for these. */
    void flushBeforeWaiting() throws ConnectionFailedException {
        if (autoFlush || pongOwed || isAboveHighWater()) {
            flushLate();
        }
        ending.requireNotFailed();
    }

    /**
     * Writes out everything, the last Close too; waits for the frame lock for as long as that.
     *
     * @return false when something could not be written
     */
    boolean flushWithin(long nanos) throws InterruptedException {
        if (!frameLock.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            settle();
            if (!isLost()) {
                drainOut();
            }
            return !isLost();
        } catch (IOException e) {
            return false; // recorded
        } finally {
            unlock();
        }
    }

    boolean isAboveHighWater() {
        return out.pending() > limits.outputHighWater();
    }

    /** Sends out what waits, or has it sent by whoever holds the frame lock, even if nothing does now. */
    void flushSoon() {
        lateFlush = true;
        settleSoon();
    }

    /** Has what was left behind sent by whoever holds the frame lock, or by this thread. */
    private void settleSoon() {
        late = true;
        if (frameLock.tryLock()) {
            unlock();
        }
    }

    void lock() {
        frameLock.lock();
    }

    /** Lets go of the frame lock; what the reader left behind meanwhile goes out first. */
    void unlock() {
        do {
            try {
                settle();
            } catch (IOException e) {
                // recorded: the next call reports it
            } finally {
                frameLock.unlock();
            }
        } while (late && frameLock.tryLock());
    }

    /** As {@link #unlock}, in the middle of a message. */
    void pause() {
        paused = true;
        unlock();
    }

    void resume() {
        lock();
        paused = false;
    }

    private void settle() throws IOException {
        boolean flush = flushOwed && !paused && !permit.isAwaited();
        if (late) {
            late = false;
            byte[] pong = latePong.getAndSet(null);
            if (pong != null) {
                putPong(pong, 0, pong.length);
                flush = true; // the reader may have begun to wait
            }
            byte[] close = lateClose.getAndSet(null);
            if (close != null) {
                putClose(close);
                flush = true;
            }
            if (lateFlush) {
                lateFlush = false;
                flush = true;
            }
        }
        if (flush && !isLost()) {
            drainOut();
        }
    }

    private ConnectionFailedException broken(String message, Throwable cause) {
        broken = true;
        if (cause instanceof ConnectionTimeoutException timeout) {
            failWith(timeout);
        }
        return lost(message, cause);
    }

    /** True when nothing more may go to the sink: it might take what follows a gap. */
    private boolean isLost() {
        return broken
                || ending.failure() instanceof ConnectionLostException; // only what was written whole can be followed
    }

    // ---- control frames of the caller

    /** A control frame needs no permit; it may stand between the fragments of a message (RFC 6455, 5.4). */
    void control(Opcode opcode, byte[] array, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, array.length);
        if (length > FrameHeader.MAX_CONTROL_PAYLOAD) {
            throw new IllegalArgumentException("a control frame carries at most 125 bytes, not " + length);
        }
        if (opcode == Opcode.CLOSE) {
            requireClosePayload(array, offset, length);
        }
        lock();
        try {
            requireWritable();
            if (opcode != Opcode.CLOSE) {
                requireRoom();
            }
            put(opcode, true, false, array, offset, length);
            if (opcode == Opcode.CLOSE) {
                closed();
            }
        } finally {
            unlock();
        }
    }

    private static void requireClosePayload(byte[] array, int offset, int length) {
        try {
            CloseStatus.parse(array, offset, length, true);
        } catch (ProtocolException e) {
            throw new IllegalArgumentException("not the payload of a Close: " + e.getMessage(), e);
        }
    }

    /** A ping of the library's own, sent at once. */
    void ping(byte[] payload) throws IOException {
        lock();
        try {
            requireWritable();
            requireRoom();
            put(Opcode.PING, true, false, payload, 0, payload.length);
            drainOut();
        } finally {
            unlock();
        }
    }

    // ---- flushing

    void flush() throws IOException {
        ending.requireNotFailed();
        drain();
        ending.requireNotFailed(); // while this waited for its turn, too
    }

    /** Writes out what the sink takes; true when nothing is left that could go. Works after a failure, for its Close. */
    boolean drain() throws IOException {
        lock();
        try {
            return isLost() || drainOut() == 0;
        } finally {
            unlock();
        }
    }

    boolean wantsWrite() {
        lock();
        try {
            return out.pending() > 0 && !isLost();
        } finally {
            unlock();
        }
    }

    // ---- bytes, under the frame lock

    /** Puts a whole frame into the writer. A frame that cannot be put in whole leaves the stream of no use. */
    void put(Opcode opcode, boolean fin, boolean compressed, byte[] array, int offset, int length) throws IOException {
        try {
            int key = putHeader(opcode, fin, compressed, length);
            putPayload(array, offset, length, key);
        } catch (IOException | RuntimeException | Error e) {
            throw cutOff(e);
        }
    }

    /** Puts a text message of one frame; {@code length} is that of its UTF-8. */
    void put(CharSequence text, long length) throws IOException {
        try {
            int key = putHeader(Opcode.TEXT, true, false, length);
            out.writeText(text, length, key);
        } catch (IOException | RuntimeException | Error e) {
            throw cutOff(e);
        }
    }

    /** Puts a message of one frame; {@code length} is that of all chunks. */
    void put(Opcode opcode, List<byte[]> chunks, long length) throws IOException {
        try {
            int key = putHeader(opcode, true, false, length);
            for (byte[] chunk : chunks) {
                putPayload(chunk, 0, chunk.length, key);
                key = Mask.rotate(key, chunk.length);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw cutOff(e);
        }
    }

    /** Puts a header in its shortest form. Returns a fresh key for a client's payload, and 0 for a server's. */
    private int putHeader(Opcode opcode, boolean fin, boolean compressed, long length) throws IOException {
        boolean masked = role == Role.CLIENT;
        int key = masked ? maskKeys.next() : 0;
        out.room(FrameHeader.MAX_LENGTH);
        out.advance(FrameHeader.encode(out.array(), out.tail(), opcode, fin, compressed, length, masked, key));
        return key;
    }

    private void putPayload(byte[] array, int offset, int length, int key) throws IOException {
        if (role == Role.CLIENT) {
            out.writeMasked(array, offset, length, key);
        } else {
            out.write(array, offset, length);
        }
    }

    private ConnectionFailedException cutOff(Throwable cause) {
        ConnectionFailedException failed = broken("the stream failed while writing", cause);
        return switch (cause) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> failed;
        };
    }

    /** Flushes, unless a sender waits behind this one: the last of a queue flushes for all. */
    void flushIf(boolean flush) throws IOException {
        if (flush) {
            flushOwed = true;
            if (!permit.isAwaited()) {
                drainOut();
            }
        }
    }

    /** Flushes what a sender left to those who were queued behind it. */
    void flushOwed() throws IOException {
        if (flushOwed) {
            drainOut();
        }
    }

    /** Flushes; returns how much a non-blocking sink did not take. */
    int drainOut() throws IOException {
        flushOwed = false;
        if (pongOwed) {
            pongOwed = false;
        }
        try {
            out.drain();
            if (stall == null && out.pending() > 0) {
                stall = new Stall(config.deadlines(), nanoClock);
            }
            if (stall != null) {
                stall.check(out);
            }
            return out.pending();
        } catch (IOException | RuntimeException | Error e) {
            throw cutOff(e);
        }
    }
}
