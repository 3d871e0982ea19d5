package dev.zws;

/**
 * Why a server refuses a handshake by itself, with the HTTP status that says so (RFC 6455, 4.2.2). The order is that of the
 * checks; the first that fails names the refusal.
 *
 * <p>A request that does not ask for an upgrade to {@code websocket}, such as a browser's when the address was typed into it, is
 * told what to ask for: 426 (RFC 9110, 15.5.22). What a client refuses to take is a {@link BadHandshake}.
 */
public enum Refusal {
    /** The request was not whole within {@link Handshake.Options#timeoutNanos} (RFC 9110, 15.5.9). */
    REQUEST_TIMEOUT(408),
    /** The head breaks the grammar of HTTP/1.1 (RFC 9112). */
    BAD_REQUEST(400),
    /** The request line is longer than {@link Handshake.Options#maxLineBytes}. */
    URI_TOO_LONG(414),
    /**
     * A header line is longer than {@link Handshake.Options#maxLineBytes}, there are more than
     * {@link Handshake.Options#maxHeaderLines}, or the head is longer than {@link Handshake.Options#maxHeadBytes} (RFC 6585, 5).
     */
    HEADERS_TOO_LARGE(431),
    /** The method is not {@code GET} (RFC 6455, 4.2.1). */
    METHOD_NOT_GET(405),
    /** The version is not HTTP/1.1 or a later 1.x (RFC 6455, 4.2.1). */
    HTTP_VERSION_NOT_SUPPORTED(505),
    /** Host, Sec-WebSocket-Key, Sec-WebSocket-Version, Content-Length or Origin appears more than once. */
    REPEATED_HEADER(400),
    /** There is no Host (RFC 9112, 3.2). */
    MISSING_HOST(400),
    /** Host is not a host with an optional port (RFC 9112, 3.2). */
    INVALID_HOST(400),
    /** There is no Connection (RFC 6455, 4.2.1). */
    MISSING_CONNECTION_HEADER(426),
    /** Connection does not list {@code upgrade} (RFC 6455, 4.2.1). */
    INVALID_CONNECTION_HEADER(426),
    /** There is no Upgrade (RFC 6455, 4.2.1). */
    MISSING_UPGRADE_HEADER(426),
    /** Upgrade does not list {@code websocket} (RFC 6455, 4.2.1). */
    INVALID_UPGRADE_HEADER(426),
    /** There is no Sec-WebSocket-Key (RFC 6455, 4.2.1). */
    MISSING_WEBSOCKET_KEY(400),
    /** There is no Sec-WebSocket-Version (RFC 6455, 4.2.1). */
    MISSING_WEBSOCKET_VERSION(400),
    /** Sec-WebSocket-Version is not 13; the answer names 13 (RFC 6455, 4.4). */
    UNSUPPORTED_WEBSOCKET_VERSION(426),
    /** Sec-WebSocket-Key is not the Base64 form of 16 bytes (RFC 6455, 4.2.1). */
    INVALID_WEBSOCKET_KEY(400),
    /** A body is announced. What reads it as frames, or the other way round, lets a request be smuggled past a proxy. */
    BODY_NOT_ALLOWED(400),
    /** Sec-WebSocket-Protocol is not a list of distinct tokens (RFC 6455, 11.3.4). */
    INVALID_SUBPROTOCOL(400),
    /** {@link Handshake.Options#originPolicy} says no (RFC 6455, 10.2). */
    ORIGIN_NOT_ALLOWED(403);

    private final int status;

    Refusal(int status) {
        this.status = status;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }
}
