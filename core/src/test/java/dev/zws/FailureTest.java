package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.header;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
    /** Small enough for every limit to be broken by a few bytes. */
    private static final Conn.Config SMALL = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT
            .withMaxFramePayload(200)
            .withMaxMessagePayload(300)
            .withMaxStreamedPayload(300)
            .withMaxFragments(3)
            .withMaxControlFramesPerSecond(2));

    /** Bytes that break exactly this rule. */
    private static byte[] offence(Violation violation, Role peer) {
        byte[] ping = frame(peer, 0x89, "");
        return switch (violation) {
            case RESERVED_BITS_SET -> frame(peer, 0xA1, "x");
            case UNKNOWN_OPCODE -> frame(peer, 0x83, "x");
            case MASK_BIT_INVALID -> frame(Wire.other(peer), 0x81, "x");
            case INVALID_FRAME_LENGTH -> peer == CLIENT ? hex("82 fe 007d 00000000") : hex("82 7e 007d");
            case FRAME_TOO_LARGE -> frame(peer, 0x82, bytes(201));
            case CONTROL_FRAME_FRAGMENTED -> frame(peer, 0x09, "");
            case CONTROL_FRAME_TOO_LARGE -> frame(peer, 0x89, bytes(126));
            case UNEXPECTED_CONTINUATION -> frame(peer, 0x80, "x");
            case EXPECTED_CONTINUATION -> concat(frame(peer, 0x01, "x"), frame(peer, 0x01, "y"));
            case INVALID_CLOSE_PAYLOAD -> frame(peer, 0x88, "x");
            case INVALID_CLOSE_CODE -> frame(peer, 0x88, hex("03ed"));
            case INVALID_UTF8 -> frame(peer, 0x81, hex("c328"));
            case MESSAGE_TOO_LARGE -> concat(frame(peer, 0x02, bytes(200)), frame(peer, 0x80, bytes(101)));
            case TOO_MANY_FRAGMENTS ->
                concat(frame(peer, 0x02, ""), frame(peer, 0x00, ""), frame(peer, 0x00, ""), frame(peer, 0x80, ""));
            case TOO_MANY_CONTROL_FRAMES -> concat(ping, ping, ping);
            case INVALID_COMPRESSED_MESSAGE -> frame(peer, 0xC1, hex("ff00aa55"));
            case OUT_OF_DECOMPRESSORS -> frame(peer, 0xC1, hex("f248cdc9c90700"));
        };
    }

    /** The code on the wire, as a number, so that no constant can be wrong unseen (RFC 6455, 7.4.1; B-4.40). */
    private static int code(Violation violation) {
        return switch (violation) {
            case RESERVED_BITS_SET, UNKNOWN_OPCODE, MASK_BIT_INVALID, INVALID_FRAME_LENGTH, CONTROL_FRAME_FRAGMENTED ->
                1002;
            case CONTROL_FRAME_TOO_LARGE, UNEXPECTED_CONTINUATION, EXPECTED_CONTINUATION -> 1002;
            case INVALID_CLOSE_PAYLOAD, INVALID_CLOSE_CODE -> 1002;
            case INVALID_UTF8, INVALID_COMPRESSED_MESSAGE -> 1007;
            case TOO_MANY_FRAGMENTS, TOO_MANY_CONTROL_FRAMES -> 1008;
            case FRAME_TOO_LARGE, MESSAGE_TOO_LARGE -> 1009;
            case OUT_OF_DECOMPRESSORS -> 1013;
        };
    }

    static Stream<Arguments> everything() {
        return Stream.of(Violation.values())
                .flatMap(violation -> Stream.of(Role.values())
                        .flatMap(role ->
                                Stream.of(Reading.values()).map(reading -> Arguments.of(violation, role, reading))));
    }

    private static Fixture failing(Violation violation, Role role, Reading reading) {
        Role peer = Wire.other(role);
        byte[] wire = concat(text(peer, "before"), offence(violation, peer), text(peer, "after"));
        Pieces pieces = reading.source(Pieces.whole(wire));
        if (violation != Violation.INVALID_COMPRESSED_MESSAGE && violation != Violation.OUT_OF_DECOMPRESSORS) {
            return Fixture.of(role, SMALL, pieces);
        }
        DeflatePool pool = new DeflatePool(DeflateEngine.ZIP, 1, 1, 1);
        if (violation == Violation.OUT_OF_DECOMPRESSORS) {
            pool.tryBorrowDecompressor(); // the only one
        }
        PerMessageDeflate agreed = new PerMessageDeflate(true, true, 15, 15);
        return Fixture.deflating(role, agreed, PerMessageDeflateConfig.DEFAULT.withPool(pool), SMALL, pieces);
    }

    // ---- violations

    @ParameterizedTest // B-11.8, B-11.33, B-10.141
    @MethodSource("everything")
    void everyViolationIsAnsweredOnceWithItsCodeAndNothingIsDeliveredAfterIt(
            Violation violation, Role role, Reading reading) throws IOException {
        Fixture f = failing(violation, role, reading);
        Reading.Outcome outcome = reading.all(f);
        assertThat(outcome.messages()).containsExactly("TEXT 'before'");
        assertThat(outcome.end()).isEqualTo(violation + ", 1006 ''");
        List<Wire.Seen> closes =
                f.out.frames().stream().filter(seen -> seen.firstByte() == 0x88).toList();
        int code = code(violation);
        assertThat(closes).singleElement().extracting(Wire.Seen::payload).isEqualTo(new byte[] {
            (byte) (code >> 8), (byte) code
        });
        assertThat(closes.get(0).masked()).isEqualTo(role == CLIENT);
        assertThat(f.out.frames().get(f.out.frames().size() - 1).firstByte()).isEqualTo(0x88);
        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
    }

    @ParameterizedTest // B-2.14, B-11.8, B-2.84, B-2.95, B-11.5
    @MethodSource("everything")
    void everyLaterCallRepeatsTheFirstCause(Violation violation, Role role, Reading reading) throws IOException {
        Fixture f = failing(violation, role, reading);
        reading.next(f.conn);
        ProtocolException first = catchThrowableOfType(ProtocolException.class, () -> reading.next(f.conn));
        assertThat(first.violation()).isEqualTo(violation);
        assertThat(first.closeCode()).isEqualTo(code(violation));
        byte[] written = f.out.written();
        for (ThrowingCallable call : everyCall(f.conn)) {
            ProtocolException again = catchThrowableOfType(ProtocolException.class, call);
            assertThat(again.violation()).isEqualTo(violation);
            assertThat(again.closeCode()).isEqualTo(first.closeCode());
            assertThat(again).hasMessage(first.getMessage()).hasCause(first);
        }
        assertThat(f.conn.drain()).isTrue();
        f.conn.close();
        assertThat(f.out.written()).isEqualTo(written);
    }

    private static List<ThrowingCallable> everyCall(Conn conn) {
        byte[] none = new byte[0];
        return List.of(
                conn::readMessage,
                conn::pollMessage,
                conn::readStream,
                () -> conn.readMessage(none),
                conn::beginFrame,
                conn::readFrameBorrowed,
                conn::discardFrame,
                () -> conn.readFrame(none),
                () -> conn.readFrameAll(none),
                () -> conn.readFrameChunk(none, 0, 0),
                () -> conn.writeText("x"),
                () -> conn.sendText("x"),
                () -> conn.writeBinary(none),
                () -> conn.sendBinary(none),
                () -> conn.writePing(none),
                () -> conn.writePong(none),
                () -> conn.writeClose(CloseStatus.NORMAL),
                () -> conn.writeFrame(Opcode.TEXT, true, none, 0, 0),
                () -> conn.writeFrame(Opcode.CONTINUATION, true, none, 0, 0),
                () -> conn.writeStream(MessageType.TEXT),
                conn::flush);
    }

    @ParameterizedTest
    @EnumSource
    void violationAfterOurOwnCloseSendsNoSecondOne(Violation violation) throws IOException {
        for (Reading reading : Reading.values()) {
            Fixture f = failing(violation, SERVER, reading);
            f.conn.writeClose(CloseStatus.GOING_AWAY);
            f.conn.flush();
            assertThat(reading.all(f).end()).isEqualTo(violation + ", 1006 ''");
            assertThat(f.out.seen()).containsExactly("88 03e9");
        }
    }

    @ParameterizedTest
    @EnumSource
    void violationGoesOutBehindWhatWaitedBefore(Role role) throws IOException {
        Fixture f = Fixture.of(role, SMALL, frame(Wire.other(role), 0x80, "x"));
        f.conn.writeText("waiting");
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ProtocolException.class);
        assertThat(f.out.seen()).containsExactly("81 'waiting'", "88 03ea");
    }

    @Test
    void violationEndsAStreamThatIsBeingWritten() throws IOException {
        Fixture f = Fixture.client(hex("80 00"));
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.write('a');
        out.flush();
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ProtocolException.class);
        out.write('b');
        assertThatThrownBy(out::finish).isInstanceOf(ProtocolException.class);
        out.close();
        assertThat(f.out.seen()).containsExactly("01 'a'", "88 03ea");
    }

    @Test
    void closeReceivedBeforeAFailureStaysTheStatus() throws IOException {
        Fixture f = Fixture.server(Wire.close(CLIENT, 1001, "bye"));
        f.out.takes(0).thenFails();
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
        assertThat(f.conn.closeStatus()).isEqualTo(new CloseStatus(1001, "bye"));
    }

    @Test
    void violationMetWithABrokenSinkIsStillTheViolation() throws IOException {
        Fixture f = Fixture.server(hex("81 00"));
        f.out.takes(0).thenFails();
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ProtocolException.class);
        assertThat(f.conn.drain()).as("nothing is left that could go").isTrue();
        assertThat(f.conn.wantsWrite()).isFalse();
    }

    @Test
    void violationMetAfterALossThatNobodyHasSeenYetSendsNothing() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x89, bytes(125)), frame(CLIENT, 0x80, "x"));
        f.out.takes(0);
        f.conn.writeBinary(bytes(65_500));
        f.out.thenFails();
        f.reader.fill();
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ProtocolException.class); // the pong was lost before it
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ConnectionLostException.class);
        assertThat(f.out.written()).isEmpty();
    }

    // ---- losses

    /** A message in two fragments with a ping between. */
    private static byte[] conversation(Role peer) {
        return concat(frame(peer, 0x01, "Hel"), frame(peer, 0x89, "!"), frame(peer, 0x80, "lo"));
    }

    @ParameterizedTest // B-11.34, B-10.151
    @EnumSource
    void endOfTheStreamIsALossAtEveryByte(Reading reading) throws IOException {
        for (Role role : Role.values()) {
            byte[] wire = conversation(Wire.other(role));
            for (int length = 0; length <= wire.length; length++) {
                Fixture f = Fixture.of(role, reading.source(Pieces.whole(Arrays.copyOf(wire, length))));
                Reading.Outcome outcome = reading.all(f);
                assertThat(outcome.end()).as("after %d bytes", length).isEqualTo("lost, 1006 ''");
                assertThat(outcome.messages()).isEqualTo(length < wire.length ? List.of() : List.of("TEXT 'Hello'"));
                assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
                assertLost(f, "the stream ended without a Close");
            }
        }
    }

    private static void assertLost(Fixture f, String message) {
        for (ThrowingCallable call : everyCall(f.conn)) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                            ConnectionLostException.class,
                            e -> assertThat(e.closeCode()).isEqualTo(1006))
                    .hasMessage(message)
                    .hasCauseInstanceOf(ConnectionLostException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void failureOfTheSourceIsALossAtEveryByte(Reading reading) throws IOException {
        byte[] wire = conversation(CLIENT);
        for (int length = 0; length <= wire.length; length++) {
            Pieces pieces =
                    reading.source(Pieces.whole(Arrays.copyOf(wire, length))).thenFails();
            Fixture f = Fixture.of(SERVER, pieces);
            assertThat(reading.all(f).end()).isEqualTo("lost, 1006 ''");
            assertLost(f, "the stream failed while reading");
        }
    }

    @Test // B-2.55, B-11.8
    void endOfTheStreamIsALossAtEveryByteOfAFrame() {
        byte[] wire = text(CLIENT, "Hello");
        for (int length = 0; length < wire.length; length++) {
            for (int way = 0; way < 4; way++) {
                Fixture f = Fixture.server(Arrays.copyOf(wire, length));
                assertThatThrownBy(wayToReadAFrame(f.conn, way)).isInstanceOf(ConnectionLostException.class);
                assertLost(f, "the stream ended without a Close");
            }
        }
    }

    private static ThrowingCallable wayToReadAFrame(Conn conn, int way) {
        byte[] target = new byte[5];
        return () -> {
            switch (way) {
                case 0 -> conn.readFrame(target);
                case 1 -> conn.readFrameBorrowed();
                case 2 -> {
                    conn.beginFrame();
                    conn.discardFrame();
                }
                default -> {
                    conn.beginFrame();
                    while (conn.frameActive()) {
                        conn.readFrameChunk(target, 0, 1);
                    }
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void failureOfTheSinkIsALossForReaderAndWriter(Role role) {
        Fixture f = Fixture.of(role, SMALL, text(Wire.other(role), "x"));
        f.out.takes(0).thenFails();
        assertThatThrownBy(() -> f.conn.sendText("y"))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessage("the stream failed while writing")
                .cause()
                .hasMessage("the tape is broken");
        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
        assertThat(f.conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
        assertLost(f, "the stream failed while writing");
    }

    @Test
    void flushThatFailsBeforeAWaitIsALossForTheReader() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "x"));
        f.conn.writeText("y");
        f.out.takes(0).thenFails();
        assertThatThrownBy(f.conn::readMessage)
                .isInstanceOf(ConnectionLostException.class)
                .hasRootCauseMessage("the tape is broken");
        assertThat(f.in.exhausted()).isFalse();
    }

    @Test
    void sinkThatThrowsSomethingElseIsALossToo() throws IOException {
        for (boolean error : new boolean[] {false, true}) {
            ByteWriter.Sink sink = (source, offset, length) -> {
                if (error) {
                    throw new AssertionError("odd");
                }
                throw new UnsupportedOperationException("odd");
            };
            Conn conn = Conn.server(ByteReader.of(Pieces.whole(new byte[0])), ByteWriter.of(sink), SMALL);
            conn.writeText("x");
            assertThatThrownBy(conn::flush).hasMessage("odd").isNotInstanceOf(IOException.class);
            assertThatThrownBy(conn::flush)
                    .isInstanceOf(ConnectionLostException.class)
                    .hasRootCauseMessage("odd");
            Conn large = Conn.server(ByteReader.of(Pieces.whole(new byte[0])), ByteWriter.of(sink), SMALL);
            assertThatThrownBy(() -> large.writeBinary(bytes(100_000)))
                    .hasMessage("odd")
                    .isNotInstanceOf(IOException.class);
            assertThat(large.state()).isEqualTo(Conn.State.FAILED);
            Conn reading = Conn.server(ByteReader.of(Pieces.whole(new byte[0])), ByteWriter.of(sink), SMALL);
            reading.writeText("x");
            assertThatThrownBy(reading::readMessage).hasMessage("odd").isNotInstanceOf(IOException.class);
            assertThatThrownBy(reading::readMessage)
                    .isInstanceOf(ConnectionLostException.class)
                    .hasRootCauseMessage("odd");
        }
    }

    @Test // reliability.md 2.1: the top bit of a length
    void largestLengthsAreRefusedAndNeverLoopOrOverflow() {
        Conn.Config config = SMALL.withLimits(SMALL.limits()
                .withMaxFramePayload(Long.MAX_VALUE)
                .withMaxMessagePayload(Integer.MAX_VALUE - 8)
                .withMaxStreamedPayload(Long.MAX_VALUE));
        byte[] two = concat(frame(SERVER, 0x02, "x"), header(SERVER, 0x80, Long.MAX_VALUE));
        for (Reading reading : Reading.values()) {
            Fixture negative = Fixture.of(CLIENT, config, reading.source(Pieces.whole(hex("82 7f ffffffffffffffff"))));
            assertThatThrownBy(() -> reading.next(negative.conn)).hasMessageContaining("INVALID_FRAME_LENGTH");
            Fixture sum = Fixture.of(CLIENT, config, reading.source(Pieces.whole(two)));
            assertThatThrownBy(() -> reading.next(sum.conn)).hasMessageContaining("MESSAGE_TOO_LARGE");
        }
    }
}
