package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connection holds while nothing flows, and that what it was lent carries nobody else's bytes. */
class IdleConnectionTest {
    private static final int LANDING = 256;
    private static final int SMALLEST = 4096;

    private final Buffers buffers = new Buffers(64);
    private final Tape out = new Tape();

    private Conn conn(Role role, ByteReader reader, ByteWriter writer) {
        return new Conn(
                null,
                null,
                reader,
                writer,
                new DefaultRuntimeHooks(),
                role,
                Conn.Config.DEFAULT,
                () -> Fixture.MASK_KEY,
                () -> 0);
    }

    private static Role peer(Role role) {
        return role == Role.SERVER ? Role.CLIENT : Role.SERVER;
    }

    private static byte[] burst(Role role, int count, int size) {
        byte[] one = frame(peer(role), 0x82, bytes(size));
        byte[] all = new byte[count * one.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = one[i % one.length];
        }
        return all;
    }

    // ---- idle

    @ParameterizedTest
    @EnumSource
    void polledConnectionHoldsNoBufferAfterABurst(Role role) throws IOException {
        ByteReader reader =
                new ByteReader(Pieces.whole(burst(role, 10, 4_000)).open(), ByteReader.DEFAULT_CEILING, buffers);
        ByteWriter writer = new ByteWriter(out, buffers);
        Conn conn = conn(role, reader, writer);
        int echoed = 0;
        for (Message message; (message = conn.pollMessage()) != null; echoed++) {
            conn.write(message);
        }
        assertThat(echoed).isEqualTo(10);
        assertThat(reader.array().length).isLessThanOrEqualTo(LANDING);
        assertThat(writer.array()).isEmpty();
        assertThat(out.frames()).hasSize(10);
    }

    /** Notes how large the array of each read is. */
    private ByteReader noting(List<Integer> sizes, Pieces pieces) {
        return new ByteReader(
                (target, offset, length) -> {
                    sizes.add(target.length);
                    return pieces.read(target, offset, length);
                },
                ByteReader.DEFAULT_CEILING,
                buffers);
    }

    @ParameterizedTest
    @EnumSource
    void waitingConnectionHoldsOnlyTheLandingArrayAfterABurst(Role role) throws IOException {
        List<Integer> waitedWith = new ArrayList<>();
        Pieces pieces = Pieces.whole(burst(role, 10, 4_000)).add(frame(peer(role), 0x82, bytes(1)));
        ByteReader reader = noting(waitedWith, pieces);
        ByteWriter writer = new ByteWriter(out, buffers);
        Conn conn = conn(role, reader, writer);
        for (int i = 0; i < 10; i++) {
            conn.write(conn.readMessage());
        }
        assertThat(waitedWith).as("it grew with what came").contains(LANDING, SMALLEST, 4 * SMALLEST);
        waitedWith.clear();
        assertThat(conn.readMessage().length()).isEqualTo(1);
        assertThat(waitedWith).containsExactly(LANDING);
        assertThat(reader.array()).hasSize(LANDING);
        assertThat(writer.array()).isEmpty();
    }

    @Test
    void aFlowOfLargerMessagesIsReadWithoutTheLandingArrayUntilReadsAreSmallAgain() throws IOException {
        List<Integer> waitedWith = new ArrayList<>();
        Pieces pieces = Pieces.whole(new byte[0]);
        for (int size : new int[] {300, 300, 300, 300, 300, 1, 1, 1}) {
            pieces.add(frame(Role.CLIENT, 0x82, bytes(size)));
        }
        Conn conn = conn(Role.SERVER, noting(waitedWith, pieces), new ByteWriter(out, buffers));
        for (int i = 0; i < 8; i++) {
            conn.readMessage();
        }
        assertThat(waitedWith)
                .containsExactly(
                        LANDING, SMALLEST, LANDING, SMALLEST, LANDING, SMALLEST, // a second read each
                        SMALLEST, SMALLEST, // now one
                        SMALLEST, SMALLEST, LANDING);
    }

    @Test
    void connectionOfSmallMessagesWaitsWithTheLandingArrayAndIsLentNothingToReadWith() throws IOException {
        List<Integer> waitedWith = new ArrayList<>();
        byte[] small = frame(Role.CLIENT, 0x82, bytes(125));
        ByteArrayInputStream in = new ByteArrayInputStream(concat(small, small, small));
        ByteReader reader = new ByteReader(
                (target, offset, length) -> {
                    waitedWith.add(target.length);
                    return in.read(target, offset, small.length);
                },
                ByteReader.DEFAULT_CEILING,
                buffers);
        Conn conn = conn(Role.SERVER, reader, new ByteWriter(out, buffers));
        for (int i = 0; i < 3; i++) {
            assertThat(conn.readMessage().bytes()).isEqualTo(bytes(125));
        }
        assertThat(waitedWith).containsExactly(LANDING, LANDING, LANDING);
        assertThat(buffers.kept()).isZero();
    }

    @Test
    void partOfAFrameIsKeptInAsLittleAsHoldsIt() throws IOException {
        for (int arrived : new int[] {1, 100, 256, 257, 5_000, 20_000}) {
            Pieces pieces = Pieces.whole(bytes(arrived)).open();
            ByteReader reader = new ByteReader(pieces, ByteReader.DEFAULT_CEILING, buffers);
            while (reader.fill() > 0) {
                // until there is nothing now
            }
            assertThat(reader.array()).hasSize(arrived <= LANDING ? LANDING : Buffers.sizeFor(arrived));
            assertThat(Arrays.copyOfRange(reader.array(), reader.position(), reader.position() + arrived))
                    .isEqualTo(bytes(arrived));
            pieces.add(bytes(30_000));
            assertThat(reader.fill()).as("behind %d bytes", arrived).isEqualTo(30_000);
            assertThat(reader.array()[reader.position() + arrived]).isEqualTo(bytes(1)[0]);
            reader.skip(reader.buffered());
            assertThat(reader.fill()).isZero();
            assertThat(reader.array().length).isLessThanOrEqualTo(LANDING);
        }
    }

    @Test
    void whatIsAboveTheLargestKindIsLetGoOfToo() throws IOException {
        Pieces pieces = Pieces.whole(bytes(300_000)).open();
        ByteReader reader = new ByteReader(pieces, 1 << 20, buffers);
        while (reader.fill() > 0) {
            // until there is nothing now
        }
        assertThat(reader.array()).hasSize(300_000);
        pieces.add(bytes(10));
        assertThat(reader.fill()).isEqualTo(10);
        reader.skip(300_010);
        assertThat(reader.fill()).isZero();
        assertThat(reader.array()).isEmpty();
    }

    @Test
    void readerWhoseSourceFailedGivesNothingBackBecauseAThreadMayStillReadIntoIt() throws IOException {
        ByteReader reader = new ByteReader(Pieces.whole(bytes(1)).thenFails(), ByteReader.DEFAULT_CEILING, buffers);
        reader.fill();
        reader.skip(1);
        reader.rest();
        assertThat(buffers.kept()).isEqualTo(SMALLEST);
        ByteReader failing = new ByteReader(Pieces.whole(bytes(0)).thenFails(), ByteReader.DEFAULT_CEILING, buffers);
        assertThatThrownBy(failing::fill).hasMessage("the pipe is broken");
        assertThat(buffers.kept()).isZero();
    }

    @Test
    void writerWhoseSinkFailedGivesNothingBack() throws IOException {
        out.takes(0).thenFails();
        ByteWriter writer = new ByteWriter(out, buffers);
        writer.write(bytes(10), 0, 10);
        assertThatThrownBy(writer::flush).hasMessage("the tape is broken");
        assertThat(buffers.kept()).isZero();
    }

    @Test
    void writerIsLentABufferForAsLongAsBytesWait() throws IOException {
        out.takes(5);
        ByteWriter writer = new ByteWriter(out, buffers);
        writer.write(bytes(10), 0, 10);
        assertThat(writer.drain()).isFalse();
        assertThat(buffers.kept()).isZero();
        out.takes(5);
        assertThat(writer.drain()).isTrue();
        assertThat(buffers.kept()).isEqualTo(SMALLEST);
    }

    // ---- whose bytes they are

    private void poison() {
        List<Buffers.Buffer> all = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            for (int kind : new int[] {4096, 16_384, 65_536}) {
                Buffers.Buffer buffer = buffers.lend(kind);
                Arrays.fill(buffer.array(), (byte) 0xEE);
                all.add(buffer);
            }
        }
        all.forEach(buffers::giveBack);
        assertThat(buffers.kept()).isEqualTo(buffers.ceiling());
    }

    @ParameterizedTest
    @EnumSource
    void whatOthersLeftInABufferNeverReachesThePeerNorTheApplication(Role role) throws IOException {
        Random random = new Random(42);
        for (int round = 0; round < 20; round++) {
            poison();
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            int[] sizes = random.ints(20, 0, round % 4 == 0 ? 100_000 : 5_000).toArray();
            for (int size : sizes) {
                wire.writeBytes(frame(peer(role), 0x82, bytes(size)));
                expected.writeBytes(frame(role, 0x82, bytes(size)));
            }
            Pieces pieces = Pieces.random(random, wire.toByteArray(), 300, 70_000);
            Tape tape = new Tape();
            Conn conn = conn(
                    role,
                    new ByteReader(
                            round % 2 == 0 ? pieces : pieces.nonBlocking().open(), 65_536, buffers),
                    new ByteWriter(tape, buffers));
            for (int read = 0; read < sizes.length; ) {
                Message message = round % 2 == 0 ? conn.readMessage() : conn.pollMessage();
                if (message != null) {
                    assertThat(message.bytes()).isEqualTo(bytes(sizes[read++]));
                    conn.write(message);
                }
            }
            conn.flush();
            assertThat(tape.written()).isEqualTo(expected.toByteArray());
        }
    }

    // ---- channels, which want a view of what they read into and write from

    @Test
    void overAChannelThatDoesNotBlockNothingIsHeldBetweenReads() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            ByteReader reader = ByteReader.of(source);
            for (int size : new int[] {1, 300, 5_000, 30_000}) {
                sink.write(ByteBuffer.wrap(bytes(size)));
                while (reader.buffered() < size) {
                    reader.fill();
                }
                assertThat(Arrays.copyOfRange(reader.array(), reader.position(), reader.position() + size))
                        .isEqualTo(bytes(size));
                reader.skip(size);
                assertThat(reader.fill()).isZero();
                assertThat(reader.array()).isEmpty();
            }
        }
    }

    @Test
    void overAChannelWhatIsLentAndWhatIsTheCallersGoOutInOrder() throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ByteWriter writer = ByteWriter.of(Channels.newChannel(written));
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int size : new int[] {10, 200_000, 300, 70_000, 65_536, 5}) {
            writer.write(bytes(size), 0, size);
            expected.writeBytes(bytes(size));
        }
        writer.flush();
        writer.write(bytes(7), 0, 7);
        expected.writeBytes(bytes(7));
        writer.flush();
        assertThat(written.toByteArray()).isEqualTo(expected.toByteArray());
    }
}
