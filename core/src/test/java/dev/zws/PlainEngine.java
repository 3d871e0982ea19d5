package dev.zws;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DataFormatException;

/** A second engine, in plain Java: it stores instead of compressing, and inflates by {@link StrictInflater}. It counts its codecs. */
final class PlainEngine implements DeflateEngine {
    private static final byte[] NOTHING = new byte[0];

    final AtomicInteger made = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();

    @Override
    public Compressor compressor(int level) {
        return new Storing();
    }

    @Override
    public Decompressor decompressor() {
        return new Inflating();
    }

    private abstract class Counted implements Codec {
        private boolean closed;

        Counted() {
            made.incrementAndGet();
            open.incrementAndGet();
        }

        final void requireOpen() {
            if (closed) {
                throw new IllegalStateException("used after its end");
            }
        }

        @Override
        public final void close() {
            requireOpen();
            closed = true;
            open.decrementAndGet();
        }
    }

    private final class Storing extends Counted implements Compressor {
        private static final int BLOCK = 1000;
        private final Deque<Byte> pending = new ArrayDeque<>();

        @Override
        public void reset() {
            requireOpen();
            pending.clear();
        }

        @Override
        public void addHistory(byte[] array, int offset, int length) {
            requireOpen();
        }

        @Override
        public void setInput(byte[] array, int offset, int length) {
            requireOpen();
            for (int at = 0; at < length; at += BLOCK) {
                store(array, offset + at, Math.min(BLOCK, length - at));
            }
            store(array, 0, 0);
        }

        private void store(byte[] array, int offset, int length) {
            for (int b : new int[] {0, length, length >> 8, ~length, ~length >> 8}) {
                pending.add((byte) b);
            }
            for (int i = 0; i < length; i++) {
                pending.add(array[offset + i]);
            }
        }

        @Override
        public int deflate(byte[] target, int offset, int length) {
            requireOpen();
            int count = Math.min(length, pending.size());
            for (int i = 0; i < count; i++) {
                target[offset + i] = pending.remove();
            }
            return count;
        }
    }

    private final class Inflating extends Counted implements Decompressor {
        private final ByteArrayOutputStream history = new ByteArrayOutputStream();
        private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
        private byte[] output = NOTHING;
        private int taken;
        private int remaining;
        private boolean ended;

        @Override
        public void reset() {
            requireOpen();
            history.reset();
            seen.reset();
            output = NOTHING;
            taken = 0;
            remaining = 0;
            ended = false;
        }

        @Override
        public void addHistory(byte[] array, int offset, int length) {
            requireOpen();
            history.write(array, offset, length);
        }

        @Override
        public void setInput(byte[] array, int offset, int length) {
            requireOpen();
            seen.write(array, offset, length);
            remaining = length;
        }

        @Override
        public int inflate(byte[] target, int offset, int length) throws DataFormatException {
            requireOpen();
            StrictInflater inflater =
                    new StrictInflater(history.toByteArray(), seen.toByteArray(), 0, seen.size(), 1 << 15);
            String fault = null;
            try {
                ended = inflater.run() == StrictInflater.End.FINISHED;
            } catch (StrictInflater.Corrupt e) {
                fault = e.getMessage();
            }
            output = Arrays.copyOfRange(inflater.output(), history.size(), inflater.output().length);
            int count = Math.min(length, output.length - taken);
            if (count == 0 && fault != null) {
                throw new DataFormatException(fault);
            }
            System.arraycopy(output, taken, target, offset, count);
            taken += count;
            if (taken == output.length) {
                remaining = ended ? seen.size() - inflater.position() : 0;
            }
            return count;
        }

        @Override
        public boolean finished() {
            return ended && taken == output.length;
        }

        @Override
        public int remaining() {
            return remaining;
        }
    }
}
