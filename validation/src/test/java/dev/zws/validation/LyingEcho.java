package dev.zws.validation;

import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** An echo server that is not honest. */
final class LyingEcho implements AutoCloseable {
    /** What is done in the place of an echo. */
    interface Lie {
        void answer(Conn conn, Message message, long number) throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Conn.Config config;
    private final Lie lie;

    LyingEcho(Conn.Config config, Lie lie) throws IOException {
        this.config = config;
        this.lie = lie;
        Thread.startVirtualThread(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = listener.accept();
                Thread.startVirtualThread(() -> serve(accepted));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket accepted) {
        try (accepted;
                Transport transport = Transport.of(accepted);
                Conn conn = Conn.server(transport, Handshake.upgrade(transport, Handshake.Options.DEFAULT), config)) {
            long number = 0;
            for (Message message; (message = conn.readMessage()) != null; ) {
                lie.answer(conn, message, ++number);
            }
        } catch (IOException e) {
            // its client has found out
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
