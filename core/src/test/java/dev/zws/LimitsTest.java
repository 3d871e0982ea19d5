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

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** Every limit one below, at, and one above, on every way to read that it applies to. What memory they save: MemoryTest. */
class LimitsTest {
    private static final Conn.Config DEFAULT = Conn.Config.DEFAULT;
    private static final int LIMIT = 200;

    static Stream<Arguments> everyRoleAndReading() {
        return Stream.of(Role.values())
                .flatMap(role -> Stream.of(Reading.values()).map(reading -> Arguments.of(role, reading)));
    }

    /** What reading gives: the first message, or the violation with its code. */
    private static String first(Role role, Conn.Config config, Reading reading, byte[] wire) throws IOException {
        Fixture f = Fixture.of(role, config, reading.source(Pieces.whole(wire)));
        try {
            return reading.next(f.conn);
        } catch (ProtocolException e) {
            int code = e.closeCode();
            assertThat(f.out.frames())
                    .singleElement()
                    .extracting(Wire.Seen::payload)
                    .isEqualTo(new byte[] {(byte) (code >> 8), (byte) code});
            return e.violation() + " " + code;
        } catch (MessageTooLargeException e) {
            return "dropped, then " + reading.next(f.conn);
        }
    }

    // ---- one frame

    @ParameterizedTest // B-10.46, B-2.13
    @MethodSource("everyRoleAndReading")
    void frameUpToItsLimitPassesAndOneByteMoreIs1009(Role role, Reading reading) throws IOException {
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withMaxFramePayload(LIMIT));
        Role peer = Wire.other(role);
        for (int length : new int[] {LIMIT - 1, LIMIT}) {
            String message = Reading.show(MessageType.BINARY, bytes(length));
            assertThat(first(role, config, reading, frame(peer, 0x82, bytes(length))))
                    .isEqualTo(message);
        }
        assertThat(first(role, config, reading, header(peer, 0x82, LIMIT + 1))).isEqualTo("FRAME_TOO_LARGE 1009");
        assertThat(first(role, config, reading, header(peer, 0x82, Long.MAX_VALUE)))
                .isEqualTo("FRAME_TOO_LARGE 1009");
    }

    @Test // B-2.13
    void frameLimitHoldsForControlFramesToo() throws IOException {
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withMaxFramePayload(3));
        for (Reading reading : Reading.values()) {
            assertThat(first(CLIENT, config, reading, hex("89 04 01020304"))).isEqualTo("FRAME_TOO_LARGE 1009");
        }
        Fixture f = Fixture.of(CLIENT, config, hex("89 03 010203 89 04"));
        f.conn.readFrame(new byte[3]);
        assertThatThrownBy(f.conn::beginFrame).hasMessageContaining("FRAME_TOO_LARGE");
        assertThat(f.out.seen()).containsExactly("88 03f1");
    }

    @Test
    void frameLimitHoldsFrameByFrame() throws IOException {
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withMaxFramePayload(LIMIT));
        for (int length : new int[] {LIMIT - 1, LIMIT}) {
            Fixture f =
                    Fixture.of(SERVER, config, frame(CLIENT, 0x82, bytes(length)), frame(CLIENT, 0x82, bytes(length)));
            assertThat(f.conn.readFrame(new byte[LIMIT]).length()).isEqualTo(length);
            assertThat(f.conn.readFrameBorrowed().length()).isEqualTo(length);
        }
        Fixture begun = Fixture.of(SERVER, config, header(CLIENT, 0x82, LIMIT + 1));
        assertThatThrownBy(begun.conn::beginFrame).hasMessageContaining("FRAME_TOO_LARGE");
        Fixture borrowed = Fixture.of(SERVER, config, header(CLIENT, 0x82, LIMIT + 1));
        assertThatThrownBy(borrowed.conn::readFrameBorrowed).hasMessageContaining("FRAME_TOO_LARGE");
    }

    // ---- one message

    private static Conn.Config messageLimit(Reading reading) {
        return messageLimit(reading, Limits.Oversize.FAIL);
    }

    /** The limit that this reading goes by; the other one is 0. */
    private static Conn.Config messageLimit(Reading reading, Limits.Oversize oversize) {
        Limits limits = Limits.DEFAULT
                .withMaxStreamedPayload(reading == Reading.STREAMED ? LIMIT : 0)
                .withMaxMessagePayload(reading == Reading.STREAMED ? 0 : LIMIT)
                .withOversize(oversize);
        return DEFAULT.withLimits(limits);
    }

    @ParameterizedTest // B-10.60, B-2.73, B-11.4, B-2.94
    @MethodSource("everyRoleAndReading")
    void messageUpToItsLimitPassesAndOneByteMoreIs1009(Role role, Reading reading) throws IOException {
        Role peer = Wire.other(role);
        Conn.Config config = messageLimit(reading);
        for (int length = LIMIT - 1; length <= LIMIT + 1; length++) {
            String expected =
                    length > LIMIT ? "MESSAGE_TOO_LARGE 1009" : Reading.show(MessageType.BINARY, bytes(length));
            assertThat(first(role, config, reading, frame(peer, 0x82, bytes(length))))
                    .isEqualTo(expected);
        }
        assertThat(first(role, config, reading, frame(peer, 0x82, ""))).isEqualTo("BINARY ");
    }

    @ParameterizedTest // B-10.64, reliability.md 2.1: the sum of the fragments
    @MethodSource("everyRoleAndReading")
    void limitIsHeldByTheSumOfTheFragmentsAndIsSeenInTheHeader(Role role, Reading reading) throws IOException {
        Role peer = Wire.other(role);
        Conn.Config config = messageLimit(reading);
        byte[] begun = concat(frame(peer, 0x02, new byte[150]), frame(peer, 0x8A, bytes(125)), frame(peer, 0x00, ""));
        String most = Reading.show(MessageType.BINARY, new byte[LIMIT]);
        assertThat(first(role, config, reading, concat(begun, frame(peer, 0x80, new byte[50]))))
                .isEqualTo(most);
        assertThat(first(role, config, reading, concat(begun, header(peer, 0x80, 51))))
                .isEqualTo("MESSAGE_TOO_LARGE 1009");
    }

    @ParameterizedTest // B-2.81
    @EnumSource
    void limitOfZeroTakesEmptyMessagesOnly(Reading reading) throws IOException {
        Conn.Config config =
                DEFAULT.withLimits(Limits.DEFAULT.withMaxMessagePayload(0).withMaxStreamedPayload(0));
        assertThat(first(CLIENT, config, reading, hex("01 00 80 00"))).isEqualTo("TEXT ''");
        assertThat(first(CLIENT, config, reading, hex("01 00 80 01"))).isEqualTo("MESSAGE_TOO_LARGE 1009");
    }

    @ParameterizedTest // B-2.76, B-10.64, B-12.6
    @EnumSource(mode = Mode.EXCLUDE, names = "STREAMED")
    void messageOverItsLimitIsDroppedInsteadWhenThatIsAskedFor(Reading reading) throws IOException {
        Conn.Config config = messageLimit(reading, Limits.Oversize.DRAIN);
        byte[] ok = text(CLIENT, "ok");
        assertThat(first(SERVER, config, reading, concat(frame(CLIENT, 0x82, bytes(LIMIT + 1)), ok)))
                .isEqualTo("dropped, then TEXT 'ok'");
        byte[] fragmented = concat(
                frame(CLIENT, 0x02, bytes(LIMIT)),
                frame(CLIENT, 0x89, "!"),
                frame(CLIENT, 0x00, bytes(1)),
                frame(CLIENT, 0x80, bytes(9)));
        assertThat(first(SERVER, config, reading, concat(fragmented, ok))).isEqualTo("dropped, then TEXT 'ok'");
    }

    @Test
    void streamedMessageOverItsLimitFailsAlsoWhenOthersAreDropped() throws IOException {
        Conn.Config config = messageLimit(Reading.STREAMED, Limits.Oversize.DRAIN);
        assertThat(first(SERVER, config, Reading.STREAMED, header(CLIENT, 0x82, LIMIT + 1)))
                .isEqualTo("MESSAGE_TOO_LARGE 1009");
    }

    // ---- fragments

    @ParameterizedTest
    @MethodSource("everyRoleAndReading")
    void messageOfAsManyFramesAsAllowedPassesAndOneMoreIs1008(Role role, Reading reading) throws IOException {
        Role peer = Wire.other(role);
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withMaxFragments(3));
        byte[] first = frame(peer, 0x02, "a");
        byte[] middle = frame(peer, 0x00, "");
        byte[] last = frame(peer, 0x80, "b");
        assertThat(first(role, config, reading, concat(first, last))).isEqualTo("BINARY 6162");
        assertThat(first(role, config, reading, concat(first, frame(peer, 0x89, ""), middle, last)))
                .isEqualTo("BINARY 6162");
        assertThat(first(role, config, reading, concat(first, middle, middle, last)))
                .isEqualTo("TOO_MANY_FRAGMENTS 1008");
        assertThat(first(role, config.withLimits(config.limits().withMaxFragments(1)), reading, frame(peer, 0x82, "a")))
                .isEqualTo("BINARY 61");
        assertThat(first(role, config.withLimits(config.limits().withMaxFragments(1)), reading, concat(first, last)))
                .isEqualTo("TOO_MANY_FRAGMENTS 1008");
    }

    @Test
    void fragmentsAreCountedFrameByFrameAndInEachMessageAnew() throws IOException {
        Fixture f = Fixture.of(
                CLIENT,
                DEFAULT.withLimits(Limits.DEFAULT.withMaxFragments(2)),
                hex("01 00 80 00 01 00 80 00 01 00 00 00 00 00"));
        for (int i = 0; i < 6; i++) {
            f.conn.readFrame(new byte[0]);
        }
        assertThatThrownBy(f.conn::beginFrame).hasMessageContaining("TOO_MANY_FRAGMENTS");
        assertThat(f.out.seen()).containsExactly("88 03f0");
    }

    @Test
    void fragmentsOfAMessageThatIsDroppedCountToo() throws IOException {
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withMaxFragments(2));
        Fixture f = Fixture.of(CLIENT, config, hex("01 01 41 00 01 42 80 00"));
        assertThatThrownBy(() -> f.conn.readMessage(new byte[0])).hasMessageContaining("TOO_MANY_FRAGMENTS");
    }

    // ---- what is read to be dropped

    @ParameterizedTest // B-11.7: payload, and the headers that follow
    @CsvSource({
        "82 08 4142434445464748, 8",
        "02 07 41424344454647 00 00 80 01 48, 12",
        "02 02 4142 80 06 434445464748, 6"
    })
    void dropMayCostAsMuchAsItsBudgetAndOneByteMoreIs1009(String wire, int cost) throws IOException {
        Conn.Config drain = DEFAULT.withLimits(
                Limits.DEFAULT.withOversize(Limits.Oversize.DRAIN).withMaxMessagePayload(5));
        for (int budget = cost - 1; budget <= cost + 1; budget++) {
            String expected = budget < cost ? "MESSAGE_TOO_LARGE 1009" : "dropped, then TEXT 'ok'";
            byte[] all = concat(hex(wire), hex("81 02 6f6b"));
            for (Reading reading : List.of(Reading.WHOLE, Reading.POLLED, Reading.INTO_ARRAY)) {
                assertThat(first(CLIENT, drain.withLimits(drain.limits().withDrainBudget(budget)), reading, all))
                        .isEqualTo(expected);
            }
            for (Pieces pieces : List.of(Pieces.whole(all), Pieces.single(all))) {
                Fixture f = Fixture.of(CLIENT, DEFAULT.withLimits(Limits.DEFAULT.withDrainBudget(budget)), pieces);
                Class<? extends Throwable> end =
                        budget < cost ? ProtocolException.class : MessageTooLargeException.class;
                assertThatThrownBy(() -> f.conn.readMessage(new byte[5])).isInstanceOf(end);
                assertThat(f.out.seen()).isEqualTo(budget < cost ? List.of("88 03f1") : List.of());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"82 08 4142434445464748, 7", "02 07 41424344454647 00 00 80 01 48, 11"})
    void closeOfAStreamedMessageDropsUpToItsBudget(String wire, int cost) throws IOException {
        for (int budget = cost - 1; budget <= cost + 1; budget++) {
            Fixture f = Fixture.of(
                    CLIENT,
                    DEFAULT.withLimits(Limits.DEFAULT.withDrainBudget(budget)),
                    concat(hex(wire), hex("81 02 6f6b")));
            MessageInput input = f.conn.readStream();
            assertThat(input.read()).isEqualTo('A');
            if (budget < cost) {
                assertThatThrownBy(input::close)
                        .isInstanceOf(ProtocolException.class)
                        .hasMessageContaining("MESSAGE_TOO_LARGE");
                assertThat(f.out.seen()).containsExactly("88 03f1");
                continue;
            }
            input.close();
            assertThat(f.conn.readMessage().text()).isEqualTo("ok");
        }
    }

    // ---- output

    /** A server that has exactly this many bytes of output waiting, over a sink that takes none. */
    private static Fixture pending(Conn.Config config, int bytes) throws IOException {
        Fixture f = Fixture.open(SERVER, config, text(CLIENT, "x"));
        f.out.takes(0);
        f.conn.writeBinary(new byte[bytes - (bytes < 128 ? 2 : bytes < 65_540 ? 4 : 10)]);
        return f;
    }

    @ParameterizedTest
    @CsvSource({"99, true", "100, true", "101, false"})
    void pollReadsUpToTheHighWaterMarkAndNotAbove(int waiting, boolean reads) throws IOException {
        Fixture f = pending(DEFAULT.withLimits(Limits.DEFAULT.withOutputHighWater(100)), waiting);
        assertThat(f.conn.pollMessage() != null).isEqualTo(reads);
        assertThat(f.in.exhausted()).isEqualTo(reads);
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
    }

    @ParameterizedTest
    @CsvSource({"65535, true", "65536, true", "65537, false", "65538, false"})
    void writingIsAllowedUpToTheMostThatMayWaitAndNotAbove(int waiting, boolean allowed) throws IOException {
        byte[] one = {'a'};
        Fixture stream = Fixture.open(SERVER, DEFAULT.withLimits(Limits.DEFAULT.withMaxPendingOutput(65_536)));
        stream.out.takes(0);
        List<Write> writes = List.of(
                conn -> conn.writeText("a"),
                conn -> conn.sendText(one, 0, 1),
                conn -> conn.sendBinary(one),
                conn -> conn.writePing(one),
                conn -> conn.writePong(one),
                conn -> conn.writeFrame(Opcode.BINARY, true, one, 0, 1),
                conn -> conn.writeFrame(Opcode.PING, true, one, 0, 1),
                conn -> {
                    MessageOutput out = conn.writeStream(MessageType.BINARY);
                    out.write('a');
                    out.finish();
                });
        for (Write write : writes) {
            Fixture f = pending(DEFAULT.withLimits(Limits.DEFAULT.withMaxPendingOutput(65_536)), waiting);
            if (!allowed) {
                assertThatThrownBy(() -> write.to(f.conn))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("65536");
            } else {
                write.to(f.conn);
            }
            f.out.takes(Long.MAX_VALUE);
            assertThat(f.conn.drain()).isTrue();
            assertThat(f.out.frames()).hasSize(allowed ? 2 : 1);
        }
    }

    private interface Write {
        void to(Conn conn) throws IOException;
    }

    @Test
    void writeThatWasRefusedPassesWhenTheSinkTakesSome() throws IOException {
        Fixture f = pending(DEFAULT.withLimits(Limits.DEFAULT.withMaxPendingOutput(65_536)), 65_537);
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.write('a');
        assertThatThrownBy(out::finish).isInstanceOf(IllegalStateException.class);
        f.out.takes(1);
        out.finish();
        f.out.takes(Long.MAX_VALUE);
        f.conn.sendText("next");
        assertThat(f.out.seen().subList(1, 3)).containsExactly("81 'a'", "81 'next'");
    }

    @Test
    void closeIsNeverRefusedForWhatWaits() throws IOException {
        Fixture f = pending(DEFAULT.withLimits(Limits.DEFAULT.withMaxPendingOutput(65_536)), 70_000);
        f.conn.writeClose(CloseStatus.NORMAL);
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSING);
        Fixture violated = pending(
                DEFAULT.withLimits(Limits.DEFAULT.withMaxPendingOutput(65_536).withOutputHighWater(100_000)), 70_000);
        violated.in.add(hex("ff 80 00000000"));
        violated.conn.pollMessage();
        assertThatThrownBy(violated.conn::pollMessage).isInstanceOf(ProtocolException.class);
        for (Fixture each : new Fixture[] {f, violated}) {
            each.out.takes(Long.MAX_VALUE);
            each.conn.drain();
            List<Wire.Seen> frames = new ArrayList<>(each.out.frames());
            assertThat(frames.get(frames.size() - 1).firstByte()).isEqualTo(0x88);
        }
    }
}
