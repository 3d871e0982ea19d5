package dev.zws;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** A sink that stops whoever uses it, once, until it is opened: what a writer meets whose peer does not read for a while. */
final class Gate implements ByteWriter.Sink {
    final Tape tape = new Tape();
    private final boolean atFlush;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);
    private boolean failing;

    private Gate(boolean atFlush) {
        this.atFlush = atFlush;
    }

    /** Stops the first write, before a byte of it is taken. */
    static Gate atWrite() {
        return new Gate(false);
    }

    /** Stops the first flush, after every byte was taken. */
    static Gate atFlush() {
        return new Gate(true);
    }

    /** Fails whoever was stopped, when it is opened; later uses succeed. */
    Gate failing() {
        failing = true;
        return this;
    }

    /** Waits until somebody is stopped here. */
    void awaitReached() throws InterruptedException {
        reached.await();
    }

    void open() {
        opened.countDown();
    }

    @Override
    public int write(byte[] source, int offset, int length) throws IOException {
        if (!atFlush) {
            pass();
        }
        return tape.write(source, offset, length);
    }

    @Override
    public void flush() throws IOException {
        if (atFlush) {
            pass();
        }
        tape.flush();
    }

    private void pass() throws IOException {
        reached.countDown();
        try {
            opened.await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted at the gate", e);
        }
        if (failing) {
            failing = false;
            throw new IOException("the gate failed");
        }
    }
}
