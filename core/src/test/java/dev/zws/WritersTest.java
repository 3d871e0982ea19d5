package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Running.start;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many threads, one connection (B-11.43): each message arrives whole, each thread's in order, and a queue costs one flush. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class WritersTest {
    private static final int THREADS = 64;
    private static final int MESSAGES = 10_000;
    private static final int UPLOADS = 50;
    private static final int UPLOADER = THREADS;
    private static final int HEADER = 16;

    @ParameterizedTest
    @EnumSource
    void messagesOfManyThreadsArriveWholeAndEachThreadsInOrder(Role role) throws Exception {
        Judge judge = new Judge();
        Conn conn = conn(role, judge);
        CountDownLatch go = new CountDownLatch(1);
        List<Running> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            all.add(start(t % 2 == 0, () -> {
                go.await();
                sendAll(conn, thread);
            }));
        }
        all.add(start(() -> {
            go.await();
            upload(conn);
        }));
        all.add(start(() -> {
            go.await();
            for (int i = 0; i < MESSAGES; i++) {
                conn.writePing(ByteBuffer.allocate(4).putInt(i).array());
            }
        }));
        go.countDown();
        for (Running running : all) {
            assertThat(running.join()).isNull();
        }
        conn.flush();
        assertThat(judge.pings).isEqualTo(MESSAGES);
        for (int t = 0; t < THREADS; t++) {
            assertThat(judge.next[t]).isEqualTo(MESSAGES);
        }
        assertThat(judge.next[UPLOADER]).isEqualTo(UPLOADS);
        assertThat(judge.between).as("pings between the fragments of uploads").isEqualTo(UPLOADS * 12);
        assertThat(judge.between)
                .as("control frames between the fragments of an upload")
                .isPositive();
    }

    @Test
    void queueOfSendersCostsOneFlush() throws Exception {
        Gate gate = Gate.atWrite();
        Conn conn = conn(SERVER, gate);
        List<Running> all = new ArrayList<>();
        all.add(start(() -> conn.sendBinary(message(0, 0, 100_000))));
        gate.awaitReached();
        for (int t = 1; t < THREADS; t++) {
            byte[] message = message(t, 0, 100);
            all.add(start(t % 2 == 0, () -> conn.sendBinary(message)).awaitWaiting());
        }
        gate.open();
        for (Running running : all) {
            assertThat(running.join()).isNull();
        }
        assertThat(gate.tape.frames()).hasSize(THREADS);
        assertThat(gate.tape.flushes()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void messagesOfManyThreadsReachThePeerOverASocketInOrder(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn ours = link.conn(SERVER, Conn.Config.DEFAULT);
            Conn theirs = link.peerConn(CLIENT, Conn.Config.DEFAULT);
            int each = 200;
            List<Running> all = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                all.add(start(true, () -> {
                    for (int i = 0; i < each; i++) {
                        ours.sendBinary(message(thread, i, 50));
                    }
                }));
            }
            int[] next = new int[THREADS];
            for (int i = 0; i < THREADS * each; i++) {
                ByteBuffer message = ByteBuffer.wrap(theirs.readMessage().bytes());
                assertThat(message.getInt(4)).isEqualTo(next[message.getInt(0)]++);
                assertThat(message.getInt(12)).isEqualTo(checksum(message.array(), 50));
            }
            for (Running running : all) {
                assertThat(running.join()).isNull();
            }
            ours.abort();
        }
    }

    private static Conn conn(Role role, ByteWriter.Sink sink) {
        return new Conn(
                null,
                null,
                ByteReader.of(Pieces.whole(new byte[0])),
                ByteWriter.of(sink),
                new DefaultRuntimeHooks(),
                role,
                Conn.Config.DEFAULT,
                () -> 0x01020304,
                System::nanoTime);
    }

    private static void sendAll(Conn conn, int thread) throws IOException {
        Random random = new Random(thread);
        for (int i = 0; i < MESSAGES; i++) {
            byte[] message = message(thread, i, random.nextInt(i % 100 == 0 ? 20_000 : 100));
            if (i % 3 == 0) {
                conn.sendBinary(message);
            } else {
                conn.writeBinary(message);
            }
        }
    }

    private static void upload(Conn conn) throws IOException {
        for (int i = 0; i < UPLOADS; i++) {
            byte[] message = message(UPLOADER, i, 100_000);
            MessageOutput out = conn.writeStream(MessageType.BINARY);
            for (int at = 0; at < message.length; at += 9_000) {
                out.write(message, at, Math.min(9_000, message.length - at));
                out.flush();
                conn.writePing(ByteBuffer.allocate(4).putInt(-1).array());
            }
            out.finish();
        }
    }

    /** Who sent it, its number, its length, its checksum; then that many bytes. */
    private static byte[] message(int thread, int number, int length) {
        ByteBuffer message = ByteBuffer.allocate(HEADER + length);
        message.putInt(thread).putInt(number).putInt(length).putInt(0);
        for (int i = 0; i < length; i++) {
            message.put((byte) (thread * 31 + number * 7 + i));
        }
        message.putInt(12, checksum(message.array(), length));
        return message.array();
    }

    private static int checksum(byte[] message, int length) {
        CRC32 crc = new CRC32();
        crc.update(message, HEADER, length);
        return (int) crc.getValue();
    }

    /** A sink that takes frames apart as they come, and judges each message. Under the frame lock, so one thread at a time. */
    private static final class Judge implements ByteWriter.Sink {
        final int[] next = new int[THREADS + 1];
        int pings;
        int between;
        private ByteBuffer in = ByteBuffer.allocate(1 << 20);
        private ByteBuffer message = ByteBuffer.allocate(1 << 18);
        private boolean open;

        @Override
        public int write(byte[] source, int offset, int length) {
            if (in.remaining() < length) {
                throw new AssertionError("no frame is as large as " + in.position() + " bytes");
            }
            in.put(source, offset, length).flip();
            while (takeFrame()) {
                // judged
            }
            in.compact();
            return length;
        }

        private boolean takeFrame() {
            in.mark();
            if (in.remaining() < 2 || in.remaining() < FrameHeader.length(in.get(in.position() + 1))) {
                return false;
            }
            int first = in.get() & 0xFF;
            int second = in.get() & 0xFF;
            int size = second & 0x7F;
            int length = size == 126 ? in.getShort() & 0xFFFF : size == 127 ? (int) in.getLong() : size;
            boolean masked = (second & 0x80) != 0;
            int key = masked ? in.getInt() : 0;
            if (in.remaining() < length) {
                in.reset();
                return false;
            }
            byte[] payload = new byte[length];
            in.get(payload);
            for (int i = 0; masked && i < length; i++) {
                payload[i] ^= (byte) (key >> (24 - 8 * (i & 3)));
            }
            frame(first, payload);
            return true;
        }

        private void frame(int first, byte[] payload) {
            if ((first & 0x0F) == 9) {
                int number = ByteBuffer.wrap(payload).getInt();
                if (number >= 0) {
                    assertThat(number).isEqualTo(pings++);
                } else {
                    between += open ? 1 : 0; // of the uploader
                }
                return;
            }
            if ((first & 0x0F) != (open ? 0 : 2)) {
                throw new AssertionError("messages mix");
            }
            message.put(payload);
            open = (first & 0x80) == 0;
            if (!open) {
                byte[] whole = new byte[message.flip().remaining()];
                message.get(whole).clear();
                judge(whole);
            }
        }

        private void judge(byte[] message) {
            ByteBuffer fields = ByteBuffer.wrap(message);
            int thread = fields.getInt();
            int number = fields.getInt();
            int length = fields.getInt();
            boolean right = message.length == HEADER + length
                    && fields.getInt() == checksum(message, length)
                    && number == next[thread]++;
            if (!right) {
                throw new AssertionError("message " + number + " of thread " + thread + " is not whole or not next");
            }
        }
    }
}
