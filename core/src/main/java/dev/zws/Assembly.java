package dev.zws;

import org.jspecify.annotations.Nullable;

/**
 * Where a message is put together that is not lent from the reader's buffer. What it is put into is itself lent, from its first bytes
 * until the application has read it. The reading thread only.
 */
final class Assembly {
    private static final byte[] NONE = new byte[0];

    private Buffers.@Nullable Buffer lent;
    private byte[] array = NONE;

    byte[] array() {
        return array;
    }

    /** Moves the first {@code used} bytes to an array of at least {@code size}. */
    void grow(int size, int used) {
        Buffers.Buffer next = Buffers.SHARED.lend(size);
        System.arraycopy(array, 0, next.array(), 0, used);
        hold(next);
    }

    /** Nobody reads what is here any more. */
    void release() {
        hold(null);
    }

    private void hold(Buffers.@Nullable Buffer next) {
        Buffers.Buffer before = lent;
        lent = next;
        array = next == null ? NONE : next.array();
        if (before != null) {
            Buffers.SHARED.giveBack(before);
        }
    }
}
