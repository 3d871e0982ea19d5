package dev.zws.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.OriginPolicy;
import dev.zws.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server on the loopback address that serves one connection as a test has it, on a thread of its own. */
final class Peer implements AutoCloseable {
    static final Handshake.Options OPTIONS = Handshake.Options.DEFAULT.withOriginPolicy(OriginPolicy.ANY);

    /** What is done with the connection before the handshake. */
    interface Raw {
        void serve(Transport transport) throws Exception;
    }

    /** What is done with it after the handshake; then it is closed. */
    interface Talk {
        void serve(Conn conn) throws Exception;
    }

    private final ServerSocket listener;
    private final FutureTask<Void> serving;

    private interface Accepted {
        void serve(Socket socket) throws Exception;
    }

    private Peer(ServerSocket listener, Accepted accepted) {
        this.listener = listener;
        this.serving = new FutureTask<>(() -> {
            try (Socket socket = listener.accept()) {
                accepted.serve(socket);
            }
            return null;
        });
        Thread.ofPlatform().daemon().name("peer").start(serving);
    }

    /** Says something that is no handshake, and hangs up. */
    static Peer saying(String text) throws IOException {
        return new Peer(listener(), socket -> {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        });
    }

    static Peer raw(Raw raw) throws IOException {
        return new Peer(listener(), over(raw));
    }

    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static Accepted over(Raw raw) {
        return socket -> {
            try (Transport transport = Transport.of(socket)) {
                raw.serve(transport);
            }
        };
    }

    static Peer talking(Talk talk) throws IOException {
        return talking(OPTIONS, Conn.Config.DEFAULT, talk);
    }

    static Peer talking(Handshake.Options options, Conn.Config config, Talk talk) throws IOException {
        return raw(transport -> talk(transport, options, config, talk));
    }

    static Peer tls(SSLContext context, Talk talk) throws IOException {
        return new Peer(listener(), below -> {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(below, null, true);
            socket.startHandshake();
            try (Transport transport = Transport.of(socket, below)) {
                talk(transport, OPTIONS, Conn.Config.DEFAULT, talk);
            }
        });
    }

    private static void talk(Transport transport, Handshake.Options options, Conn.Config config, Talk talk)
            throws Exception {
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, options), config)) {
            talk.serve(conn);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    String url() {
        return "ws://127.0.0.1:" + port() + "/";
    }

    /** Waits until the connection was served; throws what the test's part threw. */
    void await() throws Exception {
        serving.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
