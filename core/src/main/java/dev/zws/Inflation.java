package dev.zws;

import dev.zws.DeflateEngine.Decompressor;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The incoming direction of permessage-deflate (RFC 7692, 7.2.2): the payloads of a message's frames, in pieces of any size, to the
 * bytes of the message, in pieces of any size. The reading thread only:
 *
 * <pre>
 * begin();                                                    // false: the pool has no decompressor
 * for each piece of payload:  input(piece); while ((count = inflate(target, …)) &gt; 0) { … }
 * end();                                                      // after the last piece
 * </pre>
 *
 * Only {@link #release} may come from any thread. Between two messages it holds no codec, whatever the takeover: that a stream ends
 * where its message does can be known only by ending it, and a window costs no more on the heap than within a codec.
 */
final class Inflation {
    /** What the sender took off, RFC 7692, 7.2.2. */
    private static final byte[] TAIL = {0x00, 0x00, (byte) 0xFF, (byte) 0xFF};
    /** An empty stored block with BFINAL set: a stream that stands between two blocks ends with it, any other does not. */
    private static final byte[] FINAL_BLOCK = {0x01, 0x00, 0x00, (byte) 0xFF, (byte) 0xFF};

    private static final byte[] NOTHING = new byte[0];

    /**
     * Every block with BFINAL set costs a new start. A message may have this many, and one for each {@link #BYTES_OF_STREAM} inflated:
     * two bytes can make an empty one.
     */
    private static final int FREE_STREAMS = 64;

    private static final int BYTES_OF_STREAM = 256;

    private final DeflatePool pool;
    private final long maxRatio;
    private final @Nullable Window window;
    private final Held<Decompressor> held;

    private byte[] array = NOTHING;
    private int end;
    private long given;
    private long inflated;
    private int restarts;
    /** A byte that {@link #more} has inflated and nobody has taken; also where the end of a message is tried. */
    private final byte[] ahead = new byte[1];

    private boolean peeked;

    /**
     * @param takeover whether messages may refer back to the ones before; {@code DEDICATED} is {@code POOLED}
     * @param windowBits how far back: this power of two. 8 to 15
     * @param maxRatio the most bytes that a byte may become, on average, in a message that has become more than 1 MiB. At least 1
     */
    Inflation(DeflatePool pool, Takeover takeover, int windowBits, long maxRatio) {
        this.pool = pool;
        this.maxRatio = maxRatio;
        this.window = takeover == Takeover.NONE ? null : new Window(windowBits);
        this.held = new Held<>(pool::giveBack);
    }

    /** Begins a message; what is left of one before is forgotten. Returns false when the pool has no decompressor for it. */
    boolean begin() {
        Decompressor old = held.take();
        if (old != null) {
            putAway(old, false);
        }
        Decompressor codec = pool.tryBorrowDecompressor();
        if (codec == null) {
            return false;
        }
        end = 0;
        given = 0;
        inflated = 0;
        restarts = 0;
        peeked = false;
        boolean good = false;
        try {
            if (window != null) {
                window.giveTo(codec, window.length());
            }
            good = true;
        } finally {
            putAway(codec, good);
        }
        return true;
    }

    /** The next piece of the message's payload, when {@link #inflate} has returned 0. It stays as it is until the next 0. */
    void input(byte[] source, int offset, int length) throws ConnectionClosedException {
        Decompressor codec = take();
        boolean good = false;
        try {
            codec.setInput(source, offset, length);
            good = true;
        } finally {
            putAway(codec, good);
        }
        array = source;
        end = offset + length;
        given += length;
    }

    /**
     * Inflates up to {@code length} bytes, at least 1.
     *
     * @return how many; 0 when more input is needed
     * @throws ProtocolException {@link Violation#INVALID_COMPRESSED_MESSAGE} when the payload is not DEFLATE, and
     *     {@link Violation#MESSAGE_TOO_LARGE} when it inflates beyond the ratio. The codec was given back
     * @throws ConnectionClosedException after {@link #release}
     */
    int inflate(byte[] target, int offset, int length) throws ProtocolException, ConnectionClosedException {
        if (length < 1) {
            throw new IllegalArgumentException("the room is " + length + "; 0 bytes would mean that input is needed");
        }
        if (peeked) {
            peeked = false;
            target[offset] = ahead[0];
            return 1;
        }
        Decompressor codec = take();
        boolean good = false;
        try {
            int count = codec.inflate(target, offset, length);
            while (count == 0 && codec.finished() && codec.remaining() > 0) {
                restart(codec);
                count = codec.inflate(target, offset, length);
            }
            if (count > 0) {
                count(target, offset, count, codec);
            }
            good = true;
            return count;
        } catch (DataFormatException e) {
            throw invalid("the payload is not DEFLATE: " + e.getMessage());
        } finally {
            putAway(codec, good);
        }
    }

    /** Whether the input so far gives at least one byte more: what to ask when the target is full. Throws as {@link #inflate}. */
    boolean more() throws ProtocolException, ConnectionClosedException {
        if (!peeked) {
            peeked = inflate(ahead, 0, 1) > 0;
        }
        return peeked;
    }

    private void count(byte[] target, int offset, int count, Decompressor codec) throws ProtocolException {
        inflated += count;
        if (window != null) {
            window.add(target, offset, count);
        }
        long consumed = given - codec.remaining();
        if (inflated > PerMessageDeflateConfig.RATIO_FREE_BYTES && inflated / maxRatio > consumed) {
            throw new ProtocolException(
                    Violation.MESSAGE_TOO_LARGE,
                    consumed + " compressed bytes have become " + inflated + ", more than " + maxRatio + " for one");
        }
    }

    /**
     * RFC 7692, 7.2.3.4: a block with BFINAL set ends at a byte boundary, and what follows is compressed, too. It may refer to what
     * came before it only where there is takeover, for only then is a window kept.
     */
    private void restart(Decompressor codec) throws ProtocolException {
        if (++restarts > FREE_STREAMS + inflated / BYTES_OF_STREAM) {
            throw invalid("too many blocks with BFINAL set, for " + inflated + " bytes");
        }
        int left = codec.remaining();
        codec.reset();
        if (window != null) {
            window.giveTo(codec, window.length());
        }
        codec.setInput(array, end - left, left);
    }

    /**
     * Ends the message, all of whose payload was inflated: puts back the tail, after which the stream has to stand between two blocks. The
     * codec is given back.
     *
     * @throws ProtocolException {@link Violation#INVALID_COMPRESSED_MESSAGE} when the message was cut off
     * @throws ConnectionClosedException after {@link #release}
     */
    void end() throws ProtocolException, ConnectionClosedException {
        Decompressor codec = take();
        try {
            if (codec.remaining() > 0 || peeked) {
                throw new IllegalStateException("not all was inflated: call inflate() until it returns 0");
            }
            boolean whole = given == 0 // an empty message; strictly it would be one byte 00 (B-8.13)
                    || codec.finished() // without the 00 that 7.2.3.4 appends; no peer means anything else by it
                    || takes(codec, TAIL) && !codec.finished() && takes(codec, FINAL_BLOCK) && codec.finished();
            if (!whole) {
                throw invalid("the payload is cut off after " + given + " bytes");
            }
        } catch (DataFormatException e) {
            throw invalid("the payload is cut off: " + e.getMessage());
        } finally {
            putAway(codec, false);
        }
    }

    /** Whether the codec consumes these bytes and makes nothing of them: a tail that becomes data has filled up a block. */
    private boolean takes(Decompressor codec, byte[] bytes) throws DataFormatException {
        codec.setInput(bytes, 0, bytes.length);
        return codec.inflate(ahead, 0, 1) == 0 && codec.remaining() == 0;
    }

    /** How many bytes the message has become so far. */
    long inflated() {
        return inflated;
    }

    /** Whether later messages may refer to this one. */
    boolean keepsHistory() {
        return window != null;
    }

    /** Gives up the message, the rest of which is dropped unseen; later ones cannot refer to it, so not with takeover. */
    void abandon() {
        if (window != null) {
            throw new IllegalStateException("later messages may refer to this one: inflate it to its end");
        }
        Decompressor codec = held.take();
        if (codec != null) {
            putAway(codec, false);
        }
    }

    /** Gives back the codec. Any thread, at any time. */
    void release() {
        held.release();
    }

    private Decompressor take() throws ConnectionClosedException {
        Decompressor codec = held.take();
        if (codec != null) {
            return codec;
        }
        if (held.released()) {
            throw new ConnectionClosedException("the connection was closed in the middle of a compressed message");
        }
        throw new IllegalStateException("no compressed message is open: call begin() first");
    }

    private void putAway(Decompressor codec, boolean keep) {
        if (keep) {
            held.keep(codec);
        } else {
            array = NOTHING;
            pool.giveBack(codec);
        }
    }

    private static ProtocolException invalid(String detail) {
        return new ProtocolException(Violation.INVALID_COMPRESSED_MESSAGE, detail);
    }
}
