package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Running.start;
import static dev.zws.Wire.RSV1;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages are compressed without the frame lock, and all the same go out in the order in which they refer to each other. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DeflateThreadsTest {
    private static final PerMessageDeflate TOGETHER = new PerMessageDeflate(false, false, 15, 15);
    private static final Conn.Config CONFIG =
            Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxControlFramesPerSecond(1_000_000));
    private static final int SENDERS = 4;
    private static final int STREAMS = 2;

    private final DeflatePool pool = new DeflatePool(DeflateEngine.ZIP, 64, 64, 2);

    private Fixture fixture(Role role, Takeover takeover, byte[] input) {
        PerMessageDeflateConfig config = PerMessageDeflateConfig.DEFAULT
                .withCompressOutgoing(true)
                .withTakeover(takeover)
                .withPool(pool);
        return Fixture.deflating(role, TOGETHER, config, CONFIG, Pieces.whole(input));
    }

    /** Who sends it and its number, then JSON or, each fourth time, what cannot be compressed and so goes plain. */
    private static byte[] message(int thread, int number) {
        Random random = new Random(1000L * thread + number);
        byte[] body = Deflated.json(100 + random.nextInt(1500), random.nextInt(50));
        if (number % 4 == 3) {
            random.nextBytes(body);
        }
        return concat(ByteBuffer.allocate(8).putInt(thread).putInt(number).array(), body);
    }

    private static void send(Conn conn, int thread, int number) throws IOException {
        if (number % 2 == 0) {
            conn.sendBinary(message(thread, number));
        } else {
            conn.writeBinary(message(thread, number));
        }
    }

    private static void stream(Conn conn, int thread, int number) throws IOException {
        byte[] message = message(thread, number);
        try (MessageOutput out = conn.writeStream(MessageType.BINARY)) {
            for (int at = 0; at < message.length; at += 200) {
                out.write(message, at, Math.min(200, message.length - at));
                out.flush();
            }
            out.finish();
        }
    }

    /** Reads what the other role has sent; how many messages came of each thread, all of them right and in order. */
    private int[] read(Takeover takeover, byte[] wire) throws IOException {
        Fixture reader = fixture(CLIENT, takeover, wire);
        int[] next = new int[SENDERS + STREAMS];
        try {
            for (Message message; (message = reader.conn.readMessage()) != null; ) {
                int thread = ByteBuffer.wrap(message.bytes()).getInt();
                assertThat(message.bytes()).isEqualTo(message(thread, next[thread]++));
            }
        } catch (ConnectionLostException e) {
            // there is no more
        }
        return next;
    }

    @ParameterizedTest
    @EnumSource(names = {"POOLED", "DEDICATED"})
    void messagesOfManyThreadsAreReadByAPeerThatKeepsItsWindow(Takeover takeover) throws Exception {
        Fixture f = fixture(SERVER, takeover, new byte[0]);
        CountDownLatch go = new CountDownLatch(1);
        List<Running> all = new ArrayList<>();
        for (int t = 0; t < SENDERS + STREAMS; t++) {
            int thread = t;
            all.add(start(t % 2 == 0, () -> {
                go.await();
                for (int i = 0; i < 100; i++) {
                    if (thread < SENDERS) {
                        send(f.conn, thread, i);
                    } else {
                        stream(f.conn, thread, i);
                    }
                }
            }));
        }
        all.add(start(() -> {
            go.await();
            for (int i = 0; i < 300; i++) {
                f.conn.writePing(new byte[3]);
            }
        }));
        go.countDown();
        for (Running running : all) {
            assertThat(running.join()).isNull();
        }
        f.conn.flush();
        assertThat(read(takeover, f.out.written())).containsOnly(100);
        f.conn.abort();
        assertThat(pool.compressorsInUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"POOLED", "DEDICATED"})
    void endInTheMiddleLeavesNoHalfMessageThatPassesForAWholeAndNoCodec(Takeover takeover) throws Exception {
        for (int round = 0; round < 40; round++) {
            Fixture f = fixture(SERVER, takeover, new byte[0]);
            CountDownLatch begun = new CountDownLatch(2 + round % 20);
            List<Running> all = new ArrayList<>();
            for (int t : new int[] {0, 1, SENDERS}) {
                all.add(start(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        if (t < SENDERS) {
                            send(f.conn, t, i);
                        } else {
                            stream(f.conn, t, i);
                        }
                        begun.countDown();
                    }
                }));
            }
            begun.await();
            boolean aborts = round % 4 == 3;
            if (aborts) {
                f.conn.abort();
            } else {
                f.conn.close();
            }
            for (Running running : all) {
                assertThat(running.join())
                        .isInstanceOf(aborts ? ConnectionLostException.class : ConnectionClosedException.class);
            }
            assertThat(pool.compressorsInUse()).isZero();
            if (!aborts) {
                f.conn.drain();
                List<Wire.Seen> frames = f.out.frames();
                assertThat(frames.stream().filter(frame -> frame.firstByte() == 0x88))
                        .containsExactly(frames.getLast());
                assertThat(Arrays.stream(read(takeover, f.out.written())).sum()).isPositive();
            }
        }
    }

    @Test
    void queueOfSendersCostsOneFlush() throws Exception {
        PerMessageDeflateConfig config =
                PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true).withPool(pool);
        Upgrade upgrade = new Upgrade("/", "/", null, Headers.NONE, null, TOGETHER, config);
        Gate gate = Gate.atWrite();
        Conn conn = new Conn(
                null,
                upgrade,
                ByteReader.of(Pieces.whole(new byte[0])),
                ByteWriter.of(gate),
                new DefaultRuntimeHooks(),
                SERVER,
                CONFIG,
                () -> 0,
                System::nanoTime);
        byte[] noise = new byte[100_000]; // more than is gathered, so that its sender comes to the gate
        new Random(1).nextBytes(noise);
        List<Running> all = new ArrayList<>();
        all.add(start(() -> conn.sendBinary(noise)));
        gate.awaitReached();
        for (int t = 0; t < 10; t++) {
            int thread = t;
            all.add(start(() -> conn.sendBinary(message(thread, 0))).awaitWaiting());
        }
        gate.open();
        for (Running running : all) {
            assertThat(running.join()).isNull();
        }
        assertThat(gate.tape.frames()).hasSize(11);
        assertThat(gate.tape.flushes()).isEqualTo(1);
    }

    @Test
    void abortWhileAnotherThreadReadsGivesItsDecompressorBack() throws Exception {
        byte[] message = concat(
                frame(CLIENT, RSV1 | 1, hex("f2 48 cd")),
                frame(CLIENT, 0, hex("c9")),
                frame(CLIENT, 0x80, hex("c9 07 00")));
        byte[][] messages = new byte[2000][];
        Arrays.fill(messages, message);
        byte[] wire = concat(messages);
        for (int round = 0; round < 100; round++) {
            Fixture f = fixture(SERVER, Takeover.POOLED, wire);
            CountDownLatch reads = new CountDownLatch(1 + round);
            Running reader = start(() -> {
                while (true) {
                    assertThat(f.conn.readMessage().text()).isEqualTo("Hello");
                    reads.countDown();
                }
            });
            reads.await();
            f.conn.abort();
            assertThat(reader.join()).isInstanceOf(ConnectionLostException.class);
            assertThat(pool.decompressorsInUse()).isZero();
        }
    }
}
