package dev.zws;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The buffered output of a connection. Bytes gather until {@link #flush()} or {@link #drain()}, or until {@value #BATCH} bytes
 * wait: then they are pushed to the sink. A sink that takes nothing more (non-blocking, its socket full) makes the buffer grow
 * instead; {@link Limits#maxPendingOutput} bounds that. While none wait it holds no buffer.
 *
 * <p>Not safe for use by several threads at once; a {@link Conn} guards the one it was given with its frame lock.
 */
public final class ByteWriter {
    private static final int BATCH = Buffers.LARGEST;
    /** What is copied at a time of a payload that does not go out in one batch. */
    private static final int PIECE = 16 * 1024;

    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;
    private static final byte[] NONE = new byte[0];

    /** Where bytes go. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Writes up to {@code length} bytes. The array is another's afterwards: it must not be kept.
         *
         * @return how many were written; 0 when the sink takes none now (a non-blocking sink only)
         */
        int write(byte[] source, int offset, int length) throws IOException;

        /** Passes on what the sink itself may hold. */
        default void flush() throws IOException {}
    }

    private final Sink plain;
    /** What is written to: {@link #plain}, or something around it. */
    private Sink sink;

    /** How many bytes the sink has taken. */
    private long taken;

    /** The same when it was last flushed. */
    private long flushed;

    private final Buffers buffers;
    /** Whose array {@link #array} is; null for none. */
    private Buffers.@Nullable Buffer lent;

    private byte[] array = NONE;
    private int head;
    private int tail;

    private ByteWriter(Sink sink) {
        this(sink, Buffers.SHARED);
    }

    ByteWriter(Sink sink, Buffers buffers) {
        this.plain = Objects.requireNonNull(sink, "sink");
        this.sink = sink;
        this.buffers = buffers;
    }

    /** Writes to a stream, which blocks until it has taken everything. */
    public static ByteWriter of(OutputStream out) {
        Objects.requireNonNull(out, "out");
        return new ByteWriter(new Sink() {
            @Override
            public int write(byte[] source, int offset, int length) throws IOException {
                out.write(source, offset, length);
                return length;
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }
        });
    }

    /** Writes to a channel, blocking or not. */
    public static ByteWriter of(WritableByteChannel channel) {
        return new ByteWriter(new ChannelSink(channel));
    }

    /** Writes to {@code sink}, blocking or not. */
    public static ByteWriter of(Sink sink) {
        return new ByteWriter(sink);
    }

    /**
     * Writes out everything and flushes the sink.
     *
     * @throws IllegalStateException when a non-blocking sink does not take it all: use {@link #drain()}
     */
    public void flush() throws IOException {
        if (!drain()) {
            throw new IllegalStateException("the sink takes nothing now; it is non-blocking: use drain()");
        }
    }

    /** Writes out what the sink takes; over a blocking sink that is everything. Returns true when nothing is left. */
    public boolean drain() throws IOException {
        if (!push()) {
            return false;
        }
        sink.flush();
        flushed = taken;
        return true;
    }

    /** True when {@link #drain()} has something to do: bytes wait here, or the sink may hold some back. */
    boolean needsDrain() {
        return pending() > 0 || taken != flushed;
    }

    /** From now on writes to what {@code around} makes of the sink. */
    void through(UnaryOperator<Sink> around) {
        sink = around.apply(plain);
    }

    /** How many bytes the sink has taken so far. */
    long taken() {
        return taken;
    }

    /** How many bytes wait. */
    public int pending() {
        return tail - head;
    }

    private boolean push() throws IOException {
        while (head < tail) {
            int written = sink.write(array, head, tail - head);
            taken += written;
            if (written == 0) {
                return false;
            }
            head += written;
        }
        head = 0;
        tail = 0;
        hold(null);
        return true;
    }

    /** Has {@link #array} be that of {@code next}, and gives back the one before; never while it is being written. */
    private void hold(Buffers.@Nullable Buffer next) {
        Buffers.Buffer before = lent;
        lent = next;
        array = next == null ? NONE : next.array();
        if (plain instanceof ChannelSink channel) {
            channel.viewThrough(next);
        }
        if (before != null) {
            buffers.giveBack(before);
        }
    }

    /**
     * Makes room for at least {@code least} more bytes behind {@link #tail()}, by growing to a batch, pushing a full batch out, or
     * growing on when the sink takes nothing. Returns how many fit, which may be more.
     */
    int room(int least) throws IOException {
        if (array.length - tail < least && least > BATCH - pending()) {
            push();
        }
        if (array.length - tail < least) {
            makeRoom(least);
        }
        return array.length - tail;
    }

    private void makeRoom(int least) {
        int waiting = pending();
        if (array.length - waiting >= least) {
            System.arraycopy(array, head, array, 0, waiting);
        } else {
            int fitting = Math.addExact(waiting, least);
            int wanted = fitting > BATCH ? (int) Math.max(fitting, Math.min(2L * array.length, MAX_ARRAY)) : fitting;
            Buffers.Buffer next = buffers.lend(wanted);
            System.arraycopy(array, head, next.array(), 0, waiting);
            hold(next);
        }
        head = 0;
        tail = waiting;
    }

    /** Where bytes are put, from {@link #tail()} on, after {@link #room}. */
    byte[] array() {
        return array;
    }

    int tail() {
        return tail;
    }

    /** Counts in {@code count} bytes put behind the tail. */
    void advance(int count) {
        tail += count;
    }

    /** Adds bytes. Of what exceeds a batch, all but the first piece and the last batch goes to the sink without a copy. */
    void write(byte[] source, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        if (left > BATCH - pending()) {
            int first = Math.min(left, room(PIECE));
            append(source, from, first);
            from += first;
            left -= first;
            int written = 1;
            while (left > BATCH && written > 0 && push()) {
                written = sink.write(source, from, left);
                taken += written;
                from += written;
                left -= written;
            }
        }
        room(left);
        append(source, from, left);
    }

    private void append(byte[] source, int offset, int length) {
        System.arraycopy(source, offset, array, tail, length);
        tail += length;
    }

    /** Adds bytes masked with {@code key}; {@code source} is not changed (B-3.20). */
    void writeMasked(byte[] source, int offset, int length, int key) throws IOException {
        int from = offset;
        int left = length;
        int rotated = key;
        while (left > 0) {
            int piece = Math.min(left, room(Math.min(left, PIECE)));
            Mask.copy(source, from, array, tail, piece, rotated);
            advance(piece);
            rotated = Mask.rotate(rotated, piece);
            from += piece;
            left -= piece;
        }
    }

    /** Adds text that has {@code length} bytes as UTF-8 and no lone surrogate, masked with {@code key} unless that is 0. */
    void writeText(CharSequence text, long length, int key) throws IOException {
        int rotated = key;
        long left = length;
        for (int from = 0; from < text.length(); ) {
            int piece = Math.min(text.length() - from, PIECE / 4) + 1;
            int to = Utf8.cut(text, from, room(piece * Utf8.MAX_BYTES_PER_CHAR) / Utf8.MAX_BYTES_PER_CHAR);
            int bytes = Utf8.encode(text, length, from, to, array, tail);
            if (key != 0) {
                Mask.apply(array, tail, bytes, rotated);
                rotated = Mask.rotate(rotated, bytes);
            }
            advance(bytes);
            left -= bytes;
            from = to;
        }
        if (left != 0) {
            throw new IllegalStateException("the text was changed while it was being sent");
        }
    }

    /** Writes through the buffer that is lent, or through one view of a caller's array, so that writing allocates nothing. */
    private static final class ChannelSink implements Sink {
        /** The JDK copies all that it is shown into a direct buffer, which it keeps, even when the socket takes little of it. */
        private static final int MAX_CALL = 128 * 1024;

        private final WritableByteChannel channel;
        private Buffers.@Nullable Buffer lent;
        private Buffers.@Nullable Buffer callers;

        ChannelSink(WritableByteChannel channel) {
            this.channel = Objects.requireNonNull(channel, "channel");
        }

        /** What is written comes from the array of {@code next}, or from that of a caller. */
        void viewThrough(Buffers.@Nullable Buffer next) {
            lent = next;
        }

        @Override
        public int write(byte[] source, int offset, int length) throws IOException {
            int piece = Math.min(length, MAX_CALL);
            return channel.write(view(source).limit(offset + piece).position(offset));
        }

        @SuppressWarnings("ReferenceEquality") // the same array, not one with the same bytes
        private ByteBuffer view(byte[] source) {
            if (lent != null) { // while there is one, nothing else is written
                return lent.view();
            }
            if (callers == null || callers.array() != source) {
                callers = new Buffers.Buffer(source);
            }
            return callers.view();
        }

        @Override
        public void flush() {
            callers = null; // it must not live on here
        }
    }
}
