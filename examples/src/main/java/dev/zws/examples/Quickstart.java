package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.Transport;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** The server on the first screen of the README: an echo on virtual threads. */
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
}
