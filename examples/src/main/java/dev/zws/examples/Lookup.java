package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Handshake;
import dev.zws.Outcome;
import dev.zws.Response;
import dev.zws.SliceContext;
import dev.zws.Transport;
import java.io.IOException;
import java.io.PrintStream;

/**
 * Asks something slow about each message, several at the same time, and answers in the order of the questions: a client may send its
 * questions in one go, and waits for about as long as the slowest takes.
 */
public final class Lookup {
    private static final Handler.AsyncOptions OPTIONS =
            Handler.AsyncOptions.DEFAULT.withMaxInFlight(16).withOrdered(true);

    /** What is slow: a database, say, or another server. Asked by several threads at the same time. */
    @FunctionalInterface
    public interface Directory {
        /** Waits for the answer; interrupted when the connection has ended and the time for the rest is over. */
        String find(String name) throws IOException, InterruptedException;
    }

    private Lookup() {}

    /** Listens on {@code port} (0 picks one) until the listener is closed. */
    public static Listener start(int port, Directory directory, PrintStream log) throws IOException {
        return new Listener(port, log, transport -> serve(transport, directory));
    }

    private static void serve(Transport transport, Directory directory) throws IOException {
        Conn.Config config = Conn.Config.DEFAULT;
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, AnyOrigin.OPTIONS), config)) {
            Outcome outcome = Handler.runAsync(OPTIONS, Handler.VIRTUAL_THREADS, conn, directory, Lookup::answer);
            if (outcome.failure() != null) {
                throw outcome.failure();
            }
        }
    }

    private static Response answer(SliceContext<Directory> context) throws IOException, InterruptedException {
        return Response.text(context.state().find(context.message().text()));
    }
}
