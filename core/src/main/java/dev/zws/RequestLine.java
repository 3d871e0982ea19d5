package dev.zws;

import org.jspecify.annotations.Nullable;

/**
 * The first line of a request (RFC 9112, 3): method, target, version. Immutable.
 *
 * @param method a token
 * @param target as it was sent: visible ASCII characters, no fragment
 * @param authority the host, and the port if one was sent, of an absolute target; null when the target is a path
 * @param path the target's path, beginning with a slash, as it was sent
 * @param query what follows the question mark, as it was sent; null when there is none
 * @param major 0 to 9
 * @param minor 0 to 9
 */
record RequestLine(
        String method,
        String target,
        @Nullable String authority,
        String path,
        @Nullable String query,
        int major,
        int minor) {
    private static final String VERSION_FORM = "HTTP/1.1";
    private static final String SCHEME_END = "://";

    /** What makes a head that of a request. */
    static final HttpHead.Kind<RequestLine> KIND = new HttpHead.Kind<>() {
        @Override
        public RequestLine parse(String line) throws HandshakeException {
            return RequestLine.parse(line);
        }

        @Override
        public boolean mayFollowEmptyLine() {
            return true;
        }

        @Override
        public HandshakeException malformed(String detail) {
            return bad(detail);
        }

        @Override
        public HandshakeException tooLarge(boolean inStartLine) {
            return inStartLine
                    ? new HandshakeException(Refusal.URI_TOO_LONG, "the request line is too long")
                    : new HandshakeException(Refusal.HEADERS_TOO_LARGE, "there are too many headers, or too long ones");
        }
    };

    /** Takes a line apart: single spaces are between its parts, and no others anywhere (RFC 9112, 3). */
    static RequestLine parse(String line) throws HandshakeException {
        int methodEnd = line.indexOf(' ');
        int targetEnd = line.lastIndexOf(' ');
        if (methodEnd == targetEnd) {
            throw bad("a request line is a method, a target and a version");
        }
        String method = line.substring(0, methodEnd);
        String target = line.substring(methodEnd + 1, targetEnd);
        String version = line.substring(targetEnd + 1);
        if (!Headers.isToken(method)) {
            throw bad("the method is not a token");
        }
        if (!Headers.consistsOf(target, RequestLine::isTargetCharacter)) {
            throw bad("the target holds a character that has no place in it");
        }
        if (!isVersion(version)) {
            throw bad("the version is not one of HTTP");
        }
        return of(method, target, version.charAt(5) - '0', version.charAt(7) - '0');
    }

    /** RFC 3986, 2: a URI is visible ASCII; RFC 9112, 3.2: a target has no fragment. */
    private static boolean isTargetCharacter(int c) {
        return c > ' ' && c < 0x7F && c != '#';
    }

    /** RFC 9112, 2.3. */
    static boolean isVersion(String version) {
        return version.length() == VERSION_FORM.length()
                && version.startsWith("HTTP/")
                && isDigit(version.charAt(5))
                && version.charAt(6) == '.'
                && isDigit(version.charAt(7));
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static RequestLine of(String method, String target, int major, int minor) throws HandshakeException {
        String authority = target.startsWith("/") ? null : authority(target);
        String rest = authority == null ? target : target.substring(authorityStart(target) + authority.length());
        int mark = rest.indexOf('?');
        String path = mark < 0 ? rest : rest.substring(0, mark);
        String query = mark < 0 ? null : rest.substring(mark + 1);
        return new RequestLine(method, target, authority, path.isEmpty() ? "/" : path, query, major, minor);
    }

    /** RFC 9112, 3.2.2: a target may be a whole address, as proxies are asked, and every server takes that too. */
    private static String authority(String target) throws HandshakeException {
        int start = authorityStart(target);
        int schemeLength = start - SCHEME_END.length();
        if (schemeLength < 0 || !Origin.isWebScheme(target.substring(0, schemeLength))) {
            throw bad("the target is neither a path nor an address of the web");
        }
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        String authority = target.substring(start, end);
        if (Authority.parse(authority) == null) {
            throw bad("the target has no valid host");
        }
        return authority;
    }

    private static int authorityStart(String target) {
        return target.indexOf(SCHEME_END) + SCHEME_END.length();
    }

    private static HandshakeException bad(String detail) {
        return new HandshakeException(Refusal.BAD_REQUEST, detail);
    }
}
