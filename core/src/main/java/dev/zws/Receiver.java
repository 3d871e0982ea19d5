package dev.zws;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection: frames to messages. One thread at a time.
 *
 * <p>Its unit is a step: one complete header, one whole control frame, or whatever is buffered of a data payload. A step never
 * waits; it says what it needs. Blocking and polling reads, whole messages and streams are all loops around steps, so each rule
 * stands once. Between steps at most a header or a control frame is left unconsumed in the reader.
 *
 * <p>A message whose only frame stands whole in the buffer is lent from there; any other is assembled in an array that grows with
 * the bytes that arrive.
 */
final class Receiver {
    private enum Step {
        NEED_INPUT,
        PROGRESS,
        MESSAGE,
        CLOSED
    }

    /** Who is in the middle of a message. */
    private enum Level {
        /** Nobody, or the caller, frame by frame. */
        FRAMES,
        /** {@link #readMessage} or {@link #pollMessage}. */
        MESSAGE,
        /** A {@link MessageInput}. */
        STREAM
    }

    /** An assembly up to this size is kept for the next message; a larger one is let go. */
    private static final int KEPT_ASSEMBLY = 64 * 1024;

    private static final int FIRST_ASSEMBLY = 1024;
    private static final byte[] NONE = new byte[0];

    private final FrameReader frames;
    private final Ending ending;
    private final ReadingThread reading;
    private final FrameWriter writer;
    private final Liveness liveness;
    private final Conn.Config config;
    private final Limits limits;

    private Level level = Level.FRAMES;
    private final Message message = new Message();
    private final Frame frame;
    private @Nullable MessageInput streaming;

    private byte[] assembly = NONE;
    private int assembled;
    /** The caller's array, when the message is to be put there. */
    private byte @Nullable [] destination;

    /** True when the last poll stopped because too much output waits, whatever is buffered. */
    private volatile boolean stopped;

    /** All that comes is dropped, whatever the application was reading. */
    private boolean closing;

    private boolean dropping;
    private long dropBudget;
    private @Nullable MessageTooLargeException afterDrop;

    Receiver(
            FrameReader frames,
            Ending ending,
            ReadingThread reading,
            FrameWriter writer,
            Liveness liveness,
            Conn.Config config) {
        this.frames = frames;
        this.ending = ending;
        this.reading = reading;
        this.liveness = liveness;
        this.writer = writer;
        this.config = config;
        this.limits = config.limits();
        this.frame = new Frame(frames.header);
    }

    boolean stopped() {
        return stopped;
    }

    // ---- whole messages

    @Nullable
    Message readMessage(byte @Nullable [] target) throws IOException {
        if (!enterMessageLevel(target)) {
            return null;
        }
        for (Step step = advance(); step != Step.MESSAGE; step = advance()) {
            if (step == Step.CLOSED) {
                return null;
            }
            if (step == Step.NEED_INPUT) {
                frames.await();
            }
        }
        return message;
    }

    @Nullable
    Message pollMessage() throws IOException {
        if (!enterMessageLevel(null)) {
            stop(false);
            writer.flushLate();
            return null;
        }
        if (stop(writer.isAboveHighWater() && !flushedBelowHighWater())) {
            return null;
        }
        for (Step step = advance(); step != Step.MESSAGE; step = advance()) {
            if (step == Step.CLOSED) {
                writer.flushLate();
                return null;
            }
            if (step == Step.NEED_INPUT) {
                if (stop(!flushedBelowHighWater()) || frames.fill() == 0) {
                    return null;
                }
            }
        }
        return message;
    }

    private boolean stop(boolean tooMuchWaits) {
        if (stopped != tooMuchWaits) {
            stopped = tooMuchWaits;
        }
        if (tooMuchWaits) {
            liveness.pauses();
        }
        return tooMuchWaits;
    }

    private boolean flushedBelowHighWater() throws ConnectionFailedException {
        writer.flushBeforeWaiting();
        return !writer.isAboveHighWater();
    }

    /** False when there is nothing more to read because the peer's Close was read. */
    @SuppressWarnings("ReferenceEquality") // the same array, not one with the same bytes
    private boolean enterMessageLevel(byte @Nullable [] target) throws IOException {
        reading.enter();
        ending.requireNotFailed();
        if (level == Level.STREAM) {
            throw new IllegalStateException(
                    "a message is being streamed: read its MessageInput to the end or close it first");
        }
        if (level == Level.FRAMES) {
            requireNoFrame();
        }
        startRead();
        if (target != destination) {
            retarget(target);
        }
        return !frames.closeReceived();
    }

    /** What every read does first: the bytes lent by the one before are lent no longer. */
    private void startRead() {
        message.expire();
        frame.expire();
        if (level == Level.FRAMES && assembly.length > KEPT_ASSEMBLY) {
            assembly = NONE;
        }
    }

    /** Decides where the message is put; what was assembled of it already moves along. */
    private void retarget(byte @Nullable [] target) {
        byte[] from = buffer();
        int moving = assembled;
        destination = target;
        assembled = 0;
        requireFit(moving + frames.remaining());
        if (!dropping) {
            reserve(moving);
            System.arraycopy(from, 0, buffer(), 0, moving);
            assembled = moving;
        }
    }

    private byte[] buffer() {
        return destination == null ? assembly : destination;
    }

    /** One step towards a whole message. */
    private Step advance() throws IOException {
        if (!frames.active()) {
            return begin(Level.MESSAGE);
        }
        int available = frames.available();
        if (available == 0 && frames.remaining() > 0) {
            return Step.NEED_INPUT;
        }
        if (dropping) {
            spend(available);
            frames.drop(available);
        } else if (canLend(available)) {
            int at = frames.position();
            judge(frames.take(frames.array(), at, available));
            message.show(frames.type(), frames.array(), at, available);
        } else {
            reserve(available);
            judge(frames.take(buffer(), assembled, available));
            assembled += available;
            if (frames.isMessageTaken()) {
                message.show(frames.type(), buffer(), 0, assembled);
            }
        }
        return frames.remaining() == 0 ? endOfFrame() : Step.PROGRESS;
    }

    private boolean canLend(int available) {
        return destination == null
                && frames.header.fin()
                && frames.messageLength() == 0
                && available == frames.header.payloadLength();
    }

    /** Makes room for {@code more} bytes of the message; the caller's array has it, or the message would be dropped. */
    private void reserve(int more) {
        if (buffer().length - assembled < more) {
            long most = frames.header.fin() ? assembled + frames.remaining() : limits.maxMessagePayload();
            int doubled = (int) Math.min(Math.max(FIRST_ASSEMBLY, 2L * assembly.length), most);
            assembly = Arrays.copyOf(assembly, Math.max(assembled + more, doubled));
        }
    }

    /** RFC 6455, 8.1: text that is not UTF-8 fails the connection, at its first bad byte. */
    private void judge(boolean good) throws ProtocolException {
        if (!good) {
            throw frames.fail(
                    Violation.INVALID_UTF8, "the text is not UTF-8, at byte " + frames.messageLength() + " or before");
        }
    }

    /** Takes the next header once it is whole; a control frame is taken whole and answered, a data frame becomes active. */
    private Step begin(Level entering) throws IOException {
        if (!frames.decodeHeader()) {
            return Step.NEED_INPUT;
        }
        if (frames.header.opcode().isControl()) {
            return frames.isWhole() ? answerControl() : Step.NEED_INPUT;
        }
        frames.enter();
        if (level == Level.FRAMES) {
            level = entering;
        }
        if (dropping) {
            spend(frames.header.length());
        } else {
            admit();
        }
        return Step.PROGRESS;
    }

    /** RFC 6455, 5.5: a ping and a Close are answered here and nowhere else, each once. */
    private Step answerControl() throws IOException {
        frames.enter();
        int length = (int) frames.remaining();
        int at = frames.takeInPlace(length);
        frames.finish();
        if (frames.header.opcode() == Opcode.PING && config.autoPong()) {
            writer.pong(frames.array(), at, length); // RFC 6455, 5.5.2; a pong needs no answer
        } else if (frames.header.opcode() == Opcode.PONG) {
            liveness.receivedPong(frames.array(), at, length);
        }
        if (!frames.closeReceived()) {
            return Step.PROGRESS;
        }
        endMessage();
        if (config.autoReplyClose()) {
            writer.replyClose(frames.closePayload()); // RFC 6455, 5.5.1
        }
        return Step.CLOSED;
    }

    /** Holds a frame against the limit of its message before a byte of it is taken (RFC 6455, 10.4). */
    private void admit() throws ProtocolException {
        long limit = level == Level.STREAM ? limits.maxStreamedPayload() : limits.maxMessagePayload();
        if (frames.header.payloadLength() <= limit - frames.messageLength()) {
            requireFit(frames.remaining());
            return;
        }
        if (level == Level.STREAM || limits.oversize() == Limits.Oversize.FAIL) {
            throw frames.fail(Violation.MESSAGE_TOO_LARGE, "a message of more than " + limit + " bytes");
        }
        startDropping(new MessageTooLargeException("a message was dropped", limit));
    }

    /** The message is dropped when {@code more} bytes of it do not fit the caller's array, before one is taken (B-2.72). */
    private void requireFit(long more) {
        if (destination != null && !dropping && more > destination.length - assembled) {
            startDropping(new MessageTooLargeException("a message was dropped", destination.length));
        }
    }

    private void startDropping(@Nullable MessageTooLargeException afterwards) {
        dropping = true;
        dropBudget = limits.drainBudget();
        afterDrop = afterwards;
        assembled = 0;
    }

    private void spend(int count) throws ProtocolException {
        dropBudget -= count;
        if (dropBudget < 0) {
            throw frames.fail(Violation.MESSAGE_TOO_LARGE, "more than " + limits.drainBudget() + " bytes to drop");
        }
    }

    /** The frame was taken whole. Returns MESSAGE when its message is, too. */
    private Step endOfFrame() throws IOException {
        if (!frames.finish()) {
            return Step.PROGRESS;
        }
        MessageTooLargeException tooLarge = afterDrop;
        if (!closing) {
            streaming = null; // else it was cut off, and must not look as if it were whole
        }
        endMessage();
        if (tooLarge != null) {
            throw tooLarge;
        }
        return Step.MESSAGE;
    }

    private void endMessage() {
        level = Level.FRAMES;
        destination = null;
        assembled = 0;
        dropping = false;
        afterDrop = null;
    }

    /** Takes in and drops whatever comes, until the peer's Close. */
    void readToClose() throws IOException {
        closing = true;
        startRead();
        while (!frames.closeReceived()) {
            if (frames.active() && frames.header.opcode().isControl()) { // begun by the caller, frame by frame
                frames.takeInPlace(awaitPayload());
                if (frames.remaining() == 0) {
                    frames.finish();
                }
                continue;
            }
            if (!dropping) {
                startDropping(null);
            }
            dropBudget = Long.MAX_VALUE; // the deadline bounds it
            afterDrop = null;
            if (advance() == Step.NEED_INPUT) {
                frames.await();
            }
        }
    }

    // ---- a message as a stream

    /** Waits for a message to begin; null when the peer's Close comes instead. */
    @Nullable
    MessageInput readStream() throws IOException {
        reading.enter();
        ending.requireNotFailed();
        if (level == Level.MESSAGE) {
            throw new IllegalStateException("a message is half read: finish it with pollMessage() or readMessage()");
        }
        if (!enterMessageLevel(null)) {
            return null;
        }
        while (!frames.active()) {
            Step step = begin(Level.STREAM);
            if (step == Step.CLOSED) {
                return null;
            }
            if (step == Step.NEED_INPUT) {
                frames.await();
            }
        }
        MessageInput input = new MessageInput(this, frames.type());
        streaming = input;
        return input;
    }

    /** What {@link MessageInput#read(byte[], int, int)} promises. */
    int readStreamed(MessageInput input, byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        reading.enter();
        while (isOpen(input)) {
            if (length == 0) {
                return 0;
            } else if (!frames.active()) {
                if (begin(Level.STREAM) == Step.NEED_INPUT) {
                    frames.await();
                }
            } else if (frames.available() == 0 && frames.remaining() > 0) {
                frames.await();
            } else {
                int count = Math.min(length, frames.available());
                judge(frames.take(target, offset, count));
                if (frames.remaining() == 0) {
                    endOfFrame();
                }
                if (count > 0) {
                    return count;
                }
            }
        }
        return -1;
    }

    /** Drops what is left of the streamed message. */
    void discardStreamed(MessageInput input) throws IOException {
        reading.enter();
        if (frames.closeReceived() || !isOpen(input)) {
            return;
        }
        if (!dropping) {
            startDropping(null);
        }
        for (Step step = advance(); step != Step.MESSAGE && step != Step.CLOSED; step = advance()) {
            if (step == Step.NEED_INPUT) {
                frames.await();
            }
        }
    }

    /** Whether something of the input's message is still to come. A message that a Close cut off is an error, not an end. */
    private boolean isOpen(MessageInput input) throws WebSocketException {
        if (input != streaming) {
            return false;
        }
        ending.requireNotFailed();
        if (frames.closeReceived()) {
            throw new ConnectionClosedException("the peer closed in the middle of a message");
        }
        return true;
    }

    // ---- frames

    FrameHeader beginFrame() throws IOException {
        awaitHeader();
        frames.enter();
        return frames.header;
    }

    private void awaitHeader() throws IOException {
        reading.enter();
        ending.requireNotFailed();
        if (level != Level.FRAMES) {
            throw new IllegalStateException("a message is half read: finish it before reading frames");
        }
        requireNoFrame();
        startRead();
        if (frames.closeReceived()) {
            throw new ConnectionClosedException("the peer has closed: no frame follows a Close");
        }
        while (!frames.decodeHeader()) {
            frames.await();
        }
    }

    private void requireNoFrame() {
        if (frames.active()) {
            throw new IllegalStateException("a frame is active: read or discard it first");
        }
    }

    int readFrameChunk(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        requireActiveFrame();
        if (length == 0 && frames.remaining() > 0) {
            return 0;
        }
        int count = Math.min(length, awaitPayload());
        frames.take(target, offset, count);
        if (frames.remaining() == 0) {
            frames.finish();
        }
        return count;
    }

    int readFrameAll(byte[] target) throws IOException {
        requireActiveFrame();
        long length = frames.remaining();
        if (length > target.length) {
            throw new MessageTooLargeException("a frame has " + length + " bytes left and stays active", target.length);
        }
        for (int at = 0; at < length; ) {
            int count = awaitPayload();
            frames.take(target, at, count);
            at += count;
        }
        frames.finish();
        return (int) length;
    }

    void discardFrame() throws IOException {
        requireActiveFrame();
        while (frames.remaining() > 0) {
            frames.takeInPlace(awaitPayload());
        }
        frames.finish();
    }

    Frame readFrame(byte[] target) throws IOException {
        beginFrame();
        frame.lend(target, 0, readFrameAll(target));
        return frame;
    }

    @Nullable
    Frame readFrameBorrowed() throws IOException {
        awaitHeader();
        if (frames.header.payloadLength() > frames.ceiling() - frames.header.length()) {
            return null;
        }
        while (!frames.isWhole()) {
            frames.await();
        }
        frames.enter();
        int length = (int) frames.remaining();
        int at = frames.takeInPlace(length);
        frames.finish();
        frame.lend(frames.array(), at, length);
        return frame;
    }

    private void requireActiveFrame() throws IOException {
        reading.enter();
        ending.requireNotFailed();
        if (level != Level.FRAMES || !frames.active()) {
            throw new IllegalStateException("no frame is active: call beginFrame() first");
        }
    }

    /** Waits until some of the active frame's payload can be taken; 0 when the frame has none left. */
    private int awaitPayload() throws IOException {
        while (frames.available() == 0 && frames.remaining() > 0) {
            frames.await();
        }
        return frames.available();
    }
}
