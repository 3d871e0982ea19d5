package dev.zws.cli;

import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.HandshakeException;
import dev.zws.Transport;
import dev.zws.Upgrade;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@code ws://} or {@code wss://} address leads. Immutable.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param request for the address, without headers and subprotocols yet
 */
record Endpoint(String host, int port, boolean tls, ClientHandshake.Request request) {
    private static final int PORT = 80;
    private static final int TLS_PORT = 443;

    /** A connection, and what was agreed on for it. */
    record Opened(Conn conn, Upgrade upgrade) {}

    /**
     * Takes an address apart.
     *
     * @throws IllegalArgumentException for what is no WebSocket address
     */
    static Endpoint parse(String address) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            String reason = address.contains("://")
                    ? "not an address: " + e.getMessage()
                    : "a WebSocket address begins with ws:// or wss://";
            throw new IllegalArgumentException(reason, e);
        }
        ClientHandshake.Request request = ClientHandshake.Request.of(uri);
        boolean tls = "wss".equalsIgnoreCase(uri.getScheme());
        // Not getHost() and getPort(): a name with an underscore has none.
        String host = request.host();
        int port = tls ? TLS_PORT : PORT;
        int colon = host.lastIndexOf(':');
        if (colon > host.lastIndexOf(']')) {
            port = Integer.parseInt(host.substring(colon + 1));
            host = host.substring(0, colon);
        }
        boolean bracketed = host.startsWith("[");
        return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, port, tls, request);
    }

    /** This with another {@code request}. */
    Endpoint withRequest(ClientHandshake.Request request) {
        return new Endpoint(host, port, tls, request);
    }

    /**
     * Connects, with TLS for {@code wss}, and does the opening handshake, all within {@code timeout}. Each address of the host is
     * tried in turn, with its share of the time.
     *
     * @param trust whose certificates are taken; null for those that the JDK vouches for
     * @param watchdog enforces the deadlines of the connection
     * @throws HandshakeException when the server refused, or broke a rule
     * @throws IOException for everything else, with a message for people to read
     */
    Opened open(Duration timeout, @Nullable Trust trust, Conn.Config config, Watchdog watchdog) throws IOException {
        long begin = System.nanoTime();
        long nanos = TimeUnit.NANOSECONDS.convert(timeout);
        Socket socket = connect(begin, nanos);
        AtomicBoolean late = new AtomicBoolean();
        CompletableFuture<Void> timer = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    close(socket);
                },
                CompletableFuture.delayedExecutor(nanos - (System.nanoTime() - begin), TimeUnit.NANOSECONDS));
        try {
            Transport transport = tls ? secure(socket, trust) : Transport.of(socket);
            transport.watchedBy(watchdog);
            Upgrade upgrade = ClientHandshake.connect(transport, request.withTimeoutNanos(0)); // the timer bounds it
            return new Opened(Conn.client(transport, upgrade, config), upgrade);
        } catch (IOException e) {
            close(socket);
            throw late.get() ? tooLate(e) : e;
        } finally {
            timer.cancel(false);
        }
    }

    private Socket connect(long begin, long nanos) throws IOException {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("unknown host: " + host, e);
        }
        IOException failure = new IOException("no address");
        for (int i = 0; i < addresses.length; i++) {
            long share = (nanos - (System.nanoTime() - begin)) / (addresses.length - i);
            long left = TimeUnit.NANOSECONDS.toMillis(share);
            if (left <= 0) {
                throw tooLate(failure);
            }
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(addresses[i], port), (int) Math.min(left, Integer.MAX_VALUE));
                return socket;
            } catch (SocketTimeoutException e) {
                close(socket);
                failure = tooLate(e);
            } catch (IOException e) {
                close(socket);
                failure = e;
            }
        }
        if (failure.getCause() instanceof SocketTimeoutException) {
            throw failure;
        }
        throw new IOException("cannot connect to " + name() + ": " + failure.getMessage(), failure);
    }

    /** RFC 6455, 3 and RFC 2818, 3.1: the certificate has to be valid, and for this host. */
    private Transport secure(Socket socket, @Nullable Trust trust) throws IOException {
        try {
            SSLContext context = Trust.context(trust);
            SSLSocket layered = (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
            if (trust == null || !trust.insecure()) {
                SSLParameters parameters = layered.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                layered.setSSLParameters(parameters);
            }
            layered.startHandshake();
            return Transport.of(layered, socket);
        } catch (SSLException e) {
            throw new IOException("TLS with " + name() + " failed: " + explain(e), e);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not to be had: " + e.getMessage(), e);
        }
    }

    /** The first cause says what a person wants to know; what is around it names classes. */
    private static String explain(SSLException e) {
        boolean certificate = false;
        Throwable cause = e;
        for (Throwable next = e; next != null; next = next.getCause()) {
            certificate |= next instanceof GeneralSecurityException;
            cause = next;
        }
        if (certificate) {
            return cause.getMessage() + " (--trust FILE vouches for a certificate, --insecure takes any)";
        }
        boolean plain = String.valueOf(cause.getMessage()).contains("unrecognized SSL message");
        return cause.getMessage() + (plain ? " (does it speak TLS? Without, its address begins with ws://)" : "");
    }

    private IOException tooLate(@Nullable IOException cause) {
        return new IOException("no connection to " + name() + " in time (--timeout gives it more)", cause);
    }

    private String name() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed is closed
        }
    }
}
