package dev.zws;

import java.util.Arrays;

/**
 * Bytes that belong to the connection and are lent to its reading thread until that thread begins the next read. What keeps
 * them longer copies them first; once the next read has begun, every accessor throws.
 */
abstract sealed class Lent permits Message, Frame {
    private static final byte[] NONE = new byte[0];

    private byte[] array = NONE;
    private int offset;
    private int length;
    private boolean current;

    /** Shows these bytes from now on. */
    final void lend(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
        current = true;
    }

    /** Ends the loan and lets go of the array. */
    final void expire() {
        current = false;
        array = NONE;
    }

    final void requireCurrent() {
        if (!current) {
            throw new IllegalStateException("these bytes were lent until the next read began; copy them before it");
        }
    }

    /**
     * The array that holds the payload, from {@link #offset()} for {@link #length()} bytes; what lies around belongs to others, and
     * so does all of it once the loan has ended. The bytes may be changed in place, for as long as they are lent; changed text is
     * checked again when it is written.
     */
    public final byte[] borrowedArray() {
        requireCurrent();
        return array;
    }

    /** Where in {@link #borrowedArray()} the payload begins. */
    public final int offset() {
        requireCurrent();
        return offset;
    }

    /** The payload's length in bytes. */
    public final int length() {
        requireCurrent();
        return length;
    }

    /** A copy of the payload, to keep. */
    public final byte[] bytes() {
        requireCurrent();
        return Arrays.copyOfRange(array, offset, offset + length);
    }
}
