package dev.zws;

import java.util.zip.DataFormatException;

/**
 * Makes the codecs of permessage-deflate: raw DEFLATE (RFC 1951), neither zlib nor gzip around it. {@link #ZIP} is the JDK's;
 * another may take its place by {@link DeflatePool#DeflatePool(DeflateEngine, int, int, int)}.
 *
 * <p>Any thread may ask for a codec. A codec is used by one thread at a time, and arrays that it is given stay as they are until
 * all of their bytes were consumed. It may be closed in any state, once.
 */
@Provisional
public interface DeflateEngine {
    /** {@code java.util.zip}: zlib, with its memory outside the heap. */
    DeflateEngine ZIP = new ZipEngine();

    /**
     * A compressor with no history.
     *
     * @param level 0, stored, to 9, smallest
     */
    Compressor compressor(int level);

    /** A decompressor with no history. */
    Decompressor decompressor();

    /** What both have. */
    interface Codec extends AutoCloseable {
        /** Forgets history and input, and every array; it is as if new. */
        void reset();

        /** Adds bytes that matches may refer back to. Only between {@link #reset} and the first input; several calls add up. */
        void addHistory(byte[] array, int offset, int length);

        /** What to work on next, when all of the last input was consumed. */
        void setInput(byte[] array, int offset, int length);

        /** Ends it and frees its memory. */
        @Override
        void close();
    }

    /** From bytes to DEFLATE. */
    interface Compressor extends Codec {
        /**
         * Compresses all of the input, and then flushes: what comes out ends with an empty stored block on a byte boundary, {@code 00
         * 00 FF FF} (RFC 7692, 7.2.1). Less than {@code length} means that this was all of it; as much, that there may be more.
         *
         * @param length at least 16
         */
        int deflate(byte[] target, int offset, int length);
    }

    /** From DEFLATE to bytes. */
    interface Decompressor extends Codec {
        /**
         * Inflates up to {@code length} bytes, as many as the input gives; 0 when it needs input, or is {@link #finished}.
         *
         * @throws DataFormatException when the input is not DEFLATE, or refers back to more than there is; after the bytes that stand
         *     before the fault were returned, so that what a message becomes does not depend on how its input is cut
         */
        int inflate(byte[] target, int offset, int length) throws DataFormatException;

        /** True when a block with BFINAL set has ended; what is left of the input is not looked at. */
        boolean finished();

        /** How many bytes of the input were not consumed. */
        int remaining();
    }
}
