package dev.zws;

/**
 * The masking of RFC 6455, 5.3: byte i of a payload is XORed with byte i mod 4 of the key. Pure. A payload may be treated in
 * pieces: the key for the next piece is the one that {@link #rotate} gives, so no other phase is kept (B-2.54).
 *
 * <p>Two loops for what one could do, and a copy that is masked in a second pass: the compiler makes vectors only of a loop over a
 * single array, and a good one only in the byte order of most machines. {@code MaskBenchmark} pays for it.
 */
final class Mask {
    /** A copy up to this size is masked as it is made; the call that copies would cost more. */
    private static final int SHORT_COPY = 256;

    /** A longer one is copied and masked by so much at a time that the second pass finds it in the nearest cache. */
    private static final int BLOCK = 4 * 1024;

    private Mask() {}

    /** The key as the byte after {@code length} more bytes sees it. */
    static int rotate(int key, int length) {
        return Integer.rotateLeft(key, (length & 3) << 3);
    }

    /** Masks or unmasks {@code length} bytes in place. */
    static void apply(byte[] array, int offset, int length, int key) {
        long wide = wide(key);
        int i = 0;
        for (int words = length & -Long.BYTES; i < words; i += Long.BYTES) {
            Bytes.LITTLE_LONG.set(array, offset + i, (long) Bytes.LITTLE_LONG.get(array, offset + i) ^ wide);
        }
        finish(array, offset + i, array, offset + i, length - i, key);
    }

    /** Masks or unmasks {@code length} bytes on their way from {@code source} to {@code target}, which may be where they are. */
    @SuppressWarnings("ReferenceEquality") // the same array, not one with the same bytes
    static void copy(byte[] source, int from, byte[] target, int to, int length, int key) {
        if (source == target && from == to) {
            apply(target, to, length, key);
        } else if (length <= SHORT_COPY) {
            copyShort(source, from, target, to, length, key);
        } else {
            for (int done = 0, block; done < length; done += block) {
                block = Math.min(BLOCK, length - done); // but for the last a multiple of 4, so that the key stays
                System.arraycopy(source, from + done, target, to + done, block);
                apply(target, to + done, block, key);
            }
        }
    }

    private static void copyShort(byte[] source, int from, byte[] target, int to, int length, int key) {
        long wide = wide(key);
        int i = 0;
        for (int words = length & -Long.BYTES; i < words; i += Long.BYTES) {
            Bytes.LITTLE_LONG.set(target, to + i, (long) Bytes.LITTLE_LONG.get(source, from + i) ^ wide);
        }
        finish(source, from + i, target, to + i, length - i, key);
    }

    /** The last bytes, fewer than eight. */
    private static void finish(byte[] source, int from, byte[] target, int to, int length, int key) {
        int i = 0;
        if (length >= Integer.BYTES) {
            Bytes.INT.set(target, to, (int) Bytes.INT.get(source, from) ^ key);
            i = Integer.BYTES;
        }
        for (int shift = 24; i < length; i++, shift -= 8) {
            target[to + i] = (byte) (source[from + i] ^ (key >>> shift));
        }
    }

    /** The key twice, its first byte lowest. */
    private static long wide(int key) {
        long reversed = Integer.reverseBytes(key) & 0xFFFF_FFFFL;
        return reversed << 32 | reversed;
    }
}
