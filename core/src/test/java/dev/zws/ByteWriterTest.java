package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.masked;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** B-1.51 (no flush unasked), B-3.20 (masking on the way), and what a non-blocking sink needs. */
class ByteWriterTest {
    private static final int KEY = 0x37fa213d;
    private static final int KIB_64 = 64 * 1024;

    private final Tape tape = new Tape();
    private final ByteWriter writer = ByteWriter.of(tape);

    // ---- batching

    @Test
    void nothingReachesTheSinkUntilItIsFlushed() throws Exception {
        writer.write(hex("81 02"), 0, 2);
        writer.write(utf8("Hi"), 0, 2);
        assertThat(writer.pending()).isEqualTo(4);
        assertThat(tape.writes()).isZero();

        writer.flush();
        assertThat(tape.written()).isEqualTo(hex("81 02 48 69"));
        assertThat(tape.writes()).as("all in one").isEqualTo(1);
        assertThat(writer.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000, 4_096, 16_384, 65_536})
    void nothingReachesTheSinkBefore64KiBWait(int size) throws Exception {
        byte[] chunk = bytes(size);
        int total = 0;
        while (total + size <= KIB_64) {
            writer.write(chunk, 0, size);
            total += size;
        }
        assertThat(tape.writes()).as("after %d bytes", total).isZero();
        assertThat(writer.pending()).isEqualTo(total);

        writer.write(chunk, 0, size);
        assertThat(tape.writes()).as("after %d bytes", total + size).isPositive();
        assertThat(tape.written().length + writer.pending()).isEqualTo(total + size);
    }

    @Test
    void exactly64KiBMayWaitHoweverTheyCameTogether() throws Exception {
        writer.write(bytes(30_000), 0, 30_000);
        writer.write(bytes(35_536), 0, 35_536);
        assertThat(tape.writes()).isZero();
        assertThat(writer.pending()).isEqualTo(KIB_64);
        assertThat(writer.room(1)).isPositive();
        assertThat(tape.written()).isEqualTo(concat(bytes(30_000), bytes(35_536)));
    }

    @Test
    void theBufferGrowsWithWhatWaitsToAtMostFourTimesAsMuch() throws Exception {
        int slack = 18; // five chars might need as much
        byte[] some = bytes(10);
        while (writer.pending() < 60_000) {
            writer.write(some, 0, 10);
            writer.writeMasked(some, 0, 10, KEY);
            writer.writeText("hello", 5, KEY);
            writer.advance(FrameHeader.encode(roomForHeader(), writer.tail(), Opcode.PING, true, false, 0, true, KEY));
            assertThat(writer.array().length)
                    .as("with %d bytes waiting", writer.pending())
                    .isLessThanOrEqualTo(Math.max(4096, 4 * (writer.pending() + slack)));
        }
        assertThat(tape.writes()).isZero();
    }

    private byte[] roomForHeader() throws IOException {
        writer.room(FrameHeader.MAX_LENGTH);
        return writer.array();
    }

    @Test
    void onlyPartOfTheArrayIsWritten() throws Exception {
        byte[] source = hex("ff ff 01 02 03 ff");
        writer.write(source, 2, 3);
        writer.write(source, 6, 0);
        writer.flush();
        assertThat(tape.written()).isEqualTo(hex("01 02 03"));
    }

    @Test
    void anArrayMayBeReusedAsSoonAsItIsWritten() throws Exception {
        for (int size : new int[] {1, 1_000, KIB_64, KIB_64 + 1, 200_000}) {
            Tape fresh = new Tape();
            ByteWriter reusing = ByteWriter.of(fresh);
            byte[] source = bytes(size);
            reusing.write(source, 0, size);
            Arrays.fill(source, (byte) 0xEE);
            reusing.flush();
            assertThat(fresh.written()).isEqualTo(bytes(size));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000, 4_096, 65_535, 65_536, 65_537, Integer.MAX_VALUE})
    void smallAndLargeWritesComeOutInOrderHoweverLittleTheSinkTakes(int most) throws Exception {
        Random random = new Random(2455);
        int[] sizes = {0, 1, 13, 500, 16_383, 16_384, 16_385, 60_000, 65_535, 65_536, 65_537, 150_000};
        Nibbler sink = new Nibbler(most);
        ByteWriter mixed = ByteWriter.of(sink);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        byte[] source = bytes(200_000);
        for (int i = 0; i < 60; i++) {
            int size = sizes[random.nextInt(sizes.length)];
            int offset = random.nextInt(source.length - size);
            mixed.write(source, offset, size);
            expected.write(source, offset, size);
            if (random.nextInt(10) == 0) {
                mixed.flush();
                assertThat(mixed.pending()).isZero();
            }
            assertThat(sink.bytes.size() + mixed.pending()).isEqualTo(expected.size());
            assertThat(mixed.array().length).as("the buffer").isLessThanOrEqualTo(KIB_64);
        }
        mixed.flush();
        assertThat(sink.bytes.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(source).as("the source").isEqualTo(bytes(200_000));
    }

    @ParameterizedTest
    @CsvSource({"0, 1000000", "5, 1000000", "60000, 65536", "60000, 100000", "65536, 65536", "65536, 1"})
    void aWriteThatExceedsABatchPushesOutWhatWaitsFirst(int waiting, int size) throws Exception {
        writer.write(bytes(waiting), 0, waiting);
        byte[] source = bytes(size);
        writer.write(source, 0, size);
        assertThat(tape.writes()).isPositive();
        assertThat(writer.array().length).isLessThanOrEqualTo(KIB_64);
        writer.flush();
        assertThat(tape.written()).isEqualTo(concat(bytes(waiting), source));
    }

    // ---- flushing

    @Test
    void theSinkIsFlushedByFlushAndDrainAndByNothingElse() throws Exception {
        writer.write(bytes(200_000), 0, 200_000);
        assertThat(tape.writes()).isPositive();
        assertThat(tape.flushes()).isZero();
        writer.flush();
        assertThat(tape.flushes()).isEqualTo(1);
        assertThat(writer.drain()).isTrue();
        assertThat(tape.flushes()).isEqualTo(2);
        assertThat(tape.written()).isEqualTo(bytes(200_000));
    }

    @Test
    void theSinkIsFlushedOnlyWhenAllIsOut() throws Exception {
        tape.takes(3);
        writer.write(bytes(10), 0, 10);
        assertThat(writer.drain()).isFalse();
        assertThatIllegalStateException().isThrownBy(writer::flush);
        assertThat(tape.flushes()).isZero();
        tape.takes(7);
        assertThat(writer.drain()).isTrue();
        assertThat(tape.flushes()).isEqualTo(1);
    }

    @Test
    void anEmptyWriterHasNothingToWrite() throws Exception {
        assertThat(writer.drain()).isTrue();
        writer.flush();
        assertThat(tape.writes()).isZero();
        assertThat(tape.flushes()).isEqualTo(2);
    }

    // ---- a sink that takes nothing now

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9})
    void aSinkThatTakesNotAllIsDrainedLater(int takes) throws Exception {
        tape.takes(takes);
        writer.write(bytes(10), 0, 10);
        for (int time = 0; time < 2; time++) {
            assertThat(writer.drain()).isFalse();
            assertThat(writer.pending()).isEqualTo(10 - takes);
        }
        assertThatIllegalStateException()
                .isThrownBy(writer::flush)
                .withMessage("the sink takes nothing now; it is non-blocking: use drain()");
        assertThat(writer.pending()).isEqualTo(10 - takes);

        tape.takes(10 - takes);
        assertThat(writer.drain()).isTrue();
        assertThat(writer.pending()).isZero();
        assertThat(tape.written()).isEqualTo(bytes(10));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_000, 65_536, 100_000})
    void theBufferGrowsWhileTheSinkTakesNothingAndKeepsTheOrder(long takes) throws Exception {
        tape.takes(takes);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        int[] sizes = {1, 60_000, 5_536, 13, 70_000, 0, 300_000, 1, 16_384};
        for (int size : sizes) {
            writer.write(bytes(size), 0, size);
            expected.writeBytes(bytes(size));
            assertThat(tape.written().length + writer.pending()).isEqualTo(expected.size());
        }
        assertThat(tape.written()).hasSize((int) takes);
        assertThat(writer.drain()).isFalse();

        tape.takes(50_000);
        assertThat(writer.drain()).isFalse();
        tape.takes(Long.MAX_VALUE);
        assertThat(writer.drain()).isTrue();
        assertThat(tape.written()).isEqualTo(expected.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 100_000, 199_999})
    void whatTheSinkDoesNotTakeOfALargeWriteIsBuffered(int takes) throws Exception {
        tape.takes(takes);
        byte[] source = bytes(200_000);
        writer.write(source, 0, 200_000);
        assertThat(tape.written()).isEqualTo(Arrays.copyOf(source, takes));
        assertThat(writer.pending()).isEqualTo(200_000 - takes);
        Arrays.fill(source, (byte) 0xEE);
        tape.takes(Long.MAX_VALUE);
        writer.flush();
        assertThat(tape.written()).isEqualTo(bytes(200_000));
    }

    @Test
    void aSinkThatNowAndThenTakesNothingGetsEveryByteInOrder() throws Exception {
        Random random = new Random(77);
        Nibbler sink = new Nibbler(Integer.MAX_VALUE) {
            @Override
            public int write(byte[] source, int offset, int length) {
                return random.nextInt(3) == 0
                        ? 0
                        : super.write(source, offset, Math.min(length, 1 + random.nextInt(30_000)));
            }
        };
        ByteWriter stuttering = ByteWriter.of(sink);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 300; i++) {
            byte[] source = bytes(random.nextInt(random.nextInt(4) == 0 ? 150_000 : 500));
            switch (random.nextInt(3)) {
                case 0 -> {
                    stuttering.write(source, 0, source.length);
                    expected.writeBytes(source);
                }
                case 1 -> {
                    stuttering.writeMasked(source, 0, source.length, KEY);
                    expected.writeBytes(masked(source, Wire.KEY));
                }
                default -> {
                    String text = "é".repeat(source.length / 2);
                    stuttering.writeText(text, 2L * text.length(), KEY);
                    expected.writeBytes(masked(utf8(text), Wire.KEY));
                }
            }
            assertThat(sink.bytes.size() + stuttering.pending()).isEqualTo(expected.size());
        }
        int drains = 1;
        while (!stuttering.drain()) {
            drains++;
            assertThat(drains).isLessThan(10_000);
        }
        assertThat(sink.bytes.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void aLargeBacklogIsGivenBackWhenItIsOut() throws Exception {
        int initial = writer.array().length;
        assertThat(initial).isLessThanOrEqualTo(1024);
        tape.takes(0);
        writer.write(bytes(1 << 20), 0, 1 << 20);
        assertThat(writer.array().length).isGreaterThanOrEqualTo(1 << 20);

        tape.takes((1 << 20) - 1);
        assertThat(writer.drain()).isFalse();
        assertThat(writer.pending()).isEqualTo(1);
        tape.takes(Long.MAX_VALUE);
        assertThat(writer.drain()).isTrue();
        assertThat(writer.array()).hasSize(initial);

        writer.write(utf8("on it goes"), 0, 10);
        writer.flush();
        assertThat(tape.written()).isEqualTo(concat(bytes(1 << 20), utf8("on it goes")));
    }

    @Test
    void noBufferIsHeldWhenAllIsOut() throws Exception {
        assertThat(writer.array()).isEmpty();
        for (int size : new int[] {1, 5_000, KIB_64}) {
            writer.write(bytes(size), 0, size);
            assertThat(writer.array().length).isGreaterThanOrEqualTo(size);
            writer.flush();
            assertThat(writer.array()).isEmpty();
        }
    }

    // ---- room for what is put in place

    @Test
    void roomIsAtLeastWhatWasAskedForAndMayBeFilled() throws Exception {
        Random random = new Random(14);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 2_000; i++) {
            int least = 1 + random.nextInt(random.nextInt(50) == 0 ? 40_000 : 200);
            int room = writer.room(least);
            assertThat(room).isGreaterThanOrEqualTo(least);
            assertThat(writer.array().length - writer.tail()).isEqualTo(room);
            byte[] put = bytes(least);
            System.arraycopy(put, 0, writer.array(), writer.tail(), least);
            writer.advance(least);
            expected.writeBytes(put);
        }
        assertThat(writer.array().length).isLessThanOrEqualTo(KIB_64);
        writer.flush();
        assertThat(tape.written()).isEqualTo(expected.toByteArray());
    }

    @Test
    void roomBehindAStuckSinkIsMadeWithoutLosingWhatWaits() throws Exception {
        tape.takes(40_000);
        writer.write(bytes(50_000), 0, 50_000);
        assertThat(writer.drain()).isFalse();
        assertThat(writer.pending()).isEqualTo(10_000);
        assertThat(writer.room(55_000)).isGreaterThanOrEqualTo(55_000);
        assertThat(writer.array().length).as("moved to the front, not doubled").isEqualTo(KIB_64);
        assertThat(writer.room(60_000)).isGreaterThanOrEqualTo(60_000);
        assertThat(writer.pending()).isEqualTo(10_000);
        tape.takes(Long.MAX_VALUE);
        writer.flush();
        assertThat(tape.written()).isEqualTo(bytes(50_000));
    }

    // ---- sinks

    @Test
    void aFailureOfTheSinkIsPassedOn() throws Exception {
        tape.takes(100).thenFails();
        writer.write(bytes(1_000), 0, 1_000);
        assertThatThrownBy(writer::flush).isInstanceOf(IOException.class).hasMessage("the tape is broken");
        assertThatThrownBy(writer::drain).isInstanceOf(IOException.class).hasMessage("the tape is broken");
        assertThat(tape.written()).isEqualTo(bytes(100));
    }

    @Test
    void aFailureWhileABatchIsPushedOutIsPassedOn() {
        tape.takes(0).thenFails();
        assertThatThrownBy(() -> writer.write(bytes(200_000), 0, 200_000)).hasMessage("the tape is broken");
        assertThatThrownBy(() -> writer.writeMasked(bytes(200_000), 0, 200_000, KEY))
                .hasMessage("the tape is broken");
        assertThatThrownBy(() -> writer.writeText("a".repeat(200_000), 200_000, KEY))
                .hasMessage("the tape is broken");
        assertThatThrownBy(() -> writer.room(60_000)).hasMessage("the tape is broken");
        assertThat(tape.written()).isEmpty();
    }

    @Test
    void aFailureOfTheSinksFlushIsPassedOn() {
        ByteWriter failing = ByteWriter.of(new OutputStream() {
            @Override
            public void write(int b) {}

            @Override
            public void flush() throws IOException {
                throw new IOException("no flush today");
            }
        });
        assertThatThrownBy(failing::flush).isInstanceOf(IOException.class).hasMessage("no flush today");
    }

    @Test
    void aStreamIsGivenTheBytesAndFlushed() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int[] flushes = {0};
        ByteWriter streaming = ByteWriter.of(new OutputStream() {
            @Override
            public void write(int b) {
                bytes.write(b);
            }

            @Override
            public void flush() {
                flushes[0]++;
            }
        });
        streaming.write(bytes(100_000), 0, 100_000);
        streaming.flush();
        assertThat(bytes.toByteArray()).isEqualTo(bytes(100_000));
        assertThat(flushes[0]).isEqualTo(1);
    }

    @Test
    void aLambdaIsASinkWithNothingToFlush() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteWriter.Sink sink = (source, offset, length) -> {
            bytes.write(source, offset, length);
            return length;
        };
        ByteWriter lambda = ByteWriter.of(sink);
        lambda.write(bytes(10), 0, 10);
        lambda.flush();
        assertThat(bytes.toByteArray()).isEqualTo(bytes(10));
    }

    @Test
    void aWriterNeedsASink() {
        assertThatThrownBy(() -> ByteWriter.of((OutputStream) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ByteWriter.of((WritableByteChannel) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ByteWriter.of((ByteWriter.Sink) null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    @Timeout(10)
    void aBlockingChannelTakesEverything() throws Exception {
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source()) {
            FutureTask<byte[]> received =
                    new FutureTask<>(() -> Channels.newInputStream(source).readNBytes(600_010));
            Thread.ofVirtual().start(received);
            ByteWriter channelled = ByteWriter.of(sink);
            channelled.write(bytes(10), 0, 10);
            channelled.writeMasked(bytes(100_000), 0, 100_000, KEY);
            channelled.write(bytes(500_000), 0, 500_000); // more than a pipe holds
            channelled.flush();
            assertThat(received.get(10, TimeUnit.SECONDS))
                    .isEqualTo(concat(bytes(10), masked(bytes(100_000), Wire.KEY), bytes(500_000)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 700, 65_536, Integer.MAX_VALUE})
    void aChannelThatTakesLittleOrNothingNowIsDrainedLater(int most) throws Exception {
        NonBlockingChannel channel = new NonBlockingChannel(most);
        ByteWriter channelled = ByteWriter.of(channel);
        byte[] source = bytes(70_000);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int size : new int[] {1, 500, 70_000, 3, 69_999, 16_384}) {
            channelled.write(source, source.length - size, size);
            expected.write(source, source.length - size, size);
            channelled.writeMasked(source, 0, size, KEY);
            expected.writeBytes(masked(Arrays.copyOf(source, size), Wire.KEY));
        }
        int drains = 1;
        while (!channelled.drain()) {
            drains++;
            assertThat(drains).isLessThan(1_000_000);
        }
        assertThat(channel.bytes.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void aChannelIsGivenOneAndTheSameViewOfTheBuffer() throws Exception {
        NonBlockingChannel channel = new NonBlockingChannel(Integer.MAX_VALUE);
        ByteWriter channelled = ByteWriter.of(channel);
        for (int i = 0; i < 1_000; i++) {
            channelled.write(bytes(10), 0, 10);
            assertThat(channelled.drain())
                    .as("at every second call the channel takes nothing")
                    .isFalse();
            assertThat(channelled.drain()).isTrue();
        }
        assertThat(channel.bytes.size()).isEqualTo(10_000);
        assertThat(channel.views).hasSize(1);
    }

    @Test
    void largeArraysOneAfterTheOtherEachGoOutAsTheyAre() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteWriter channelled = ByteWriter.of(Channels.newChannel(out));
        byte[] zeros = new byte[300_000];
        channelled.write(bytes(300_000), 0, 300_000);
        channelled.write(zeros, 0, zeros.length);
        channelled.flush();
        assertThat(out.toByteArray()).isEqualTo(Wire.concat(bytes(300_000), zeros));
    }

    @Test
    void aChannelIsShownAtMost128KiBAtATimeBecauseTheJdkCopiesAllOfIt() throws Exception {
        NonBlockingChannel channel = new NonBlockingChannel(Integer.MAX_VALUE);
        ByteWriter channelled = ByteWriter.of(channel);
        channelled.write(bytes(1_000_000), 0, 1_000_000);
        while (channelled.pending() > 0) {
            channelled.drain();
        }
        assertThat(channel.bytes.toByteArray()).isEqualTo(bytes(1_000_000));
        assertThat(channel.largest).isLessThanOrEqualTo(128 * 1024);
    }

    /** A sink that takes at most so many bytes a call. */
    private static class Nibbler implements ByteWriter.Sink {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int most;

        Nibbler(int most) {
            this.most = most;
        }

        @Override
        public int write(byte[] source, int offset, int length) {
            assertThat(length).as("how many bytes there are to write").isPositive();
            int count = Math.min(length, most);
            bytes.write(source, offset, count);
            return count;
        }
    }

    /** Takes nothing at every second call, and at most so many bytes at the others. */
    private static final class NonBlockingChannel implements WritableByteChannel {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final Set<ByteBuffer> views = Collections.newSetFromMap(new IdentityHashMap<>());
        private final int most;
        private boolean full;
        int largest;

        NonBlockingChannel(int most) {
            this.most = most;
        }

        @Override
        public int write(ByteBuffer source) {
            views.add(source);
            largest = Math.max(largest, source.remaining());
            full = !full;
            if (full) {
                return 0;
            }
            byte[] taken = new byte[Math.min(source.remaining(), most)];
            source.get(taken);
            bytes.writeBytes(taken);
            return taken.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
