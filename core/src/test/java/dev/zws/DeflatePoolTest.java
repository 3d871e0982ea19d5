package dev.zws;

import static dev.zws.Deflated.ANY_RATIO;
import static dev.zws.Deflated.json;
import static dev.zws.Deflated.receive;
import static dev.zws.Deflated.send;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.zws.DeflateEngine.Compressor;
import dev.zws.DeflateEngine.Decompressor;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Codecs are shared, capped, ended; and another engine can make them. */
@Timeout(60)
class DeflatePoolTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final PlainEngine engine = new PlainEngine();

    @Test
    void codecThatCameBackIsLentAgain() {
        DeflatePool pool = new DeflatePool(engine, 2, 2, 2);
        Compressor compressor = pool.tryBorrowCompressor(6);
        Decompressor decompressor = pool.tryBorrowDecompressor();
        assertThat(pool.compressorsInUse()).isEqualTo(1);
        assertThat(pool.decompressorsInUse()).isEqualTo(1);
        pool.giveBack(compressor, 6);
        pool.giveBack(decompressor);
        assertThat(pool.compressorsIdle()).isEqualTo(1);
        assertThat(pool.decompressorsIdle()).isEqualTo(1);
        assertThat(pool.tryBorrowCompressor(6)).isSameAs(compressor);
        assertThat(pool.tryBorrowDecompressor()).isSameAs(decompressor);
        assertThat(engine.made.get()).isEqualTo(2);
    }

    @Test
    void compressorOfAnotherLevelIsAnotherOne() {
        DeflatePool pool = new DeflatePool(engine, 2, 2, 2);
        Compressor quick = pool.tryBorrowCompressor(1);
        pool.giveBack(quick, 1);
        assertThat(pool.tryBorrowCompressor(9)).isNotSameAs(quick);
    }

    @Test
    void noMoreAreInUseThanTheCap() {
        DeflatePool pool = new DeflatePool(engine, 2, 1, 0);
        Compressor first = pool.tryBorrowCompressor(1);
        assertThat(pool.tryBorrowCompressor(6)).isNotNull();
        assertThat(pool.tryBorrowCompressor(6)).isNull();
        assertThat(pool.tryBorrowDecompressor()).isNotNull();
        assertThat(pool.tryBorrowDecompressor()).isNull();
        assertThat(pool.compressorsInUse()).isEqualTo(2);
        pool.giveBack(first, 1);
        assertThat(pool.tryBorrowCompressor(6)).isNotNull();
        assertThat(pool.tryBorrowCompressor(6)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void noMoreAreKeptIdleThanTheCap(int maxIdle) {
        DeflatePool pool = new DeflatePool(engine, 5, 5, maxIdle);
        List<Decompressor> lent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            lent.add(pool.tryBorrowDecompressor());
        }
        lent.forEach(pool::giveBack);
        assertThat(pool.decompressorsIdle()).isEqualTo(maxIdle);
        assertThat(engine.open.get()).isEqualTo(maxIdle);
        pool.close();
        assertThat(engine.open.get()).isZero();
    }

    @Test
    void closedPoolServesOnButKeepsNothing() {
        DeflatePool pool = new DeflatePool(engine, 2, 2, 2);
        Compressor lent = pool.tryBorrowCompressor(6);
        pool.close();
        pool.giveBack(lent, 6);
        assertThat(engine.open.get()).isZero();
        assertThat(send(new Deflation(pool, 6, Takeover.NONE, 15), utf8("Hello")))
                .isEqualTo(hex("000500faff48656c6c6f00"));
        assertThat(engine.open.get()).isZero();
        pool.close();
    }

    @Test
    void sharedPoolIsOneAndStaysOpen() {
        assertThat(DeflatePool.shared()).isSameAs(DeflatePool.shared());
        assertThatThrownBy(DeflatePool.shared()::close).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void capsAreFiniteByDefaultAndChecked() {
        assertThat(List.of(DeflatePool.MAX_COMPRESSORS, DeflatePool.MAX_DECOMPRESSORS, DeflatePool.MAX_IDLE))
                .containsExactly(1024, 4096, 32);
        assertThatThrownBy(() -> new DeflatePool(engine, 0, 1, 1)).hasMessageContaining("maxCompressors is 0");
        assertThatThrownBy(() -> new DeflatePool(engine, 1, 0, 1)).hasMessageContaining("maxDecompressors is 0");
        assertThatThrownBy(() -> new DeflatePool(engine, 1, 1, -1)).hasMessageContaining("maxIdle is -1");
        assertThatThrownBy(() -> new DeflatePool(null, 1, 1, 1)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void threadsNeverShareACodec() throws Exception {
        DeflatePool pool = new DeflatePool(DeflateEngine.ZIP, 8, 8, 2);
        List<Running> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            threads.add(Running.start(t % 2 == 0, () -> {
                Deflation out = new Deflation(pool, 1, Takeover.POOLED, 12);
                Inflation in = new Inflation(pool, Takeover.POOLED, 12, ANY_RATIO);
                for (int i = 0; i < 300; i++) {
                    byte[] message = json(500, 1000 * seed + i);
                    assertThat(receive(in, send(out, message))).isEqualTo(message);
                }
            }));
        }
        for (Running thread : threads) {
            assertThat(thread.join()).isNull();
        }
        assertThat(pool.compressorsInUse() + pool.decompressorsInUse()).isZero();
        pool.close();
    }

    @Test
    void poolThatClosesWhileItIsUsedEndsEveryCodec() throws Exception {
        for (int round = 0; round < 100; round++) {
            DeflatePool pool = new DeflatePool(engine, 2, 2, 2);
            Running user = Running.start(() -> {
                for (int i = 0; i < 50; i++) {
                    pool.giveBack(pool.tryBorrowCompressor(i % 2), i % 2);
                    pool.giveBack(pool.tryBorrowDecompressor());
                }
            });
            pool.close();
            assertThat(user.join()).isNull();
            assertThat(engine.open.get()).isZero();
        }
    }

    // ---- another engine

    @ParameterizedTest
    @EnumSource
    void anotherEngineTakesThePlaceOfTheJdks(Takeover takeover) throws WebSocketException {
        DeflatePool plain = new DeflatePool(engine, 2, 2, 2);
        DeflatePool zip = new DeflatePool(DeflateEngine.ZIP, 2, 2, 2);
        for (DeflatePool[] pair : new DeflatePool[][] {{plain, plain}, {plain, zip}, {zip, plain}}) {
            Deflation out = new Deflation(pair[0], 6, takeover, 15);
            Inflation in = new Inflation(pair[1], takeover, 15, ANY_RATIO);
            Random random = new Random(5);
            for (int i = 0; i < 40; i++) {
                byte[] message = Deflated.any(random, 1500);
                assertThat(receive(in, send(out, message), 1 + random.nextInt(500), 700))
                        .isEqualTo(message);
            }
            out.release();
        }
        plain.close();
        zip.close();
        assertThat(engine.made.get()).isPositive();
        assertThat(engine.open.get()).isZero();
    }

    // ---- memory

    @ParameterizedTest
    @EnumSource
    void messageInSteadyStateCostsNothing(Takeover takeover) throws WebSocketException {
        DeflatePool pool = new DeflatePool(DeflateEngine.ZIP, 2, 2, 2);
        Deflation out = new Deflation(pool, 1, takeover, 15);
        Inflation in = new Inflation(pool, takeover, 15, ANY_RATIO);
        byte[] message = json(2000, 1);
        byte[] target = new byte[4000];
        for (int i = 0; i < 3000; i++) {
            roundTrip(out, in, message, target);
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            roundTrip(out, in, message, target);
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(16 * 1024);
        out.release();
        pool.close();
    }

    private static void roundTrip(Deflation out, Inflation in, byte[] message, byte[] target)
            throws WebSocketException {
        out.compress(message, 0, message.length, true);
        in.begin();
        in.input(out.array(), 0, out.length());
        int length = 0;
        for (int count = 1; count > 0; length += count) {
            count = in.inflate(target, length, target.length - length);
        }
        in.end();
        out.sent();
        if (length != message.length) {
            throw new AssertionError("inflated " + length);
        }
    }

    @Test
    void windowGrowsWithWhatWentThroughIt() {
        Window window = new Window(15);
        assertThat(window.capacity()).isZero();
        window.add(new byte[300], 0, 300);
        assertThat(window.capacity()).isEqualTo(512);
        window.add(new byte[300], 0, 300);
        assertThat(window.capacity()).isEqualTo(1024);
        window.add(new byte[100_000], 0, 100_000);
        assertThat(window.capacity()).isEqualTo(32_768);
        assertThat(window.length()).isEqualTo(32_768);
    }

    @Test
    void windowIsTheLastBytesWhateverTheirPieces() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Window window = new Window(8 + random.nextInt(4));
            byte[] all = new byte[5000];
            random.nextBytes(all);
            for (int at = 0; at < all.length; ) {
                int count = Math.min(all.length - at, random.nextInt(random.nextBoolean() ? 20 : 1500));
                window.add(all, at, count);
                at += count;
                int asked = random.nextInt(window.length() + 1);
                PlainHistory history = new PlainHistory();
                window.giveTo(history, asked);
                assertThat(history.bytes()).as("seed %d", seed).isEqualTo(Arrays.copyOfRange(all, at - asked, at));
            }
        }
    }

    /** Keeps the history that it is given. */
    private static final class PlainHistory implements DeflateEngine.Codec {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        byte[] bytes() {
            return bytes.toByteArray();
        }

        @Override
        public void addHistory(byte[] array, int offset, int length) {
            bytes.write(array, offset, length);
        }

        @Override
        public void reset() {}

        @Override
        public void setInput(byte[] array, int offset, int length) {}

        @Override
        public void close() {}
    }
}
