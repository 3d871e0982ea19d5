package dev.zws;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A host with an optional port, as it stands in Host, in Origin and in an absolute target (RFC 3986, 3.2). Immutable.
 *
 * @param host in lower case, never empty; an IPv6 address keeps its brackets
 * @param port 0 to 65535, or {@link #NO_PORT}
 */
record Authority(String host, int port) {
    static final int NO_PORT = -1;

    private static final int MAX_PORT = 65_535;
    private static final int MAX_PORT_DIGITS = 5;
    private static final int INVALID_PORT = MAX_PORT + 1;

    /** Null when {@code text} is no such thing; with a user name it is none (RFC 9110, 4.2.4). */
    static @Nullable Authority parse(String text) {
        int colon = text.indexOf(':');
        int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : colon < 0 ? text.length() : colon;
        String host = text.substring(0, hostEnd);
        int port = port(text.substring(hostEnd));
        return isHost(host) && port <= MAX_PORT ? new Authority(host.toLowerCase(Locale.ROOT), port) : null;
    }

    private static boolean isHost(String host) {
        return host.startsWith("[")
                ? host.length() > "[]".length() && consistsOf(host.substring(1, host.length() - 1), ":.")
                : !host.isEmpty() && consistsOf(host, "-._~%");
    }

    private static boolean consistsOf(String text, String punctuation) {
        return Headers.consistsOf(text, c -> isLetter(c) || RequestLine.isDigit(c) || punctuation.indexOf(c) >= 0);
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    /** RFC 3986, 3.2.3: what follows the host; a colon without a number is as good as none. */
    private static int port(String rest) {
        if (rest.isEmpty() || rest.equals(":")) {
            return NO_PORT;
        }
        String digits = rest.substring(1);
        boolean number = rest.startsWith(":")
                && digits.length() <= MAX_PORT_DIGITS
                && Headers.consistsOf(digits, RequestLine::isDigit);
        return number ? Integer.parseInt(digits) : INVALID_PORT;
    }
}
