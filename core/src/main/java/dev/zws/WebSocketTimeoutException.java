package dev.zws;

import org.jspecify.annotations.Nullable;

/**
 * A read took longer than {@link TimeoutConfig#readNanos} or the socket's own timeout, or a sender's turn did not come within {@link Deadlines#writeNanos}. The
 * connection goes on, and nothing is lost: what has arrived of a message stays where it is and the same read goes on with it; of the
 * message that was to be sent, nothing was.
 */
public final class WebSocketTimeoutException extends WebSocketException {
    private static final long serialVersionUID = 1L;

    WebSocketTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
