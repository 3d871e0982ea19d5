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
        for (int i = text instanceof String string ? asciiStart(string) : 0; i < chars; i++) {
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

    /** How many chars, in steps of eight, are ASCII before the first step that has another. */
    private static int asciiStart(String text) {
        int i = 0;
        for (int end = text.length() - 7; i < end; i += 8) {
            int all = text.charAt(i)
                    | text.charAt(i + 1)
                    | text.charAt(i + 2)
                    | text.charAt(i + 3)
                    | text.charAt(i + 4)
                    | text.charAt(i + 5)
                    | text.charAt(i + 6)
                    | text.charAt(i + 7);
            if (all >= 0x80) {
                break;
            }
        }
        return i;
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

    /**
     * As {@link #encode(CharSequence, int, int, byte[], int)}; {@code length} is what {@link #length} gave for the whole text. A {@code
     * String} with as many bytes as chars is ASCII, and copied: by a call that keeps the low byte of each char, which is why it is
     * deprecated, and which is all that there is here. {@code Utf8Benchmark}: nothing else is as fast.
     */
    @SuppressWarnings("deprecation")
    static int encode(CharSequence text, long length, int from, int to, byte[] target, int offset) {
        if (text instanceof String string && length == string.length()) {
            string.getBytes(from, to, target, offset);
            return to - from;
        }
        return encode(text, from, to, target, offset);
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
