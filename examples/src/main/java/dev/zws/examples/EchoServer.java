package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Transport;
import java.io.IOException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Sends every message back: straight-line code, one virtual thread a connection. */
public final class EchoServer {
    private EchoServer() {}

    /**
     * Listens on {@code port} (0 picks one) until the listener is closed.
     *
     * @param deflate how messages are compressed; null when they are not
     */
    public static Listener start(
            int port, @Nullable PerMessageDeflateConfig deflate, Conn.Config config, PrintStream log)
            throws IOException {
        Handshake.Options options = AnyOrigin.OPTIONS.withDeflate(deflate);
        return new Listener(port, log, transport -> echo(transport, options, config));
    }

    private static void echo(Transport transport, Handshake.Options options, Conn.Config config) throws IOException {
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, options), config)) {
            for (Message message; (message = conn.readMessage()) != null; ) {
                conn.write(message);
            }
        }
    }
}
