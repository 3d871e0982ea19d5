package dev.zws;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SliceHandler} is given: a whole message, and what {@link HandlerContext} has.
 *
 * @param <S> the application's own state
 */
public final class SliceContext<S> extends HandlerContext<S> {
    /** Makes a response wait for those before it. */
    @FunctionalInterface
    interface Turn {
        void await() throws IOException;
    }

    private final @Nullable Turn turn;
    private @Nullable Message message;

    SliceContext(Conn conn, S state, int stageLength, @Nullable Turn turn) {
        super(conn, state, stageLength);
        this.turn = turn;
    }

    void show(Message message) {
        this.message = message;
    }

    /** The message; lent until the handler returns and its response has been sent. */
    public Message message() {
        return Objects.requireNonNull(message);
    }

    @Override
    public MessageType type() {
        return message().type();
    }

    @Override
    void awaitTurn() throws IOException {
        if (turn != null) {
            turn.await();
        }
    }
}
