package dev.zws;

import java.io.IOException;
import java.io.Reader;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link StreamHandler} is given: a message that is still arriving, and what {@link HandlerContext} has.
 *
 * @param <S> the application's own state
 */
public final class StreamContext<S> extends HandlerContext<S> {
    private @Nullable MessageInput input;

    StreamContext(Conn conn, S state, int stageLength) {
        super(conn, state, stageLength);
    }

    void show(MessageInput input) {
        this.input = input;
    }

    /** The payload, to be read while it arrives; for the handler's thread, until the handler returns. */
    public MessageInput input() {
        return Objects.requireNonNull(input);
    }

    /**
     * Reads what is there of the payload, at least one byte, and waits only when there is none.
     *
     * @return how many bytes were put at the start of {@code target}; -1 at the end of the message
     * @throws ConnectionClosedException when the peer's Close cuts the message off; the handler should let it pass
     * @throws ConnectionFailedException when the connection has failed; the handler should let it pass
     */
    public int readChunk(byte[] target) throws IOException {
        return input().read(target, 0, target.length);
    }

    /** The text of a text message; {@link IllegalStateException} for a binary one. */
    public Reader reader() {
        return input().reader();
    }

    /** Drops what is left of the message now, within {@link Limits#drainBudget}. */
    public void discard() throws IOException {
        input().close();
    }

    @Override
    public MessageType type() {
        return input().type();
    }
}
