package dev.zws.examples;

import dev.zws.Transport;
import dev.zws.Watchdog;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections on the loopback address and serves each on a virtual thread of its own. What goes wrong with one is one
 * line in the log, and nobody else's business.
 */
public final class Listener implements AutoCloseable {
    private static final int BACKLOG = 512;
    static final long ACCEPT_PAUSE_NANOS = 50_000_000;

    /** What is done with a connection; when it returns or throws, the connection is ended. */
    @FunctionalInterface
    interface Session {
        void serve(Transport transport) throws IOException;
    }

    private final ServerSocket socket = new ServerSocket();
    private final Session session;
    private final PrintStream log;
    private final @Nullable SSLContext tls;
    private final Watchdog watchdog = Watchdog.start();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;

    Listener(int port, PrintStream log, Session session) throws IOException {
        this(port, null, log, session);
    }

    /** @param tls whose certificate is shown; null for no TLS */
    Listener(int port, @Nullable SSLContext tls, PrintStream log, Session session) throws IOException {
        this.session = session;
        this.log = log;
        this.tls = tls;
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        acceptor = Thread.ofPlatform().name("accept").start(this::accept);
    }

    /** The port that it listens on: the one asked for, or the one that was picked for 0. */
    public int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket accepted = socket.accept();
                open.add(accepted);
                if (socket.isClosed()) { // close() may not have seen it
                    accepted.close();
                }
                Thread.startVirtualThread(() -> serve(accepted));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    log.println("accept: " + e.getMessage());
                    LockSupport.parkNanos(ACCEPT_PAUSE_NANOS); // out of descriptors, say: others may close meanwhile
                }
            }
        }
    }

    private void serve(Socket accepted) {
        SocketAddress peer = accepted.getRemoteSocketAddress();
        try (accepted;
                Transport transport = transport(accepted).watchedBy(watchdog)) {
            session.serve(transport);
        } catch (IOException | RuntimeException e) {
            if (!socket.isClosed()) {
                log.println(peer + ": " + e.getMessage());
            }
        } finally {
            open.remove(accepted);
        }
    }

    /** TLS shakes hands with the first read, and so within the time of the opening handshake. */
    private Transport transport(Socket accepted) throws IOException {
        if (tls == null) {
            return Transport.of(accepted);
        }
        InputStream nothingRead = null;
        Socket layered = tls.getSocketFactory().createSocket(accepted, nothingRead, true);
        return Transport.of((SSLSocket) layered, accepted);
    }

    /** Waits until the listener is closed. */
    public void await() throws InterruptedException {
        acceptor.join();
    }

    /** Stops listening and ends every connection at once. */
    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket accepted : open) {
            accepted.close();
        }
        watchdog.close();
    }
}
