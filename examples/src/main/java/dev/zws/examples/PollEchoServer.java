package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Handshake;
import dev.zws.Outcome;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.SliceLoop;
import dev.zws.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Sends every message back: one thread and a selector for all connections, with the same handler as {@link HandlerEchoServer}. */
public final class PollEchoServer implements AutoCloseable {
    private static final int BACKLOG = 512;
    private static final long TICK_MILLIS = 500;

    private final Handshake.Options options;
    private final Conn.Config config;
    private final PrintStream log;
    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final ByteBuffer dropped = ByteBuffer.allocate(64 * 1024);
    private final Thread loop;
    private long lastTick = System.nanoTime();
    private volatile boolean stopping;

    private PollEchoServer(int port, Handshake.Options options, Conn.Config config, PrintStream log)
            throws IOException {
        this.options = options;
        this.config = config;
        this.log = log;
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        loop = Thread.ofPlatform().name("poll-echo").start(this::run);
    }

    /**
     * Listens on {@code port} (0 picks one) until closed.
     *
     * @param deflate how messages are compressed; null when they are not
     */
    public static PollEchoServer start(
            int port, @Nullable PerMessageDeflateConfig deflate, Conn.Config config, PrintStream log)
            throws IOException {
        return new PollEchoServer(port, AnyOrigin.OPTIONS.withDeflate(deflate), config, log);
    }

    /** The port that it listens on. */
    public int port() {
        return listener.socket().getLocalPort();
    }

    /** Waits until the server is closed. */
    public void await() throws InterruptedException {
        loop.join();
    }

    private void run() {
        try (selector;
                listener) {
            while (!stopping) {
                selector.select(this::ready, TICK_MILLIS);
                if (System.nanoTime() - lastTick > TICK_MILLIS * 1_000_000) {
                    lastTick = System.nanoTime();
                    lookAtAll();
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            log.println("poll echo: " + e.getMessage());
        }
    }

    /** Quiet connections too, or nobody would see that their time is over. */
    private void lookAtAll() {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && key.attachment() instanceof Session session) {
                session.look();
            }
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Session session) {
            session.ready();
        } else {
            accept();
        }
    }

    private void accept() {
        SocketChannel channel = null;
        try {
            channel = listener.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                key.attach(new Session(key, channel));
            }
        } catch (IOException e) {
            log.println("accept: " + e.getMessage());
            close(channel);
            LockSupport.parkNanos(Listener.ACCEPT_PAUSE_NANOS); // out of descriptors, say: others may close meanwhile
        }
    }

    private static void close(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // closed is closed
        }
    }

    /** One connection: handshake, then messages, then the end. Each step does what it can and says what it waits for. */
    private final class Session {
        private static final long LINGER_NANOS = 1_000_000_000L;

        private final SelectionKey key;
        private final SocketChannel channel;
        private final SocketAddress peer;
        private final Transport transport;
        private final Handshake handshake;
        private @Nullable SliceLoop<SocketAddress> loop;
        /** Nothing more is read for the peer's sake; what waits still goes out. */
        private boolean ending;

        private boolean outputShut;
        private long deadline;

        Session(SelectionKey key, SocketChannel channel) throws IOException {
            this.key = key;
            this.channel = channel;
            this.peer = channel.getRemoteAddress();
            this.transport = Transport.of(channel);
            this.handshake = Handshake.begin(transport, options);
        }

        void ready() {
            try {
                if (!ending) {
                    serve();
                }
                if (ending) {
                    end();
                }
            } catch (IOException | RuntimeException | OutOfMemoryError e) { // one connection's trouble is its own
                if (ending) {
                    transport.abort();
                } else {
                    log.println(peer + ": " + e.getMessage());
                    startEnding();
                    ready();
                }
            }
        }

        // embedding.md: begin
        private void serve() throws IOException {
            if (loop == null) {
                Handshake.Request request = handshake.poll();
                if (request == null) {
                    return;
                }
                Conn conn = Conn.server(transport, request.accept(), config);
                loop = Handler.loop(Handler.Options.DEFAULT, conn, peer, HandlerEchoServer::echo);
            }
            Outcome outcome = loop.poll();
            if (outcome == null) {
                int read = loop.conn().wantsRead() ? SelectionKey.OP_READ : 0;
                int write = loop.conn().wantsWrite() ? SelectionKey.OP_WRITE : 0;
                key.interestOps(read | write);
            } else if (outcome.failure() == null) {
                startEnding();
            } else {
                throw outcome.failure();
            }
        }
        // embedding.md: end

        private void startEnding() {
            ending = true;
            deadline = System.nanoTime() + LINGER_NANOS;
        }

        // embedding.md: begin
        /** Lets the last bytes out, then waits for the peer to end its side, so that no reset destroys them (RFC 6455, 7.1.1). */
        private void end() throws IOException {
            if (!outputShut) {
                if (!(loop == null ? transport.writer().drain() : loop.conn().drain())) {
                    key.interestOps(SelectionKey.OP_WRITE);
                    return;
                }
                transport.shutdownOutput();
                outputShut = true;
                key.interestOps(SelectionKey.OP_READ);
            }
            int read = channel.read(dropped.clear()); // once: who goes on sending must not keep the others waiting
            if (read < 0) {
                transport.close();
            }
        }
        // embedding.md: end

        void look() {
            if (!ending) {
                ready();
            } else if (System.nanoTime() - deadline > 0) {
                transport.close();
            }
        }
    }

    @Override
    public void close() {
        stopping = true;
        selector.wakeup();
    }
}
