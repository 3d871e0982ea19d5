package dev.zws;

import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What the end of a handler loop is: told from what a handler or a read has thrown, and said to the peer. Any thread. */
final class LoopEnd {
    private final Conn conn;
    private final boolean closeOnHandlerError;

    LoopEnd(Conn conn, boolean closeOnHandlerError) {
        this.conn = conn;
        this.closeOnHandlerError = closeOnHandlerError;
    }

    /** Whether a handler has only met the end of its connection, which is not its own failure (B-7.56). */
    boolean isOfConnection(@Nullable Throwable thrown) {
        return switch (thrown) {
            case ConnectionClosedException e -> conn.state() != Conn.State.OPEN;
            case ConnectionFailedException e -> conn.state() == Conn.State.FAILED;
            case UncheckedIOException e -> isOfConnection(e.getCause());
            case null -> false;
            default -> false;
        };
    }

    /** Returns when a handler has only met a Close: the next read finds out more. */
    void handlerThrew(Throwable thrown) throws ConnectionFailedException {
        if (!isOfConnection(thrown)) {
            throw handlerFailed(thrown);
        }
        conn.ending.requireNotFailed();
    }

    /** Tells the peer, once, that a handler failed; to be thrown (B-7.7). */
    HandlerException handlerFailed(Throwable thrown) {
        sayHandlerFailed();
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new HandlerException(thrown);
    }

    void sayHandlerFailed() {
        if (closeOnHandlerError) {
            conn.frameWriter.replyClose(new CloseStatus(CloseCode.INTERNAL_ERROR, "").encode());
        }
    }

    /** A read threw: what the connection has not said by itself yet is said here (B-4.40). */
    void readFailed(WebSocketException thrown) {
        if (thrown instanceof MessageTooLargeException) {
            conn.frameWriter.replyClose(new CloseStatus(CloseCode.MESSAGE_TOO_BIG, "").encode());
        }
    }

    /** Handlers have nothing more to say: one of them has sent a Close. */
    boolean isSaid() {
        return conn.frameWriter.closeSent();
    }
}
