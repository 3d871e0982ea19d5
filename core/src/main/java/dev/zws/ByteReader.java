package dev.zws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The buffered input of a connection: bytes that have arrived and were not consumed yet. Handshake and connection read from the
 * same one, so nothing that came along with the handshake is lost.
 *
 * <p>The buffer starts small and grows only when bytes that arrived have filled it, up to the ceiling; what a peer announces
 * costs nothing. The ceiling bounds what can be lent without a copy and how long a line of the handshake may be.
 *
 * <p>While nothing flows it holds little: who waits in a blocking source does so with an array of {@value #LANDING} bytes, or of 4 KiB
 * where one read after the other brings more than that (of as much as it had, where the ceiling is above 64 KiB); between reads from a non-blocking one there is none. What is larger than the former is lent
 * to it, from what all connections share, until all of it is consumed and the next read begins.
 *
 * <p>Not safe for use by several threads at once: it belongs to the thread that reads the connection.
 */
public final class ByteReader {
    /** The ceiling when none is given: 64 KiB. */
    public static final int DEFAULT_CEILING = 64 * 1024;
    /** The lowest ceiling: a whole control frame fits with room to spare. */
    public static final int MIN_CEILING = 256;

    /** A small frame with its header, and any control frame. Less would cost those a second read, more would be idle mostly. */
    private static final int LANDING = 256;
    /** So little that is left moves to another array: less than a header and less than a control frame. */
    private static final int LITTLE = 192;
    /** After so many more large reads than small ones the landing array is passed over: a flow needs no second read, a burst does. */
    private static final int LARGE_READS = 3;

    private static final Buffers.Buffer NONE = new Buffers.Buffer(new byte[0]);

    /** Where bytes come from. */
    @FunctionalInterface
    public interface Source {
        /**
         * Reads up to {@code length} bytes, at least one asked for. The array is another's afterwards: it must not be kept.
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
    private final Buffers buffers;
    /** Its own, made when it is first needed. */
    private Buffers.@Nullable Buffer landing;
    /** What bytes are read into now: what is lent, the landing array, or {@link #NONE}. */
    private Buffers.Buffer current = NONE;

    private byte[] array = NONE.array();
    private int position;
    private int limit;
    /** A source that once had nothing does not wait for what it has. */
    private boolean waits = true;
    /** How many more reads were large than small, of late; a handshake does not fit the landing array. */
    private int largeReads = LARGE_READS;

    private volatile boolean filling;
    private boolean drained;

    private ByteReader(Source source, int ceiling) {
        this(source, ceiling, Buffers.SHARED);
    }

    ByteReader(Source source, int ceiling, Buffers buffers) {
        if (ceiling < MIN_CEILING) {
            throw new IllegalArgumentException("a ceiling of " + ceiling + " bytes is below the least, " + MIN_CEILING);
        }
        this.source = Objects.requireNonNull(source, "source");
        this.ceiling = ceiling;
        this.buffers = buffers;
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
        boolean filled = limit > 0 && limit == capacity(); // by the last read: more is to be expected
        makeRoom(filled);
        int room = capacity() - limit;
        if (room == 0) {
            throw new IllegalStateException("the buffer is full: " + ceiling + " bytes wait to be consumed");
        }
        filling = true;
        int read;
        try {
            read = source.read(array, limit, room);
        } finally {
            filling = false;
        }
        drained = read < room;
        if (read > 0) {
            limit += read;
            if (!filled) {
                boolean large = read > LANDING || read == room;
                largeReads = large ? Math.min(largeReads, LARGE_READS) + 1 : Math.max(0, largeReads - 1);
            }
        } else {
            waits &= read != 0;
            rest();
        }
        return read;
    }

    /** Of an array that is lent no more is used than the ceiling. */
    private int capacity() {
        return Math.min(array.length, ceiling);
    }

    private void makeRoom(boolean filled) {
        int capacity = capacity();
        long wanted = filled ? (long) Buffers.STEP * capacity : capacity;
        if (!waits || isSelectable()) {
            wanted = Math.max(wanted, Buffers.LARGEST); // it is given back at once
        } else if (!filled && buffered() <= LITTLE) {
            wanted = betweenMessages(capacity);
        }
        moveTo((int) Math.min(wanted, ceiling));
    }

    /** With how much to wait for what comes next. What is too large to be lent would be made anew for each message of a flow. */
    private int betweenMessages(int capacity) {
        if (largeReads < LARGE_READS) {
            return LANDING;
        }
        return capacity > Buffers.LARGEST ? capacity : Buffers.SMALLEST;
    }

    /** Has what is buffered stand at the beginning of an array for {@code size} bytes. */
    private void moveTo(int size) {
        int length = size <= LANDING ? LANDING : Buffers.sizeFor(size);
        if (length != array.length) {
            hold(length == LANDING ? landing() : buffers.lend(size));
        } else if (position > 0) {
            move(array);
        }
    }

    private Buffers.Buffer landing() {
        Buffers.Buffer own = landing;
        if (own == null) {
            own = new Buffers.Buffer(new byte[LANDING]);
            landing = own;
        }
        return own;
    }

    /** Moves to {@code next} and gives back what was lent; never while a source reads into it. */
    private void hold(Buffers.Buffer next) {
        Buffers.Buffer before = current;
        current = next;
        array = move(next.array());
        if (source instanceof ChannelSource channel) {
            channel.viewThrough(next.view());
        }
        buffers.giveBack(before); // which takes neither the landing array nor what was too large to be lent
    }

    private byte[] move(byte[] target) {
        System.arraycopy(array, position, target, 0, buffered());
        limit = buffered();
        position = 0;
        return target;
    }

    /** Nothing more is to be read for now: what is lent is given back, and what is buffered moves to as little as holds it. */
    void rest() {
        largeReads = 0;
        if (buffered() > 0) {
            moveTo(buffered());
        } else if (current != landing) {
            hold(NONE);
        }
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

    /** True when the last {@link #fill()} left room: there was no more then. */
    boolean isDrained() {
        return drained;
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

    /** Reads through the buffer that is lent, or through a view of the landing array, so that reading allocates nothing. */
    private static final class ChannelSource implements Source {
        private final ReadableByteChannel channel;
        private ByteBuffer view = NONE.view();

        ChannelSource(ReadableByteChannel channel) {
            this.channel = Objects.requireNonNull(channel, "channel");
        }

        /** What is read next goes into the array of {@code next}. */
        void viewThrough(ByteBuffer next) {
            view = next;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
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
