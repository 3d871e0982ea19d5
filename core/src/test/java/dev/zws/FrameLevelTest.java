package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.header;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameLevelTest {
    private static final Conn.Config DEFAULT = Conn.Config.DEFAULT;

    private static byte[] chunk(Conn conn, int length) throws IOException {
        byte[] target = new byte[length];
        return Arrays.copyOf(target, conn.readFrameChunk(target, 0, length));
    }

    // ---- beginFrame

    @Test // B-2.21, B-2.10
    void beginFrameShowsTheHeaderAndMakesTheFrameActive() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x02, bytes(300)));
        assertThat(f.conn.frameActive()).isFalse();
        assertThat(f.conn.frameRemaining()).isZero();
        FrameHeader header = f.conn.beginFrame();
        assertThat(header.opcode()).isEqualTo(Opcode.BINARY);
        assertThat(header.fin()).isFalse();
        assertThat(header.compressed()).isFalse();
        assertThat(header.masked()).isTrue();
        assertThat(header.length()).isEqualTo(8);
        assertThat(header.payloadLength()).isEqualTo(300);
        assertThat(header).hasToString("BINARY masked 300 bytes");
        assertThat(f.conn.frameActive()).isTrue();
        assertThat(f.conn.frameRemaining()).isEqualTo(300);
    }

    @ParameterizedTest // B-10.48
    @ValueSource(ints = {0, 125, 126, 65_535, 65_536})
    void framesOfEveryLengthFormAreReadByBothRoles(int length) throws IOException {
        for (Role role : Role.values()) {
            Fixture f = Fixture.of(role, Pieces.single(frame(Wire.other(role), 0x82, bytes(length))));
            byte[] target = new byte[length];
            Frame read = f.conn.readFrame(target);
            assertThat(read.header().payloadLength()).isEqualTo(length);
            assertThat(read.borrowedArray()).isSameAs(target);
            assertThat(read.bytes()).isEqualTo(bytes(length));
        }
    }

    @ParameterizedTest // B-10.45, B-10.46, B-10.47
    @CsvSource({
        "c1 80 01020304, RESERVED_BITS_SET",
        "83 80 01020304, UNKNOWN_OPCODE",
        "82 ff 8000000000000000 01020304, INVALID_FRAME_LENGTH",
        "82 fe 007d 01020304, INVALID_FRAME_LENGTH",
        "82 ff 000000000000ffff 01020304, INVALID_FRAME_LENGTH",
        "81 00 00000000, MASK_BIT_INVALID",
        "09 80 01020304, CONTROL_FRAME_FRAGMENTED",
        "89 fe 007e 01020304, CONTROL_FRAME_TOO_LARGE",
        "80 80 01020304, UNEXPECTED_CONTINUATION"
    })
    void headerAgainstTheRulesIsAViolation(String wire, Violation violation) { // B-10.36
        for (boolean borrowed : new boolean[] {false, true}) {
            Fixture f = Fixture.server(hex(wire));
            assertThatThrownBy(() -> {
                        if (borrowed) {
                            f.conn.readFrameBorrowed(); // B-2.31
                        } else {
                            f.conn.beginFrame();
                        }
                    })
                    .isInstanceOfSatisfying(
                            ProtocolException.class,
                            e -> assertThat(e.violation()).isEqualTo(violation));
            assertThat(f.conn.frameActive()).isFalse();
            assertThat(f.out.seen()).containsExactly("88 03ea");
        }
    }

    @Test // B-2.12, B-10.47
    void newMessageWhileOneIsOpenIsAViolation() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "a"), frame(CLIENT, 0x01, "b"));
        f.conn.readFrame(new byte[1]);
        assertThatThrownBy(f.conn::beginFrame)
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("EXPECTED_CONTINUATION");
    }

    @Test // B-2.20, B-2.30, B-2.60, B-10.51
    void nothingElseIsReadWhileAFrameIsActive() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "Hi"));
        f.conn.beginFrame();
        assertThatThrownBy(f.conn::beginFrame).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::readFrameBorrowed).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f.conn.readFrame(new byte[2])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(IllegalStateException.class);
        assertThat(chunk(f.conn, 2)).isEqualTo(utf8("Hi"));
    }

    @Test // B-2.45, B-2.47, B-10.49
    void withoutAnActiveFrameThereIsNothingToTake() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "Hi"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> chunk(f.conn, 1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> f.conn.readFrameAll(new byte[9])).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(f.conn::discardFrame).isInstanceOf(IllegalStateException.class);
            if (i == 0) {
                f.conn.beginFrame();
                chunk(f.conn, 9);
            }
        }
    }

    // ---- chunks

    @ParameterizedTest // B-2.54, B-10.54, B-10.87
    @EnumSource
    void maskKeepsItsPhaseHoweverTheFrameIsCut(Role role) throws IOException {
        byte[] payload = bytes(23);
        for (int first = 0; first <= payload.length; first++) {
            for (int second = 0; first + second <= payload.length; second++) {
                Fixture f = Fixture.of(role, DEFAULT, frame(Wire.other(role), 0x82, payload));
                f.conn.beginFrame();
                byte[] all = concat(chunk(f.conn, first), f.conn.frameActive() ? chunk(f.conn, second) : hex(""));
                if (f.conn.frameActive()) {
                    byte[] rest = new byte[payload.length];
                    all = concat(all, Arrays.copyOf(rest, f.conn.readFrameAll(rest)));
                }
                assertThat(all).as("cut at %d and %d", first, first + second).isEqualTo(payload);
            }
        }
    }

    @Test // B-2.46, B-10.53
    void chunkOfNoLengthTakesNothing() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "Hi"), text(CLIENT, "next"));
        f.conn.beginFrame();
        assertThat(f.conn.readFrameChunk(new byte[0], 0, 0)).isZero();
        assertThat(f.conn.frameActive()).isTrue();
        assertThat(chunk(f.conn, 2)).isEqualTo(utf8("Hi"));
        assertThat(f.conn.frameActive()).isFalse();
        assertThat(f.conn.readFrame(new byte[4]).bytes()).isEqualTo(utf8("next"));
    }

    @Test // B-2.22, B-2.47
    void emptyFrameIsActiveUntilOneCallTakesIt() throws IOException {
        Fixture f = Fixture.client(hex("82 00 82 00 82 00 82 00"));
        f.conn.beginFrame();
        assertThat(f.conn.frameActive()).isTrue();
        assertThat(f.conn.readFrameChunk(new byte[0], 0, 0)).isZero();
        assertThat(f.conn.frameActive()).isFalse();
        f.conn.beginFrame();
        assertThat(chunk(f.conn, 5)).isEmpty();
        f.conn.beginFrame();
        assertThat(f.conn.readFrameAll(new byte[0])).isZero();
        f.conn.beginFrame();
        f.conn.discardFrame();
        assertThat(f.conn.frameActive()).isFalse();
    }

    @Test // B-11.41
    void chunkGivesWhatIsThereAndWaitsOnlyForNothing() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("82 04 0102"));
        f.conn.beginFrame();
        assertThat(chunk(f.conn, 9)).isEqualTo(hex("01 02"));
        assertThat(f.conn.frameRemaining()).isEqualTo(2);
        assertThatThrownBy(() -> chunk(f.conn, 9)).isInstanceOf(IllegalStateException.class);
        assertThat(chunk(f.conn, 0)).as("needs nothing").isEmpty();
        f.in.add(hex("03 04"));
        byte[] target = hex("00 00 00");
        assertThat(f.conn.readFrameChunk(target, 1, 1)).isEqualTo(1);
        assertThat(target).isEqualTo(hex("00 03 00"));
        assertThat(chunk(f.conn, 1)).isEqualTo(hex("04"));
    }

    @Test // B-2.48, B-10.50, B-12.3
    void frameMayBeLongerThanAnyArray() throws IOException {
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withMaxFramePayload(Long.MAX_VALUE));
        Fixture f = Fixture.of(CLIENT, config, header(SERVER, 0x82, Long.MAX_VALUE), hex("01 02 03"));
        assertThat(f.conn.readFrameBorrowed()).isNull();
        f.conn.beginFrame();
        assertThat(chunk(f.conn, 2)).isEqualTo(hex("01 02"));
        assertThat(f.conn.frameRemaining()).isEqualTo(Long.MAX_VALUE - 2);
        assertThatThrownBy(() -> f.conn.readFrameAll(new byte[9])).isInstanceOf(MessageTooLargeException.class);
        assertThat(f.conn.frameActive()).isTrue();
        assertThatThrownBy(f.conn::discardFrame).isInstanceOf(ConnectionLostException.class);
    }

    @Test
    void rangesAreChecked() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "Hi"));
        f.conn.beginFrame();
        assertThatThrownBy(() -> f.conn.readFrameChunk(new byte[2], 1, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(chunk(f.conn, 2)).hasSize(2);
    }

    // ---- the whole frame

    @Test // B-2.49, B-10.55
    void frameThatDoesNotFitStaysActiveAndUntouched() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "Hello"), text(CLIENT, "next"));
        assertThatThrownBy(() -> f.conn.readFrame(new byte[4])) // B-2.52
                .isInstanceOfSatisfying(
                        MessageTooLargeException.class,
                        e -> assertThat(e.limit()).isEqualTo(4));
        assertThatThrownBy(() -> f.conn.readFrameAll(new byte[4])).isInstanceOf(MessageTooLargeException.class);
        assertThat(f.conn.frameRemaining()).isEqualTo(5);
        byte[] target = new byte[5];
        assertThat(f.conn.readFrameAll(target)).isEqualTo(5);
        assertThat(target).isEqualTo(utf8("Hello"));
        assertThat(f.conn.readFrame(new byte[9]).bytes()).isEqualTo(utf8("next"));
    }

    @Test // B-2.50
    void readFrameAllTakesTheRestAfterChunks() throws IOException {
        Fixture f = Fixture.of(SERVER, Pieces.single(text(CLIENT, "Hello")));
        f.conn.beginFrame();
        assertThat(chunk(f.conn, 2)).isEqualTo(utf8("H"));
        byte[] rest = new byte[4];
        assertThat(f.conn.readFrameAll(rest)).isEqualTo(4);
        assertThat(rest).isEqualTo(utf8("ello"));
    }

    @ParameterizedTest // B-2.51, B-10.53
    @EnumSource
    void discardFrameDropsTheRestHoweverItArrives(Role role) throws IOException {
        Role peer = Wire.other(role);
        Fixture f = new Fixture(
                role, DEFAULT, Pieces.whole(concat(frame(peer, 0x82, bytes(3_000)), text(peer, "next"))), 256);
        f.conn.beginFrame();
        chunk(f.conn, 7);
        f.conn.discardFrame();
        assertThat(f.conn.readFrame(new byte[4]).bytes()).isEqualTo(utf8("next"));
    }

    // ---- borrowed

    @ParameterizedTest // B-2.34, B-10.69, B-10.72, B-2.35
    @EnumSource
    void borrowedFrameIsLentWhereItStands(Role role) throws IOException {
        Role peer = Wire.other(role);
        Fixture f = Fixture.of(
                role,
                Pieces.single(concat(frame(peer, 0x01, "borrowed"), frame(peer, 0x89, ""), frame(peer, 0x80, ""))));
        Frame frame = f.conn.readFrameBorrowed();
        assertThat(frame.header().opcode()).isEqualTo(Opcode.TEXT);
        assertThat(frame.bytes()).isEqualTo(utf8("borrowed"));
        assertThat(frame.borrowedArray()).isSameAs(f.reader.array());
        assertThat(f.conn.openMessage()).isEqualTo(MessageType.TEXT);
        Frame ping = f.conn.readFrameBorrowed(); // B-10.71
        assertThat(ping.header().opcode()).isEqualTo(Opcode.PING);
        assertThat(ping.length()).isZero();
        f.conn.readFrameBorrowed();
        assertThat(f.conn.openMessage()).isNull();
        assertThat(f.out.written()).as("nothing is answered").isEmpty();
    }

    @Test // B-2.32, B-2.33, B-10.52, B-10.73
    void frameLargerThanTheCeilingIsNotLentAndNothingOfItConsumed() throws IOException {
        for (int length = 245; length <= 255; length++) {
            boolean fits = 8 + length <= 256;
            byte[] wire = frame(CLIENT, 0x82, bytes(length));
            Fixture f = new Fixture(SERVER, DEFAULT, Pieces.whole(wire), 256);
            Frame frame = f.conn.readFrameBorrowed();
            if (fits) {
                assertThat(frame.bytes()).isEqualTo(bytes(length));
                continue;
            }
            assertThat(frame).isNull();
            assertThat(f.conn.readFrameBorrowed()).isNull();
            assertThat(f.conn.frameActive()).isFalse();
            assertThat(f.conn.readFrame(new byte[255]).bytes()).isEqualTo(bytes(length));
        }
    }

    @Test // B-2.32
    void borrowedFrameIsWaitedForWholeAndNothingConsumedBefore() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("82 03 0102"));
        assertThatThrownBy(f.conn::readFrameBorrowed).isInstanceOf(IllegalStateException.class);
        assertThat(f.reader.buffered()).isEqualTo(4);
        assertThat(f.conn.frameActive()).isFalse();
        f.in.add(hex("03"));
        assertThat(f.conn.readFrameBorrowed().bytes()).isEqualTo(hex("01 02 03"));
    }

    @Test // B-2.40
    void frameIsLentUntilTheNextReadBegins() throws IOException {
        Fixture f = Fixture.client(hex("82 01 41 82 01 42 82 01 43"));
        Frame first = f.conn.readFrameBorrowed();
        f.conn.sendText("a write takes nothing back");
        assertThat(first.bytes()).isEqualTo(utf8("A"));
        Frame second = f.conn.readFrame(new byte[1]);
        assertThat(second).isSameAs(first);
        assertThat(second.bytes()).isEqualTo(utf8("B"));
        f.conn.readMessage();
        assertThatThrownBy(second::header).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(second::bytes).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(second::offset).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(second::borrowedArray).isInstanceOf(IllegalStateException.class);
    }

    @Test // B-2.40
    void frameIsTakenBackAlsoWhenTheNextOneOnlyBegins() throws IOException {
        Fixture f = Fixture.client(hex("82 01 41 82 01 42"));
        Frame frame = f.conn.readFrameBorrowed();
        f.conn.beginFrame();
        assertThatThrownBy(frame::length).isInstanceOf(IllegalStateException.class);
    }

    // ---- what is followed and what is not

    @Test // B-2.3, B-2.36, B-2.53, B-10.90, B-2.2
    void onlyAFrameThatWasTakenWholeMovesTheOrderOfFragments() throws IOException {
        Fixture f = Fixture.client(hex("02 01 41 00 00 89 00 80 01 42 81 00 01 00"));
        f.conn.beginFrame();
        assertThat(f.conn.openMessage()).isNull();
        f.conn.discardFrame();
        assertThat(f.conn.openMessage()).isEqualTo(MessageType.BINARY);
        f.conn.readFrame(new byte[0]);
        assertThat(f.conn.openMessage()).isEqualTo(MessageType.BINARY);
        f.conn.readFrame(new byte[0]);
        assertThat(f.conn.openMessage()).isEqualTo(MessageType.BINARY);
        f.conn.beginFrame();
        assertThat(f.conn.openMessage()).isEqualTo(MessageType.BINARY);
        f.conn.discardFrame();
        assertThat(f.conn.openMessage()).isNull();
        f.conn.readFrame(new byte[0]);
        assertThat(f.conn.openMessage()).isNull();
        f.conn.readFrame(new byte[0]);
        assertThat(f.conn.openMessage()).isEqualTo(MessageType.TEXT);
    }

    @Test // B-2.56
    void nothingIsAnsweredTextIsNotJudgedAndNoMessageIsTooLong() throws IOException {
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withMaxMessagePayload(1));
        Fixture f = Fixture.of(CLIENT, config, hex("89 01 21 01 02 c328 80 01 ff 88 00"));
        f.conn.readFrame(new byte[9]);
        assertThat(f.conn.readFrame(new byte[9]).bytes()).isEqualTo(hex("c3 28"));
        assertThat(f.conn.readFrame(new byte[9]).bytes()).isEqualTo(hex("ff"));
        f.conn.readFrame(new byte[9]);
        f.conn.flush();
        assertThat(f.out.written()).isEmpty();
    }

    @Test // B-2.68
    void afterThePeersCloseNoFrameIsRead() throws IOException {
        Fixture f = Fixture.server(close(CLIENT, 1000, ""), text(CLIENT, "x"));
        f.conn.readFrameBorrowed();
        assertThatThrownBy(f.conn::beginFrame).isInstanceOf(ConnectionClosedException.class);
        assertThat(f.conn.readMessage()).isNull();
    }

    @Test
    void closeReadAsAFrameEndsTheMessageItInterrupts() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "a"), close(CLIENT, 1000, ""));
        f.conn.readFrame(new byte[1]);
        f.conn.readFrame(new byte[2]);
        assertThat(f.conn.openMessage()).isNull();
    }

    @Test // B-11.30
    void whatWaitsGoesOutBeforeAFrameIsWaitedFor() throws IOException {
        Fixture f = Fixture.of(SERVER, Pieces.single(text(CLIENT, "ab")));
        f.conn.writeText("1");
        f.conn.beginFrame();
        assertThat(f.out.seen()).containsExactly("81 '1'");
        f.conn.writeText("2");
        f.conn.readFrameAll(new byte[2]);
        assertThat(f.out.seen()).containsExactly("81 '1'", "81 '2'");
    }

    @Test // B-2.11, B-10.151
    void headerThatIsCutOffIsALossEvenWhenItsFirstByteIsIllegal() {
        byte[] wire = hex("ff ff ffffffffffffffff 01020304");
        for (int length = 0; length < wire.length; length++) {
            Fixture f = Fixture.server(Arrays.copyOf(wire, length));
            assertThatThrownBy(f.conn::beginFrame).as("%d bytes", length).isInstanceOf(ConnectionLostException.class);
        }
        assertThatThrownBy(Fixture.server(wire).conn::beginFrame).isInstanceOf(ProtocolException.class);
    }
}
