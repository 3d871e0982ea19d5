package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Handshake;
import dev.zws.MessageOutput;
import dev.zws.Outcome;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Response;
import dev.zws.SliceContext;
import dev.zws.StreamContext;
import dev.zws.Transport;
import java.io.IOException;
import java.io.PrintStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Sends every message back through a handler, in each way that one can run over a blocking stream. */
public final class HandlerEchoServer {
    private static final Handler.AsyncOptions IN_ORDER = Handler.AsyncOptions.DEFAULT.withOrdered(true);

    /** How the handler runs. */
    public enum Mode {
        /** One message after the other. */
        SYNC,
        /** Several at the same time, each on a virtual thread; the answers leave in the order of the requests. */
        ASYNC,
        /** While its message arrives. */
        STREAM
    }

    private HandlerEchoServer() {}

    /**
     * Listens on {@code port} (0 picks one) until the listener is closed.
     *
     * @param deflate how messages are compressed; null when they are not
     */
    public static Listener start(
            int port, Mode mode, @Nullable PerMessageDeflateConfig deflate, Conn.Config config, PrintStream log)
            throws IOException {
        return start(port, null, mode, deflate, config, log);
    }

    /** As {@link #start(int, Mode, PerMessageDeflateConfig, Conn.Config, PrintStream)}, over TLS where {@code tls} is not null. */
    public static Listener start(
            int port,
            @Nullable SSLContext tls,
            Mode mode,
            @Nullable PerMessageDeflateConfig deflate,
            Conn.Config config,
            PrintStream log)
            throws IOException {
        Handshake.Options options = AnyOrigin.OPTIONS.withDeflate(deflate);
        return new Listener(port, tls, log, transport -> serve(transport, mode, options, config));
    }

    private static void serve(Transport transport, Mode mode, Handshake.Options options, Conn.Config config)
            throws IOException {
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, options), config)) {
            Outcome outcome = switch (mode) {
                case SYNC -> Handler.run(Handler.Options.DEFAULT, conn, mode, HandlerEchoServer::echo);
                case ASYNC -> Handler.runAsync(IN_ORDER, Handler.VIRTUAL_THREADS, conn, mode, HandlerEchoServer::echo);
                case STREAM -> Handler.runStream(Handler.Options.DEFAULT, conn, mode, HandlerEchoServer::echoStreamed);
            };
            if (outcome.failure() != null) {
                throw outcome.failure(); // to the log
            }
        }
    }

    /** Waits for nothing, so it may run on a selector's thread as well: {@link PollEchoServer}. */
    static Response echo(SliceContext<?> context) throws IOException {
        context.respond(context.message());
        return Response.NONE;
    }

    private static Response echoStreamed(StreamContext<?> context) throws IOException {
        try (MessageOutput out = context.conn().writeStream(context.type())) {
            context.input().transferTo(out);
            out.finish();
        }
        return Response.NONE;
    }
}
