package dev.zws;

/** A Close has passed in the direction of this call, so it did nothing (RFC 6455, 5.5.1). */
public final class ConnectionClosedException extends WebSocketException {
    private static final long serialVersionUID = 1L;

    ConnectionClosedException(String message) {
        super(message, null);
    }
}
