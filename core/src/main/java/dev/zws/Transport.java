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
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;

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
    private volatile boolean ended;

    /** What differs between kinds of streams when they end. */
    private interface Ending {
        void shutdownOutput() throws IOException;

        /** Reads and drops what the peer still sends, until its end or {@code nanos} from now. */
        void drainInput(long nanos) throws IOException;

        void abort() throws IOException;
    }

    private Transport(ByteReader reader, ByteWriter writer, Ending ending) {
        this.reader = reader;
        this.writer = writer;
        this.ending = ending;
    }

    /** Takes over a connected socket and turns Nagle's algorithm off. */
    public static Transport of(Socket socket) throws IOException {
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
                new SocketEnding(socket, below));
    }

    /** Takes over a connected channel, blocking or not, and turns Nagle's algorithm off. */
    public static Transport of(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Transport(ByteReader.of(channel), ByteWriter.of(channel), new ChannelEnding(channel));
    }

    /**
     * Takes over a pair of streams, such as a servlet container's.
     *
     * @param closeable ends both, from any thread
     */
    public static Transport of(InputStream in, OutputStream out, Closeable closeable) {
        return new Transport(ByteReader.of(in), ByteWriter.of(out), new StreamEnding(out, closeable));
    }

    /** The buffered input. */
    public ByteReader reader() {
        return reader;
    }

    /** The buffered output. */
    public ByteWriter writer() {
        return writer;
    }

    /** Tells the peer that no more bytes will come; reading goes on. Over a bare pair of streams this closes the output. */
    public void shutdownOutput() throws IOException {
        ending.shutdownOutput();
    }

    /**
     * Ends the stream without destroying what was written last: shuts the output down, then reads and drops what the peer still
     * sends, for at most a second (never waiting over a non-blocking channel or a bare pair of streams), and closes. Closing with
     * unread input would make TCP reset the connection, and the peer might never see the last bytes. Does not throw; a
     * second call does nothing.
     *
     * <p>The second is kept only when no other thread is in the stream: over TLS a thread that is stalled in a write, and over a
     * blocking channel one that begins to read meanwhile, can hold this up until {@link #abort()}.
     */
    @Override
    public void close() {
        close(LINGER);
    }

    void close(Duration linger) {
        if (ended) {
            return;
        }
        try {
            ending.shutdownOutput();
            ending.drainInput(awaitReader(linger.toNanos()));
        } catch (IOException e) {
            // the peer is gone already, so there is nobody left to be polite to
        } finally {
            abort();
        }
    }

    /** While another thread is reading, it gets what still arrives. Returns what is left of the time when it has done. */
    private long awaitReader(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (reader.filling() && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(READER_CHECK_NANOS);
        }
        return deadline - System.nanoTime();
    }

    /** Closes the stream at once, from any thread; whoever is blocked in it gets an exception. Does not throw. */
    public void abort() {
        ended = true;
        try {
            ending.abort();
        } catch (IOException e) {
            // closed is closed
        }
    }

    private record SocketEnding(Socket socket, Socket below) implements Ending {
        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void drainInput(long nanos) throws IOException {
            drain(socket, socket.getInputStream(), nanos);
        }

        @Override
        public void abort() throws IOException {
            below.close();
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
            long deadline = System.nanoTime() + nanos;
            while (channel.read(scratch.clear()) > 0 && deadline - System.nanoTime() > 0) {
                // dropped
            }
        }

        @Override
        public void abort() throws IOException {
            channel.close();
        }
    }

    private record StreamEnding(OutputStream out, Closeable closeable) implements Ending {
        @Override
        public void shutdownOutput() throws IOException {
            out.close();
        }

        @Override
        public void drainInput(long nanos) {
            // a stream that cannot be timed is not waited for
        }

        @Override
        public void abort() throws IOException {
            closeable.close();
        }
    }

    private static void drain(Socket socket, InputStream in, long nanos) throws IOException {
        byte[] scratch = new byte[SCRATCH];
        long deadline = System.nanoTime() + nanos;
        try {
            for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
                socket.setSoTimeout((int) Math.max(1, Duration.ofNanos(left).toMillis()));
                if (in.read(scratch) < 0) {
                    return;
                }
            }
        } catch (SocketTimeoutException e) {
            // the peer took its time; it has had enough of ours
        }
    }
}
