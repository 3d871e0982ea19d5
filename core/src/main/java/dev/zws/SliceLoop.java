package dev.zws;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A handler loop over one connection, one message after the other: the whole of {@link Handler#run}, or, from {@link Handler#loop},
 * driven from outside. The connection's reading thread only.
 *
 * @param <S> the application's own state
 */
public final class SliceLoop<S> {
    private final Conn conn;
    private final SliceHandler<S> handler;
    private final SliceContext<S> context;
    private final LoopEnd end;
    private final boolean autoFlush;
    private long messages;
    private @Nullable Outcome outcome;

    SliceLoop(Handler.Options options, Conn conn, S state, SliceHandler<S> handler) {
        this.conn = conn;
        this.handler = Objects.requireNonNull(handler, "handler");
        this.context = new SliceContext<>(conn, state, options.stageLength(), null);
        this.end = new LoopEnd(conn, options.closeOnHandlerError());
        this.autoFlush = options.autoFlush();
    }

    /** The connection that it runs over. */
    public Conn conn() {
        return conn;
    }

    Outcome run() throws IOException {
        conn.frameWriter.autoFlush(autoFlush);
        try {
            for (Message message; (message = conn.readMessage()) != null; ) {
                handle(message);
            }
            return outcome(null);
        } catch (WebSocketException e) {
            end.readFailed(e);
            return outcome(e);
        } finally {
            conn.frameWriter.autoFlush(true);
            conn.frameWriter.flushSoon(); // B-7.6
        }
    }

    /**
     * Handles what has arrived, without waiting, as {@link Conn#pollMessage()} reads it.
     *
     * @return how the loop ended; null when it goes on: ask {@link Conn#wantsRead()} and {@link Conn#wantsWrite()} what to wait for
     * @throws HandlerException when the handler failed; {@link Conn#drain()} then still writes out the Close
     */
    public @Nullable Outcome poll() throws IOException {
        if (outcome != null) {
            return outcome;
        }
        try {
            for (Message message; (message = conn.pollMessage()) != null; ) {
                handle(message);
            }
            return conn.frames.closeReceived() ? outcome(null) : null;
        } catch (WebSocketException e) {
            end.readFailed(e);
            return outcome(e);
        }
    }

    private void handle(Message message) throws WebSocketException {
        if (end.isSaid()) {
            return;
        }
        messages++;
        context.show(message);
        try {
            context.respond(handler.handle(context));
        } catch (Throwable e) { // of any kind: the peer is told
            end.handlerThrew(e);
        }
    }

    private Outcome outcome(@Nullable WebSocketException failure) {
        Outcome ended = Outcome.of(conn, messages, context.responses(), 0, failure);
        outcome = ended;
        return ended;
    }
}
