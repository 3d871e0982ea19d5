package dev.zws.validation;

import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.Transport;
import dev.zws.Upgrade;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection over a non-blocking channel, with a selector of its own: slow in great numbers, but every call is that of a
 * server with one selector for all.
 */
final class Polling {
    private static final int TICK_MILLIS = 20;
    private static final long LINGER_NANOS = 1_000_000_000L;

    private final SocketChannel channel;
    private final Transport transport;
    private final Selector selector;
    private final SelectionKey key;

    private Polling(SocketChannel channel, Transport transport, Selector selector) throws IOException {
        this.channel = channel;
        this.transport = transport;
        this.selector = selector;
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    static Transport transport(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        return Transport.of(channel);
    }

    /** Echoes, as a server, until the end. */
    static void serve(
            SocketChannel channel,
            Transport transport,
            Handshake.Options options,
            Conn.Config config,
            Delivery delivery)
            throws IOException {
        try (Selector selector = Selector.open()) {
            Polling polling = new Polling(channel, transport, selector);
            try {
                Handshake handshake = Handshake.begin(transport, options);
                Handshake.Request request = handshake.poll();
                while (request == null) {
                    polling.await(true, false);
                    request = handshake.poll();
                }
                polling.run(Conn.server(transport, request.accept(), config), delivery, true);
            } finally {
                polling.end();
            }
        }
    }

    /** Reads, as a client, until the end. */
    static void visit(
            SocketChannel channel,
            Transport transport,
            ClientHandshake.Request request,
            Conn.Config config,
            Delivery delivery)
            throws IOException {
        try (Selector selector = Selector.open()) {
            Polling polling = new Polling(channel, transport, selector);
            try {
                ClientHandshake handshake = ClientHandshake.begin(transport, request);
                Upgrade upgrade = handshake.poll();
                while (upgrade == null) {
                    polling.await(true, transport.writer().pending() > 0);
                    upgrade = handshake.poll();
                }
                polling.run(Conn.client(transport, upgrade, config), delivery, false);
            } finally {
                polling.end();
            }
        }
    }

    private void run(Conn conn, Delivery delivery, boolean echoing) throws IOException {
        while (true) {
            Message message = conn.pollMessage();
            if (message != null) {
                delivery.message(message);
                if (echoing) {
                    conn.write(message);
                }
            } else if (conn.state() == Conn.State.CLOSED) {
                return;
            } else {
                await(conn.wantsRead(), conn.wantsWrite());
            }
        }
    }

    private void await(boolean read, boolean write) throws IOException {
        key.interestOps((read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0));
        selector.select(TICK_MILLIS);
        selector.selectedKeys().clear();
    }

    /** Lets the last bytes out, then waits a second for the peer to end its side (RFC 6455, 7.1.1). */
    private void end() {
        long deadline = System.nanoTime() + LINGER_NANOS;
        try {
            while (!transport.writer().drain() && deadline - System.nanoTime() > 0) {
                await(false, true);
            }
            transport.shutdownOutput();
            ByteBuffer dropped = ByteBuffer.allocate(64 * 1024);
            while (deadline - System.nanoTime() > 0 && read(dropped) >= 0) {
                await(true, false);
            }
        } catch (IOException e) {
            // it is over in any case
        }
    }

    private int read(ByteBuffer dropped) throws IOException {
        return channel.read(dropped.clear());
    }
}
