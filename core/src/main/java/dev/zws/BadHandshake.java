package dev.zws;

/**
 * Why a client does not take what came as the answer to its handshake (RFC 6455, 4.1). Nothing is said to the server. The order
 * is that of the checks.
 *
 * <p>A server that refuses in good order, with a status other than 101, is none of these.
 */
public enum BadHandshake {
    /** There was no whole answer within {@link ClientHandshake.Request#timeoutNanos}. */
    TOO_SLOW,
    /** The head breaks the grammar of HTTP/1.1 (RFC 9112): often not HTTP at all, or TLS on one side only. */
    BAD_RESPONSE,
    /**
     * A line is longer than {@link ClientHandshake.Request#maxLineBytes}, there are more header lines than
     * {@link ClientHandshake.Request#maxHeaderLines}, or the head is longer than {@link ClientHandshake.Request#maxHeadBytes}.
     */
    HEAD_TOO_LARGE,
    /** The version is not HTTP/1.1 or a later 1.x; a refusal may be HTTP/1.0. */
    HTTP_VERSION_NOT_SUPPORTED,
    /** One interim response (RFC 9110, 15.2) after another, and no answer. */
    TOO_MANY_INTERIM_RESPONSES,
    /** Upgrade, Sec-WebSocket-Accept, Content-Length or Sec-WebSocket-Protocol appears more than once. */
    REPEATED_HEADER,
    /** There is no Upgrade (RFC 6455, 4.1, item 2). */
    MISSING_UPGRADE_HEADER,
    /** Upgrade is not {@code websocket} (RFC 6455, 4.1, item 2). */
    INVALID_UPGRADE_HEADER,
    /** There is no Connection (RFC 6455, 4.1, item 3). */
    MISSING_CONNECTION_HEADER,
    /** Connection does not list {@code upgrade} (RFC 6455, 4.1, item 3). */
    INVALID_CONNECTION_HEADER,
    /** There is no Sec-WebSocket-Accept (RFC 6455, 4.1, item 4). */
    MISSING_WEBSOCKET_ACCEPT,
    /** Sec-WebSocket-Accept does not answer the key that was sent (RFC 6455, 4.1, item 4). */
    INVALID_WEBSOCKET_ACCEPT,
    /** A body is announced, by Transfer-Encoding or by a Content-Length other than 0. */
    BODY_NOT_ALLOWED,
    /** An extension that was not offered (RFC 6455, 4.1, item 5). */
    EXTENSION_NOT_OFFERED,
    /**
     * Sec-WebSocket-Extensions is malformed, or agrees to permessage-deflate twice or in a way that does not answer the offer (RFC
     * 7692, 5.1 and 7.1).
     */
    INVALID_EXTENSION,
    /** A subprotocol that was not offered (RFC 6455, 4.1, item 6). */
    SUBPROTOCOL_NOT_OFFERED
}
