package dev.zws;

import org.jspecify.annotations.Nullable;

/**
 * No connection came to be: the request was refused. When a caller sees this, the answer was written, as far as the peer took it;
 * what remains is to close the transport. If writing failed, {@link #getSuppressed()} says how.
 */
public final class HandshakeException extends WebSocketException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Refusal refusal;
    private final int status;

    /** Refused by a rule. The peer is shown the message, so {@code detail} holds nothing that came from a peer. */
    HandshakeException(Refusal refusal, String detail) {
        super(refusal + ": " + detail, null);
        this.refusal = refusal;
        this.status = refusal.status();
    }

    /** Refused by the application. */
    HandshakeException(int status, String text) {
        super(text, null);
        this.refusal = null;
        this.status = status;
    }

    /** The rule that the request broke, or null when the application refused it. */
    public @Nullable Refusal refusal() {
        return refusal;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }
}
