package dev.zws;

/**
 * The first line of a response (RFC 9112, 4): version, status, reason. The reason means nothing and is dropped. Immutable.
 *
 * @param status 100 to 999
 */
record StatusLine(int status) {
    private static final String FORM = "HTTP/1.1 101";
    private static final int VERSION_LENGTH = "HTTP/1.1".length();
    private static final int LEAST_STATUS = 100;
    private static final int LEAST_FINAL_STATUS = 200;

    /** What makes a head that of a response. */
    static final HttpHead.Kind<StatusLine> KIND = new HttpHead.Kind<>() {
        @Override
        public StatusLine parse(String line) throws HandshakeException {
            return StatusLine.parse(line);
        }

        @Override
        public boolean mayFollowEmptyLine() {
            return false;
        }

        @Override
        public HandshakeException malformed(String detail) {
            return bad(detail);
        }

        @Override
        public HandshakeException tooLarge(boolean inStartLine) {
            return new HandshakeException(
                    BadHandshake.HEAD_TOO_LARGE,
                    inStartLine ? "the status line is too long" : "there are too many headers, or too long ones");
        }
    };

    /**
     * Takes a line apart. RFC 9112, 4: behind three digits a space must be there, but one that stands before no reason need not
     * be minded; many servers leave it out.
     */
    static StatusLine parse(String line) throws HandshakeException {
        boolean wellFormed = line.length() >= FORM.length()
                && RequestLine.isVersion(line.substring(0, VERSION_LENGTH))
                && line.charAt(VERSION_LENGTH) == ' '
                && Headers.consistsOf(line.substring(VERSION_LENGTH + 1, FORM.length()), RequestLine::isDigit)
                && (line.length() == FORM.length() || line.charAt(FORM.length()) == ' ');
        if (!wellFormed) {
            throw bad("a status line is a version, a status of three digits and a reason");
        }
        int status = Integer.parseInt(line, VERSION_LENGTH + 1, FORM.length(), 10);
        if (status < LEAST_STATUS) {
            throw bad("there is no such status");
        }
        requireVersion(line.charAt(5), line.charAt(7), status);
        return new StatusLine(status);
    }

    /** RFC 9110, 2.5 and 15.2: below 1.1 there are no statuses below 200, and so no upgrade. */
    private static void requireVersion(char major, char minor, int status) throws HandshakeException {
        if (major != '1' || minor < '1' && status < LEAST_FINAL_STATUS) {
            throw new HandshakeException(
                    BadHandshake.HTTP_VERSION_NOT_SUPPORTED, "a WebSocket opens over HTTP/1.1", status, Headers.NONE);
        }
    }

    /** True when this is not the answer yet (RFC 9110, 15.2), nor the end of HTTP. */
    boolean isInterim() {
        return status < LEAST_FINAL_STATUS && status != HttpResponse.SWITCHING_PROTOCOLS;
    }

    private static HandshakeException bad(String detail) {
        return new HandshakeException(BadHandshake.BAD_RESPONSE, detail);
    }
}
