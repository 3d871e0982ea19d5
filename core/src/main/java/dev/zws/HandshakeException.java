package dev.zws;

import org.jspecify.annotations.Nullable;

/**
 * No connection came to be; what remains is to close the transport.
 *
 * <p>At the server the request was refused. When the caller sees this, the answer was written, as far as the peer took it; if
 * writing failed, {@link #getSuppressed()} says how.
 *
 * <p>At the client either the server refused, and {@link #status()}, {@link #headers()} and {@link #body()} are what it said; or
 * its answer broke a rule, which {@link #badHandshake()} names.
 */
public final class HandshakeException extends WebSocketException {
    private static final long serialVersionUID = 1L;

    private static final int NO_STATUS = 0;

    private final @Nullable Refusal refusal;
    private final @Nullable BadHandshake badHandshake;
    private final int status;
    private final Headers headers;
    private final String body;

    /** Refused by a rule. The peer is shown the message, so {@code detail} holds nothing that came from a peer. */
    HandshakeException(Refusal refusal, String detail) {
        this(refusal + ": " + detail, refusal, null, refusal.status(), Headers.NONE, "");
    }

    /** Refused by the application. */
    HandshakeException(int status, String text) {
        this(text, null, null, status, Headers.NONE, "");
    }

    /** The server refused. */
    HandshakeException(int status, Headers headers, String body) {
        this("the server refused with status " + status, null, null, status, headers, body);
    }

    /** The server's answer has no head that could be read. */
    HandshakeException(BadHandshake badHandshake, String detail) {
        this(badHandshake, detail, NO_STATUS, Headers.NONE);
    }

    /** The server's answer has such a head. */
    HandshakeException(BadHandshake badHandshake, String detail, int status, Headers headers) {
        this(badHandshake + ": " + detail, null, badHandshake, status, headers, "");
    }

    private HandshakeException(
            String message,
            @Nullable Refusal refusal,
            @Nullable BadHandshake badHandshake,
            int status,
            Headers headers,
            String body) {
        super(message, null);
        this.refusal = refusal;
        this.badHandshake = badHandshake;
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** At the server, the rule that the request broke, or null when the application refused it. At the client, null. */
    public @Nullable Refusal refusal() {
        return refusal;
    }

    /** At the client, the rule that the answer broke, or null when the server refused. At the server, null. */
    public @Nullable BadHandshake badHandshake() {
        return badHandshake;
    }

    /** The HTTP status of the answer; at the client 0 when none could be read. */
    public int status() {
        return status;
    }

    /** At the client, the headers of the answer, such as {@code Location}; none when its head could not be read. */
    public Headers headers() {
        return headers;
    }

    /**
     * At the client, the body of a refusal as far as it came, at most {@link ClientHandshake.Request#maxRefusalBody} bytes, read
     * as UTF-8; what is not UTF-8 is replaced. Empty otherwise.
     */
    public String body() {
        return body;
    }
}
