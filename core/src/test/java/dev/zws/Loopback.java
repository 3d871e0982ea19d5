package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A connection over the loopback interface, with small buffers: a transport at our end, a plain or TLS socket at the peer's. */
final class Loopback implements AutoCloseable {
    /** What the transport is made of. */
    enum Kind {
        SOCKET,
        CHANNEL,
        TLS,
        STREAMS
    }

    /** More than the buffers of both ends hold. */
    static final int MUCH = 1 << 20;

    private static final int BUFFER = 8 * 1024;
    private static final Upgrade UPGRADE = new Upgrade("/", "/", null, Headers.NONE, null);

    final Transport transport;
    final Socket ours;
    /** The other end, with TLS when there is any. */
    final Socket peer;

    final Socket plainPeer;

    /** What is to hold of a connection, for threads of either kind. */
    interface Case {
        void run(Loopback link, boolean virtual) throws Exception;
    }

    private Loopback(Transport transport, Socket ours, Socket peer, Socket plainPeer) {
        this.transport = transport;
        this.ours = ours;
        this.peer = peer;
        this.plainPeer = plainPeer;
    }

    static Loopback open(Kind kind) throws Exception {
        Socket peer = new Socket();
        peer.setReceiveBufferSize(BUFFER);
        peer.setSendBufferSize(BUFFER);
        if (kind == Kind.CHANNEL) {
            SocketChannel channel = acceptChannel(peer);
            return new Loopback(Transport.of(channel), channel.socket(), peer, peer);
        }
        Socket ours = accept(peer);
        return switch (kind) {
            case TLS -> layered(ours, peer);
            case STREAMS ->
                new Loopback(Transport.of(ours.getInputStream(), ours.getOutputStream(), ours), ours, peer, peer);
            default -> new Loopback(Transport.of(ours), ours, peer, peer);
        };
    }

    /** Over every kind of stream, on platform and on virtual threads, all at once. */
    static void everywhere(Case test) throws Exception {
        Map<String, Running> cases = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            for (boolean virtual : new boolean[] {false, true}) {
                cases.put(kind + (virtual ? ", virtual thread" : ", platform thread"), Running.start(() -> {
                    try (Loopback link = open(kind)) {
                        test.run(link, virtual);
                    }
                }));
            }
        }
        for (Map.Entry<String, Running> running : cases.entrySet()) {
            assertThat(running.getValue().join()).as(running.getKey()).isNull();
        }
    }

    private static Socket accept(Socket peer) throws IOException {
        try (ServerSocket listener = new ServerSocket()) {
            listener.setReceiveBufferSize(BUFFER);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            peer.connect(listener.getLocalSocketAddress());
            peer.setTcpNoDelay(true);
            Socket ours = listener.accept();
            ours.setSendBufferSize(BUFFER);
            return ours;
        }
    }

    private static SocketChannel acceptChannel(Socket peer) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            peer.connect(listener.getLocalAddress());
            peer.setTcpNoDelay(true);
            SocketChannel ours = listener.accept();
            ours.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
            return ours;
        }
    }

    /** Our end is the TLS server. */
    private static Loopback layered(Socket ours, Socket peer) throws Exception {
        SSLSocketFactory factory = Tls.context().getSocketFactory();
        SSLSocket tls = (SSLSocket) factory.createSocket(ours, null, true);
        SSLSocket tlsPeer = (SSLSocket) factory.createSocket(peer, "localhost", peer.getPort(), true);
        Running handshake = Running.start(tlsPeer::startHandshake);
        tls.startHandshake();
        if (handshake.join() instanceof Exception e) {
            throw e;
        }
        return new Loopback(Transport.of(tls, ours), ours, tlsPeer, peer);
    }

    /** Our end as a connection. */
    Conn conn(Role role, Conn.Config config) {
        return conn(transport, role, config);
    }

    /** The peer's end as a connection, too. */
    Conn peerConn(Role role, Conn.Config config) throws IOException {
        Transport other = peer instanceof SSLSocket tls ? Transport.of(tls, plainPeer) : Transport.of(peer);
        return conn(other, role, config);
    }

    private static Conn conn(Transport transport, Role role, Conn.Config config) {
        return role == Role.SERVER ? Conn.server(transport, UPGRADE, config) : Conn.client(transport, UPGRADE, config);
    }

    /** Waits until somebody at our end asks the stream for bytes. */
    void awaitReading() {
        while (!transport.reader().filling()) {
            Thread.onSpinWait();
        }
    }

    InputStream in() throws IOException {
        return peer.getInputStream();
    }

    /** The peer sends these bytes. */
    void send(byte[] bytes) throws IOException {
        OutputStream out = peer.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /** The peer vanishes: a reset, with no Close and no end. */
    void reset() throws IOException {
        plainPeer.setSoLinger(true, 0);
        plainPeer.close();
    }

    /** The peer reads up to the end. */
    byte[] receiveAll() throws IOException {
        return in().readAllBytes();
    }

    @Override
    public void close() throws IOException {
        plainPeer.close();
        ours.close();
    }
}
