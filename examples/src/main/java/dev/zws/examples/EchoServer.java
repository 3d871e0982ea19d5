package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.Transport;
import java.io.IOException;
import java.io.PrintStream;

/** Sends every message back: straight-line code, one virtual thread a connection. */
public final class EchoServer {
    private EchoServer() {}

    /** Listens on {@code port} (0 picks one) until the listener is closed. */
    public static Listener start(int port, Conn.Config config, PrintStream log) throws IOException {
        return new Listener(port, log, transport -> echo(transport, config));
    }

    private static void echo(Transport transport, Conn.Config config) throws IOException {
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, AnyOrigin.OPTIONS), config)) {
            for (Message message; (message = conn.readMessage()) != null; ) {
                conn.write(message);
            }
        }
    }
}
