package dev.zws;

import static dev.zws.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** B-2.32 (the ceiling), B-2.40 (how long bytes stay), B-11.3 (memory grows with what arrives). */
class ByteReaderTest {
    // ---- the ceiling

    @ParameterizedTest
    @ValueSource(ints = {255, 1, 0, -1, Integer.MIN_VALUE})
    void aCeilingBelow256IsRefused(int ceiling) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteReader.of(Pieces.whole(bytes(1)), ceiling))
                .withMessage("a ceiling of " + ceiling + " bytes is below the least, 256");
    }

    @Test
    void theCeilingIs64KiBWhenNoneIsGiven() {
        assertThat(ByteReader.of(Pieces.whole(bytes(1))).ceiling()).isEqualTo(65_536);
        assertThat(ByteReader.of(InputStream.nullInputStream()).ceiling()).isEqualTo(65_536);
        assertThat(ByteReader.of(Channels.newChannel(InputStream.nullInputStream()))
                        .ceiling())
                .isEqualTo(65_536);
        assertThat(ByteReader.of(Pieces.whole(bytes(1)), 256).ceiling()).isEqualTo(256);
    }

    @Test // of what no selector watches nothing may be left for later: nobody would come back for it
    void onlyAChannelThatDoesNotBlockIsSelectable() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.sink().close();
        try (Pipe.SourceChannel channel = pipe.source()) {
            ByteReader reader = ByteReader.of(channel);
            assertThat(reader.isSelectable()).isFalse();
            channel.configureBlocking(false);
            assertThat(reader.isSelectable()).isTrue();
        }
        InputStream in = InputStream.nullInputStream();
        assertThat(ByteReader.of(Channels.newChannel(in)).isSelectable()).isFalse();
        assertThat(ByteReader.of(in).isSelectable()).isFalse();
    }

    @Test
    void aReaderHoldsNoBufferBeforeItsFirstRead() throws Exception {
        ByteReader reader = ByteReader.of(Pieces.whole(bytes(10)));
        assertThat(reader.array()).isEmpty();
        reader.fill();
        assertThat(buffered(reader)).isEqualTo(bytes(10));
    }

    // ---- growth

    @ParameterizedTest
    @CsvSource({
        "256, 256", //
        "1024, 1024",
        "4096, 4096",
        "4097, 4096 4097",
        "20000, 4096 16384 20000",
        "65536, 4096 16384 65536",
        "300000, 4096 16384 65536 262144 300000"
    })
    void theBufferGrowsFourfoldUpToTheCeilingAndNotBeyond(int ceiling, String sizes) throws Exception {
        byte[] input = bytes(ceiling + 500);
        ByteReader reader = ByteReader.of(Pieces.whole(input), ceiling);
        List<String> seen = new ArrayList<>();
        while (reader.buffered() < ceiling) {
            reader.fill();
            seen.add(String.valueOf(reader.buffered()));
        }
        assertThat(String.join(" ", seen)).isEqualTo(sizes);
        assertThat(buffered(reader)).isEqualTo(Arrays.copyOf(input, ceiling));
    }

    @Test
    void theBufferGrowsOnlyWhenItIsFullOfBytesThatArrived() throws Exception {
        ByteReader reader = ByteReader.of(Pieces.single(bytes(4097)), 1 << 20);
        reader.rest();
        for (int arrived = 1; arrived <= 256; arrived++) {
            assertThat(reader.fill()).isEqualTo(1);
            assertThat(reader.array()).hasSize(256);
        }
        for (int arrived = 257; arrived <= 4096; arrived++) {
            assertThat(reader.fill()).isEqualTo(1);
            assertThat(reader.array()).hasSize(4096);
        }
        reader.fill();
        assertThat(reader.array()).hasSize(16_384);
        assertThat(buffered(reader)).isEqualTo(bytes(4097));
    }

    @Test
    void whatIsConsumedMakesRoomSoThatTheBufferNeedNotGrow() throws Exception {
        byte[] input = bytes(9_000);
        Pieces in = Pieces.whole(Arrays.copyOf(input, 500));
        ByteReader reader = ByteReader.of(in.open(), 1 << 20);
        reader.fill();
        for (int consumed = 0; consumed < 8_000; consumed += 100) {
            assertThat(reader.array()[reader.position()]).isEqualTo(input[consumed]);
            reader.skip(100);
            in.add(Arrays.copyOfRange(input, consumed + 500, consumed + 600));
            assertThat(reader.fill()).isEqualTo(100);
        }
        assertThat(reader.array()).hasSize(4096);
    }

    @Test
    void aReadThatFillsTheBufferMakesTheNextOneLargerEvenWhenAllWasConsumed() throws Exception {
        byte[] input = bytes(21 * 4096);
        ByteReader reader = ByteReader.of(Pieces.whole(input), 1 << 20);
        for (int read : new int[] {4096, 16_384, 65_536}) {
            assertThat(reader.fill()).isEqualTo(read);
            reader.skip(read);
        }
    }

    @Test
    void aFullBufferIsAnErrorThatTheCallerCanMend() throws Exception {
        byte[] input = bytes(300);
        ByteReader reader = ByteReader.of(Pieces.whole(input), 256);
        assertThat(reader.fill()).isEqualTo(256);
        for (int time = 0; time < 2; time++) {
            assertThatIllegalStateException()
                    .isThrownBy(reader::fill)
                    .withMessage("the buffer is full: 256 bytes wait to be consumed");
            assertThat(buffered(reader)).isEqualTo(Arrays.copyOf(input, 256));
        }
        reader.skip(1);
        assertThat(reader.fill()).isEqualTo(1);
        assertThat(buffered(reader)).isEqualTo(Arrays.copyOfRange(input, 1, 257));
        reader.skip(256);
        assertThat(reader.fill()).isEqualTo(43);
        assertThat(buffered(reader)).isEqualTo(Arrays.copyOfRange(input, 257, 300));
    }

    // ---- bytes are kept

    @Test
    void bytesStayWhereTheyAreUntilTheNextFill() throws Exception {
        ByteReader reader = ByteReader.of(Pieces.cut(bytes(20), 10), 256);
        reader.fill();
        byte[] array = reader.array();
        int position = reader.position();
        reader.skip(4);
        assertThat(reader.array()).isSameAs(array);
        assertThat(reader.position()).isEqualTo(position + 4);
        assertThat(Arrays.copyOfRange(array, position, position + 10)).isEqualTo(bytes(10));
    }

    @Test
    void noByteIsLostOrMovedOutOfOrderHoweverItIsFilledAndConsumed() throws Exception {
        Random random = new Random(2455);
        for (int round = 0; round < 200; round++) {
            byte[] input = bytes(random.nextInt(20_000));
            int ceiling = 256 + random.nextInt(4_000);
            int most = 1 + random.nextInt(3_000);
            InputStream in = new ByteArrayInputStream(input);
            ByteReader reader = ByteReader.of(
                    (array, offset, length) -> in.read(array, offset, Math.min(length, 1 + random.nextInt(most))),
                    ceiling);
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            while (reader.buffered() == ceiling || reader.fill() >= 0) {
                assertThat(reader.buffered()).isLessThanOrEqualTo(ceiling);
                int count = random.nextInt(reader.buffered() + 1);
                output.write(reader.array(), reader.position(), count);
                reader.skip(count);
            }
            output.write(reader.array(), reader.position(), reader.buffered());
            assertThat(output.toByteArray()).isEqualTo(input);
        }
    }

    // ---- sources

    @Test
    void aFillReadsOnceAndTellsWhatItGot() throws Exception {
        ByteReader reader = ByteReader.of(Pieces.cut(bytes(10), 3));
        assertThat(reader.buffered()).isZero();
        assertThat(reader.fill()).isEqualTo(3);
        assertThat(reader.buffered()).isEqualTo(3);
        assertThat(reader.fill()).isEqualTo(7);
        assertThat(buffered(reader)).isEqualTo(bytes(10));
    }

    @Test
    void theSourceIsAskedForWhatFitsBehindTheBufferedBytes() throws Exception {
        List<String> asked = new ArrayList<>();
        ByteReader reader = ByteReader.of(
                (array, offset, length) -> {
                    asked.add(offset + "+" + length + "/" + array.length);
                    return Math.min(length, 1000);
                },
                2000);
        reader.fill();
        reader.fill();
        reader.skip(1500);
        reader.fill();
        assertThat(asked).containsExactly("0+2000/4096", "1000+1000/4096", "500+1500/4096");
    }

    @Test
    void theEndIsToldAgainAndAgainAndKeepsWhatIsBuffered() throws Exception {
        ByteReader reader = ByteReader.of(Pieces.whole(bytes(5)));
        reader.fill();
        for (int time = 0; time < 3; time++) {
            assertThat(reader.fill()).isEqualTo(-1);
            assertThat(buffered(reader)).isEqualTo(bytes(5));
        }
    }

    @Test
    void aSourceWithNothingNowIsZeroAndKeepsWhatIsBuffered() throws Exception {
        ByteReader reader = ByteReader.of(Pieces.cut(bytes(10), 4).nonBlocking().open());
        assertThat(reader.fill()).isZero();
        assertThat(reader.fill()).isEqualTo(4);
        assertThat(reader.fill()).isZero();
        assertThat(buffered(reader)).isEqualTo(bytes(4));
        assertThat(reader.fill()).isEqualTo(6);
        assertThat(reader.fill()).isZero();
        assertThat(buffered(reader)).isEqualTo(bytes(10));
    }

    @Test
    void aFailureOfTheSourceIsPassedOnAndLosesNothing() throws Exception {
        Pieces pieces = Pieces.cut(bytes(10), 4);
        boolean[] broken = {false};
        ByteReader reader = ByteReader.of((array, offset, length) -> {
            if (broken[0]) {
                throw new IOException("the source is broken");
            }
            return pieces.read(array, offset, length);
        });
        reader.fill();
        reader.skip(1);
        broken[0] = true;
        assertThatThrownBy(reader::fill).isInstanceOf(IOException.class).hasMessage("the source is broken");
        assertThat(buffered(reader)).isEqualTo(Arrays.copyOfRange(bytes(10), 1, 4));
        broken[0] = false;
        assertThat(reader.fill()).isEqualTo(6);
        assertThat(buffered(reader)).isEqualTo(Arrays.copyOfRange(bytes(10), 1, 10));
    }

    @Test
    void onlyASourceThatKnowsSaysThatAReadWouldNotWait() throws Exception {
        ByteReader stream = ByteReader.of(new ByteArrayInputStream(bytes(3)));
        assertThat(stream.ready()).isTrue();
        stream.fill();
        assertThat(stream.ready()).isFalse();
        assertThat(ByteReader.of(Channels.newChannel(new ByteArrayInputStream(bytes(3))))
                        .ready())
                .isFalse();
        assertThat(ByteReader.of(Pieces.whole(bytes(3))).ready()).isFalse();
    }

    @Test
    void aReaderIsFillingWhileItsSourceIsAskedAndNoLonger() throws Exception {
        List<Boolean> seen = new ArrayList<>();
        ByteReader[] reader = new ByteReader[1];
        reader[0] = ByteReader.of((array, offset, length) -> {
            seen.add(reader[0].filling());
            if (seen.size() == 2) {
                throw new IOException("the source is broken");
            }
            return 1;
        });
        assertThat(reader[0].filling()).isFalse();
        reader[0].fill();
        assertThat(reader[0].filling()).isFalse();
        assertThatThrownBy(reader[0]::fill).hasMessage("the source is broken");
        assertThat(reader[0].filling()).isFalse();
        assertThat(seen).containsExactly(true, true);
    }

    @Test
    void aReaderNeedsASource() {
        assertThatThrownBy(() -> ByteReader.of((InputStream) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ByteReader.of((ReadableByteChannel) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ByteReader.of((ByteReader.Source) null)).isInstanceOf(NullPointerException.class);
    }

    static final List<Named<BiFunction<byte[], Integer, ByteReader>>> SOURCES = List.of(
            Named.of("a stream", (input, ceiling) -> ByteReader.of(new ByteArrayInputStream(input), ceiling)),
            Named.of("a stream of single bytes", (input, ceiling) -> ByteReader.of(new Trickle(input), ceiling)),
            Named.of(
                    "a blocking channel",
                    (input, ceiling) -> ByteReader.of(Channels.newChannel(new ByteArrayInputStream(input)), ceiling)),
            Named.of(
                    "a non-blocking channel",
                    (input, ceiling) -> ByteReader.of(new NonBlockingChannel(input, 700), ceiling)),
            Named.of(
                    "a non-blocking channel of single bytes",
                    (input, ceiling) -> ByteReader.of(new NonBlockingChannel(input, 1), ceiling)),
            Named.of("a source", (input, ceiling) -> ByteReader.of(Pieces.whole(input), ceiling)),
            Named.of(
                    "a non-blocking source",
                    (input, ceiling) ->
                            ByteReader.of(Pieces.cut(input, input.length / 3).nonBlocking(), ceiling)));

    @ParameterizedTest
    @FieldSource("SOURCES")
    void everyKindOfSourceDeliversItsBytesAndThenItsEnd(BiFunction<byte[], Integer, ByteReader> source)
            throws Exception {
        byte[] input = bytes(5_000);
        for (int ceiling : new int[] {256, 1000, 5_000, 65_536}) {
            ByteReader reader = source.apply(input, ceiling);
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            for (int read = reader.fill(); read >= 0; read = reader.fill()) {
                if (reader.buffered() == ceiling) { // consume only when there is no more room
                    output.write(reader.array(), reader.position(), ceiling - 1);
                    reader.skip(ceiling - 1);
                }
            }
            output.write(reader.array(), reader.position(), reader.buffered());
            assertThat(output.toByteArray()).isEqualTo(input);
            assertThat(reader.fill()).isEqualTo(-1);
        }
    }

    @Test
    void aChannelIsGivenOneAndTheSameViewAgainAndAgain() throws Exception {
        NonBlockingChannel channel = new NonBlockingChannel(bytes(3_000), 100);
        ByteReader reader = ByteReader.of(channel, 4096);
        int read = 0;
        while (read >= 0) {
            read = reader.fill();
        }
        assertThat(buffered(reader)).isEqualTo(bytes(3_000));
        assertThat(channel.views).as("of 4096 bytes").hasSize(1);
    }

    private static byte[] buffered(ByteReader reader) {
        return Arrays.copyOfRange(reader.array(), reader.position(), reader.position() + reader.buffered());
    }

    /** Gives one byte a call, as a slow stream may. */
    private static final class Trickle extends ByteArrayInputStream {
        Trickle(byte[] input) {
            super(input);
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1));
        }
    }

    /** Has nothing at every second call, and at most so many bytes at the others. */
    private static final class NonBlockingChannel implements ReadableByteChannel {
        final Set<ByteBuffer> views = Collections.newSetFromMap(new IdentityHashMap<>());
        private final ByteBuffer input;
        private final int most;
        private boolean dry;

        NonBlockingChannel(byte[] input, int most) {
            this.input = ByteBuffer.wrap(input);
            this.most = most;
        }

        @Override
        public int read(ByteBuffer target) {
            views.add(target);
            if (!input.hasRemaining()) {
                return -1;
            }
            dry = !dry;
            if (dry) {
                return 0;
            }
            int count = Math.min(Math.min(most, target.remaining()), input.remaining());
            target.put(input.slice(input.position(), count));
            input.position(input.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test // it would be made anew for each message
    void whatIsTooLargeToBeLentStaysWhileAFlowOfLargeReadsGoesOn() throws IOException {
        byte[] message = bytes(100_000);
        ByteReader reader = ByteReader.of(
                (target, offset, length) -> {
                    int count = Math.min(length, message.length);
                    System.arraycopy(message, 0, target, offset, count);
                    return count;
                },
                1 << 20);
        byte[] array = null;
        for (int i = 0; i < 8; i++) {
            while (reader.buffered() < message.length) {
                reader.fill();
            }
            array = reader.array();
            reader.skip(reader.buffered());
        }
        reader.fill();
        assertThat(reader.array()).isSameAs(array);
    }
}
