package dev.zws;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The byte stream under a connection, with the means to end it: what a {@link Handshake} or {@link ClientHandshake} and then a
 * {@link Conn} work on. The reader belongs to the thread that reads; {@link #abort()} may be called from any thread.
 */
public final class Transport implements AutoCloseable {
    /** How long {@link #close()} waits for the peer to end its side. */
    static final Duration LINGER = Duration.ofSeconds(1);

    private static final int SCRATCH = 4096;
    private static final long READER_CHECK_NANOS = 5_000_000;

    private final ByteReader reader;
    private final ByteWriter writer;
    private final Ending ending;
    private final RuntimeHooks hooks = new Hooks();
    private final Queue<Watch> watches = new ConcurrentLinkedQueue<>();
    private @Nullable Watchdog watchdog;
    private volatile boolean ended;

    /** What differs between kinds of streams when they end. */
    private interface Ending {
        void shutdownOutput() throws IOException;

        /** Reads and drops what the peer still sends, until its end or {@code nanos} from now. */
        void drainInput(long nanos) throws IOException;

        /** Closes, in the order of the stream. */
        void end() throws IOException;

        /** Closes and forgets what was not sent yet, or a peer that takes nothing would have the kernel keep it for minutes. */
        default void reset() throws IOException {
            end();
        }

        /** False when a call may find nothing to read or no room to write, instead of waiting. */
        default boolean isBlocking() {
            return true;
        }

        /** Has reads fail after as many milliseconds, 0 for never; false when this kind of stream cannot. */
        default boolean setReadTimeout(int millis) throws IOException {
            return false;
        }
    }

    private Transport(ByteReader reader, ByteWriter writer, Ending ending) {
        this.reader = reader;
        this.writer = writer;
        this.ending = ending;
    }

    /**
     * Takes over a connected socket and turns Nagle's algorithm off.
     *
     * @throws IllegalArgumentException for a TLS socket: it needs {@link #of(SSLSocket, Socket)}. At a server, accept a plain socket and
     *     layer TLS over it, with {@link javax.net.ssl.SSLSocketFactory#createSocket(Socket, InputStream, boolean)}
     */
    public static Transport of(Socket socket) throws IOException {
        if (socket instanceof SSLSocket) {
            throw new IllegalArgumentException("give the socket below TLS too: Transport.of(tls, below)");
        }
        return of(socket, socket);
    }

    /**
     * Takes over a TLS socket layered over {@code below}, which {@link #abort()} closes: closing the TLS socket itself would wait
     * for a writer that is stalled.
     */
    public static Transport of(SSLSocket tls, Socket below) throws IOException {
        return of((Socket) tls, below);
    }

    private static Transport of(Socket socket, Socket below) throws IOException {
        below.setTcpNoDelay(true);
        return new Transport(
                ByteReader.of(socket.getInputStream()),
                ByteWriter.of(socket.getOutputStream()),
                new SocketEnding(socket, below, new ReentrantLock()));
    }

    /** Takes over a connected channel, blocking or not, and turns Nagle's algorithm off. */
    public static Transport of(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Transport(ByteReader.of(channel), ByteWriter.of(channel), new ChannelEnding(channel));
    }

    /**
     * Takes over a pair of streams, such as a servlet container's.
     *
     * @param closeable ends both, from any thread and without waiting, so that whoever is in one of them gets an exception
     */
    public static Transport of(InputStream in, OutputStream out, Closeable closeable) {
        Objects.requireNonNull(closeable, "closeable");
        return new Transport(
                ByteReader.of(in), ByteWriter.of(out), new StreamEnding(out, closeable, new AtomicBoolean()));
    }

    /** The buffered input. Once there is a {@link Conn} over this transport, only that may use it. */
    public ByteReader reader() {
        return reader;
    }

    /** The buffered output. Once there is a {@link Conn} over this transport, only that may use it: see {@link Conn#drain()}. */
    public ByteWriter writer() {
        return writer;
    }

    /**
     * Has {@code watchdog} enforce the deadlines of the connection over this transport. To be called before that is made.
     *
     * @return this
     */
    public Transport watchedBy(Watchdog watchdog) {
        this.watchdog = Objects.requireNonNull(watchdog, "watchdog");
        return this;
    }

    /** A deadline that goes with this stream, and what follows when it passes; null when nobody watches. */
    @Nullable
    Watch watch(Watch.Overrun overrun) {
        if (watchdog == null) {
            return null;
        }
        Watch watch = new Watch(watchdog, overrun);
        watches.add(watch);
        return watch;
    }

    /**
     * What enforces the budgets of {@link TimeoutConfig} on this stream. A read over its budget fails and the stream can be read
     * again, when this is a socket. Any other call over its budget ends the stream, when it is watched.
     */
    public RuntimeHooks hooks() {
        return hooks;
    }

    boolean isBlocking() {
        return ending.isBlocking();
    }

    /** Tells the peer that no more bytes will come; reading goes on. Over a bare pair of streams this closes the output. */
    public void shutdownOutput() throws IOException {
        ending.shutdownOutput();
    }

    /**
     * Ends the stream without destroying what was written last: shuts the output down, then reads and drops what the peer still
     * sends, for at most a second (over a non-blocking channel, never waiting, as much as a receive buffer holds; over a bare pair of
     * streams, nothing), and closes. Closing with unread input would make TCP reset the connection, and the peer might never see the
     * last bytes. Does not throw; a
     * second call does nothing. From any thread: it takes a second at most even when others are stuck in the stream, if
     * ending that frees them.
     */
    @Override
    public void close() {
        close(LINGER.toNanos(), false);
    }

    /** @param peerFirst waits, for half the time, for the peer to end its side before it ends this one (RFC 6455, 7.1.1) */
    @SuppressWarnings("try") // the guard has only to be there
    void close(long nanos, boolean peerFirst) {
        if (ended) {
            return;
        }
        long deadline = Watch.after(System.nanoTime(), nanos);
        boolean interrupted = Thread.interrupted(); // it would keep this thread from waiting
        try (Guard guard = new Guard(nanos, this::cut)) {
            if (peerFirst) {
                ending.drainInput(nanos / 2);
            }
            ending.shutdownOutput();
            awaitReader(deadline);
            ending.drainInput(deadline - System.nanoTime());
        } catch (IOException | RuntimeException e) {
            // the peer is gone already, so there is nobody left to be polite to
        } finally {
            if (isStalled()) {
                abort();
            } else {
                end(ending::end);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** While another thread is reading, it gets what still arrives. */
    private void awaitReader(long deadline) {
        while (reader.filling()
                && !Thread.currentThread().isInterrupted()
                && !ended
                && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(READER_CHECK_NANOS);
        }
    }

    /** There was output that a non-blocking stream did not take: what follows it would only keep the peer waiting. */
    private boolean isStalled() {
        return !ending.isBlocking() && writer.pending() > 0;
    }

    /**
     * Closes the stream at once, from any thread; whoever is blocked in it gets an exception, and the peer a TCP reset: what it has not
     * taken yet is not sent any more. Over a bare pair of streams, closes it. Does not throw.
     */
    public void abort() {
        end(ending::reset);
    }

    private interface End {
        void run() throws IOException;
    }

    private void end(End way) {
        ended = true;
        watches.forEach(Watch::retire); // or the watchdog would hold on to a stream that has ended
        try {
            way.run();
        } catch (IOException | RuntimeException e) {
            // closed is closed
        }
    }

    /** Ends at once, for the watchdog and the timer. */
    void cut() {
        endAside(ending::end);
    }

    /** As {@link #cut()}, of a peer that takes nothing. */
    void cutOff() {
        endAside(ending::reset);
    }

    /** Never waits, so an application's own code runs on a thread of its own. */
    private void endAside(End way) {
        if (ending instanceof StreamEnding) {
            Thread.startVirtualThread(() -> end(way));
        } else {
            end(way);
        }
    }

    private final class Hooks implements RuntimeHooks {
        private static final long NANOS_PER_MILLI = 1_000_000;

        private @Nullable Watch reading;
        private @Nullable Watch writing;

        @Override
        public long nowNanos() {
            return System.nanoTime();
        }

        @Override
        public void setDeadline(IoPhase phase, long deadline) {
            if (phase == IoPhase.READ) {
                if (!setReadTimeout(Math.ceilDiv(Math.max(1, deadline - System.nanoTime()), NANOS_PER_MILLI))) {
                    reading = arm(reading, deadline);
                }
            } else {
                writing = arm(writing, deadline);
            }
        }

        @Override
        public void clearDeadline(IoPhase phase) {
            Watch watch = phase == IoPhase.READ ? reading : writing;
            if (watch != null) {
                watch.disarm();
            } else if (phase == IoPhase.READ) {
                setReadTimeout(0);
            }
        }

        private boolean setReadTimeout(long millis) {
            try {
                return ending.setReadTimeout((int) Math.min(millis, Integer.MAX_VALUE));
            } catch (IOException e) {
                return true; // the stream has ended, so nobody will wait in it
            }
        }

        private @Nullable Watch arm(@Nullable Watch known, long deadline) {
            Watch watch = known != null ? known : watch(this::passed);
            if (watch != null) {
                watch.arm(deadline);
            }
            return watch;
        }

        private long passed(long now) {
            cut();
            return Watch.NEVER;
        }
    }

    private record SocketEnding(Socket socket, Socket below, ReentrantLock shutting) implements Ending {
        @Override
        public void shutdownOutput() throws IOException {
            shutting.lock();
            try {
                if (!socket.isOutputShutdown()) { // a second time it would throw
                    socket.shutdownOutput();
                }
            } finally {
                shutting.unlock();
            }
        }

        @Override
        public void drainInput(long nanos) throws IOException {
            drain(socket, socket.getInputStream(), nanos);
        }

        @Override
        public void end() throws IOException {
            below.close();
        }

        @Override
        @SuppressWarnings("try") // it has only to be closed
        public void reset() throws IOException {
            try (below) {
                below.setSoLinger(true, 0);
            }
        }

        @Override
        public boolean setReadTimeout(int millis) throws IOException {
            socket.setSoTimeout(millis);
            return true;
        }
    }

    private record ChannelEnding(SocketChannel channel) implements Ending {
        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void drainInput(long nanos) throws IOException {
            if (channel.isBlocking()) {
                drain(channel.socket(), channel.socket().getInputStream(), nanos);
                return;
            }
            ByteBuffer scratch = ByteBuffer.allocate(SCRATCH);
            long waiting =
                    channel.getOption(StandardSocketOptions.SO_RCVBUF); // who goes on sending keeps no selector busy
            for (int count = 1; count > 0 && waiting > 0; waiting -= count) {
                count = channel.read(scratch.clear());
            }
        }

        @Override
        public void end() throws IOException {
            channel.close();
        }

        @Override
        @SuppressWarnings("try") // it has only to be closed
        public void reset() throws IOException {
            try (channel) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        }

        @Override
        public boolean isBlocking() {
            return channel.isBlocking();
        }
    }

    private record StreamEnding(OutputStream out, Closeable closeable, AtomicBoolean closed) implements Ending {
        @Override
        public void shutdownOutput() throws IOException {
            out.close();
        }

        @Override
        public void drainInput(long nanos) {
            // a stream that cannot be timed is not waited for
        }

        @Override
        public void end() throws IOException {
            if (!closed.getAndSet(true)) {
                closeable.close();
            }
        }
    }

    private static void drain(Socket socket, InputStream in, long nanos) throws IOException {
        byte[] scratch = new byte[SCRATCH];
        long deadline = System.nanoTime() + nanos;
        try {
            for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
                socket.setSoTimeout(Math.clamp(Duration.ofNanos(left).toMillis(), 1, Integer.MAX_VALUE));
                if (in.read(scratch) < 0) {
                    return;
                }
            }
        } catch (SocketTimeoutException e) {
            // the peer took its time; it has had enough of ours
        }
    }
}
