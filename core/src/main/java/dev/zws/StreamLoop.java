package dev.zws;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The loop of {@link Handler#runStream}: one message after the other, each read by its handler. The connection's reading thread. */
final class StreamLoop<S> {
    private final Conn conn;
    private final StreamHandler<S> handler;
    private final StreamContext<S> context;
    private final LoopEnd end;
    private final boolean autoFlush;
    private long messages;

    StreamLoop(Handler.Options options, Conn conn, S state, StreamHandler<S> handler) {
        this.conn = conn;
        this.handler = Objects.requireNonNull(handler, "handler");
        this.context = new StreamContext<>(conn, state, options.stageLength());
        this.end = new LoopEnd(conn, options.closeOnHandlerError());
        this.autoFlush = options.autoFlush();
    }

    Outcome run() throws IOException {
        conn.frameWriter.autoFlush(autoFlush);
        try {
            for (MessageInput input; (input = conn.readStream()) != null; ) {
                if (!end.isSaid()) {
                    handle(input);
                }
                input.close(); // B-7.29; a Close that cuts it off is found by the next read
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

    private void handle(MessageInput input) throws WebSocketException {
        messages++;
        context.show(input);
        try {
            context.respond(handler.handle(context));
        } catch (Throwable e) { // of any kind: the peer is told
            try {
                end.handlerThrew(e);
            } catch (HandlerException failed) {
                leaveUsable(input, failed);
                throw failed;
            }
        }
    }

    /** Where the caller decides what becomes of the connection, it may read on: nobody else has the input of this message. */
    private void leaveUsable(MessageInput input, HandlerException failed) {
        if (!end.isSaid()) {
            try {
                input.close();
            } catch (IOException e) {
                failed.addSuppressed(e);
            }
        }
    }

    private Outcome outcome(@Nullable WebSocketException failure) {
        return Outcome.of(conn, messages, context.responses(), 0, failure);
    }
}
