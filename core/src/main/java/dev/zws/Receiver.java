package dev.zws;

import java.io.IOException;
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
 * the bytes that arrive, or, when it is compressed, with those that they become (RFC 7692, 7.2.2).
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

    /** On the wire a compressed message may have twice its limit, and this: no encoder makes it so long, but one can be made to. */
    private static final int WIRE_SLACK = 64 * 1024;

    private final FrameReader frames;
    private final Ending ending;
    private final ReadingThread reading;
    private final FrameWriter writer;
    private final Liveness liveness;
    private final InflatedPayload inflated;
    private final Conn.Config config;
    private final Limits limits;

    private Level level = Level.FRAMES;
    private final Message message = new Message();
    /** Made when the first is lent. */
    private @Nullable Frame frame;

    private @Nullable MessageInput streaming;

    private final Assembly assembly = new Assembly();
    private int assembled;
    /** The caller's array, when the message is to be put there. */
    private byte @Nullable [] destination;

    /** True when the last poll stopped because too much output waits, whatever is buffered. */
    private volatile boolean stopped;

    /** All that comes is dropped, whatever the application was reading. */
    private boolean closing;

    private final Drop drop;

    Receiver(
            FrameReader frames,
            Ending ending,
            ReadingThread reading,
            FrameWriter writer,
            Liveness liveness,
            InflatedPayload inflated,
            Conn.Config config) {
        this.frames = frames;
        this.ending = ending;
        this.reading = reading;
        this.liveness = liveness;
        this.inflated = inflated;
        this.writer = writer;
        this.config = config;
        this.limits = config.limits();
        this.drop = new Drop(frames, limits.drainBudget());
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
                if (stop(!flushedBelowHighWater()) || frames.fillInTurn() == 0) {
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
            requirePlainRest();
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
        if (frame != null) {
            frame.expire();
        }
        if (level == Level.FRAMES) {
            assembly.release();
        }
    }

    /** Decides where the message is put; what was assembled of it already moves along. */
    private void retarget(byte @Nullable [] target) {
        byte[] from = buffer();
        int moving = assembled;
        destination = target;
        assembled = 0;
        requireFit(frames.compressed() ? moving : moving + frames.remaining());
        if (!drop.active()) {
            reserve(moving);
            System.arraycopy(from, 0, buffer(), 0, moving);
            assembled = moving;
        }
    }

    private byte[] buffer() {
        return destination == null ? assembly.array() : destination;
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
        if (frames.compressed()) {
            takeCompressed(available);
        } else if (drop.active()) {
            drop.spend(available);
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

    /** Makes room for {@code more} bytes: twice what is there, or for all once a quarter of the message, with a header, has come. */
    private void reserve(int more) {
        int come = assembled + more;
        if (buffer().length < come) { // never the caller's array, or the message would be dropped
            long most = frames.header.fin() ? assembled + frames.remaining() : limits.maxMessagePayload();
            boolean quarter = frames.header.fin() && come + FrameHeader.MAX_LENGTH >= most / 4;
            long roomy = quarter ? most : Math.min(2L * buffer().length, most);
            assembly.grow((int) Math.max(come, roomy), assembled);
        }
    }

    /** RFC 6455, 8.1: text that is not UTF-8 fails the connection, at its first bad byte. */
    private void judge(boolean good) throws ProtocolException {
        if (!good) {
            throw frames.failText(frames.messageLength());
        }
    }

    // ---- compressed messages

    /** Takes what is buffered of a compressed message, and inflates all of it. */
    private void takeCompressed(int available) throws IOException {
        if (drop.active()) {
            drop.spend(available);
        }
        if (drop.active() && inflated.dropsUnseen(closing)) {
            frames.drop(available);
            return;
        }
        inflated.take(available);
        inflateAll();
        if (frames.isMessageTaken() && !drop.active()) {
            inflated.end();
            message.show(frames.type(), buffer(), 0, assembled);
        } else if (frames.isMessageTaken() && !inflated.dropsUnseen(closing)) {
            inflated.endDropped();
        }
    }

    private void inflateAll() throws IOException {
        boolean more = true;
        while (more) {
            more = drop.active() ? dropInflated() : keepInflated();
        }
    }

    private boolean keepInflated() throws IOException {
        int room = roomForInflated();
        if (drop.active()) {
            return true;
        }
        int count = room == 0 ? 0 : inflated.read(buffer(), assembled, room);
        assembled += count;
        return count > 0;
    }

    private boolean dropInflated() throws IOException {
        if (inflated.dropsUnseen(closing)) {
            return false;
        }
        if (assembly.array().length == 0) {
            inflated.grow(assembly, Buffers.SMALLEST, 0);
        }
        int count = inflated.skip(assembly.array());
        drop.spend(count);
        return count > 0;
    }

    /** How much the next call may inflate; 0 when that is nothing, or the message turned out to be too large and is dropped. */
    private int roomForInflated() throws IOException {
        int limit = limits.maxMessagePayload();
        if (destination == null && assembled == buffer().length && assembled < limit) {
            int doubled = (int) Math.min(limit, Math.max(Buffers.SMALLEST, 2L * assembled));
            inflated.grow(assembly, doubled, assembled);
        }
        int room = Math.min(limit, buffer().length) - assembled;
        if (room == 0 && inflated.more()) {
            if (buffer().length < limit) {
                startDropping(new MessageTooLargeException("a message was dropped", buffer().length));
            } else {
                tooLarge(limit);
            }
        }
        return room;
    }

    /** Nothing is inflated for those who read frames, so nobody can take over from them (B-2.83). */
    private void requirePlainRest() {
        if (frames.openType() != null && frames.compressed()) {
            throw new IllegalStateException(
                    "a compressed message was begun frame by frame: read the rest of it frame by frame, too");
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
        boolean inflates = frames.header.compressed() && !closing;
        if (inflates) {
            inflated.requireHistory();
        }
        frames.enter();
        if (level == Level.FRAMES) {
            level = entering;
        }
        if (inflates) {
            inflated.begin();
        }
        if (drop.active()) {
            drop.spend(frames.header.length());
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
        boolean compressed = frames.compressed();
        long most = compressed ? 2 * Math.min(limit, (Long.MAX_VALUE - WIRE_SLACK) / 2) + WIRE_SLACK : limit;
        if (frames.header.payloadLength() > most - frames.messageLength()) {
            tooLarge(limit);
        } else if (!compressed) {
            requireFit(frames.remaining());
        }
    }

    private void tooLarge(long limit) throws ProtocolException {
        if (level == Level.STREAM || limits.oversize() == Limits.Oversize.FAIL) {
            throw frames.fail(Violation.MESSAGE_TOO_LARGE, "a message of more than " + limit + " bytes");
        }
        startDropping(new MessageTooLargeException("a message was dropped", limit));
    }

    /** The message is dropped when {@code more} bytes of it do not fit the caller's array, before one is taken (B-2.72). */
    private void requireFit(long more) {
        if (destination != null && !drop.active() && more > destination.length - assembled) {
            startDropping(new MessageTooLargeException("a message was dropped", destination.length));
        }
    }

    private void startDropping(@Nullable MessageTooLargeException afterwards) {
        drop.start(afterwards);
        assembled = 0;
    }

    /** The frame was taken whole. Returns MESSAGE when its message is, too. */
    private Step endOfFrame() throws IOException {
        if (!frames.finish()) {
            return Step.PROGRESS;
        }
        MessageTooLargeException tooLarge = drop.afterwards();
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
        drop.end();
    }

    /** Takes in and drops whatever comes, until the peer's Close. */
    void readToClose() throws IOException {
        closing = true;
        startRead();
        while (!frames.closeReceived()) {
            if (frames.active() && frames.header.opcode().isControl()) { // begun by the caller, frame by frame
                frames.takeInPlace(frames.awaitPayload());
                if (frames.remaining() == 0) {
                    frames.finish();
                }
                continue;
            }
            drop.startUnbounded(); // the deadline bounds it
            assembled = 0;
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
            } else if (frames.compressed()) {
                int count = inflateStreamed(target, offset, length);
                if (count > 0) {
                    return count;
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

    /** What the bytes taken before still give; when that is nothing, the next are taken, or waited for, and 0 is returned. */
    private int inflateStreamed(byte[] target, int offset, int length) throws IOException {
        long room = limits.maxStreamedPayload() - inflated.length(); // what is over the limit is not even looked at
        int count = room == 0 ? 0 : inflated.read(target, offset, (int) Math.min(length, room));
        if (room == 0 && inflated.more()) {
            tooLarge(limits.maxStreamedPayload());
        } else if (count == 0 && frames.remaining() > 0 && frames.available() == 0) {
            frames.await();
        } else if (count == 0 && frames.remaining() > 0) {
            inflated.take(frames.available());
        } else if (count == 0) {
            if (frames.isMessageTaken()) {
                inflated.end();
            }
            endOfFrame();
        }
        return count;
    }

    /** Drops what is left of the streamed message. */
    void discardStreamed(MessageInput input) throws IOException {
        reading.enter();
        if (frames.closeReceived() || !isOpen(input)) {
            return;
        }
        if (!drop.active()) {
            startDropping(null);
            if (frames.compressed()) {
                inflateAll(); // what was taken already
            }
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

    // ---- what reading frame by frame asks

    /** A frame may be begun, or waited for. */
    void startFrame() throws IOException {
        enterFrames();
        requireNoFrame();
        startRead();
        if (frames.closeReceived()) {
            throw new ConnectionClosedException("the peer has closed: no frame follows a Close");
        }
    }

    void enterFrames() throws IOException {
        reading.enter();
        ending.requireNotFailed();
        if (level != Level.FRAMES) {
            throw new IllegalStateException("a message is half read: finish it before reading frames");
        }
    }

    /** The current frame is begun frame by frame. */
    void enterFrame() throws IOException {
        frames.enter();
        if (frames.header.compressed()) {
            inflated.passBy();
        }
    }

    private void requireNoFrame() {
        if (frames.active()) {
            throw new IllegalStateException("a frame is active: read or discard it first");
        }
    }

    Frame lend(byte[] array, int offset, int length) {
        if (frame == null) {
            frame = new Frame(frames.header);
        }
        frame.lend(array, offset, length);
        return frame;
    }
}
