package dev.zws;

/**
 * Checks that bytes are well-formed UTF-8 (RFC 3629; B-2.75) as they arrive, in pieces of any size, and stops at the first byte
 * that cannot be right: overlong forms, surrogates and values above U+10FFFF fail at their second byte. One thread at a time.
 */
final class Utf8Validator {
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

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
        int i = offset;
        while (i < end && !failed) {
            if (needed == 0) {
                i = skipAscii(array, i, end);
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
        return !failed;
    }

    private static int skipAscii(byte[] array, int from, int end) {
        int i = from;
        while (end - i >= Long.BYTES && ((long) Bytes.LONG.get(array, i) & HIGH_BITS) == 0) {
            i += Long.BYTES;
        }
        while (i < end && array[i] >= 0) {
            i++;
        }
        return i;
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
