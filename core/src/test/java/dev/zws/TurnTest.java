package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Peers that never let a virtual thread wait, more of them than there are processors. */
class TurnTest {
    private static final byte[] MESSAGE = Wire.text(Role.CLIENT, "again");
    private static final int BUSY = 2 * Runtime.getRuntime().availableProcessors();

    private volatile boolean over;

    /** There is always more to read, up to {@code most} bytes. */
    private final class Endless extends InputStream {
        private final long most;
        private long given;
        private int taken;

        Endless(long most) {
            this.most = most;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (over || given > most) {
                return -1;
            }
            given += length;
            for (int i = 0; i < length; i++) {
                target[offset + i] = MESSAGE[taken];
                taken = (taken + 1) % MESSAGE.length;
            }
            return length;
        }
    }

    /** Returns how many bytes of messages came. */
    private long read(long most) {
        long bytes = 0;
        Conn conn = Conn.server(
                ByteReader.of(new Endless(most)), ByteWriter.of(OutputStream.nullOutputStream()), Conn.Config.DEFAULT);
        try {
            for (Message message; (message = conn.readMessage()) != null; ) {
                bytes += MESSAGE.length;
                conn.write(message);
            }
        } catch (IOException e) {
            // the stream has ended
        }
        return bytes;
    }

    @Test
    void busyConnectionsLeaveOtherVirtualThreadsTheirTurn() throws InterruptedException {
        List<Thread> busy = new ArrayList<>();
        CountDownLatch turns = new CountDownLatch(10);
        try {
            for (int i = 0; i < BUSY; i++) {
                busy.add(Thread.ofVirtual().start(() -> read(Long.MAX_VALUE)));
            }
            for (int i = 0; i < 10; i++) {
                Thread.ofVirtual().start(turns::countDown);
            }
            assertThat(turns.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            over = true;
            for (Thread thread : busy) {
                thread.join();
            }
        }
    }

    @Test
    void connectionThatLeftItsTurnGoesOn() throws Exception {
        FutureTask<Long> reading = new FutureTask<>(() -> read(3 << 20));
        Thread.ofVirtual().start(reading);
        assertThat(reading.get()).isGreaterThan((3 << 20) - MESSAGE.length);
    }
}
