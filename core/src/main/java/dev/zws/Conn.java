package dev.zws;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One open WebSocket connection (RFC 6455), either end of it, after the handshake.
 *
 * <p><b>Threads.</b> One thread at a time reads: everything named {@code read…}, {@code poll…} and {@code frame…}, {@code beginFrame},
 * {@code discardFrame}, {@code openMessage}, and a {@link MessageInput}. Any thread may call the rest. Data messages never mix;
 * control frames may pass between the fragments of a streamed one.
 *
 * <p><b>Output.</b> {@code write…} puts into a buffer, which writes itself out when it is full; {@code send…} also flushes. The
 * reading thread flushes before it waits for input, so answers to a batch of requests leave together, and so do the pongs of the
 * pings among them. Elsewhere, send, or write and flush.
 *
 * <p><b>Bytes.</b> A returned {@link Message} or {@link Frame} is valid until the next read begins, whatever that returns. Arrays
 * and buffers given to a write may be reused as soon as it returns.
 *
 * <p><b>Two levels.</b> Messages: pings and closes are answered, text is checked, every limit holds. Frames: the header's rules, the
 * limits of frames, fragments and control frames, the order of fragments and a well-formed Close are enforced; nothing is
 * answered and bad text is not reported (B-2.56). Between frames, {@link #readMessage()} may take over a message that was begun
 * frame by frame; it gives the rest (B-2.61). B-numbers are those of the behaviour specification; {@code docs/conformance.md}
 * maps them to tests.
 *
 * <p><b>Failure.</b> A violation by the peer is answered with its close code, once, and flushed. After it, or when the stream is
 * lost, the state is {@link State#FAILED}, and reads and writes throw the first cause again: a {@link ConnectionFailedException}, which
 * is a {@link ProtocolException}, a {@link ConnectionLostException} or a {@link ConnectionTimeoutException}. Misuse by the caller
 * throws {@link IllegalStateException} or {@link IllegalArgumentException} and changes nothing.
 *
 * <p><b>Time.</b> {@link Deadlines} bound the peer; a {@link Watchdog} on the transport enforces them. Without one, a silent peer
 * keeps a read waiting, and one that does not read keeps a write waiting; only {@link #close()} keeps its time.
 */
public final class Conn implements AutoCloseable {
    /** Where a connection stands. */
    public enum State {
        /** Neither side has sent a Close. */
        OPEN,
        /** One side has. */
        CLOSING,
        /** Both have: the closing handshake is done (RFC 6455, 5.5.1). */
        CLOSED,
        /** A rule was broken or the stream was lost. */
        FAILED
    }

    private final @Nullable Transport transport;
    private final @Nullable Upgrade upgrade;
    private final Role role;
    private final Config config;
    final Ending ending = new Ending();
    final FrameWriter frameWriter;
    final Sender sender;
    private final Liveness liveness;
    final FrameReader frames;
    private final Receiver receiver;
    private final FrameLevel frameLevel;
    private final ClosingHandshake closing;

    private Conn(Transport transport, Role role, Upgrade upgrade, Config config) {
        this(
                transport,
                Objects.requireNonNull(upgrade, "upgrade"),
                transport.reader(),
                transport.writer(),
                transport.hooks(),
                role,
                config,
                MaskKeys.strong(),
                System::nanoTime);
        if (transport.isBlocking()) { // else it is pollMessage() that looks
            liveness.watchedBy(transport);
        }
    }

    private Conn(ByteReader reader, ByteWriter writer, RuntimeHooks hooks, Role role, Config config) {
        this(null, null, reader, writer, hooks, role, config, MaskKeys.strong(), System::nanoTime);
    }

    Conn(
            @Nullable Transport transport,
            @Nullable Upgrade upgrade,
            ByteReader reader,
            ByteWriter writer,
            RuntimeHooks hooks,
            Role role,
            Config config,
            MaskKeys maskKeys,
            LongSupplier nanoClock) {
        this.transport = transport;
        this.upgrade = upgrade;
        this.role = role;
        this.config = Objects.requireNonNull(config, "config");
        timeWrites(Objects.requireNonNull(writer, "writer"), Objects.requireNonNull(hooks, "hooks"));
        ReadingThread reading = new ReadingThread(ending);
        MessagePermit permit = new MessagePermit(config.deadlines().writeNanos());
        Compression compression = Compression.of(upgrade, role);
        this.frameWriter = new FrameWriter(writer, ending, permit, compression, role, config, maskKeys, nanoClock);
        this.sender = new Sender(frameWriter, reading, permit, compression, config);
        this.liveness = new Liveness(config, nanoClock, frameWriter, maskKeys, this::expire);
        Objects.requireNonNull(reader, "reader");
        this.frames = new FrameReader(
                reader, ending, reading, frameWriter, liveness, compression, role, config, nanoClock, hooks);
        InflatedPayload inflated = new InflatedPayload(frames, compression, ending);
        this.receiver = new Receiver(frames, ending, reading, frameWriter, liveness, inflated, config);
        this.frameLevel = new FrameLevel(frames, receiver);
        this.closing = new ClosingHandshake(transport, role, ending, reading, frameWriter, frames, receiver);
    }

    /** Puts deadline and budgets around the sink; without any, nothing. */
    private void timeWrites(ByteWriter writer, RuntimeHooks hooks) {
        long nanos = config.deadlines().writeNanos();
        Watch watch = transport == null || nanos == 0 ? null : transport.watch(this::cutWriter);
        TimeoutConfig budgets = config.timeouts();
        boolean timed = watch != null || budgets.writeNanos() > 0 || budgets.flushNanos() > 0;
        writer.through(sink -> timed ? new TimedSink(sink, watch, nanos, hooks, budgets) : sink);
    }

    /** Says why first, or the reader would find the stream broken and not know. */
    private long cutWriter(long now) {
        frameWriter.expire(Overdue.WRITE);
        Objects.requireNonNull(transport).cutOff();
        return Watch.NEVER;
    }

    /** The server's end of an upgraded transport; the connection now owns it. */
    public static Conn server(Transport transport, Upgrade upgrade, Config config) {
        return new Conn(transport, Role.SERVER, upgrade, config);
    }

    /** The server's end over a borrowed pair that stands at the first frame byte. It closes neither. */
    public static Conn server(ByteReader reader, ByteWriter writer, Config config) {
        return server(reader, writer, config, new DefaultRuntimeHooks());
    }

    /** As {@link #server(ByteReader, ByteWriter, Config)}, with hooks that enforce the budgets of {@link TimeoutConfig} (B-6.12). */
    public static Conn server(ByteReader reader, ByteWriter writer, Config config, RuntimeHooks hooks) {
        return new Conn(reader, writer, hooks, Role.SERVER, config);
    }

    /** The client's end of an upgraded transport, which it owns from now on. */
    public static Conn client(Transport transport, Upgrade upgrade, Config config) {
        return new Conn(transport, Role.CLIENT, upgrade, config);
    }

    /** The client's end over a borrowed pair that stands at the first frame byte. It closes neither. */
    public static Conn client(ByteReader reader, ByteWriter writer, Config config) {
        return client(reader, writer, config, new DefaultRuntimeHooks());
    }

    /** As {@link #client(ByteReader, ByteWriter, Config)}, with hooks that enforce the budgets of {@link TimeoutConfig} (B-6.12). */
    public static Conn client(ByteReader reader, ByteWriter writer, Config config, RuntimeHooks hooks) {
        return new Conn(reader, writer, hooks, Role.CLIENT, config);
    }

    /** Which end this is. */
    public Role role() {
        return role;
    }

    /** What the handshake agreed on; null over a borrowed pair, which began without one. */
    public @Nullable Upgrade upgrade() {
        return upgrade;
    }

    /** What it was configured with. */
    public Config config() {
        return config;
    }

    /** Where the connection stands. Any thread may ask. */
    public State state() {
        if (ending.failure() != null) {
            return State.FAILED;
        }
        boolean sent = frameWriter.closeSent();
        boolean received = frames.closeReceived();
        return sent && received ? State.CLOSED : sent || received ? State.CLOSING : State.OPEN;
    }

    /**
     * The code and reason of the peer's Close (RFC 6455, 7.1.5); 1005 when it had none; 1006 when the connection failed without one,
     * whatever this side sent; null until then. Any thread may ask.
     */
    public @Nullable CloseStatus closeStatus() {
        CloseStatus received = frames.closeStatus();
        return received == null && ending.failure() != null ? CloseStatus.ABNORMAL : received;
    }

    // ---- reading messages

    /**
     * Waits for the next message. Pings and closes met on the way are answered.
     *
     * @return the message; null when the peer's Close was read: see {@link #closeStatus()}
     * @throws ConnectionLostException at the end of the stream without a Close (1006), or when the stream fails
     * @throws ProtocolException when the peer broke a rule or a limit
     * @throws MessageTooLargeException when a message over the limit was dropped, as {@link Limits.Oversize#DRAIN} asks for
     * @throws IllegalStateException while a frame is active or a {@link MessageInput} open, or when a non-blocking source has nothing
     */
    public @Nullable Message readMessage() throws IOException {
        return receiver.readMessage(null);
    }

    /**
     * As {@link #readMessage()}, with the payload put at the start of {@code target}. A message within {@link Limits#maxMessagePayload}
     * that does not fit is read to its end and dropped, within {@link Limits#drainBudget}.
     *
     * @throws MessageTooLargeException when it did not fit; the connection goes on
     */
    public @Nullable Message readMessage(byte[] target) throws IOException {
        return receiver.readMessage(Objects.requireNonNull(target, "target"));
    }

    /**
     * Reads without waiting, over a non-blocking source: takes what has arrived until a message is complete. Writes out what waits
     * before it asks the source for more.
     *
     * @return the message; null when none is complete now, or more than {@link Limits#outputHighWater} bytes of output wait
     *     ({@link #wantsWrite()}), or the peer's Close was read ({@link #state()}), or a non-blocking channel has given so much that
     *     the others of its selector should have their turn: it will say at once that there is more
     * @throws IOException as {@link #readMessage()} does; {@link #drain()} then still writes out the last Close
     */
    public @Nullable Message pollMessage() throws IOException {
        return receiver.pollMessage();
    }

    /**
     * Waits for the next message to begin, and returns it to be read in pieces.
     *
     * @return null when the peer's Close was read
     * @throws IOException as {@link #readMessage()} does
     */
    public @Nullable MessageInput readStream() throws IOException {
        return receiver.readStream();
    }

    // ---- writing messages

    /**
     * Puts one text message into the output buffer, as a single frame.
     *
     * @throws IllegalArgumentException for a lone surrogate, with its place
     * @throws IllegalStateException while this thread has a {@link MessageOutput} open or a fragmented message was begun with
     *     {@link #writeFrame}, and when more than {@link Limits#maxPendingOutput} bytes wait
     * @throws ConnectionClosedException when a Close was sent
     * @throws ConnectionFailedException when the connection has failed
     */
    public void writeText(CharSequence text) throws IOException {
        sender.message(text, false);
    }

    /** As {@link #writeText(CharSequence)}, from UTF-8; anything else is an {@link IllegalArgumentException}. */
    public void writeText(byte[] utf8, int offset, int length) throws IOException {
        sender.message(MessageType.TEXT, utf8, offset, length, false);
    }

    /** As {@link #writeText(byte[], int, int)}, from position to limit; moves neither. A direct buffer costs one more copy. */
    public void writeText(ByteBuffer utf8) throws IOException {
        sender.message(MessageType.TEXT, utf8, false);
    }

    /** Puts one binary message into the output buffer, as a single frame; throws as {@link #writeText(CharSequence)} does. */
    public void writeBinary(byte[] payload) throws IOException {
        sender.message(MessageType.BINARY, payload, 0, payload.length, false);
    }

    /** As {@link #writeBinary(byte[])}, from a part of an array. */
    public void writeBinary(byte[] payload, int offset, int length) throws IOException {
        sender.message(MessageType.BINARY, payload, offset, length, false);
    }

    /** As {@link #writeBinary(byte[])}, from position to limit; moves neither. A direct buffer costs one more copy. */
    public void writeBinary(ByteBuffer payload) throws IOException {
        sender.message(MessageType.BINARY, payload, false);
    }

    /** Puts a message, with its type, into the output buffer: an echo. */
    public void write(Message message) throws IOException {
        sender.message(message.type(), message.borrowedArray(), message.offset(), message.length(), false);
    }

    /** {@link #writeText(CharSequence)} and {@link #flush()} in one; of threads that queue to send, the last flushes for all. */
    public void sendText(CharSequence text) throws IOException {
        sender.message(text, true);
    }

    /** {@link #writeText(byte[], int, int)} and {@link #flush()} in one. */
    public void sendText(byte[] utf8, int offset, int length) throws IOException {
        sender.message(MessageType.TEXT, utf8, offset, length, true);
    }

    /** {@link #writeText(ByteBuffer)} and {@link #flush()} in one. */
    public void sendText(ByteBuffer utf8) throws IOException {
        sender.message(MessageType.TEXT, utf8, true);
    }

    /** {@link #writeBinary(byte[])} and {@link #flush()} in one. */
    public void sendBinary(byte[] payload) throws IOException {
        sender.message(MessageType.BINARY, payload, 0, payload.length, true);
    }

    /** {@link #writeBinary(byte[], int, int)} and {@link #flush()} in one. */
    public void sendBinary(byte[] payload, int offset, int length) throws IOException {
        sender.message(MessageType.BINARY, payload, offset, length, true);
    }

    /** {@link #writeBinary(ByteBuffer)} and {@link #flush()} in one. */
    public void sendBinary(ByteBuffer payload) throws IOException {
        sender.message(MessageType.BINARY, payload, true);
    }

    /**
     * Begins a message of unknown length, to be written piece by piece and ended with {@link MessageOutput#finish()}. Data messages
     * of other threads wait until it has ended.
     *
     * @throws IOException as {@link #writeText(CharSequence)} does
     */
    public MessageOutput writeStream(MessageType type) throws IOException {
        return sender.openStream(type);
    }

    /** Writes out everything that waits; over a non-blocking sink, what it takes. */
    public void flush() throws IOException {
        frameWriter.flush();
    }

    /** Writes out what the sink takes; true when nothing is left. Unlike {@link #flush()}, works after a failure too. */
    public boolean drain() throws IOException {
        return frameWriter.drain();
    }

    /**
     * True while output waits for a non-blocking sink, or {@link #pollMessage()} stopped for that: call it, or {@link #drain()}, when
     * the sink is writable.
     */
    public boolean wantsWrite() {
        return frameWriter.wantsWrite() || (receiver.stopped() && ending.failure() == null);
    }

    /** False while {@link #pollMessage()} reads nothing because too much output waits; what arrives may wait, too. */
    public boolean wantsRead() {
        return !receiver.stopped();
    }

    // ---- control frames

    /** Puts a ping into the output buffer; over 125 bytes is an {@link IllegalArgumentException}. */
    public void writePing(byte[] payload) throws IOException {
        sender.control(Opcode.PING, payload, 0, payload.length);
    }

    /** Puts a pong into the output buffer; pings read at message level are answered without it. Over 125 bytes is an error, too. */
    public void writePong(byte[] payload) throws IOException {
        sender.control(Opcode.PONG, payload, 0, payload.length);
    }

    /**
     * Puts a Close into the output buffer. Nothing can be written after it; what the peer still sends can be read until its Close.
     *
     * @throws IllegalArgumentException when the reason is longer than 123 bytes of UTF-8
     * @throws ConnectionClosedException when a Close was sent before
     */
    public void writeClose(CloseStatus status) throws IOException {
        byte[] payload = status.encode();
        sender.control(Opcode.CLOSE, payload, 0, payload.length);
    }

    // ---- frames

    /** True while a frame is begun and not read to its end. */
    public boolean frameActive() {
        return frames.active();
    }

    /** How many bytes of the active frame's payload are unread; 0 without one. */
    public long frameRemaining() {
        return frames.remaining();
    }

    /** The type of the fragmented message that is being received, or null without one. */
    public @Nullable MessageType openMessage() {
        return frames.openType();
    }

    /**
     * Waits for the next frame's header, of whatever kind, and makes the frame active.
     *
     * @return the header, which shows the next frame once that is begun
     * @throws IllegalStateException while a frame is active, a {@link MessageInput} open, or a message half polled
     * @throws ConnectionClosedException when a Close was read
     * @throws ConnectionFailedException when the peer broke a rule (B-2.12) or the stream ended
     */
    public FrameHeader beginFrame() throws IOException {
        return frameLevel.beginFrame();
    }

    /**
     * Reads what is there of the active frame's payload, at least one byte, and waits only when there is none. The call that takes
     * the last byte ends the frame; an empty frame needs one call.
     *
     * @return how many bytes were read: 0 only for an empty frame, which has ended then, or when {@code length} is 0
     * @throws IllegalStateException when no frame is active
     */
    public int readFrameChunk(byte[] target, int offset, int length) throws IOException {
        return frameLevel.readFrameChunk(target, offset, length);
    }

    /**
     * Reads the rest of the active frame's payload to the start of {@code target}, and ends the frame.
     *
     * @return how many bytes that were
     * @throws MessageTooLargeException when it does not fit; the frame stays active, untouched
     * @throws IllegalStateException when no frame is active
     */
    public int readFrameAll(byte[] target) throws IOException {
        return frameLevel.readFrameAll(target);
    }

    /** Drops the rest of the active frame's payload, and ends the frame. */
    public void discardFrame() throws IOException {
        frameLevel.discardFrame();
    }

    /** {@link #beginFrame()} and {@link #readFrameAll} in one. */
    public Frame readFrame(byte[] target) throws IOException {
        return frameLevel.readFrame(target);
    }

    /**
     * Waits for the next frame and lends it whole, without a copy.
     *
     * @return null, with nothing consumed, when the frame is larger than {@link ByteReader#ceiling()}: use {@link #beginFrame()}
     */
    public @Nullable Frame readFrameBorrowed() throws IOException {
        return frameLevel.readFrameBorrowed();
    }

    /**
     * Puts one frame of the caller's own making into the output buffer (B-3.2). Text is not checked; the payload of a Close is.
     *
     * @throws IllegalArgumentException for a control frame without {@code fin} or with more than 125 bytes
     * @throws IllegalStateException for a continuation with nothing to continue, or a new message while one is open
     */
    public void writeFrame(Opcode opcode, boolean fin, byte[] payload, int offset, int length) throws IOException {
        sender.frame(opcode, fin, false, payload, offset, length);
    }

    /**
     * As {@link #writeFrame(Opcode, boolean, byte[], int, int)}, for a payload that the caller has compressed (RFC 7692, 6.1).
     *
     * @param compressed the message that this frame begins is compressed; its later frames do not say so again
     * @throws IllegalStateException also when permessage-deflate was not agreed on
     * @throws IllegalArgumentException also for {@code compressed} on a frame that begins no message
     */
    public void writeFrame(Opcode opcode, boolean fin, boolean compressed, byte[] payload, int offset, int length)
            throws IOException {
        sender.frame(opcode, fin, compressed, payload, offset, length);
    }

    // ---- is the peer there

    /**
     * Sends a ping of the library's own; its pong, when it is read at message level, tells {@link #roundTripNanos()}. A watched
     * connection does so by itself after {@link Deadlines#pingNanos} of silence.
     *
     * @throws IOException as {@link #writeText(CharSequence)} does
     */
    public void sendPing() throws IOException {
        liveness.sendPing();
    }

    /** How long the last ping of the library's own took until its pong was read, in nanoseconds; -1 before the first. Any thread. */
    public long roundTripNanos() {
        return liveness.roundTripNanos();
    }

    // ---- the end

    /**
     * Closes as {@link #close(CloseStatus, Duration)} with 1000, within {@link Deadlines#closeNanos}. A second call waits for the
     * first, for as long as its own time.
     *
     * @throws ConnectionFailedException when what was written before could not be sent
     */
    @Override
    public void close() throws IOException {
        closing.run(CloseStatus.NORMAL.encode(), config.deadlines().closeNanos());
    }

    /**
     * The closing handshake (RFC 6455, 7.1.2): sends Close, unless one was sent or the connection has failed; takes in and drops what
     * is in flight, up to the peer's Close; then ends the stream, the server first (7.1.1), so that nothing sent last is destroyed.
     * Returns within {@code timeout} whatever the peer does and whoever is stuck in the stream: then this is cut. (A pair of streams
     * is, if its {@code closeable} frees who is in it.)
     *
     * <p>From any thread. If the last read was by another thread that lives, it is that thread's part to read on until it gets the
     * peer's Close, with the messages before it. Of several threads that close, the first does it and the others wait.
     *
     * <p>Over a borrowed pair, which it cannot cut, it sends Close, flushes, however long that takes, and returns: to read the peer's Close is up to the caller. So it is over a
     * non-blocking transport, which is then closed; what the sink does not take at once is lost, so {@link #drain()} first.
     *
     * @return true when both sides have sent a Close: it ended cleanly (7.1.4). {@link #closeStatus()} is what the peer said
     * @throws ConnectionFailedException when what was written before could not be sent
     * @throws IllegalArgumentException when {@code timeout} is negative, or the reason longer than 123 bytes of UTF-8
     */
    public boolean close(CloseStatus status, Duration timeout) throws IOException {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("a timeout of " + timeout + " is negative");
        }
        closing.run(status.encode(), nanos(timeout));
        return state() == State.CLOSED;
    }

    private static long nanos(Duration timeout) {
        return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0 ? Long.MAX_VALUE : timeout.toNanos();
    }

    private void expire(Overdue overdue) {
        closing.expire(overdue, config.deadlines().closeNanos());
    }

    /** Fails the connection, unless closed, without a Close and aborts an owned transport, so that calls blocked in it throw. */
    public void abort() {
        if (state() != State.CLOSED) {
            frameWriter.lost("the connection was aborted", null);
        }
        if (transport != null) {
            transport.abort();
        }
    }

    /**
     * How a connection behaves. Immutable; begin with {@link #DEFAULT} and change what differs.
     *
     * @param limits how much of everything is accepted. Default: {@link Limits#DEFAULT}
     * @param timeouts budgets of single calls to the stream. Default: {@link TimeoutConfig#NONE}
     * @param deadlines how long the peer may take. Default: {@link Deadlines#DEFAULT}
     * @param autoPong pings read at message level are answered. Default: true
     * @param autoReplyClose the peer's Close, read at message level, is answered. Default: true
     * @param validateUtf8 text in either direction, and close reasons, must be UTF-8. Default: true
     */
    public record Config(
            Limits limits,
            TimeoutConfig timeouts,
            Deadlines deadlines,
            boolean autoPong,
            boolean autoReplyClose,
            boolean validateUtf8) {
        /** Every default. */
        public static final Config DEFAULT =
                new Config(Limits.DEFAULT, TimeoutConfig.NONE, Deadlines.DEFAULT, true, true, true);

        /** Checks that nothing is null. */
        @Provisional
        public Config {
            Objects.requireNonNull(limits, "limits");
            Objects.requireNonNull(timeouts, "timeouts");
            Objects.requireNonNull(deadlines, "deadlines");
        }

        /** This with other {@code limits}. */
        public Config withLimits(Limits limits) {
            return new Config(limits, timeouts, deadlines, autoPong, autoReplyClose, validateUtf8);
        }

        /** This with other {@code timeouts}. */
        public Config withTimeouts(TimeoutConfig timeouts) {
            return new Config(limits, timeouts, deadlines, autoPong, autoReplyClose, validateUtf8);
        }

        /** This with other {@code deadlines}. */
        public Config withDeadlines(Deadlines deadlines) {
            return new Config(limits, timeouts, deadlines, autoPong, autoReplyClose, validateUtf8);
        }

        /** This with another {@code autoPong}. */
        public Config withAutoPong(boolean autoPong) {
            return new Config(limits, timeouts, deadlines, autoPong, autoReplyClose, validateUtf8);
        }

        /** This with another {@code autoReplyClose}. */
        public Config withAutoReplyClose(boolean autoReplyClose) {
            return new Config(limits, timeouts, deadlines, autoPong, autoReplyClose, validateUtf8);
        }

        /** This with another {@code validateUtf8}. */
        public Config withValidateUtf8(boolean validateUtf8) {
            return new Config(limits, timeouts, deadlines, autoPong, autoReplyClose, validateUtf8);
        }
    }
}
