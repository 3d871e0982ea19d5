package dev.zws;

import dev.zws.DeflateEngine.Compressor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing direction of permessage-deflate (RFC 7692, 7.2.1): messages, or pieces of one, to the payloads of frames. Used by
 * whoever has the message permit, piece by piece:
 *
 * <pre>
 * if (deflation.compress(source, offset, length, last)) {
 *     … deflation.array(), deflation.length() …     // lent; the source stays as it is, too
 *     deflation.sent();                             // or discard(), and the whole message is sent plain
 * } else { … plain: the pool has no compressor … }
 * </pre>
 *
 * Only {@link #release} may come from any thread. Between two pieces it holds no codec, unless takeover is {@code DEDICATED}.
 */
final class Deflation {
    /**
     * The smallest window for which compressing costs at most four times what it does for 15 bits; what is dearer is declined, or
     * sent plain. Measured with 64 KiB of JSON at level 1: see {@code docs/performance.md}.
     */
    static final int LEAST_WINDOW_BITS = 9;

    /** The window of every codec. It refers back to all of it, so a smaller one takes the pains of {@link #deflateInChunks}. */
    private static final int CODEC_WINDOW_BITS = 15;

    private static final byte[] NOTHING = new byte[0];
    /** An empty stored block without its tail: an empty message, or the end of one whose last piece was flushed (7.2.3.6). */
    private static final byte[] EMPTY_BLOCK = {0};

    private static final int TAIL = 4;
    private static final int LEAST_ROOM = 16;
    private static final int MAX_STORED = 0xFFFF;
    private static final int STORED_HEADER = 5;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private final DeflatePool pool;
    private final int level;
    private final boolean dedicated;
    private final int reach;
    private final @Nullable Window window;
    private final Held<Compressor> held;

    /** A message is begun and not ended. */
    private boolean midMessage;
    /** What is lent is a message, not a piece of one. */
    private boolean whole;

    private boolean lent;
    private byte[] array = NOTHING;
    private int length;
    private byte[] source = NOTHING;
    private int sourceOffset;
    private int sourceLength;

    /** As {@link #Deflation(DeflatePool, int, Takeover, int, int)} with a history of the whole window. */
    Deflation(DeflatePool pool, int level, Takeover takeover, int windowBits) {
        this(pool, level, takeover, windowBits, windowBits);
    }

    /**
     * @param level 0 to 9
     * @param takeover what messages may refer back to. {@code DEDICATED} with a window below 15 bits is {@code POOLED}: a codec that
     *     keeps its state cannot be kept from referring back too far
     * @param windowBits no match reaches back further than this power of two. 8 to 15
     * @param historyBits of what was sent before, {@code POOLED} keeps this power of two of bytes: a message pays for giving them to
     *     a codec. 8 to {@code windowBits}
     */
    Deflation(DeflatePool pool, int level, Takeover takeover, int windowBits, int historyBits) {
        this.pool = pool;
        this.level = level;
        this.dedicated = takeover == Takeover.DEDICATED && windowBits == CODEC_WINDOW_BITS;
        this.reach = 1 << windowBits;
        this.window = takeover == Takeover.NONE || dedicated ? null : new Window(historyBits);
        this.held = new Held<>(compressor -> pool.giveBack(compressor, level));
    }

    /**
     * Compresses a whole message, or the next piece of one. What it made is lent until {@link #sent} or {@link #discard}.
     *
     * @param last whether the message ends with this
     * @return false when the pool has no compressor for the beginning of a message. Nothing was changed, and the message is sent plain;
     *     its later pieces are not passed here. A later piece of a compressed message is always taken: stored, at worst
     * @throws IllegalStateException while bytes are lent
     */
    boolean compress(byte[] source, int offset, int length, boolean last) {
        if (lent) {
            throw new IllegalStateException("the last piece is still lent: call sent() or discard() first");
        }
        if (length == 0) {
            lend(last ? EMPTY_BLOCK : NOTHING, last ? 1 : 0, source, offset, 0);
        } else if (!deflate(source, offset, length, last)) {
            return false;
        }
        whole = last && !midMessage;
        midMessage = !last;
        return true;
    }

    private boolean deflate(byte[] source, int offset, int length, boolean last) {
        Compressor compressor = held.take();
        if (compressor == null) {
            compressor = pool.tryBorrowCompressor(level);
        }
        if (compressor == null && !midMessage) {
            return false;
        }
        array = pool.borrowBuffer();
        this.length = 0;
        boolean done = false;
        try {
            if (compressor == null) {
                store(source, offset, length);
            } else if (reach < 1 << CODEC_WINDOW_BITS) {
                deflateInChunks(compressor, source, offset, length);
            } else {
                if (window != null) {
                    window.giveTo(compressor, window.length());
                }
                deflate(compressor, source, offset, length);
            }
            if (last) {
                stripTail();
            }
            done = true;
        } finally {
            putAway(compressor, done && dedicated);
        }
        lend(array, this.length, source, offset, length);
        return true;
    }

    private void putAway(@Nullable Compressor compressor, boolean keep) {
        if (compressor != null && keep) {
            held.keep(compressor);
        } else if (compressor != null) {
            pool.giveBack(compressor, level);
        }
    }

    /**
     * A codec cannot be told how far it may refer back, but it cannot refer to what it has not seen. So each chunk begins anew, with as
     * much history as fits the window together with the chunk. Three quarters of a window for the chunk cost least, and no bytes.
     */
    private void deflateInChunks(Compressor compressor, byte[] source, int offset, int length) {
        int before = window == null ? 0 : window.length();
        for (int at = 0; at < length; ) {
            int chunk = Math.min(length - at, Math.max(reach / 4 * 3, reach - before - at));
            int history = Math.min(before + at, reach - chunk);
            int ofSource = Math.min(history, at);
            if (at > 0) {
                compressor.reset();
            }
            if (window != null) {
                window.giveTo(compressor, history - ofSource);
            }
            if (ofSource > 0) {
                compressor.addHistory(source, offset + at - ofSource, ofSource);
            }
            deflate(compressor, source, offset + at, chunk);
            at += chunk;
        }
    }

    private void deflate(Compressor compressor, byte[] source, int offset, int length) {
        compressor.setInput(source, offset, length);
        int room;
        int made;
        do {
            reserve(LEAST_ROOM);
            room = array.length - this.length;
            made = compressor.deflate(array, this.length, room);
            this.length += made;
        } while (made == room);
    }

    /** Stored blocks, which need no codec (RFC 1951, 3.2.4), flushed as a codec would. */
    private void store(byte[] source, int offset, int length) {
        for (int at = 0; at < length; ) {
            int count = Math.min(length - at, MAX_STORED);
            storedHeader(count);
            reserve(count);
            System.arraycopy(source, offset + at, array, this.length, count);
            this.length += count;
            at += count;
        }
        storedHeader(0);
    }

    private void storedHeader(int count) {
        reserve(STORED_HEADER);
        array[length++] = 0;
        array[length++] = (byte) count;
        array[length++] = (byte) (count >> 8);
        array[length++] = (byte) ~count;
        array[length++] = (byte) (~count >> 8);
    }

    private void reserve(int room) {
        if (array.length - length < room) {
            array = Arrays.copyOf(array, grown(array.length, Math.addExact(length, room)));
        }
    }

    /** Twice the capacity, or what is needed, if that is more or twice is more than an array can have. */
    static int grown(int capacity, int needed) {
        return (int) Math.max(needed, Math.min(2L * capacity, MAX_ARRAY));
    }

    /** RFC 7692, 7.2.1: the last four octets do not travel. */
    private void stripTail() {
        if (length <= TAIL || (int) Bytes.INT.get(array, length - TAIL) != 0x0000FFFF) {
            throw new IllegalStateException("the engine's compressor has to end with a flush, 00 00 FF FF");
        }
        length -= TAIL;
    }

    private void lend(byte[] made, int madeLength, byte[] source, int offset, int length) {
        array = made;
        this.length = madeLength;
        this.source = source;
        sourceOffset = offset;
        sourceLength = length;
        lent = true;
    }

    /** What the last piece became, from its beginning on for {@link #length} bytes. */
    byte[] array() {
        requireLent();
        return array;
    }

    int length() {
        requireLent();
        return length;
    }

    /** The lent bytes are on their way: later messages may refer to what they hold. The loan ends. */
    void sent() {
        requireLent();
        if (window != null) {
            window.add(source, sourceOffset, sourceLength);
        }
        endLoan();
    }

    /**
     * The lent bytes will not be sent, so later messages do not refer to them. The loan ends.
     *
     * @throws IllegalStateException within a message of several pieces: its other pieces are on their way
     */
    void discard() {
        requireLent();
        if (!whole) {
            throw new IllegalStateException("a piece of a message cannot be discarded alone; fail the connection");
        }
        Compressor compressor = sourceLength > 0 ? held.take() : null;
        if (compressor != null) {
            putAway(compressor, false); // the next one knows less than the peer, which does no harm
        }
        endLoan();
    }

    private void requireLent() {
        if (!lent) {
            throw new IllegalStateException("nothing is lent: call compress() first");
        }
    }

    private void endLoan() {
        if (sourceLength > 0) {
            pool.giveBack(array);
        }
        lent = false;
        array = NOTHING;
        source = NOTHING;
    }

    /** Others have sent what the peer's history now has, too: nothing refers back to before this. Not while bytes are lent. */
    void forget() {
        if (window != null) {
            window.clear();
        }
        Compressor compressor = held.take();
        if (compressor != null) {
            pool.giveBack(compressor, level);
        }
    }

    /** Gives back the codec. Any thread, at any time; what is compressed later is compressed all the same, and holds none. */
    void release() {
        held.release();
    }
}
