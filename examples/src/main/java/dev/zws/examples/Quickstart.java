package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.Response;
import dev.zws.Transport;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** The servers of the README: an echo on virtual threads, and a handler that counts. */
public final class Quickstart {
    private Quickstart() {}

    static void serve(ServerSocket listener) throws IOException {
        // README: begin
        Watchdog watchdog = Watchdog.start(); // ends what takes too long
        while (true) {
            Socket socket = listener.accept();
            Thread.startVirtualThread(() -> {
                try (socket;
                        var transport = Transport.of(socket).watchedBy(watchdog);
                        var conn = Conn.server(
                                transport,
                                Handshake.upgrade(transport, Handshake.Options.DEFAULT),
                                Conn.Config.DEFAULT)) {
                    for (Message message; (message = conn.readMessage()) != null; ) {
                        conn.write(message);
                    }
                } catch (IOException e) {
                    System.err.println(e.getMessage());
                }
            });
        }
        // README: end
    }

    static void count(Socket socket, Watchdog watchdog, Handshake.Options options) throws IOException {
        // README: begin
        try (var transport = Transport.of(socket).watchedBy(watchdog);
                var conn = Conn.server(transport, Handshake.upgrade(transport, options), Conn.Config.DEFAULT)) {
            Handler.run(Handler.Options.DEFAULT, conn, new AtomicInteger(), context -> {
                int number = context.state().incrementAndGet();
                return Response.text(number + ": " + context.message().text());
            });
        }
        // README: end
    }
}
