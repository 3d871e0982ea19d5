package dev.zws.bench;

import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.Transport;
import dev.zws.Watchdog;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Sends every message back, with one thread and a selector for all connections. */
final class SelectorEcho implements MeasuredEcho {
    private static final long TICK_MILLIS = 500;
    private static final long TICK_NANOS = TICK_MILLIS * 1_000_000;
    private static final long LINGER_NANOS = 1_000_000_000L;

    private final Handshake.Options options;
    private final Conn.Config config;
    private final PrintWriter log;
    private final @Nullable Watchdog watchdog;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final ByteBuffer dropped = ByteBuffer.allocate(64 * 1024);
    private final Thread loop;
    private long lastTick = System.nanoTime();
    private volatile boolean stopping;

    SelectorEcho(
            InetSocketAddress address, Handshake.Options options, Conn.Config config, boolean watched, PrintWriter log)
            throws IOException {
        this.options = options;
        this.config = config;
        this.log = log;
        listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        selector = Selector.open();
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        watchdog = watched ? Watchdog.start() : null;
        loop = Thread.ofPlatform().name("selector-echo").start(this::run);
    }

    private void run() {
        try (selector;
                listener) {
            while (!stopping) {
                selector.select(this::ready, TICK_MILLIS);
                if (System.nanoTime() - lastTick > TICK_NANOS) {
                    lastTick = System.nanoTime();
                    lookAtAll();
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            log.println("selector: " + e.getMessage());
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
        try {
            SocketChannel channel = listener.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                key.attach(new Session(key, channel));
            }
        } catch (IOException e) {
            log.println("accept: " + e.getMessage());
            LockSupport.parkNanos(ACCEPT_PAUSE_NANOS); // out of descriptors, say: others may close meanwhile
        }
    }

    /** One connection: handshake, messages, and the end. */
    private final class Session {
        private final SelectionKey key;
        private final SocketChannel channel;
        private final SocketAddress peer;
        private final Transport transport;
        private @Nullable Handshake handshake;
        private @Nullable Conn conn;
        private boolean ending;
        private boolean outputShut;
        private long deadline;

        Session(SelectionKey key, SocketChannel channel) throws IOException {
            this.key = key;
            this.channel = channel;
            peer = channel.getRemoteAddress();
            transport = Transport.of(channel);
            if (watchdog != null) {
                transport.watchedBy(watchdog);
            }
            handshake = Handshake.begin(transport, options);
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

        private void serve() throws IOException {
            if (handshake != null) {
                Handshake.Request request = handshake.poll();
                if (request == null) {
                    return;
                }
                conn = Conn.server(transport, request.accept(), config);
                handshake = null; // it has no more use, and has its size
            }
            Conn open = Objects.requireNonNull(conn);
            for (Message message; (message = open.pollMessage()) != null; ) {
                open.write(message);
            }
            if (open.state() == Conn.State.CLOSED) {
                startEnding();
            } else {
                int read = open.wantsRead() ? SelectionKey.OP_READ : 0;
                int write = open.wantsWrite() ? SelectionKey.OP_WRITE : 0;
                key.interestOps(read | write);
            }
        }

        private void startEnding() {
            ending = true;
            deadline = System.nanoTime() + LINGER_NANOS;
        }

        /** Lets the last bytes out, and waits for the peer to end its side. */
        private void end() throws IOException {
            if (!outputShut) {
                if (!(conn == null ? transport.writer().drain() : conn.drain())) {
                    key.interestOps(SelectionKey.OP_WRITE);
                    return;
                }
                transport.shutdownOutput();
                outputShut = true;
                key.interestOps(SelectionKey.OP_READ);
            }
            if (channel.read(dropped.clear()) < 0) {
                transport.close();
            }
        }

        void look() {
            if (!ending) {
                ready();
            } else if (System.nanoTime() - deadline > 0) {
                transport.close();
            }
        }
    }

    @Override
    public int port() {
        return listener.socket().getLocalPort();
    }

    @Override
    public void await() throws InterruptedException {
        loop.join();
    }

    @Override
    public void close() {
        stopping = true;
        selector.wakeup();
        if (watchdog != null) {
            watchdog.close();
        }
    }
}
