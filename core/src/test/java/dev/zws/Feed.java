package dev.zws;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A blocking source that is fed while it is read: whoever reads waits until there is more, or the end. */
final class Feed implements ByteReader.Source {
    private static final byte[] END = {};

    private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
    private volatile Thread reading;

    // of the reader
    private byte[] piece = {};
    private int taken;

    Feed give(byte[]... bytes) {
        pieces.add(Wire.concat(bytes));
        return this;
    }

    void end() {
        pieces.add(END);
    }

    /** Waits until somebody has read everything and waits for more. */
    void awaitReader() {
        Thread reader = reading;
        while (!pieces.isEmpty() || reader == null || reader.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
            reader = reading;
        }
    }

    /** Waits until somebody has read everything and does something else. */
    void awaitTaken() {
        while (!pieces.isEmpty() || reading != null) {
            Thread.onSpinWait();
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // that array, not one with the same bytes
    public int read(byte[] target, int offset, int length) throws IOException {
        reading = Thread.currentThread();
        try {
            while (taken == piece.length) {
                piece = pieces.take();
                taken = 0;
                if (piece == END) {
                    return -1;
                }
            }
            int count = Math.min(length, piece.length - taken);
            System.arraycopy(piece, taken, target, offset, count);
            taken += count;
            return count;
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } finally {
            reading = null;
        }
    }
}
