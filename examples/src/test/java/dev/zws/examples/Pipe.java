package dev.zws.examples;

import dev.zws.ByteReader;
import dev.zws.ByteWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Bytes from one thread to another, in memory, as a socket would carry them in one direction. */
final class Pipe implements ByteReader.Source, ByteWriter.Sink {
    private static final int CAPACITY = 16 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final byte[] bytes = new byte[CAPACITY];
    private int waiting;
    private boolean ended;
    private boolean broken;
    private boolean abandoned;

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        lock.lock();
        try {
            await(() -> waiting > 0 || ended || broken);
            if (broken) {
                throw new IOException("the pipe is broken");
            }
            int count = Math.min(length, waiting);
            System.arraycopy(bytes, 0, target, offset, count);
            System.arraycopy(bytes, count, bytes, 0, waiting - count);
            waiting -= count;
            changed.signalAll();
            return count == 0 ? -1 : count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int write(byte[] source, int offset, int length) throws IOException {
        lock.lock();
        try {
            await(() -> waiting < CAPACITY || broken || abandoned);
            if (broken || ended) {
                throw new IOException("the pipe is broken");
            }
            if (abandoned) {
                return length;
            }
            int count = Math.min(length, CAPACITY - waiting);
            System.arraycopy(source, offset, bytes, waiting, count);
            waiting += count;
            changed.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    private void await(BooleanSupplier condition) throws IOException {
        long left = TimeUnit.MILLISECONDS.toNanos(Peer.PATIENCE_MILLIS);
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new IOException("nothing happened for " + Peer.PATIENCE_MILLIS + " ms");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    /** No more bytes will be written; what waits can be read. */
    void end() {
        change(() -> ended = true);
    }

    /** No more bytes will be read; what is written is dropped. */
    void abandon() {
        change(() -> abandoned = true);
    }

    /** Both ends get an exception from now on. */
    void tear() {
        change(() -> broken = true);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return Pipe.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return length == 0 ? 0 : Pipe.this.read(target, offset, length);
            }
        };
    }

    OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                for (int written = 0; written < length; ) {
                    written += Pipe.this.write(source, offset + written, length - written);
                }
            }
        };
    }
}
