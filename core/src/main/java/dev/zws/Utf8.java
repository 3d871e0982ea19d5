package dev.zws;

/** Text to UTF-8, without replacement: a lone surrogate is the caller's error, never a question mark on the wire. Pure. */
final class Utf8 {
    /** The most bytes that one {@code char} can need; a surrogate pair needs four for two. */
    static final int MAX_BYTES_PER_CHAR = 3;

    private Utf8() {}

    /**
     * How many bytes {@code text} has as UTF-8.
     *
     * @throws IllegalArgumentException for a lone surrogate, with its place
     */
    static long length(CharSequence text) {
        int chars = text.length();
        long bytes = chars;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            bytes += c < 0x800 ? 1 : 2;
            if (Character.isSurrogate(c)) {
                requirePair(text, i);
                i++;
                // two chars, four bytes: the pair's second char was counted as one byte, the first as three
            }
        }
        return bytes;
    }

    private static void requirePair(CharSequence text, int index) {
        boolean paired = Character.isHighSurrogate(text.charAt(index))
                && index + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(index + 1));
        if (!paired) {
            throw new IllegalArgumentException(
                    "the text has a lone surrogate at index " + index + " and is not valid Unicode");
        }
    }

    /** Where to cut {@code text} so that at most {@code chars} of them go, and no surrogate pair is torn. */
    static int cut(CharSequence text, int from, int chars) {
        int to = (int) Math.min(text.length(), (long) from + chars);
        boolean torn = to < text.length() && Character.isHighSurrogate(text.charAt(to - 1));
        return torn ? to - 1 : to;
    }

    /** Encodes the chars from {@code from} to {@code to}, which {@link #length} has accepted; returns the number of bytes. */
    static int encode(CharSequence text, int from, int to, byte[] target, int offset) {
        int at = offset;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                target[at++] = (byte) c;
            } else if (c < 0x800) {
                target[at++] = (byte) (0xC0 | c >> 6);
                target[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                target[at++] = (byte) (0xE0 | c >> 12);
                target[at++] = (byte) (0x80 | (c >> 6 & 0x3F));
                target[at++] = (byte) (0x80 | (c & 0x3F));
            } else {
                int point = Character.toCodePoint(c, text.charAt(++i));
                target[at++] = (byte) (0xF0 | point >> 18);
                target[at++] = (byte) (0x80 | (point >> 12 & 0x3F));
                target[at++] = (byte) (0x80 | (point >> 6 & 0x3F));
                target[at++] = (byte) (0x80 | (point & 0x3F));
            }
        }
        return at - offset;
    }
}
