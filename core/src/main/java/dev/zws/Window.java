package dev.zws;

import dev.zws.DeflateEngine.Codec;
import java.util.Arrays;

/**
 * The last bytes that went through one direction of a connection: a ring that grows with them up to the size of the window. One
 * thread at a time.
 */
final class Window {
    private static final int FIRST_SIZE = 512;
    private static final byte[] NONE = new byte[0];

    private final int size;
    private byte[] ring = NONE;
    private int length;
    /** Where the next byte goes; the oldest stands there once the window is full. */
    private int end;

    Window(int bits) {
        size = 1 << bits;
    }

    /** How many bytes there are to refer back to. */
    int length() {
        return length;
    }

    /** The heap memory that it takes. */
    int capacity() {
        return ring.length;
    }

    /** Nothing is referred back to any more. */
    void clear() {
        length = 0;
        end = 0;
    }

    void add(byte[] source, int offset, int count) {
        int kept = Math.min(count, size);
        reserve(kept);
        int from = offset + count - kept;
        int first = Math.min(kept, ring.length - end);
        System.arraycopy(source, from, ring, end, first);
        System.arraycopy(source, from + first, ring, 0, kept - first);
        end = (end + kept) & (ring.length - 1);
        length = Math.min(length + kept, ring.length);
    }

    /** Makes room for {@code more} bytes. Until it has its full size, the ring has not turned: {@code end} is {@code length}. */
    private void reserve(int more) {
        int needed = Math.min(size, length + more);
        if (needed > ring.length) {
            int doubled = Integer.highestOneBit(needed - 1) << 1;
            ring = Arrays.copyOf(ring, Math.min(size, Math.max(FIRST_SIZE, doubled)));
            end = length;
        }
    }

    /** Gives the codec the last {@code count} bytes. */
    void giveTo(Codec codec, int count) {
        int wrapped = Math.max(0, count - end);
        if (wrapped > 0) {
            codec.addHistory(ring, ring.length - wrapped, wrapped);
        }
        if (count > wrapped) {
            codec.addHistory(ring, end - (count - wrapped), count - wrapped);
        }
    }
}
