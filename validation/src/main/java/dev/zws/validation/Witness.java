package dev.zws.validation;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Handshake;
import dev.zws.Limits;
import dev.zws.Message;
import dev.zws.MessageInput;
import dev.zws.MessageType;
import dev.zws.OriginPolicy;
import dev.zws.Outcome;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Response;
import dev.zws.Transport;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An echo server over the library that remembers what each connection delivered. It defends itself with nothing but the library's
 * own limits and deadlines.
 */
final class Witness implements AutoCloseable {
    /** Every default, but that a streamed message has the same limit as a whole one. */
    static final Conn.Config CONFIG =
            Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxStreamedPayload(Limits.DEFAULT.maxMessagePayload()));

    /** Every default, but compression is agreed on with who offers it, and pages of {@code http://good.example} may connect. */
    static final Handshake.Options OPTIONS = Handshake.Options.DEFAULT
            .withDeflate(PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true))
            .withOriginPolicy(OriginPolicy.of("http://good.example"));

    private static final int BACKLOG = 2048;
    private static final Handler.AsyncOptions IN_ORDER = Handler.AsyncOptions.DEFAULT.withOrdered(true);

    private final ServerSocket listener;
    private final Way way;
    private final Handshake.Options options;
    private final Conn.Config config;
    private final Watchdog watchdog = Watchdog.start();
    private final Map<Integer, Delivery> deliveries = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Thread.Builder threads;

    private Witness(Way way, Handshake.Options options, Conn.Config config) throws IOException {
        this.way = way;
        this.options = options;
        this.config = config;
        // to wait in a selector would pin a virtual thread
        this.threads = way == Way.POLLED ? Thread.ofPlatform().daemon().name("polled") : Thread.ofVirtual();
        this.listener = way == Way.POLLED ? ServerSocketChannel.open().socket() : new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    }

    static Witness start(Way way, Handshake.Options options, Conn.Config config) throws IOException {
        Witness witness = new Witness(way, options, config);
        Thread.ofPlatform().daemon().name("witness").start(witness::accept);
        return witness;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many connections are being served. */
    int open() {
        return open.get();
    }

    /** What the connection from this port delivers. */
    Delivery from(int port) {
        return deliveries.computeIfAbsent(port, p -> new Delivery());
    }

    /** Ports are used again. */
    void forget() {
        deliveries.clear();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.incrementAndGet();
                threads.start(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    System.err.println("witness: " + e.getMessage());
                }
            }
        }
    }

    private void serve(Socket socket) {
        Delivery delivery = from(socket.getPort());
        Throwable failure = null;
        try (socket;
                Transport transport = transport(socket)) {
            serve(transport, socket, delivery);
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
        open.decrementAndGet();
        delivery.end(failure);
    }

    private Transport transport(Socket socket) throws IOException {
        return way == Way.POLLED
                ? Polling.transport(socket.getChannel())
                : Transport.of(socket).watchedBy(watchdog);
    }

    private void serve(Transport transport, Socket socket, Delivery delivery) throws IOException {
        if (way == Way.POLLED) {
            Polling.serve(socket.getChannel(), transport, options, config, delivery);
            return;
        }
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, options), config)) {
            switch (way) {
                case STREAMED -> serveStreams(conn, delivery);
                case ASYNC -> serveHandlers(conn, delivery);
                default -> serveMessages(conn, delivery);
            }
        }
    }

    private static void serveMessages(Conn conn, Delivery delivery) throws IOException {
        for (Message message; (message = conn.readMessage()) != null; ) {
            delivery.message(message);
            conn.write(message);
        }
    }

    private static void serveStreams(Conn conn, Delivery delivery) throws IOException {
        for (MessageInput input; (input = conn.readStream()) != null; ) {
            MessageType type = input.type();
            byte[] whole = input.readAllBytes();
            delivery.message(type, whole);
            if (type == MessageType.TEXT) {
                conn.writeText(whole, 0, whole.length);
            } else {
                conn.writeBinary(whole);
            }
        }
    }

    private static void serveHandlers(Conn conn, Delivery delivery) throws IOException {
        Outcome outcome = Handler.runAsync(IN_ORDER, Handler.VIRTUAL_THREADS, conn, delivery, context -> {
            delivery.message(context.message());
            context.respond(context.message());
            return Response.NONE;
        });
        if (outcome.failure() != null) {
            throw Objects.requireNonNull(outcome.failure());
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        watchdog.close();
    }
}
