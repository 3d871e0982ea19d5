package dev.zws.examples;

import dev.zws.ClientHandshake;
import dev.zws.Role;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;

/** What a connection may run over. */
enum Embedding {
    /** A borrowed pair over sources and sinks of our own. */
    MEMORY {
        @Override
        Link open(Hosts hosts, Role role, Answering session) {
            Pipe toPeer = new Pipe();
            Pipe fromPeer = new Pipe();
            CompletableFuture<String> end = start(session, () -> {
                try {
                    if (role == Role.SERVER) {
                        Embeddings.serve(fromPeer, toPeer, AnyOrigin.OPTIONS, session);
                    } else {
                        Embeddings.connect(fromPeer, toPeer, REQUEST, session);
                    }
                } finally { // a borrowed pair is ended by its owner
                    toPeer.end();
                    fromPeer.abandon();
                }
            });
            return new Link(
                    "",
                    toPeer.in(),
                    fromPeer.out(),
                    fromPeer::end,
                    () -> {
                        fromPeer.tear();
                        toPeer.tear();
                    },
                    end);
        }
    },

    SOCKET {
        @Override
        Link open(Hosts hosts, Role role, Answering session) throws IOException {
            Ends ends = Ends.connect();
            return plain(ends.peer, start(session, () -> {
                if (role == Role.SERVER) {
                    Embeddings.serve(ends.ours, hosts.watchdog, AnyOrigin.OPTIONS, session);
                } else {
                    Embeddings.connect(ends.ours, hosts.watchdog, REQUEST, session);
                }
            }));
        }
    },

    BLOCKING_CHANNEL {
        @Override
        Link open(Hosts hosts, Role role, Answering session) throws IOException {
            Ends ends = Ends.connectChannel();
            return plain(ends.peer, start(session, () -> {
                if (role == Role.SERVER) {
                    Embeddings.serve(ends.channel, AnyOrigin.OPTIONS, session);
                } else {
                    Embeddings.connect(ends.channel, REQUEST, session);
                }
            }));
        }
    },

    /** A non-blocking channel and a selector. */
    SELECTOR {
        @Override
        Link open(Hosts hosts, Role role, Answering session) throws IOException {
            Ends ends = Ends.connectChannel();
            return plain(ends.peer, start(session, () -> SelectorLoop.run(ends.channel, role, REQUEST, session)));
        }
    },

    TLS_1_3 {
        @Override
        Link open(Hosts hosts, Role role, Answering session) throws Exception {
            return tls(hosts, "TLSv1.3", role, session);
        }
    },

    TLS_1_2 {
        @Override
        Link open(Hosts hosts, Role role, Answering session) throws Exception {
            return tls(hosts, "TLSv1.2", role, session);
        }
    },

    /** The streams of an upgraded connection of a servlet container: servers only. */
    TOMCAT {
        @Override
        Link open(Hosts hosts, Role role, Answering session) throws IOException {
            CompletableFuture<String> end = new CompletableFuture<>();
            String base = hosts.tomcat.serve(AnyOrigin.OPTIONS, conn -> {
                try {
                    session.run(conn);
                } finally {
                    end.complete(session.outcome());
                }
            });
            Socket peer = new Socket(InetAddress.getLoopbackAddress(), hosts.tomcat.port);
            return link(base, peer, peer, end);
        }
    };

    private interface Work {
        void run() throws Exception;
    }

    private static final ClientHandshake.Request REQUEST = ClientHandshake.Request.of("localhost", "/");

    /** What all connections of a test may share. */
    record Hosts(TomcatServer tomcat, Certificate certificate, Watchdog watchdog) {}

    /** A connected stream, over which the session runs on a thread of its own as {@code role}, handshake and all. */
    abstract Link open(Hosts hosts, Role role, Answering session) throws Exception;

    boolean has(Role role) {
        return this != TOMCAT || role == Role.SERVER;
    }

    private static CompletableFuture<String> start(Answering session, Work work) {
        CompletableFuture<String> end = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                session.failed(e);
            } finally {
                end.complete(session.outcome());
            }
        });
        return end;
    }

    private static Link tls(Hosts hosts, String protocol, Role role, Answering session) throws Exception {
        Ends ends = Ends.connect();
        boolean server = role == Role.SERVER;
        SSLSocket peer = server
                ? (SSLSocket) hosts.certificate
                        .trusted()
                        .getSocketFactory()
                        .createSocket(ends.peer, "localhost", ends.peer.getPort(), true)
                : (SSLSocket) hosts.certificate.shown().getSocketFactory().createSocket(ends.peer, null, true);
        peer.setEnabledProtocols(new String[] {protocol});
        return link("", peer, ends.peer, start(session, () -> {
            if (server) {
                Embeddings.serveTls(ends.ours, hosts.certificate.shown(), hosts.watchdog, AnyOrigin.OPTIONS, session);
            } else {
                Embeddings.connectTls(
                        ends.ours, "localhost", hosts.certificate.trusted(), hosts.watchdog, REQUEST, session);
            }
        }));
    }

    private static Link plain(Socket peer, CompletableFuture<String> end) throws IOException {
        return link("", peer, peer, end);
    }

    private static Link link(String base, Socket peer, Socket below, CompletableFuture<String> end) throws IOException {
        below.setSoTimeout(Peer.PATIENCE_MILLIS);
        return new Link(base, peer.getInputStream(), peer.getOutputStream(), peer::shutdownOutput, below::close, end);
    }

    /** Both ends of a TCP connection over the loopback interface. */
    private record Ends(Socket ours, SocketChannel channel, Socket peer) {
        static Ends connect() throws IOException {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (ServerSocket listener = new ServerSocket(0, 1, loopback)) {
                Socket peer = new Socket(loopback, listener.getLocalPort());
                return new Ends(listener.accept(), null, peer);
            }
        }

        static Ends connectChannel() throws IOException {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.bind(new InetSocketAddress(loopback, 0));
                Socket peer = new Socket(loopback, listener.socket().getLocalPort());
                return new Ends(null, listener.accept(), peer);
            }
        }
    }
}
