package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.header;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two thousand connections that die at any point leave nothing behind: no thread, no descriptor, no timer, no memory. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class KillTest {
    private static final int CONNECTIONS = 2_000;
    private static final int WARM_UP = 100;
    private static final int AT_ONCE = 48;
    private static final long MILLI = 1_000_000;
    private static final long PATIENCE = 20_000 * MILLI;

    private static final Conn.Config CONFIG = Conn.Config.DEFAULT.withDeadlines(
            new Deadlines(500 * MILLI, 1_500 * MILLI, 400 * MILLI, 400 * MILLI, 500 * MILLI, 300 * MILLI));
    private static final Handshake.Options OPTIONS = Handshake.Options.DEFAULT.withTimeoutNanos(500 * MILLI);

    private static final byte[] REQUEST = utf8(
            "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");

    @AutoClose
    private final Watchdog watchdog = Watchdog.start();

    private final SSLContext tls = Tls.context();
    private final Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
    private final Queue<WeakReference<Conn>> conns = new ConcurrentLinkedQueue<>();
    private final AtomicInteger served = new AtomicInteger();
    /** Peers that say and read nothing more, but stay until the end. */
    private final Queue<Socket> stalled = new ConcurrentLinkedQueue<>();

    KillTest() throws Exception {}

    @Test
    void connectionsKilledAtAnyPointLeaveNothingBehind(@TempDir Path folder) throws Exception {
        try (ServerSocket plain = listen(false);
                ServerSocket secure = listen(true)) {
            kill(new Random(1), WARM_UP, plain, secure);
            awaitUntil("warm-up", () -> served.get() == WARM_UP && looks().isEmpty());
            closeStalled();
            Thread witness = Thread.startVirtualThread(LockSupport::park);
            long sockets = openSockets();
            long virtual = virtualThreads(folder);
            assertThat(virtual).as("the witness is seen").isPositive();
            List<String> platform = platformThreads();
            conns.clear();

            kill(new Random(20_251_123), CONNECTIONS, plain, secure);
            awaitUntil("every session to end", () -> served.get() == WARM_UP + CONNECTIONS);
            assertThat(unexpected).isEmpty();
            assertThat(conns).as("handshakes that were done").hasSizeGreaterThan(CONNECTIONS / 4);
            awaitUntil("the watchdog to let go", () -> looks().isEmpty());
            awaitUntil("the garbage collector to find every connection", () -> {
                System.gc();
                conns.removeIf(conn -> conn.get() == null);
                return conns.isEmpty();
            });
            closeStalled();
            awaitUntil("descriptors to be closed", () -> openSockets() <= sockets);
            awaitUntil("virtual threads to end", () -> virtualThreads(folder) <= virtual);
            assertThat(platformThreads()).isSubsetOf(platform);
            LockSupport.unpark(witness);
        }
    }

    @ParameterizedTest // the watchdog would look at it in ten seconds
    @ValueSource(booleans = {false, true})
    void closedConnectionIsLetGoOfAtOnceWhetherOrNotCloseThrew(boolean failing) throws Exception {
        WeakReference<Conn> closed = new WeakReference<>(closedConn(failing));
        assertThat(looks()).isNotEmpty();
        long begun = System.nanoTime();
        awaitUntil("the garbage collector to find it", () -> {
            System.gc();
            return closed.get() == null;
        });
        assertThat(System.nanoTime() - begun).isLessThan(5_000 * MILLI);
    }

    private Conn closedConn(boolean failing) throws IOException {
        InputStream in = new ByteArrayInputStream(concat(Wire.text(CLIENT, "x"), Wire.close(CLIENT, 1000, "")));
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (failing) {
                    throw new IOException("gone");
                }
            }
        };
        Upgrade upgrade = new Upgrade("/", "/", null, Headers.NONE, null);
        Conn conn = Conn.server(Transport.of(in, out, () -> {}).watchedBy(watchdog), upgrade, Conn.Config.DEFAULT);
        assertThat(conn.readMessage().text()).isEqualTo("x");
        conn.writeText("y");
        try {
            conn.close();
            assertThat(failing).isFalse();
        } catch (ConnectionLostException e) {
            assertThat(failing).isTrue();
        }
        return conn;
    }

    // ---- the server, as the examples have it

    private ServerSocket listen(boolean secure) throws IOException {
        ServerSocket listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("accept").start(() -> {
            while (true) {
                try {
                    Socket accepted = listener.accept();
                    Thread.startVirtualThread(() -> serve(accepted, secure));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return listener;
    }

    private void serve(Socket accepted, boolean secure) {
        try (accepted;
                Transport transport = secure ? layered(accepted) : Transport.of(accepted)) {
            transport.watchedBy(watchdog);
            try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, OPTIONS), CONFIG)) {
                conns.add(new WeakReference<>(conn));
                for (Message message; (message = conn.readMessage()) != null; ) {
                    conn.write(message);
                }
            }
        } catch (IOException e) {
            // the peer was killed, as it should be
        } catch (RuntimeException | Error e) {
            unexpected.add(e);
        } finally {
            served.incrementAndGet();
        }
    }

    private Transport layered(Socket accepted) throws IOException {
        return Transport.of((SSLSocket) tls.getSocketFactory().createSocket(accepted, null, true), accepted);
    }

    // ---- the clients, and their deaths

    private void kill(Random random, int count, ServerSocket plain, ServerSocket secure) throws Exception {
        Semaphore atOnce = new Semaphore(AT_ONCE);
        for (int i = 0; i < count; i++) {
            Random own = new Random(random.nextLong());
            boolean tlsToo = i % 10 == 0;
            atOnce.acquire();
            Thread.startVirtualThread(() -> {
                try {
                    live(own, tlsToo ? secure : plain, tlsToo);
                } catch (IOException e) {
                    // the server was first
                } catch (RuntimeException | Error e) {
                    unexpected.add(e);
                } finally {
                    atOnce.release();
                }
            });
        }
        atOnce.acquire(AT_ONCE);
    }

    private void live(Random random, ServerSocket server, boolean secure) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8 * 1024);
        socket.connect(server.getLocalSocketAddress());
        try {
            Socket talking = socket;
            if (secure && random.nextInt(3) == 0) {
                socket.getOutputStream().write(hex("16 03 01 02 00 01 00"), 0, random.nextInt(8));
            } else {
                talking = secure
                        ? tls.getSocketFactory().createSocket(socket, "localhost", server.getLocalPort(), true)
                        : socket;
                talk(random, talking);
            }
            die(random, talking, socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Goes as far as it is to live, and stops there. */
    private static void talk(Random random, Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        if (random.nextInt(5) == 0) {
            out.write(REQUEST, 0, random.nextInt(REQUEST.length));
            return;
        }
        out.write(REQUEST);
        if (random.nextInt(8) == 0) {
            return;
        }
        byte[] answer = socket.getInputStream().readNBytes(16);
        if (answer.length < 16) {
            throw new IOException("cut off: on a busy machine the handshake took too long");
        }
        assertThat(answer).startsWith(utf8("HTTP/1.1 101"));
        byte[] message = frame(CLIENT, 0x82, bytes(random.nextInt(2_000)));
        for (int i = random.nextInt(4); i > 0; i--) {
            out.write(message);
        }
        switch (random.nextInt(6)) {
            case 0 -> out.write(message, 0, random.nextInt(message.length)); // in the middle of a frame
            case 1 -> out.write(frame(CLIENT, 0x02, bytes(100))); // in the middle of a message
            case 2 -> out.write(header(CLIENT, 0x82, 100_000)); // having promised much
            case 3 -> out.write(Wire.close(CLIENT, 1000, "")); // having said goodbye
            case 4 -> out.write(hex("ff ff ff ff ff")); // having broken a rule
            default -> {} // between messages
        }
    }

    private void die(Random random, Socket talking, Socket socket) throws IOException {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                socket.setSoLinger(true, 0);
                socket.close(); // a reset
            }
            case 3 -> talking.close();
            case 4 -> {
                socket.shutdownOutput();
                stalled.add(socket);
            }
            case 5 -> {
                flood(talking);
                stalled.add(socket);
            }
            case 6 -> stalled.add(socket);
            default -> socket.close(); // which is a reset, too, where something is unread
        }
    }

    /** Asks for more echoes than it has room for, and reads none of them. */
    private static void flood(Socket socket) throws IOException {
        byte[] message = frame(CLIENT, 0x82, bytes(60_000));
        for (int i = 0; i < 5; i++) {
            socket.getOutputStream().write(message);
        }
    }

    private void closeStalled() throws IOException {
        for (Socket socket; (socket = stalled.poll()) != null; ) {
            socket.close();
        }
    }

    // ---- what could be left behind

    private static void awaitUntil(String what, Callable<Boolean> done) throws Exception {
        long begun = System.nanoTime();
        while (!done.call()) {
            assertThat(System.nanoTime() - begun).as("waiting for " + what).isLessThan(PATIENCE);
            LockSupport.parkNanos(5 * MILLI);
        }
    }

    private Collection<?> looks() throws ReflectiveOperationException {
        Field looks = Watchdog.class.getDeclaredField("looks");
        looks.setAccessible(true);
        return (Collection<?>) looks.get(watchdog);
    }

    /** 0 where there is no /proc. */
    private static long openSockets() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.filter(KillTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** Those that the JDK knows of, in a thread dump. */
    private static long virtualThreads(Path folder) throws IOException {
        Path dump = folder.resolve("dump" + System.nanoTime());
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        try (Stream<String> lines = Files.lines(dump)) {
            return lines.filter(line -> line.startsWith("#") && line.contains(" virtual"))
                    .count();
        } finally {
            Files.delete(dump);
        }
    }

    /** But for those that run virtual threads, of which the JDK has more or fewer as it likes. */
    private static List<String> platformThreads() {
        List<String> names = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            String group = thread.getThreadGroup() == null
                    ? ""
                    : thread.getThreadGroup().getName();
            if (!thread.getName().startsWith("ForkJoinPool") && !group.equals("InnocuousThreadGroup")) {
                names.add(thread.getName());
            }
        }
        return names;
    }
}
