package dev.zws;

/**
 * A handler failed: its own exception is the cause. The peer was told, with 1011, unless the options leave that to the caller. It is
 * unchecked, because it is the application's own doing.
 */
public final class HandlerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HandlerException(Throwable cause) {
        super("the handler failed: " + cause, cause);
    }
}
