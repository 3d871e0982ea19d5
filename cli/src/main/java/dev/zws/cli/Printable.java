package dev.zws.cli;

import java.util.HexFormat;

/**
 * Makes what came from a peer fit to be shown on a terminal: nothing in it can move the cursor, change the colours, reorder the
 * line or ring a bell. Pure functions.
 */
final class Printable {
    private static final int MAX_HEX_BYTES = 64;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private Printable() {}

    /** Text of any number of lines; line feeds and tabs stay. */
    static String text(String text) {
        return escape(text, true);
    }

    /** Text as a part of one line: line feeds are escaped too. */
    static String line(String text) {
        return escape(text, false);
    }

    private static String escape(String text, boolean multiline) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\t' || c == '\n' && multiline || !isActive(c)) {
                shown.append(c);
            } else {
                shown.append(c <= 0xFF ? "\\x" + HEX.toHexDigits((byte) c) : "\\u" + HEX.toHexDigits(c));
            }
        }
        return shown.toString();
    }

    /** Does something other than standing there. C1 controls (0x80 to 0x9F) begin sequences, as ESC does. */
    private static boolean isActive(char c) {
        return Character.isISOControl(c)
                || c >= '\u2028' && c <= '\u202E' // line and paragraph separators, and bidirectional overrides
                || c >= '\u2066' && c <= '\u2069' // bidirectional isolates
                || c == '\u200E'
                || c == '\u200F'
                || c == '\u061C';
    }

    /** The length, and the first bytes. */
    static String binary(byte[] array, int offset, int length) {
        int shown = Math.min(length, MAX_HEX_BYTES);
        return "[binary, " + length + (length == 1 ? " byte" : " bytes") + (shown == 0 ? "" : ": ")
                + HEX.formatHex(array, offset, offset + shown) + (shown < length ? " ..." : "") + "]";
    }
}
