package dev.zws;

import dev.zws.DeflateEngine.Codec;
import dev.zws.DeflateEngine.Compressor;
import dev.zws.DeflateEngine.Decompressor;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Codecs of permessage-deflate that connections share: how many there may be, and how many are kept while nobody uses them. A
 * compressor of the JDK takes up to 240 KiB outside the heap, a decompressor up to 40 KiB; an idle connection has neither, unless
 * its {@link Takeover} is {@code DEDICATED}.
 *
 * <p>A compressor is lent for one message or piece of it, a dedicated one for as long as the connection lives; a decompressor for
 * one message, however long the peer takes to send it. Any thread may call, and nothing waits.
 */
@Provisional
public final class DeflatePool implements AutoCloseable {
    /** How many compressors may be in use unless said otherwise: up to 240 MiB. */
    public static final int MAX_COMPRESSORS = 1024;

    /** How many decompressors may be in use unless said otherwise: up to 160 MiB. */
    public static final int MAX_DECOMPRESSORS = 4096;

    /** How many codecs of each kind, and of each level, are kept idle unless said otherwise: up to 9 MiB. */
    public static final int MAX_IDLE = 32;

    private static final int LEVELS = 10;
    private static final int FIRST_BUFFER = 16 * 1024;
    /** A buffer that has grown up to this size is kept for the next message; a larger one is let go. */
    private static final int KEPT_BUFFER = 64 * 1024;

    private static final DeflatePool SHARED = new DeflatePool();

    private final int maxCompressors;
    private final int maxDecompressors;
    private final AtomicInteger compressorsInUse = new AtomicInteger();
    private final AtomicInteger decompressorsInUse = new AtomicInteger();
    /** By level. */
    private final Shelf<Compressor>[] compressors;

    private final Shelf<Decompressor> decompressors;
    private final Shelf<byte[]> buffers;
    private volatile boolean closed;

    /** A pool of {@link DeflateEngine#ZIP} with every default. */
    public DeflatePool() {
        this(DeflateEngine.ZIP, MAX_COMPRESSORS, MAX_DECOMPRESSORS, MAX_IDLE);
    }

    /**
     * An empty pool.
     *
     * @param engine makes the codecs
     * @param maxCompressors the most compressors in use; over it a message is sent uncompressed. At least 1
     * @param maxDecompressors the most decompressors in use; over it a connection that receives a compressed message is closed with
     *     1013. At least 1
     * @param maxIdle how many codecs of each kind, and of each level, are kept while nobody uses them. At least 0
     * @throws IllegalArgumentException for a number out of its range
     */
    public DeflatePool(DeflateEngine engine, int maxCompressors, int maxDecompressors, int maxIdle) {
        Limits.requireRange("maxCompressors", maxCompressors, 1, Integer.MAX_VALUE);
        Limits.requireRange("maxDecompressors", maxDecompressors, 1, Integer.MAX_VALUE);
        Limits.requireRange("maxIdle", maxIdle, 0, 1 << 16);
        Objects.requireNonNull(engine, "engine");
        this.maxCompressors = maxCompressors;
        this.maxDecompressors = maxDecompressors;
        this.compressors = shelves(engine, maxIdle);
        this.decompressors = new Shelf<>(maxIdle, engine::decompressor);
        this.buffers = new Shelf<>(maxIdle, () -> new byte[FIRST_BUFFER]);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // there is no generic array
    private static Shelf<Compressor>[] shelves(DeflateEngine engine, int size) {
        Shelf<Compressor>[] shelves = new Shelf[LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            int level = i;
            shelves[level] = new Shelf<>(size, () -> engine.compressor(level));
        }
        return shelves;
    }

    /** The pool of everybody who does not bring one, with every default. */
    public static DeflatePool shared() {
        return SHARED;
    }

    /** How many compressors are lent now. */
    public int compressorsInUse() {
        return compressorsInUse.get();
    }

    /** How many decompressors are lent now. */
    public int decompressorsInUse() {
        return decompressorsInUse.get();
    }

    /** How many compressors are kept now for whoever needs one next. */
    public int compressorsIdle() {
        int idle = 0;
        for (Shelf<Compressor> shelf : compressors) {
            idle += shelf.count();
        }
        return idle;
    }

    /** How many decompressors are kept now for whoever needs one next. */
    public int decompressorsIdle() {
        return decompressors.count();
    }

    /**
     * Ends what is idle, and from now on whatever comes back. Connections that still use the pool go on.
     *
     * @throws IllegalStateException for the {@link #shared} pool, which others use, too
     */
    @Override
    public void close() {
        if (this == SHARED) {
            throw new IllegalStateException("the shared pool serves everybody; close only a pool of your own");
        }
        closed = true;
        endIdle();
    }

    private void endIdle() {
        for (Shelf<Compressor> shelf : compressors) {
            endAll(shelf);
        }
        endAll(decompressors);
    }

    private static void endAll(Shelf<? extends Codec> shelf) {
        for (Codec idle = shelf.take(); idle != null; idle = shelf.take()) {
            idle.close();
        }
    }

    /** A compressor as if new, to be given back; null when too many are in use. */
    @Nullable
    Compressor tryBorrowCompressor(int level) {
        return tryBorrow(compressors[level], compressorsInUse, maxCompressors);
    }

    /** A decompressor as if new, to be given back; null when too many are in use. */
    @Nullable
    Decompressor tryBorrowDecompressor() {
        return tryBorrow(decompressors, decompressorsInUse, maxDecompressors);
    }

    private static <C extends Codec> @Nullable C tryBorrow(Shelf<C> shelf, AtomicInteger inUse, int max) {
        boolean lent = false;
        int now = inUse.incrementAndGet();
        try {
            C codec = now > max ? null : shelf.get();
            lent = codec != null;
            return codec;
        } finally {
            if (!lent) {
                inUse.decrementAndGet();
            }
        }
    }

    /** Takes a compressor of that level back, in whatever state it is. */
    void giveBack(Compressor compressor, int level) {
        giveBack(compressor, compressors[level], compressorsInUse);
    }

    /** Takes a decompressor back, in whatever state it is. */
    void giveBack(Decompressor decompressor) {
        giveBack(decompressor, decompressors, decompressorsInUse);
    }

    private <C extends Codec> void giveBack(C codec, Shelf<C> shelf, AtomicInteger inUse) {
        inUse.decrementAndGet();
        boolean kept = false;
        try {
            codec.reset();
            kept = shelf.put(codec);
        } finally {
            if (!kept) {
                codec.close();
            }
        }
        if (closed) {
            endIdle(); // now or before: whoever looks last, here or in close(), finds it
        }
    }

    /** A buffer of at least {@value #FIRST_BUFFER} bytes, for what a compressor makes; heap memory, so it may also be forgotten. */
    byte[] borrowBuffer() {
        return buffers.get();
    }

    /** Takes a buffer back. */
    void giveBack(byte[] buffer) {
        if (buffer.length <= KEPT_BUFFER) {
            buffers.put(buffer);
        }
    }
}
