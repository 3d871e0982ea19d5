package dev.zws;

import org.jspecify.annotations.Nullable;

/** The connection is over: what remains is to close it. Every later read or write throws the same again. */
public abstract sealed class ConnectionFailedException extends WebSocketException
        permits ProtocolException, ConnectionLostException, ConnectionTimeoutException {
    private static final long serialVersionUID = 1L;

    ConnectionFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The close code that stands for this failure: what the peer is told if it can be, or 1006 (RFC 6455, 7.1.5). */
    public abstract int closeCode();

    /** The same for a later call, with this one as its cause. */
    abstract ConnectionFailedException again();
}
