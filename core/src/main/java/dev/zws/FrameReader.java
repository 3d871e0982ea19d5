package dev.zws;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to frames: the one place where a frame is parsed, taken and ended, whoever reads (RFC 6455, 5). It never waits unless
 * {@link #await()} is called. The reading thread only.
 *
 * <p>Each payload byte is unmasked, counted, and followed as text, once, when it is taken. What is enforced here holds at both
 * levels: the header's rules, the frame limit, the number of fragments, the rate of control frames, a well-formed Close.
 */
final class FrameReader {
    private static final long ONE_SECOND = 1_000_000_000L;
    /** A peer that never stops sending is answered all the same. */
    private static final int MAX_FLUSHES_POSTPONED = 16;

    /** A peer that sends faster than it is served must not keep the others of its selector waiting. */
    private static final int MAX_FILLS_IN_TURN = 16;

    /** A virtual thread is never interrupted in its turn: whose peer never lets it wait, after so many bytes lets others run. */
    private static final int BYTES_IN_TURN = 1024 * 1024;

    private static final int FAILED = -1;
    private static final byte[] NONE = new byte[0];

    final FrameHeader header = new FrameHeader();

    private final ByteReader reader;
    private final Ending ending;
    private final ReadingThread reading;
    private final FrameWriter writer;
    private final Liveness liveness;
    private final Budget budget;
    private final Compression compression;
    private final Role role;
    private final Conn.Config config;
    private final Limits limits;
    private final LongSupplier nanoClock;

    private boolean active;
    private int flushesPostponed;
    private int fillsInTurn;
    private int bytesInTurn;
    private long remaining;
    private int maskKey;

    /** The type of the fragmented message that is open; moved only by a frame that was taken whole (B-2.36). */
    private @Nullable MessageType openType;

    /** The message that the last data frame belongs to is compressed (RFC 7692, 6). */
    private boolean compressed;

    private int fragments;
    private long messageLength;
    private final Utf8Validator utf8 = new Utf8Validator();

    private int controlFrames;
    private long controlWindowStart;
    private byte[] closePayload = NONE;
    private volatile boolean closeReceived;
    private volatile @Nullable CloseStatus closeStatus;

    FrameReader(
            ByteReader reader,
            Ending ending,
            ReadingThread reading,
            FrameWriter writer,
            Liveness liveness,
            Compression compression,
            Role role,
            Conn.Config config,
            LongSupplier nanoClock,
            RuntimeHooks hooks) {
        this.reader = reader;
        this.ending = ending;
        this.reading = reading;
        this.writer = writer;
        this.liveness = liveness;
        this.budget = new Budget(hooks, IoPhase.READ, config.timeouts().readNanos());
        this.compression = compression;
        this.role = role;
        this.config = config;
        this.limits = config.limits();
        this.nanoClock = nanoClock;
        this.controlWindowStart = nanoClock.getAsLong();
        reader.rest(); // what the handshake needed was more than small frames do
    }

    boolean active() {
        return active;
    }

    /** How much of the active frame's payload was not taken yet. */
    long remaining() {
        return remaining;
    }

    /** How much of the active frame's payload can be taken now. */
    int available() {
        return (int) Math.min(remaining, reader.buffered());
    }

    /** How much payload was taken of the message that the last data frame belongs to. */
    long messageLength() {
        return messageLength;
    }

    @Nullable
    MessageType openType() {
        return openType;
    }

    /** The type of the message that the last data frame belongs to. */
    MessageType type() {
        return Objects.requireNonNullElse(
                openType, header.opcode() == Opcode.TEXT ? MessageType.TEXT : MessageType.BINARY);
    }

    /** Whether the message that the last data frame belongs to is compressed. */
    boolean compressed() {
        return compressed;
    }

    boolean closeReceived() {
        return closeReceived;
    }

    @Nullable
    CloseStatus closeStatus() {
        return closeStatus;
    }

    /** The payload of the Close that was read. */
    byte[] closePayload() {
        return closePayload;
    }

    /** Decodes and checks the next header without consuming it; false until it is whole (B-2.11). */
    boolean decodeHeader() throws ProtocolException {
        int buffered = reader.buffered();
        if (buffered < 2 || buffered < FrameHeader.length(reader.array()[reader.position() + 1])) {
            return false;
        }
        try {
            header.decode(
                    reader.array(),
                    reader.position(),
                    role,
                    compression.isAgreed(),
                    openType != null,
                    limits.maxFramePayload());
            return true;
        } catch (ProtocolException e) {
            throw writer.fail(e);
        }
    }

    /** True when the frame whose header was decoded stands whole in the buffer. */
    boolean isWhole() {
        return reader.buffered() - header.length() >= header.payloadLength();
    }

    /** Consumes the header that was decoded, makes its frame active and counts it. */
    void enter() throws ProtocolException {
        reader.skip(header.length());
        active = true;
        remaining = header.payloadLength();
        maskKey = header.maskKey();
        if (header.opcode().isControl()) {
            countControlFrame();
            closePayload = header.opcode() == Opcode.CLOSE ? new byte[(int) remaining] : NONE;
            return;
        }
        if (header.opcode().isData()) {
            fragments = 0;
            messageLength = 0;
            compressed = header.compressed();
            utf8.reset();
        }
        if (++fragments > limits.maxFragments()) {
            throw fail(Violation.TOO_MANY_FRAGMENTS, "a message of more than " + limits.maxFragments() + " frames");
        }
    }

    /** The clock is asked only when a full allowance was used, so an ordinary ping costs a count. */
    private void countControlFrame() throws ProtocolException {
        if (++controlFrames <= limits.maxControlFramesPerSecond()) {
            return;
        }
        long now = nanoClock.getAsLong();
        if (now - controlWindowStart < ONE_SECOND) {
            throw fail(
                    Violation.TOO_MANY_CONTROL_FRAMES,
                    "more than " + limits.maxControlFramesPerSecond() + " within a second");
        }
        controlWindowStart = now;
        controlFrames = 1;
    }

    /**
     * Takes {@code count} available bytes of payload: unmasks them on the way to {@code target}, counts them, follows text that is not
     * compressed.
     *
     * @return false when that is known, with these bytes, not to be UTF-8, or ends within a character (RFC 6455, 8.1)
     */
    @SuppressWarnings("ReferenceEquality") // the same array, not one with the same bytes
    boolean take(byte[] target, int offset, int count) {
        byte[] source = reader.array();
        int from = reader.position();
        if (header.masked()) {
            Mask.copy(source, from, target, offset, count, maskKey);
            maskKey = Mask.rotate(maskKey, count);
        } else if (source != target) {
            System.arraycopy(source, from, target, offset, count);
        }
        count(count);
        if (header.opcode() == Opcode.CLOSE) {
            System.arraycopy(target, offset, closePayload, (int) (closePayload.length - remaining) - count, count);
        }
        return compressed || header.opcode().isControl() || follow(target, offset, count, isMessageTaken());
    }

    /** Follows the next bytes of the message, {@code last} or not; false as {@link #take} says. */
    boolean follow(byte[] array, int offset, int count, boolean last) {
        return type() != MessageType.TEXT
                || !config.validateUtf8()
                || utf8.accept(array, offset, count) && (!last || utf8.isComplete());
    }

    /** Takes {@code count} available bytes where they stand, and returns where that is. */
    int takeInPlace(int count) {
        int at = reader.position();
        take(reader.array(), at, count);
        return at;
    }

    /** Takes {@code count} available bytes of a message that nobody will see. */
    void drop(int count) {
        maskKey = Mask.rotate(maskKey, count);
        count(count);
    }

    private void count(int count) {
        reader.skip(count);
        remaining -= count;
        if (!header.opcode().isControl()) {
            messageLength += count;
        }
    }

    /** True when the last byte of the message that the active frame belongs to was taken. */
    boolean isMessageTaken() {
        return header.fin() && remaining == 0;
    }

    /** Ends the active frame, all of which was taken (B-2.53, B-2.36). Returns true when a message ends with it. */
    boolean finish() throws ProtocolException {
        active = false;
        if (header.opcode() == Opcode.CLOSE) {
            receivedClose();
        }
        boolean ended = header.fin() && !header.opcode().isControl();
        if (!header.opcode().isControl()) {
            openType = ended ? null : type();
        }
        if (openType == null) {
            messageLength = 0; // or the next message would have to be longer before its time is renewed
            liveness.messageEnded();
        }
        return ended;
    }

    /** RFC 6455, 5.5.1: nothing that follows a Close is read, and the message that it interrupts is never finished. */
    private void receivedClose() throws ProtocolException {
        openType = null;
        try {
            closeStatus = CloseStatus.parse(closePayload, 0, closePayload.length, config.validateUtf8());
        } catch (ProtocolException e) {
            throw writer.fail(e);
        } finally {
            closeReceived = true; // last: who sees it sees the status, too
            compression.releaseIncoming();
            ending.closeReceived();
        }
    }

    /** Nothing is read any more, so what was received of a compressed message will never be whole. Any thread. */
    void release() {
        compression.releaseIncoming();
    }

    byte[] array() {
        return reader.array();
    }

    int position() {
        return reader.position();
    }

    int ceiling() {
        return reader.ceiling();
    }

    /** Waits for bytes; what the peer may be waiting for goes out first. */
    void await() throws IOException {
        if (!reading.isShared()
                || !writer.isFlushDue()
                || !isInputReady()
                || ++flushesPostponed > MAX_FLUSHES_POSTPONED) {
            flushesPostponed = 0;
            writer.flushBeforeWaiting();
        }
        leaveTurn();
        int read = fill();
        bytesInTurn += read;
        if (read == 0) {
            throw new IllegalStateException("the source has nothing now; it is non-blocking: use pollMessage()");
        }
    }

    /**
     * A virtual thread lets those run that can, after which its bytes have often come: a read that finds them needs no other read before
     * it, no parking and no waking up ({@code docs/performance.md}: a fifth more messages). Of those that never have to wait,
     * it parks for a moment: where yielding puts it, the scheduler looks before it looks for newcomers.
     */
    @SuppressWarnings("ThreadPriorityCheck") // not relied upon
    private void leaveTurn() {
        if (!Thread.currentThread().isVirtual()) {
            return;
        }
        if (bytesInTurn >= BYTES_IN_TURN) {
            bytesInTurn = 0;
            LockSupport.parkNanos(1);
        } else {
            Thread.yield();
        }
    }

    /** Waits until some of the active frame's payload can be taken; 0 when the frame has none left. */
    int awaitPayload() throws IOException {
        while (available() == 0 && remaining > 0) {
            await();
        }
        return available();
    }

    private boolean isInputReady() throws ConnectionFailedException {
        try {
            return reader.ready();
        } catch (IOException | RuntimeException e) {
            throw writer.lost("the stream failed while reading", e);
        }
    }

    /**
     * As {@link #fill()}; also 0 where a selector will come back for the rest: when the last read has left room, for then a read in vain
     * after each message would cost as much as the message's own, or when others should have their turn.
     */
    int fillInTurn() throws IOException {
        boolean selectable = reader.isSelectable();
        if (selectable && fillsInTurn > 0 && reader.isDrained()) {
            fillsInTurn = 0;
            liveness.waits(isWithinMessage(), messageLength);
            liveness.waited(0);
            reader.rest();
            return 0;
        }
        if (++fillsInTurn > MAX_FILLS_IN_TURN && selectable) {
            fillsInTurn = 0;
            return 0;
        }
        int read = fill();
        if (read == 0) {
            fillsInTurn = 0;
        }
        return read;
    }

    private boolean isWithinMessage() {
        return active || openType != null || reader.buffered() > 0;
    }

    /** Asks the source for bytes once, within the deadlines and the budget; 0 when it has none now. */
    int fill() throws IOException {
        liveness.waits(isWithinMessage(), messageLength);
        long begun = budget.begin();
        int read = FAILED;
        boolean exceeded = false;
        try {
            read = reader.fill();
            exceeded = budget.isExceeded(begun);
        } catch (SocketTimeoutException e) {
            read = Liveness.TIMED_OUT;
            throw new WebSocketTimeoutException("nothing arrived in time", e);
        } catch (IOException | RuntimeException e) { // a container's stream throws the latter once it is closed
            throw writer.lost("the stream failed while reading", e);
        } finally {
            budget.end();
            liveness.waited(read);
        }
        if (read < 0) {
            throw writer.lost("the stream ended without a Close", null);
        }
        if (read > 0) {
            ending.requireNotFailed(); // a deadline has passed meanwhile, and the peer answers our Close, say
        }
        if (exceeded) {
            throw new WebSocketTimeoutException("a read took more than " + budget.nanos() + " nanoseconds", null);
        }
        return read;
    }

    ProtocolException fail(Violation violation, String detail) {
        return fail(new ProtocolException(violation, detail));
    }

    /** RFC 6455, 8.1. */
    ProtocolException failText(long length) {
        return fail(Violation.INVALID_UTF8, "the text is not UTF-8, at byte " + length + " or before");
    }

    ProtocolException fail(ProtocolException cause) {
        return writer.fail(cause);
    }

    /** Not the peer's doing, and nothing can be read any more. */
    void lost(String message, Throwable cause) {
        writer.lost(message, cause);
    }
}
