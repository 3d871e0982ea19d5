package dev.zws;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DataFormatException;

/** The JDK's codecs, but one operation fails. It counts those that were not ended. */
final class FailingEngine implements DeflateEngine {
    enum Operation {
        MAKE,
        RESET,
        INPUT,
        CODE,
        /** As CODE, but what is thrown is an error. */
        MEMORY,
        /** Nothing is thrown, but the last byte of the flush is missing. */
        FLUSH;

        Class<? extends Throwable> thrown() {
            return this == MEMORY ? OutOfMemoryError.class : IllegalStateException.class;
        }

        /** What the caller is told. */
        String failure() {
            return this == FLUSH ? "the engine's compressor has to end with a flush, 00 00 FF FF" : name() + " failed";
        }
    }

    final AtomicInteger open = new AtomicInteger();
    private Operation failing;
    private int spared;

    FailingEngine(Operation failing) {
        this.failing = failing;
    }

    /** From now on this fails, after as many more times; null for nothing. */
    void failAt(Operation operation, int times) {
        failing = operation;
        spared = times;
    }

    private void at(Operation operation) {
        if (operation == failing && spared-- <= 0) {
            if (operation == Operation.MEMORY) {
                throw new OutOfMemoryError(operation.failure());
            }
            throw new IllegalStateException(operation.failure());
        }
    }

    @Override
    public Compressor compressor(int level) {
        at(Operation.MAKE);
        open.incrementAndGet();
        Compressor real = ZIP.compressor(level);
        return new Compressor() {
            @Override
            public void reset() {
                at(Operation.RESET);
                real.reset();
            }

            @Override
            public void addHistory(byte[] array, int offset, int length) {
                real.addHistory(array, offset, length);
            }

            @Override
            public void setInput(byte[] array, int offset, int length) {
                at(Operation.INPUT);
                real.setInput(array, offset, length);
            }

            @Override
            public int deflate(byte[] target, int offset, int length) {
                at(Operation.CODE);
                at(Operation.MEMORY);
                int made = real.deflate(target, offset, length);
                return failing == Operation.FLUSH ? made - 1 : made;
            }

            @Override
            public void close() {
                open.decrementAndGet();
                real.close();
            }
        };
    }

    @Override
    public Decompressor decompressor() {
        at(Operation.MAKE);
        open.incrementAndGet();
        Decompressor real = ZIP.decompressor();
        return new Decompressor() {
            @Override
            public void reset() {
                at(Operation.RESET);
                real.reset();
            }

            @Override
            public void addHistory(byte[] array, int offset, int length) {
                real.addHistory(array, offset, length);
            }

            @Override
            public void setInput(byte[] array, int offset, int length) {
                at(Operation.INPUT);
                real.setInput(array, offset, length);
            }

            @Override
            public int inflate(byte[] target, int offset, int length) throws DataFormatException {
                at(Operation.CODE);
                at(Operation.MEMORY);
                return real.inflate(target, offset, length);
            }

            @Override
            public boolean finished() {
                return real.finished();
            }

            @Override
            public int remaining() {
                return real.remaining();
            }

            @Override
            public void close() {
                open.decrementAndGet();
                real.close();
            }
        };
    }
}
