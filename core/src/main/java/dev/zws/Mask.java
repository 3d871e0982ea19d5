package dev.zws;

/**
 * The masking of RFC 6455, 5.3: byte i of a payload is XORed with byte i mod 4 of the key. Pure. A payload may be treated in
 * pieces: the key for the next piece is the one that {@link #rotate} gives, so no other phase is kept (B-2.54).
 */
final class Mask {
    private Mask() {}

    /** The key as the byte after {@code length} more bytes sees it. */
    static int rotate(int key, int length) {
        return Integer.rotateLeft(key, (length & 3) << 3);
    }

    /** Masks or unmasks {@code length} bytes in place. */
    static void apply(byte[] array, int offset, int length, int key) {
        copy(array, offset, array, offset, length, key);
    }

    /** Masks or unmasks {@code length} bytes on their way from {@code source} to {@code target}; one pass, eight bytes a step. */
    static void copy(byte[] source, int from, byte[] target, int to, int length, int key) {
        long wide = (key & 0xFFFF_FFFFL) << 32 | (key & 0xFFFF_FFFFL);
        int i = 0;
        for (int words = length & ~7; i < words; i += Long.BYTES) {
            Bytes.LONG.set(target, to + i, (long) Bytes.LONG.get(source, from + i) ^ wide);
        }
        for (int shift = 24; i < length; i++, shift -= 8) {
            target[to + i] = (byte) (source[from + i] ^ (wide >>> (shift & 31)));
        }
    }
}
