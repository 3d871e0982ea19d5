package dev.zws;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The codecs of {@code java.util.zip}. */
final class ZipEngine implements DeflateEngine {
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
            return deflater.deflate(target, offset, length, Deflater.SYNC_FLUSH);
        }

        @Override
        public void close() {
            deflater.end();
        }
    }

    private record ZipDecompressor(Inflater inflater) implements Decompressor {
        @Override
        public void reset() {
            inflater.reset();
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
            return inflater.inflate(target, offset, length);
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
