package dev.zws.validation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A proxy before a server, which reads what passes. Two cases need its hand: of {@code /greeting}, the server's answer is held until
 * its first frame is there, and both leave as one; to {@code /offers}, an extension that nobody knows is offered first, and what the
 * client offers twice, in headers of their own (RFC 6455, 9.1).
 */
final class InteropWire implements AutoCloseable {
    static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    private static final int CHUNK = 64 * 1024;
    private static final int BACKLOG = 50;
    private static final long END_SECONDS = 5;

    /** A connection that was made. */
    static final class Connection {
        final InteropTape client = new InteropTape();
        final InteropTape server = new InteropTape();
        private final CountDownLatch directions = new CountDownLatch(2);

        /** Of the request; empty while there is none. */
        String path() {
            String[] line = client.head().split(" ", 3);
            return line.length < 2 ? "" : line[1];
        }

        /** The server's answer to what was offered: the headers' values. */
        List<String> agreed() {
            return server.header(EXTENSIONS);
        }

        /** Waits until both directions have ended; false when they do not. */
        boolean awaitEnd() throws InterruptedException {
            return directions.await(END_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public String toString() {
            return "agreed on " + agreed() + ", client " + client.end() + ", server " + server.end();
        }
    }

    private final URI target;
    private final ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    InteropWire(URI target) throws IOException {
        this.target = target;
        Thread.startVirtualThread(this::accept);
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    /** All so far, in the order in which they came. */
    List<Connection> connections() {
        return connections;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.startVirtualThread(() -> connect(client));
            } catch (IOException e) {
                // closed, or a client that went away
            }
        }
    }

    private void connect(Socket client) {
        Connection connection = new Connection();
        try (client;
                Socket server = new Socket(target.getHost(), target.getPort())) {
            connections.add(connection);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread.startVirtualThread(() -> pass(connection, connection.server, server, client));
            pass(connection, connection.client, client, server);
            connection.directions.await();
        } catch (IOException | InterruptedException e) {
            // shows in what has passed
        }
    }

    private static void pass(Connection connection, InteropTape tape, Socket from, Socket to) {
        try {
            ByteArrayOutputStream held = new ByteArrayOutputStream();
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            boolean open = false;
            for (int count; (count = in.read(chunk)) >= 0; ) {
                tape.take(chunk, count);
                held.write(chunk, 0, count);
                if (!open && holds(connection, tape)) {
                    continue;
                }
                out.write(open ? held.toByteArray() : opening(connection, tape, held.toByteArray()));
                held.reset();
                open = true;
            }
            out.write(held.toByteArray());
            to.shutdownOutput();
        } catch (IOException e) {
            closeBoth(from, to);
        } finally {
            connection.directions.countDown();
        }
    }

    private static void closeBoth(Socket one, Socket other) {
        try (one;
                other) {
            // one has failed, which the other side has to see
        } catch (IOException e) {
            // so it is closed
        }
    }

    private static boolean holds(Connection connection, InteropTape tape) {
        return tape.head().isEmpty()
                || (tape == connection.server
                        && connection.path().equals(InteropCase.GREETING.path())
                        && InteropCase.switched(tape)
                        && !tape.hasWholeFrame());
    }

    private static byte[] opening(Connection connection, InteropTape tape, byte[] bytes) {
        List<String> offered = tape.header(EXTENSIONS);
        if (tape != connection.client || !connection.path().equals(InteropCase.OFFERS.path()) || offered.isEmpty()) {
            return bytes;
        }
        String all = new String(bytes, ISO_8859_1);
        String request = all.substring(0, all.indexOf("\r\n") + 2);
        String own = String.join(", ", offered);
        return (request + EXTENSIONS + ": x-nobody-knows; level=1\r\n" + EXTENSIONS + ": " + own + "\r\n"
                        + all.substring(request.length()))
                .getBytes(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
