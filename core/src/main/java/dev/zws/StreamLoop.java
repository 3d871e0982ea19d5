package dev.zws;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The loop of {@link Handler#runStream}: one message after the other, each read by its handler. The connection's reading thread. */
final class StreamLoop<S> {
    private final Conn conn;
    private final StreamHandler<S> handler;
    private final StreamContext<S> context;
    private final LoopEnd end;
    private long messages;

    StreamLoop(Handler.Options options, Conn conn, S state, StreamHandler<S> handler) {
        this.conn = conn;
        this.handler = handler;
        this.context = new StreamContext<>(conn, state, options.stageLength());
        this.end = new LoopEnd(conn, options.closeOnHandlerError());
        conn.frameWriter.autoFlush(options.autoFlush());
    }

    Outcome run() throws IOException {
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
            end.handlerThrew(e);
        }
    }

    private Outcome outcome(@Nullable WebSocketException failure) {
        return Outcome.of(conn, messages, context.responses(), 0, failure);
    }
}
