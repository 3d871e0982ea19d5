package dev.zws.bench;

import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.ConnectionTimeoutException;
import dev.zws.Deadlines;
import dev.zws.Handshake;
import dev.zws.HandshakeException;
import dev.zws.OriginPolicy;
import dev.zws.Transport;
import dev.zws.Upgrade;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How late deadlines are: the time from the moment at which a call should have ended to the moment at which it did. Loopback
 * sockets and virtual threads, all connections of a row at once, with deadlines of 100 to 600 ms by chance.
 */
final class DeadlineLateness {
    private static final byte[] REQUEST = """
            GET / HTTP/1.1\r
            Host: localhost\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \r
            """.getBytes(StandardCharsets.US_ASCII);

    private static final int SEND_BUFFER = 16 * 1024;
    private static final Handshake.Options OPTIONS = Handshake.Options.DEFAULT.withOriginPolicy(OriginPolicy.ANY);

    /** A peer that does not do what it should, and a call that should end by its deadline all the same. Returns when that began. */
    private interface Stuck {
        long run(Socket peer, Transport transport, long nanos) throws IOException;
    }

    private final int connections;
    private final Watchdog watchdog;
    private final Random random = new Random(1);

    private DeadlineLateness(int connections, Watchdog watchdog) {
        this.connections = connections;
        this.watchdog = watchdog;
    }

    /** Prints a line for each kind of deadline. */
    static void run(int connections) throws Exception {
        try (Watchdog watchdog = Watchdog.start()) {
            DeadlineLateness all = new DeadlineLateness(connections, watchdog);
            for (String title :
                    List.of("warm-up", "lateness in microseconds, " + connections + " connections a line")) {
                System.out.println(title);
                all.line("handshake, silent peer", DeadlineLateness::handshake);
                all.line("idle, peer answers Close", DeadlineLateness::idle);
                all.line("stalled write", DeadlineLateness::stalledWrite);
                all.line("close(), silent peer", DeadlineLateness::close);
            }
        }
    }

    private void line(String name, Stuck stuck) throws Exception {
        long[] late = new long[connections];
        try (ServerSocket listener = new ServerSocket(0, connections, InetAddress.getLoopbackAddress());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                long nanos = 100_000_000L + random.nextInt(500_000_000);
                Socket peer = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket socket = listener.accept();
                socket.setSendBufferSize(SEND_BUFFER);
                results.add(threads.submit(() -> lateness(peer, socket, nanos, stuck)));
            }
            for (int i = 0; i < connections; i++) {
                late[i] = results.get(i).get();
            }
        }
        Arrays.sort(late);
        System.out.printf(
                "  %-28s p50 %7d   p99 %7d   max %7d%n",
                name, late[connections / 2] / 1000, late[connections * 99 / 100] / 1000, late[connections - 1] / 1000);
    }

    private long lateness(Socket peer, Socket socket, long nanos, Stuck stuck) throws IOException {
        try (peer;
                socket) {
            Transport transport = Transport.of(socket).watchedBy(watchdog);
            long begun = stuck.run(peer, transport, nanos);
            return System.nanoTime() - begun - nanos;
        }
    }

    private static Conn open(Socket peer, Transport transport, Deadlines deadlines) throws IOException {
        peer.getOutputStream().write(REQUEST);
        Upgrade upgrade = Handshake.upgrade(transport, OPTIONS);
        return Conn.server(transport, upgrade, Conn.Config.DEFAULT.withDeadlines(deadlines));
    }

    private static long handshake(Socket peer, Transport transport, long nanos) throws IOException {
        long begun = System.nanoTime();
        try {
            Handshake.upgrade(transport, OPTIONS.withTimeoutNanos(nanos));
        } catch (HandshakeException e) {
            return begun;
        }
        throw new IllegalStateException("the handshake did not end late");
    }

    private static long idle(Socket peer, Transport transport, long nanos) throws IOException {
        Conn conn = open(peer, transport, Deadlines.NONE.withIdleNanos(nanos));
        Thread.startVirtualThread(() -> closeAfterTheHead(peer));
        long begun = System.nanoTime();
        try {
            conn.readMessage();
        } catch (ConnectionTimeoutException e) {
            return begun;
        }
        throw new IllegalStateException("the read did not end late");
    }

    /** Reads the answer, then a Close, and ends the stream. */
    private static void closeAfterTheHead(Socket peer) {
        try (peer) {
            int last = 0;
            while (last != 0x88) {
                last = peer.getInputStream().read();
            }
        } catch (IOException e) {
            // the other end was faster
        }
    }

    private static long stalledWrite(Socket peer, Transport transport, long nanos) throws IOException {
        Conn conn = open(peer, transport, Deadlines.NONE.withWriteNanos(nanos));
        byte[] payload = new byte[16 * 1024];
        long begun = 0;
        try {
            while (true) {
                begun = System.nanoTime();
                conn.sendBinary(payload); // until the kernel takes no more
            }
        } catch (ConnectionTimeoutException e) {
            return begun;
        }
    }

    private static long close(Socket peer, Transport transport, long nanos) throws IOException {
        Conn conn = open(peer, transport, Deadlines.NONE);
        long begun = System.nanoTime();
        conn.close(CloseStatus.NORMAL, Duration.ofNanos(nanos));
        return begun;
    }
}
