package dev.zws.examples;

// README: begin
import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.Transport;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends every message back, on a virtual thread a connection. */
public final class Quickstart {
    public static void main(String[] arguments) throws IOException {
        serve(new ServerSocket(9001, 50, InetAddress.getLoopbackAddress()));
    }

    static void serve(ServerSocket listener) throws IOException {
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
    }
}
// README: end
