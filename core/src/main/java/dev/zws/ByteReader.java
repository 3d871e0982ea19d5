package dev.zws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;

/**
 * The buffered input of a connection: bytes that have arrived and were not consumed yet. Handshake and connection read from the
 * same one, so nothing that came along with the handshake is lost.
 *
 * <p>The buffer starts small and doubles only when bytes that arrived have filled it, up to the ceiling; what a peer announces
 * costs nothing. The ceiling bounds what can be lent without a copy and how long a line of the handshake may be.
 *
 * <p>Not safe for use by several threads at once: it belongs to the thread that reads the connection.
 */
public final class ByteReader {
    /** The ceiling when none is given: 64 KiB. */
    public static final int DEFAULT_CEILING = 64 * 1024;
    /** The lowest ceiling: a whole control frame fits with room to spare. */
    public static final int MIN_CEILING = 256;

    private static final int INITIAL_CAPACITY = 1024;

    /** Where bytes come from. */
    @FunctionalInterface
    public interface Source {
        /**
         * Reads up to {@code length} bytes, at least one asked for.
         *
         * @return how many were read; 0 when there are none now (a non-blocking source only), -1 at the end
         */
        int read(byte[] target, int offset, int length) throws IOException;

        /** True when it is known that a read would not wait; false is always right, and the default. */
        default boolean ready() throws IOException {
            return false;
        }
    }

    private final Source source;
    private final int ceiling;
    private byte[] array;
    private int position;
    private int limit;
    private volatile boolean filling;

    private ByteReader(Source source, int ceiling) {
        if (ceiling < MIN_CEILING) {
            throw new IllegalArgumentException("a ceiling of " + ceiling + " bytes is below the least, " + MIN_CEILING);
        }
        this.source = Objects.requireNonNull(source, "source");
        this.ceiling = ceiling;
        this.array = new byte[Math.min(INITIAL_CAPACITY, ceiling)];
    }

    /** Reads from a stream, which blocks until it has at least one byte. */
    public static ByteReader of(InputStream in, int ceiling) {
        return new ByteReader(new StreamSource(in), ceiling);
    }

    /** As {@link #of(InputStream, int)} with {@link #DEFAULT_CEILING}. */
    public static ByteReader of(InputStream in) {
        return of(in, DEFAULT_CEILING);
    }

    /** Reads from a channel, blocking or not. */
    public static ByteReader of(ReadableByteChannel channel, int ceiling) {
        return new ByteReader(new ChannelSource(channel), ceiling);
    }

    /** As {@link #of(ReadableByteChannel, int)} with {@link #DEFAULT_CEILING}. */
    public static ByteReader of(ReadableByteChannel channel) {
        return of(channel, DEFAULT_CEILING);
    }

    /** Reads from {@code source}, blocking or not. */
    public static ByteReader of(Source source, int ceiling) {
        return new ByteReader(source, ceiling);
    }

    /** As {@link #of(Source, int)} with {@link #DEFAULT_CEILING}. */
    public static ByteReader of(Source source) {
        return of(source, DEFAULT_CEILING);
    }

    /**
     * Reads once from the source into the buffer.
     *
     * @return how many bytes were added; 0 when the source has none now, -1 at its end
     * @throws IllegalStateException when {@link #ceiling()} bytes are buffered already: consume some first
     */
    public int fill() throws IOException {
        if (limit == array.length && array.length < ceiling) {
            int doubled = (int) Math.min(ceiling, 2L * array.length);
            array = move(new byte[doubled]); // the last read filled it: more is to be expected
        } else if (position > 0) {
            array = move(array);
        }
        if (limit == array.length) {
            throw new IllegalStateException("the buffer is full: " + ceiling + " bytes wait to be consumed");
        }
        filling = true;
        int read;
        try {
            read = source.read(array, limit, array.length - limit);
        } finally {
            filling = false;
        }
        if (read > 0) {
            limit += read;
        }
        return read;
    }

    private byte[] move(byte[] target) {
        System.arraycopy(array, position, target, 0, buffered());
        limit = buffered();
        position = 0;
        return target;
    }

    /** How many bytes have arrived and were not consumed. */
    public int buffered() {
        return limit - position;
    }

    /** The most bytes that can be buffered. */
    public int ceiling() {
        return ceiling;
    }

    /** Where the buffered bytes lie; they start at {@link #position()} and stay until the next {@link #fill()}. */
    byte[] array() {
        return array;
    }

    int position() {
        return position;
    }

    /** Consumes {@code count} buffered bytes. */
    void skip(int count) {
        position += count;
    }

    /** True while a thread is inside {@link #fill()}; any thread may ask. */
    boolean filling() {
        return filling;
    }

    /** True when it is known that {@link #fill()} would not wait. */
    boolean ready() throws IOException {
        return source.ready();
    }

    /** True when a selector says again that there is more to read, so that the rest of it may be left for later. */
    boolean isSelectable() {
        return source instanceof ChannelSource channels && channels.isSelectable();
    }

    private record StreamSource(InputStream in) implements Source {
        StreamSource {
            Objects.requireNonNull(in, "in");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return in.read(target, offset, length);
        }

        @Override
        public boolean ready() throws IOException {
            return in.available() > 0;
        }
    }

    /** Keeps one view of the buffer, so that reading allocates nothing. */
    private static final class ChannelSource implements Source {
        private final ReadableByteChannel channel;
        private byte[] viewed = {};
        private ByteBuffer view = ByteBuffer.wrap(viewed);

        ChannelSource(ReadableByteChannel channel) {
            this.channel = Objects.requireNonNull(channel, "channel");
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // the same array, not one with the same bytes
        public int read(byte[] target, int offset, int length) throws IOException {
            if (viewed != target) {
                viewed = target;
                view = ByteBuffer.wrap(target);
            }
            return channel.read(view.limit(offset + length).position(offset));
        }

        boolean isSelectable() {
            return channel instanceof SelectableChannel selectable && !selectable.isBlocking();
        }

        @Override
        public boolean ready() throws IOException {
            return channel instanceof SocketChannel socket
                    && socket.isBlocking()
                    && socket.socket().getInputStream().available() > 0;
        }
    }
}
