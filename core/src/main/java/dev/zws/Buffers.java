package dev.zws;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Buffers that are lent to whoever has bytes to hold for the moment, so that a connection through which nothing flows keeps none. Any
 * thread may call, and none waits: when there is none to lend, one is made, and what comes back to a full shelf is let go.
 *
 * <p>A buffer holds what its last user left in it: only what was put there since it was lent may go anywhere. Who fails keeps it, for
 * the collector: a thread may still be in the stream with it.
 */
final class Buffers {
    /** The smallest that is lent. */
    static final int SMALLEST = 4 * 1024;
    /** The largest that is kept; what has to be larger is made for one use. */
    static final int LARGEST = 64 * 1024;
    /** Each kind is so many times as large as the one before. */
    static final int STEP = 4;

    /** How many of each kind are kept for all connections of this process, which is 5.25 MiB. */
    private static final int PLACES = 64;
    /** Threads begin their search so far apart, and so mostly find what they put back themselves. */
    private static final int STRIDE = 8;

    static final Buffers SHARED = new Buffers(PLACES);

    /** An array, and the view of it that a channel wants, which costs something to make. */
    static final class Buffer {
        private final byte[] array;
        private final ByteBuffer view;

        Buffer(byte[] array) {
            this.array = array;
            this.view = ByteBuffer.wrap(array);
        }

        byte[] array() {
            return array;
        }

        ByteBuffer view() {
            return view;
        }
    }

    private final Shelf<Buffer> small;
    private final Shelf<Buffer> medium;
    private final Shelf<Buffer> large;

    private final int places;

    /** @param places how many of each kind are kept; at least 1 */
    Buffers(int places) {
        this.places = places;
        small = new Shelf<>(places, () -> made(SMALLEST));
        medium = new Shelf<>(places, () -> made(STEP * SMALLEST));
        large = new Shelf<>(places, () -> made(LARGEST));
    }

    private static Buffer made(int size) {
        return new Buffer(new byte[size]);
    }

    /** How large a buffer is that is lent for {@code least} bytes. */
    static int sizeFor(int least) {
        if (least > LARGEST) {
            return least;
        }
        return least <= SMALLEST ? SMALLEST : least <= STEP * SMALLEST ? STEP * SMALLEST : LARGEST;
    }

    /** Lends a buffer of {@link #sizeFor} {@code least} bytes. */
    Buffer lend(int least) {
        int size = sizeFor(least);
        Shelf<Buffer> shelf = shelf(size);
        return shelf == null ? made(size) : shelf.get(begin());
    }

    /** Takes back what was lent; once, and by whoever alone still uses it. */
    void giveBack(Buffer buffer) {
        Shelf<Buffer> shelf = shelf(buffer.array.length);
        if (shelf != null) {
            shelf.put(buffer, begin());
        }
    }

    private int begin() {
        return (int) (Thread.currentThread().threadId() * STRIDE % places);
    }

    private @Nullable Shelf<Buffer> shelf(int size) {
        return switch (size) {
            case SMALLEST -> small;
            case STEP * SMALLEST -> medium;
            case LARGEST -> large;
            default -> null;
        };
    }

    /** How many bytes are kept. */
    long kept() {
        return (long) small.count() * SMALLEST
                + (long) medium.count() * STEP * SMALLEST
                + (long) large.count() * LARGEST;
    }

    /** The most that are ever kept. */
    long ceiling() {
        return (long) places * (SMALLEST + STEP * SMALLEST + LARGEST);
    }
}
