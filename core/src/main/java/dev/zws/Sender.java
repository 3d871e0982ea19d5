package dev.zws;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: messages to frames. Any thread may call.
 *
 * <p>The {@link MessagePermit} orders messages. It is taken before the frame lock of {@link FrameWriter}, never after it.
 */
final class Sender {
    private final FrameWriter frames;
    private final ReadingThread reading;
    private final MessagePermit permit;
    private final Compression compression;
    private final Conn.Config config;

    // guarded by the frame lock
    private @Nullable MessageType openType;
    /** Made when bytes are first sent as text. */
    private @Nullable Utf8Validator utf8;

    /** Whether the message that is being sent is compressed. Guarded by the permit. */
    private boolean compressing;

    Sender(
            FrameWriter frames,
            ReadingThread reading,
            MessagePermit permit,
            Compression compression,
            Conn.Config config) {
        this.frames = frames;
        this.reading = reading;
        this.permit = permit;
        this.compression = compression;
        this.config = config;
    }

    // ---- data messages

    /** Sends one message in one frame. */
    void message(MessageType type, byte[] array, int offset, int length, boolean flush) throws IOException {
        Objects.checkFromIndexSize(offset, length, array.length);
        beginMessage();
        try {
            if (type == MessageType.TEXT) {
                requireUtf8(array, offset, length);
            }
            putData(type.opcode(), true, array, offset, length);
            frames.flushIf(flush);
        } finally {
            endMessage();
        }
    }

    /** Sends text; a lone surrogate is refused before anything is written. */
    void message(CharSequence text, boolean flush) throws IOException {
        long length = Utf8.length(text);
        beginMessage();
        try {
            if (compression.isWorthwhile(length)) {
                putData(Opcode.TEXT, true, encoded(text, (int) length), 0, (int) length);
            } else {
                frames.put(text, length);
            }
            frames.flushIf(flush);
        } finally {
            endMessage();
        }
    }

    private static byte[] encoded(CharSequence text, int length) {
        byte[] bytes = new byte[length];
        if (Utf8.encode(text, length, 0, text.length(), bytes, 0) < length) {
            throw new IllegalStateException("the text was changed while it was being sent");
        }
        return bytes;
    }

    /** Sends what is between the buffer's position and its limit; moves neither. */
    void message(MessageType type, ByteBuffer buffer, boolean flush) throws IOException {
        int length = buffer.remaining();
        if (buffer.hasArray()) {
            message(type, buffer.array(), buffer.arrayOffset() + buffer.position(), length, flush);
        } else {
            byte[] copy = new byte[length];
            buffer.get(buffer.position(), copy);
            message(type, copy, 0, length, flush);
        }
    }

    /**
     * Sends one message made of {@code chunks}: in one frame when they are at most {@code stage} bytes in all, otherwise in a frame for
     * each.
     */
    void message(MessageType type, List<byte[]> chunks, long stage) throws IOException {
        long length = 0;
        for (byte[] chunk : chunks) {
            length += chunk.length;
        }
        beginMessage();
        try {
            if (type == MessageType.TEXT) {
                requireUtf8(chunks);
            }
            if (length > stage) {
                putFragments(type, chunks);
            } else if (compression.isWorthwhile(length)) {
                putData(type.opcode(), true, joined(chunks, (int) length), 0, (int) length);
            } else {
                frames.put(type.opcode(), chunks, length);
            }
        } finally {
            endMessage();
        }
    }

    private void putFragments(MessageType type, List<byte[]> chunks) throws IOException {
        Opcode opcode = type.opcode();
        for (int i = 0; i < chunks.size(); i++) {
            byte[] chunk = chunks.get(i);
            putData(opcode, i == chunks.size() - 1, chunk, 0, chunk.length);
            opcode = Opcode.CONTINUATION;
        }
    }

    private static byte[] joined(List<byte[]> chunks, int length) {
        ByteBuffer joined = ByteBuffer.allocate(length);
        chunks.forEach(joined::put);
        return joined.array();
    }

    /**
     * Puts a data frame, compressed when its message is (RFC 7692, 6.1), which takes its time and so leaves the frame lock meanwhile;
     * every check was made before, or what was compressed would be missing to the peer (B-11.12). A message of several frames that
     * cannot be compressed to its end is the end of the connection, too.
     */
    private void putData(Opcode opcode, boolean fin, byte[] array, int offset, int length) throws IOException {
        if (opcode != Opcode.CONTINUATION) {
            compressing = fin ? compression.isWorthwhile(length) : compression.outgoing() != null;
        }
        if (!compressing) {
            frames.put(opcode, fin, false, array, offset, length);
            return;
        }
        Deflation deflation = Objects.requireNonNull(compression.outgoing());
        boolean done = false;
        try {
            frames.pause();
            compressing = deflation.compress(array, offset, length, fin);
            done = true;
        } finally {
            frames.resume();
            if (!done && !(fin && opcode != Opcode.CONTINUATION)) {
                replyUnfinished(); // a whole message was just not sent
            }
        }
        if (compressing) {
            putCompressed(deflation, opcode, fin, array, offset, length);
        } else {
            frames.requireWritable();
            frames.put(opcode, fin, false, array, offset, length);
        }
    }

    /** The gain rule (B-3.33) is for whole messages: of others the beginning is on its way. */
    private void putCompressed(Deflation deflation, Opcode opcode, boolean fin, byte[] array, int offset, int length)
            throws IOException {
        boolean first = opcode != Opcode.CONTINUATION;
        boolean plain = first && fin && !compression.isGain(deflation.length(), length);
        try {
            frames.requireWritable();
            if (plain) {
                frames.put(opcode, true, false, array, offset, length);
            } else {
                frames.put(opcode, fin, first, deflation.array(), 0, deflation.length());
            }
        } finally {
            if (plain) {
                deflation.discard();
            } else {
                deflation.sent(); // or not, and then nothing follows it
            }
        }
    }

    private void requireUtf8(List<byte[]> chunks) {
        if (!config.validateUtf8()) {
            return;
        }
        Utf8Validator check = freshUtf8();
        boolean good = true;
        for (byte[] chunk : chunks) {
            good = good && check.accept(chunk, 0, chunk.length);
        }
        if (!good || !check.isComplete()) {
            throw new IllegalArgumentException("the text is not UTF-8; send it as binary");
        }
    }

    private void requireUtf8(byte[] array, int offset, int length) {
        if (!config.validateUtf8()) {
            return;
        }
        Utf8Validator check = freshUtf8();
        if (!check.accept(array, offset, length) || !check.isComplete()) {
            throw new IllegalArgumentException("the text is not UTF-8; send it as binary");
        }
    }

    private Utf8Validator freshUtf8() {
        if (utf8 == null) {
            utf8 = new Utf8Validator();
        }
        utf8.reset();
        return utf8;
    }

    /** One frame of the caller's own making (B-3.2). */
    void frame(Opcode opcode, boolean fin, boolean compressed, byte[] array, int offset, int length)
            throws IOException {
        Objects.checkFromIndexSize(offset, length, array.length);
        if (compressed) {
            requireCompressible(opcode);
        }
        if (opcode.isControl()) {
            if (!fin) {
                throw new IllegalArgumentException("a control frame cannot be fragmented");
            }
            frames.control(opcode, array, offset, length);
            return;
        }
        acquirePermit();
        try {
            frames.lock();
            try {
                frames.requireWritable();
                requireSequence(opcode);
                frames.requireRoom();
                frames.put(opcode, fin, compressed, array, offset, length);
                if (compressed) {
                    compression.forgetOutgoing();
                }
                openType = fin ? null : openType == null ? opcode.messageType() : openType;
            } finally {
                frames.unlock();
            }
        } finally {
            permit.release();
        }
    }

    /** RFC 7692, 6.1: RSV1 stands on the first frame of a message, once it has a meaning (B-11.10). */
    private void requireCompressible(Opcode opcode) {
        if (!compression.isAgreed()) {
            throw new IllegalStateException(
                    "permessage-deflate was not agreed on: no frame may say that it is compressed");
        }
        if (!opcode.isData()) {
            throw new IllegalArgumentException(
                    "the first frame of a message says that it is compressed, not " + opcode);
        }
    }

    /** RFC 6455, 5.4: the fragments of a message follow each other. */
    private void requireSequence(Opcode opcode) {
        boolean continuation = opcode == Opcode.CONTINUATION;
        if (continuation && openType == null) {
            throw new IllegalStateException("no fragmented message is open: begin one with a text or binary frame");
        }
        if (!continuation && openType != null) {
            throw new IllegalStateException("a fragmented message is open: end it with a final continuation first");
        }
    }

    private void beginMessage() throws IOException {
        acquirePermit();
        frames.lock();
        boolean begun = false;
        try {
            frames.requireWritable();
            requireSequence(Opcode.BINARY);
            frames.requireRoom();
            begun = true;
        } finally {
            if (!begun) {
                endMessage();
            }
        }
    }

    private void endMessage() {
        frames.unlock();
        permit.release();
    }

    private void acquirePermit() throws IOException {
        reading.noteSender();
        try {
            permit.acquire();
        } catch (IOException e) {
            boolean interrupted = Thread.interrupted(); // some streams fail or close on whoever comes interrupted
            frames.flushSoon(); // a sender before us may have left its flush to us
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw e;
        }
    }

    // ---- streamed messages

    MessageOutput openStream(MessageType type) throws IOException {
        acquirePermit();
        MessageOutput stream = null;
        frames.lock();
        try {
            frames.requireWritable();
            requireSequence(Opcode.BINARY);
            frames.flushOwed(); // whoever waits behind a stream may wait for long
            stream = new MessageOutput(this, type, config.validateUtf8());
            permit.streams();
            return stream;
        } finally {
            frames.unlock();
            if (stream == null) {
                permit.release();
            }
        }
    }

    /** One fragment of the stream that holds the permit; the last gives it back. */
    void fragment(MessageType type, Opcode opcode, boolean fin, byte[] array, int length, boolean flush)
            throws IOException {
        frames.lock();
        try {
            frames.requireWritable();
            permit.streams();
            putData(opcode, fin, array, 0, length);
            openType = fin ? null : type;
            if (flush) {
                frames.drainOut();
            }
        } finally {
            frames.unlock();
        }
        if (fin) {
            closeStream();
        }
    }

    /** Refuses to go on with a stream while too much waits, before anything of the next piece is taken. */
    void requireRoomForStream() throws IOException {
        frames.lock();
        try {
            frames.requireRoom();
        } finally {
            frames.unlock();
        }
    }

    void flush() throws IOException {
        frames.flush();
    }

    private void closeStream() {
        permit.releaseStream();
    }

    /** A streamed message that will never be finished. */
    void abandon() {
        replyUnfinished();
        closeStream();
    }

    /** An internal error of this side (RFC 6455, 7.4.1: 1011): the rest of a message will never come. */
    private void replyUnfinished() {
        frames.replyClose(new CloseStatus(CloseCode.INTERNAL_ERROR, "a message was left unfinished").encode());
    }

    // ---- control frames of the caller

    void control(Opcode opcode, byte[] array, int offset, int length) throws IOException {
        reading.noteSender();
        frames.control(opcode, array, offset, length);
    }
}
