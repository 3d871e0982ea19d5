package dev.zws.examples;

import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Role;
import dev.zws.Transport;
import dev.zws.Upgrade;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One connection over a non-blocking channel, of either role, from its handshake to its end. */
final class SelectorLoop {
    private final Selector selector;
    private final SelectionKey key;
    private final SocketChannel channel;
    private final Transport transport;

    private SelectorLoop(Selector selector, SocketChannel channel) throws IOException {
        this.selector = selector;
        this.channel = channel;
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_READ);
        this.transport = Transport.of(channel);
    }

    static void run(SocketChannel channel, Role role, ClientHandshake.Request request, Answering session)
            throws IOException {
        try (channel;
                Selector selector = Selector.open()) {
            SelectorLoop loop = new SelectorLoop(selector, channel);
            try {
                loop.talk(role, request, session);
            } catch (IOException e) {
                session.failed(e);
            }
            loop.end();
        }
    }

    private void talk(Role role, ClientHandshake.Request request, Answering session) throws IOException {
        Conn conn = role == Role.SERVER
                ? Conn.server(transport, accept(), Conn.Config.DEFAULT)
                : Conn.client(transport, connect(request), Conn.Config.DEFAULT);
        try {
            while (session.poll(conn)) {
                select(conn.wantsRead(), conn.wantsWrite());
            }
        } finally {
            conn.drain(); // the last Close, after a failure too
        }
    }

    private Upgrade accept() throws IOException {
        Handshake handshake = Handshake.begin(transport, AnyOrigin.OPTIONS);
        for (Handshake.Request request; ; select(true, false)) {
            if ((request = handshake.poll()) != null) {
                return request.accept();
            }
        }
    }

    private Upgrade connect(ClientHandshake.Request request) throws IOException {
        ClientHandshake handshake = ClientHandshake.begin(transport, request);
        for (Upgrade upgrade; ; select(true, transport.writer().pending() > 0)) {
            if ((upgrade = handshake.poll()) != null) {
                return upgrade;
            }
        }
    }

    private void select(boolean read, boolean write) throws IOException {
        key.interestOps((read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0));
        if (selector.select(Peer.PATIENCE_MILLIS) == 0) {
            throw new IOException("nothing happened for " + Peer.PATIENCE_MILLIS + " ms");
        }
        selector.selectedKeys().clear();
    }

    /** Lets the last bytes out and waits for the peer's end, so that no reset destroys them (RFC 6455, 7.1.1). */
    private void end() {
        try {
            while (!transport.writer().drain()) {
                select(false, true);
            }
            transport.shutdownOutput();
            ByteBuffer dropped = ByteBuffer.allocate(64 * 1024);
            while (channel.read(dropped.clear()) >= 0) {
                select(true, false);
            }
        } catch (IOException e) {
            // the peer is gone already
        }
    }
}
