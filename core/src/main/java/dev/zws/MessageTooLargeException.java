package dev.zws;

/**
 * Something did not fit where it should go: a message into the caller's array, or into the limit of a connection that drains
 * ({@link Limits.Oversize#DRAIN}); it was read to its end and dropped, and the next read gives the next message (B-2.76). Or a
 * frame into the array given to {@link Conn#readFrameAll}; it stays active and can be read in chunks or discarded (B-2.49).
 */
public final class MessageTooLargeException extends WebSocketException {
    private static final long serialVersionUID = 1L;

    private final long limit;

    MessageTooLargeException(String what, long limit) {
        super(what + "; at most " + limit + " bytes fit", null);
        this.limit = limit;
    }

    /** How many bytes would have fitted. */
    public long limit() {
        return limit;
    }
}
