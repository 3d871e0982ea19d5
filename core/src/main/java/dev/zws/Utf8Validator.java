package dev.zws;

/**
 * Checks that bytes are well-formed UTF-8 (RFC 3629; B-2.75) as they arrive, in pieces of any size, and stops at the first byte
 * that cannot be right: overlong forms, surrogates and values above U+10FFFF fail at their second byte. One thread at a time.
 *
 * <p>Three ways through one grammar: a block of ASCII is passed over, a character that is whole in the array is taken in one step,
 * and what is left, one that is cut or wrong, goes byte by byte. {@code Utf8Benchmark} pays for the first two.
 */
final class Utf8Validator {
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    /** Looked at as a whole first: when it is ASCII, nothing else has to be done. */
    private static final int BLOCK = 16 * 1024;

    /** Less than this is not worth a look of its own. */
    private static final int SHORT = 128;

    /** How many continuation bytes the current character still needs. */
    private int needed;
    /** The range of the next continuation byte; narrower only right after E0, ED, F0 and F4. */
    private int low = 0x80;

    private int high = 0xBF;
    private boolean failed;

    /** True when the bytes from {@code offset} are whole, well-formed text. */
    static boolean isValid(byte[] array, int offset, int length) {
        Utf8Validator validator = new Utf8Validator();
        return validator.accept(array, offset, length) && validator.isComplete();
    }

    /** Forgets everything, for the next text. */
    void reset() {
        needed = 0;
        low = 0x80;
        high = 0xBF;
        failed = false;
    }

    /** True when no character is left half-finished and no byte was wrong. */
    boolean isComplete() {
        return needed == 0 && !failed;
    }

    /** Takes the next bytes; false from the first wrong byte on. */
    boolean accept(byte[] array, int offset, int length) {
        int end = offset + length;
        for (int i = offset, block; i < end && !failed; i += block) {
            block = Math.min(BLOCK, end - i);
            if (needed > 0 || block < SHORT || !isAscii(array, i, block)) {
                acceptCharacters(array, i, i + block);
            }
        }
        return !failed;
    }

    /** The compiler makes vectors of the first loop, but only when the mask is in it. */
    private static boolean isAscii(byte[] array, int offset, int length) {
        long high = 0;
        int i = 0;
        for (int words = length & -Long.BYTES; i < words; i += Long.BYTES) {
            high |= (long) Bytes.LITTLE_LONG.get(array, offset + i) & HIGH_BITS;
        }
        for (; i < length; i++) {
            high |= array[offset + i] & 0x80;
        }
        return high == 0;
    }

    private void acceptCharacters(byte[] array, int from, int end) {
        int i = from;
        while (i < end && !failed) {
            if (needed == 0) {
                i = skipWhole(array, i, end);
                if (i < end) {
                    begin(array[i++] & 0xFF);
                }
            } else {
                int b = array[i++] & 0xFF;
                failed = b < low || b > high;
                low = 0x80;
                high = 0xBF;
                needed--;
            }
        }
    }

    /** Where the first character begins that is cut, wrong, or too close to the end to be looked at as four bytes. */
    private static int skipWhole(byte[] array, int from, int end) {
        int i = from;
        while (end - i >= Integer.BYTES) {
            int bytes = (int) Bytes.INT.get(array, i);
            if (bytes >= 0) {
                i = skipAscii(array, i, end);
            } else if (isThreeBytes(bytes)) {
                i += 3;
            } else if (isTwoBytes(bytes)) {
                i += 2;
            } else if (isFourBytes(bytes)) {
                i += 4;
            } else {
                return i;
            }
        }
        return skipAscii(array, i, end);
    }

    private static int skipAscii(byte[] array, int from, int end) {
        int i = from;
        while (end - i >= Long.BYTES && ((long) Bytes.LITTLE_LONG.get(array, i) & HIGH_BITS) == 0) {
            i += Long.BYTES;
        }
        while (i < end && array[i] >= 0) {
            i++;
        }
        return i;
    }

    /** C2 to DF, then 80 to BF; from 80 on, which the bits of the character's value say. */
    private static boolean isTwoBytes(int bytes) {
        return (bytes & 0xE0C0_0000) == 0xC080_0000 && (bytes & 0x1E00_0000) != 0;
    }

    /** E0 to EF, then 80 to BF twice; from 800 on, and no surrogate. */
    private static boolean isThreeBytes(int bytes) {
        int first = bytes & 0x0F20_0000;
        return (bytes & 0xF0C0_C000) == 0xE080_8000 && first != 0 && first != 0x0D20_0000;
    }

    /** F0 to F4, then 80 to BF three times; from 10000 to 10FFFF. */
    private static boolean isFourBytes(int bytes) {
        int first = bytes & 0x0730_0000;
        return (bytes & 0xF8C0_C0C0) == 0xF080_8080 && first >= 0x0010_0000 && first <= 0x0400_0000;
    }

    /** The first byte of a character of two to four bytes (RFC 3629, 4). */
    private void begin(int lead) {
        if (lead >= 0xC2 && lead <= 0xDF) {
            needed = 1;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            needed = 2;
            low = lead == 0xE0 ? 0xA0 : 0x80;
            high = lead == 0xED ? 0x9F : 0xBF;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            needed = 3;
            low = lead == 0xF0 ? 0x90 : 0x80;
            high = lead == 0xF4 ? 0x8F : 0xBF;
        } else {
            failed = true;
        }
    }
}
