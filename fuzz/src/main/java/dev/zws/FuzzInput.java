package dev.zws;

import java.util.Arrays;
import java.util.Random;

/** The bytes of one input, taken from the front; zeros when there are none left. One thread. */
final class FuzzInput {
    private final byte[] bytes;
    private int at;

    FuzzInput(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    /** 0 to 255. */
    int next() {
        return hasMore() ? bytes[at++] & 0xFF : 0;
    }

    /** 0 to {@code bound - 1}, from one byte. */
    int below(int bound) {
        return next() % bound;
    }

    boolean flag() {
        return (next() & 1) != 0;
    }

    /** As many as are asked for, or are left. */
    byte[] take(int count) {
        int end = Math.min(bytes.length, at + count);
        byte[] taken = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return taken;
    }

    /** As many as the next byte says, or are left. */
    byte[] piece() {
        return take(next());
    }

    byte[] rest() {
        return take(bytes.length - at);
    }

    /** What the next byte picks. */
    <T> T pick(T[] values) {
        return values[below(values.length)];
    }

    /** A source of choices that mean nothing, such as where to cut. */
    Random choices() {
        return new Random(next() << 8 | next());
    }
}
