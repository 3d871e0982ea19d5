package dev.zws;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The codecs of {@code java.util.zip}. */
final class ZipEngine implements DeflateEngine {
    private static final byte[] NOTHING = new byte[0];

    @Override
    public Compressor compressor(int level) {
        return new ZipCompressor(new Deflater(level, true));
    }

    @Override
    public Decompressor decompressor() {
        return new ZipDecompressor(new Inflater(true));
    }

    private record ZipCompressor(Deflater deflater) implements Compressor {
        @Override
        public void reset() {
            deflater.reset();
        }

        @Override
        public void addHistory(byte[] array, int offset, int length) {
            deflater.setDictionary(array, offset, length);
        }

        @Override
        public void setInput(byte[] array, int offset, int length) {
            deflater.setInput(array, offset, length);
        }

        @Override
        public int deflate(byte[] target, int offset, int length) {
            int made = deflater.deflate(target, offset, length, Deflater.SYNC_FLUSH);
            if (made < length) {
                deflater.setInput(NOTHING); // or it would hold on to the caller's array between messages
            }
            return made;
        }

        @Override
        public void close() {
            deflater.end();
        }
    }

    private static final class ZipDecompressor implements Decompressor {
        private final Inflater inflater;
        /** How much was inflated since the last reset, and returned. */
        private long given;

        ZipDecompressor(Inflater inflater) {
            this.inflater = inflater;
        }

        @Override
        public void reset() {
            inflater.reset();
            given = 0;
        }

        @Override
        public void addHistory(byte[] array, int offset, int length) {
            inflater.setDictionary(array, offset, length);
        }

        @Override
        public void setInput(byte[] array, int offset, int length) {
            inflater.setInput(array, offset, length);
        }

        @Override
        public int inflate(byte[] target, int offset, int length) throws DataFormatException {
            int count;
            try {
                count = inflater.inflate(target, offset, length);
            } catch (DataFormatException e) {
                count = (int) (inflater.getBytesWritten() - given);
                if (count == 0) {
                    throw e; // else the next call will: zlib does not forget that it failed
                }
            }
            given += count;
            return count;
        }

        @Override
        public boolean finished() {
            return inflater.finished();
        }

        @Override
        public int remaining() {
            return inflater.getRemaining();
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
