package dev.zws;

import java.io.IOException;
import java.util.List;

/**
 * What a handler is given with a message: the connection, the application's state, and the means to respond. For the handler's
 * thread, until the handler returns; the connection and the state live on.
 *
 * <p>Responses go into the output buffer, which the loop flushes: before it waits for input, or, beside other handlers, when a
 * handler is done.
 *
 * @param <S> the application's own state
 */
public abstract sealed class HandlerContext<S> permits SliceContext, StreamContext {
    private final Conn conn;
    private final S state;
    private final int stageLength;
    private long responses;

    HandlerContext(Conn conn, S state, int stageLength) {
        this.conn = conn;
        this.state = state;
        this.stageLength = stageLength == 0 ? conn.config().limits().maxMessagePayload() : stageLength; // B-1.60
    }

    /** The connection, to ask about, or to send what is no response. Reading is the loop's part. */
    public final Conn conn() {
        return conn;
    }

    /** The object that the loop was begun with. Handlers that run at the same time share it. */
    public final S state() {
        return state;
    }

    /** Text or binary: the type of the message. */
    public abstract MessageType type();

    /**
     * Sends one message of the request's own type.
     *
     * @throws IllegalArgumentException for text that is not UTF-8
     * @throws ConnectionClosedException when a Close was sent; the handler should let it pass
     * @throws ConnectionFailedException when the connection has failed; the handler should let it pass
     */
    public final void respond(byte[] payload) throws IOException {
        respond(type(), payload, 0, payload.length);
    }

    /** Sends one message; throws as {@link #respond(byte[])} does. */
    public final void respond(MessageType type, byte[] payload, int offset, int length) throws IOException {
        awaitTurn();
        conn.sender.message(type, payload, offset, length, false);
        responses++;
    }

    /** Sends one text message; a lone surrogate is an {@link IllegalArgumentException}. */
    public final void respond(CharSequence text) throws IOException {
        awaitTurn();
        conn.sender.message(text, false);
        responses++;
    }

    /** Sends a message with its type: an echo, when it is the one that came. */
    public final void respond(Message message) throws IOException {
        respond(message.type(), message.borrowedArray(), message.offset(), message.length());
    }

    /**
     * Sends one message made of {@code chunks}: as one frame when together they are at most as long as the options' stage, otherwise
     * as a frame for each chunk (B-7.42, B-7.43). Nothing of others comes between. No chunks are an empty message.
     *
     * @throws IllegalArgumentException for text that is not UTF-8 as a whole; a chunk may end within a character
     */
    public final void respond(MessageType type, List<byte[]> chunks) throws IOException {
        awaitTurn();
        conn.sender.message(type, chunks, stageLength);
        responses++;
    }

    /** Sends {@code response}: what returning it does, at once. */
    public final void respond(Response response) throws IOException {
        if (response == null) {
            throw new IllegalStateException(
                    "a handler returned null; return Response.NONE when there is nothing to send");
        }
        response.respondTo(this);
    }

    /** Writes out what was put into the output buffer so far. */
    public final void flush() throws IOException {
        conn.flush();
    }

    /** Waits until what is sent now is in order. */
    void awaitTurn() throws IOException {}

    final long responses() {
        return responses;
    }
}
