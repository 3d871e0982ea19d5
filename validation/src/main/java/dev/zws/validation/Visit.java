package dev.zws.validation;

import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.Message;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Transport;
import dev.zws.Watchdog;
import dev.zws.WebSocketException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A client over the library that calls on a hostile server, and reads until it has had enough. */
final class Visit implements AutoCloseable {
    private static final String SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String KEY = "Sec-WebSocket-Key: ";
    private static final int PATIENCE_MILLIS = 20_000;

    /** What the application does. */
    enum Part {
        /** Reads, with default deadlines. */
        READS,
        /** Reads, with short deadlines. */
        HURRIES,
        /** Closes as soon as the connection is open, with short deadlines. */
        CLOSES
    }

    private final Peer server;
    private final String request;
    private final Delivery delivery = new Delivery();
    private final Watchdog watchdog = Watchdog.start();

    private Visit(ServerSocket listener, boolean polling, Part part) throws IOException {
        int port = listener.getLocalPort();
        Thread.ofPlatform().daemon().name("visitor").start(() -> {
            try {
                call(port, polling, part);
                delivery.end(null);
            } catch (IOException | RuntimeException | Error e) {
                delivery.end(e);
            }
        });
        listener.setSoTimeout(PATIENCE_MILLIS);
        server = Peer.accepted(listener.accept());
        request = server.head();
        Check.that(request.startsWith("GET /chat HTTP/1.1\r\n"), "the request is not one: " + request);
    }

    /** The client has called, and its request has been read. */
    static Visit of(boolean polling, Part part) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Visit(listener, polling, part);
        }
    }

    /** A hostile server for a client that waits, and for one that polls. */
    static void eachWay(Part part, Together.Attack<Visit> attack) throws Exception {
        Together.attackBoth(polling -> {
            try (Visit visit = of(polling, part)) {
                attack.on(visit);
            }
        });
    }

    private void call(int port, boolean polling, Part part) throws IOException {
        ClientHandshake.Request asked = ClientHandshake.Request.of("good.example", "/chat")
                .withSubprotocols("chat", "superchat")
                .withDeflate(PerMessageDeflateConfig.DEFAULT);
        Conn.Config config = Witness.CONFIG;
        if (part != Part.READS) {
            asked = asked.withTimeoutNanos(Arena.SHORT_NANOS);
            config = config.withDeadlines(Arena.SHORT);
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        if (polling) {
            try (SocketChannel channel = SocketChannel.open(address);
                    Transport transport = Polling.transport(channel)) {
                Polling.visit(channel, transport, asked, config, delivery);
            }
            return;
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                Transport transport = Transport.of(socket).watchedBy(watchdog);
                Conn conn = Conn.client(transport, ClientHandshake.connect(transport, asked), config)) {
            if (part != Part.CLOSES) {
                for (Message message; (message = conn.readMessage()) != null; ) {
                    delivery.message(message);
                }
            }
        }
    }

    /** The socket that the client is connected to. */
    Peer server() {
        return server;
    }

    /** What answers the key that was sent (RFC 6455, 4.2.2, item 5.4). */
    String accept() {
        int at = request.indexOf(KEY) + KEY.length();
        String key = request.substring(at, request.indexOf('\r', at));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(Wire.ascii(key + SUFFIX));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }

    /** What the application got. */
    Delivery delivery() {
        return delivery;
    }

    /** Waits for what the application was told. */
    @Nullable
    WebSocketException cause() throws InterruptedException {
        return delivery.cause();
    }

    @Override
    public void close() throws IOException {
        server.close();
        watchdog.close();
    }
}
