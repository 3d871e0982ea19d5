package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlFrameTest {
    private static final Conn.Config DEFAULT = Conn.Config.DEFAULT;

    // ---- pings and pongs that arrive

    @ParameterizedTest // B-2.64
    @ValueSource(ints = {0, 1, 124, 125})
    void pingIsAnsweredWithItsOwnPayload(int length) throws IOException {
        for (Role role : Role.values()) {
            Role peer = Wire.other(role);
            Fixture f = Fixture.of(role, DEFAULT, frame(peer, 0x89, bytes(length)), text(peer, "x"));
            assertThat(f.conn.readMessage().text()).isEqualTo("x");
            f.conn.flush();
            Wire.Seen pong = f.out.frames().get(0);
            assertThat(pong.firstByte()).isEqualTo(0x8a);
            assertThat(pong.payload()).isEqualTo(bytes(length));
            assertThat(pong.masked()).isEqualTo(role == CLIENT);
            assertThat(f.out.frames()).hasSize(1);
        }
    }

    @ParameterizedTest // B-2.91, B-11.35
    @EnumSource
    void pingsAreAnsweredInTheirOrderOnEveryWayToRead(Reading reading) throws IOException {
        byte[] wire = concat(
                frame(CLIENT, 0x89, "1"),
                frame(CLIENT, 0x02, ""),
                frame(CLIENT, 0x89, "2"),
                frame(CLIENT, 0x89, "3"),
                frame(CLIENT, 0x80, ""),
                frame(CLIENT, 0x89, "4"),
                close(CLIENT, 1000, ""));
        Fixture f = Fixture.of(SERVER, reading.source(Pieces.single(wire)));
        assertThat(reading.all(f).written()).containsExactly("8a 31", "8a 32", "8a 33", "8a 34", "88 03e8");
    }

    @ParameterizedTest // B-2.63, B-10.56
    @EnumSource
    void unsolicitedPongsAreIgnored(Reading reading) throws IOException {
        byte[] wire = concat(hex("8a 00 01 01 41 8a 7d"), bytes(125), hex("80 00"), hex("8a 01 21 88 00"));
        Fixture f = Fixture.of(CLIENT, DEFAULT.withAutoPong(false), reading.source(Pieces.whole(wire)));
        assertThat(reading.all(f))
                .isEqualTo(new Reading.Outcome(
                        Collections.singletonList("TEXT 'A'"), "closed, 1005 ''", Collections.singletonList("88 ")));
    }

    @ParameterizedTest // B-2.64
    @EnumSource
    void pingsAreLeftAloneWhenAutoPongIsOff(Reading reading) throws IOException {
        byte[] wire = concat(frame(CLIENT, 0x89, "1"), text(CLIENT, "x"), close(CLIENT, 1000, ""));
        Fixture f = Fixture.of(SERVER, DEFAULT.withAutoPong(false), reading.source(Pieces.whole(wire)));
        assertThat(reading.all(f).written()).containsExactly("88 03e8");
    }

    @ParameterizedTest // B-2.64, B-10.59
    @EnumSource
    void pingAfterOurCloseIsNotAnswered(Reading reading) throws IOException {
        byte[] wire = concat(frame(CLIENT, 0x89, "1"), text(CLIENT, "x"), close(CLIENT, 1000, ""));
        Fixture f = Fixture.of(SERVER, DEFAULT, reading.source(Pieces.whole(wire)));
        f.conn.writeClose(new CloseStatus(1001, ""));
        assertThat(reading.all(f))
                .isEqualTo(new Reading.Outcome(
                        Collections.singletonList("TEXT 'x'"),
                        "closed, 1000 ''",
                        Collections.singletonList("88 03e9")));
    }

    @Test // B-11.40
    void pingsThatArriveTogetherAreAnsweredInOneWrite() throws IOException {
        byte[][] pings = Collections.nCopies(900, frame(CLIENT, 0x89, "")).toArray(byte[][]::new);
        Fixture f = Fixture.server(concat(pings), close(CLIENT, 1000, ""));
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.out.frames()).hasSize(901);
        assertThat(f.out.written()).startsWith(0x8a, 0x00, 0x8a, 0x00).endsWith(0x88, 0x02, 0x03, 0xe8);
        assertThat(f.out.flushes()).isLessThan(12); // one a filled buffer, and the Close
    }

    @Test
    void pongsArePushedOutWhenTheyFillABatch() throws IOException {
        byte[][] pings =
                Collections.nCopies(900, frame(CLIENT, 0x89, bytes(125))).toArray(byte[][]::new);
        Fixture f = Fixture.server(concat(pings), text(CLIENT, "x"));
        assertThat(f.conn.readMessage().text()).isEqualTo("x");
        f.conn.flush();
        assertThat(f.out.frames()).hasSize(900);
    }

    @Test
    void lossMetWhileAnsweringAPingIsReportedByTheNextCall() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x89, bytes(125)), text(CLIENT, "x"));
        f.out.takes(0);
        f.conn.writeBinary(bytes(65_500));
        f.out.thenFails();
        f.reader.fill();
        assertThat(f.conn.readMessage().text()).isEqualTo("x");
        assertThatThrownBy(f.conn::readMessage)
                .isInstanceOf(ConnectionLostException.class)
                .hasRootCauseMessage("the tape is broken");
    }

    // ---- how many

    @ParameterizedTest
    @EnumSource
    void oneControlFrameMoreThanAllowedWithinASecondIsAViolation(Reading reading) throws IOException {
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withMaxControlFramesPerSecond(3));
        byte[] three = concat(
                frame(CLIENT, 0x89, "1"), frame(CLIENT, 0x8a, "2"), frame(CLIENT, 0x02, ""), frame(CLIENT, 0x89, "3"));
        Fixture f = Fixture.of(SERVER, config, reading.source(Pieces.whole(concat(three, frame(CLIENT, 0x89, "4")))));
        Reading.Outcome outcome = reading.all(f);
        assertThat(outcome.end()).isEqualTo("TOO_MANY_CONTROL_FRAMES, 1006 ''");
        assertThat(outcome.written()).containsExactly("8a 31", "8a 33", "88 03f0");
        Fixture enough =
                Fixture.of(SERVER, config, reading.source(Pieces.whole(concat(three, frame(CLIENT, 0x80, "")))));
        assertThat(reading.next(enough.conn)).isEqualTo("BINARY ");
    }

    @Test
    void allowanceIsRenewedAfterASecond() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT.withLimits(Limits.DEFAULT.withMaxControlFramesPerSecond(2)));
        byte[] ping = frame(CLIENT, 0x89, "");
        for (int second = 0; second < 5; second++) {
            f.in.add(ping).add(ping);
            assertThat(f.conn.pollMessage()).isNull();
            f.now += 1_000_000_000;
        }
        assertThat(f.out.frames()).hasSize(10);
        f.now -= 1;
        f.in.add(ping).add(ping).add(ping);
        assertThatThrownBy(f.conn::pollMessage).isInstanceOf(ProtocolException.class);
    }

    @Test
    void renewedAllowanceIsAsLargeAsTheFirst() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT.withLimits(Limits.DEFAULT.withMaxControlFramesPerSecond(2)));
        byte[] pong = frame(CLIENT, 0x8A, "");
        f.in.add(pong).add(pong);
        assertThat(f.conn.pollMessage()).isNull();
        f.now += 1_000_000_000;
        f.in.add(pong).add(pong);
        assertThat(f.conn.pollMessage()).isNull();
        f.in.add(pong);
        assertThatThrownBy(f.conn::pollMessage).hasMessageContaining("TOO_MANY_CONTROL_FRAMES");
    }

    @Test
    void allowanceEndsOneNanosecondBeforeTheSecondDoes() throws IOException {
        for (long elapsed : new long[] {999_999_999, 1_000_000_000}) {
            Fixture f = Fixture.open(SERVER, DEFAULT.withLimits(Limits.DEFAULT.withMaxControlFramesPerSecond(1)));
            f.in.add(frame(CLIENT, 0x8a, ""));
            f.conn.pollMessage();
            f.now += elapsed;
            f.in.add(frame(CLIENT, 0x8a, ""));
            if (elapsed < 1_000_000_000) {
                assertThatThrownBy(f.conn::pollMessage).isInstanceOf(ProtocolException.class);
            } else {
                assertThat(f.conn.pollMessage()).isNull();
            }
        }
    }

    @Test
    void clockMayPassItsLargestValue() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT.withLimits(Limits.DEFAULT.withMaxControlFramesPerSecond(1)));
        f.now = Long.MAX_VALUE - 1;
        f.in.add(frame(CLIENT, 0x8a, "")).add(frame(CLIENT, 0x8a, ""));
        assertThat(f.conn.pollMessage()).isNull();
        f.now += 1_000_000_000;
        f.in.add(frame(CLIENT, 0x8a, ""));
        assertThat(f.conn.pollMessage()).isNull();
    }

    @Test
    void controlFramesReadFrameByFrameCountToo() throws IOException {
        Fixture f = Fixture.of(
                CLIENT, DEFAULT.withLimits(Limits.DEFAULT.withMaxControlFramesPerSecond(1)), hex("89 00 89 00"));
        f.conn.readFrame(new byte[0]);
        assertThatThrownBy(f.conn::beginFrame)
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.closeCode()).isEqualTo(1008));
    }

    // ---- control frames of our own

    @ParameterizedTest // B-3.50, B-10.66
    @EnumSource
    void pingAndPongCarryAtMost125Bytes(Role role) throws IOException {
        Fixture f = Fixture.of(role, DEFAULT);
        assertThatThrownBy(() -> f.conn.writePing(new byte[126])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> f.conn.writePong(new byte[126])).isInstanceOf(IllegalArgumentException.class);
        f.conn.writePing(bytes(125));
        f.conn.writePong(bytes(125));
        f.conn.flush();
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x89, 0x8a);
        assertThat(f.out.frames()).extracting(Wire.Seen::payload).containsExactly(bytes(125), bytes(125));
    }

    @Test // B-10.67
    void clientMasksPingPongAndClose() throws IOException {
        Fixture f = Fixture.client();
        f.conn.writePing(utf8("Hi"));
        f.conn.writePong(utf8("Hi"));
        f.conn.writeClose(CloseStatus.NORMAL);
        f.conn.flush();
        assertThat(f.out.written()).isEqualTo(hex("89 82 37fa213d 7f93 8a 82 37fa213d 7f93 88 82 37fa213d 3412"));
    }

    // ---- the peer's Close

    @ParameterizedTest // B-2.66, B-10.56, B-11.36
    @CsvSource({
        "88 05 03e8 627965, 1000, bye, 88 03e8627965",
        "88 02 0fa0, 4000, '', 88 0fa0",
        "88 02 03f6, 1014, '', 88 03f6",
        "88 00, 1005, '', '88 '"
    })
    void closeIsAnsweredWithItsOwnCodeAndReason(String wire, int code, String reason, String answer)
            throws IOException {
        for (Reading reading : Reading.values()) {
            Fixture f = Fixture.of(CLIENT, DEFAULT, reading.source(Pieces.whole(hex(wire))));
            assertThat(reading.next(f.conn)).isNull();
            assertThat(f.conn.closeStatus()).isEqualTo(new CloseStatus(code, reason));
            assertThat(f.out.seen()).containsExactly(answer);
            assertThat(f.out.frames().get(0).masked()).isTrue();
            assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
        }
    }

    @Test // B-2.67, B-10.57
    void answerToACloseGoesOutAtOnceWithWhatWaitedBefore() throws IOException {
        Fixture f = Fixture.server(close(CLIENT, 1000, ""));
        f.conn.writeText("earlier");
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.out.seen()).containsExactly("81 'earlier'", "88 03e8");
    }

    @ParameterizedTest // B-2.85, B-10.58, B-2.65
    @EnumSource
    void closeWithinAMessageEndsItAndIsAnswered(Reading reading) throws IOException {
        byte[] wire = concat(frame(CLIENT, 0x01, "Hel"), frame(CLIENT, 0x88, ""));
        Fixture f = Fixture.of(SERVER, reading.source(Pieces.whole(wire)));
        assertThat(reading.all(f))
                .isEqualTo(new Reading.Outcome(
                        Collections.emptyList(), "closed, 1005 ''", Collections.singletonList("88 ")));
        assertThat(f.conn.openMessage()).isNull();
    }

    @ParameterizedTest // B-2.69, B-10.56
    @EnumSource
    void closeIsLeftToTheCallerWhenAutoReplyIsOff(Reading reading) throws IOException {
        Fixture f = Fixture.of(
                SERVER, DEFAULT.withAutoReplyClose(false), reading.source(Pieces.whole(close(CLIENT, 1000, "bye"))));
        assertThat(reading.next(f.conn)).isNull();
        assertThat(f.out.written()).isEmpty();
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSING);
        f.conn.sendText("last words"); // B-3.8
        f.conn.writeClose(new CloseStatus(4001, ""));
        f.conn.flush();
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(f.conn.closeStatus()).isEqualTo(new CloseStatus(1000, "bye"));
        assertThat(f.out.seen()).containsExactly("81 'last words'", "88 0fa1");
    }

    @Test
    void reasonIsTakenAsItIsWhenTheCheckIsOff() throws IOException {
        Fixture f = Fixture.of(CLIENT, DEFAULT.withValidateUtf8(false), hex("88 03 03e8 ff"));
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.conn.closeStatus()).isEqualTo(new CloseStatus(1000, "\uFFFD"));
        assertThat(f.out.seen()).containsExactly("88 03e8ff");
    }

    @Test
    void longestReasonIsAnswered() throws IOException {
        byte[] close = close(CLIENT, 1000, "r".repeat(123));
        Fixture f = new Fixture(SERVER, DEFAULT, Pieces.single(close), 256);
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.conn.closeStatus().reason()).hasSize(123);
        assertThat(f.out.frames().get(0).payload()).hasSize(125);
    }
}
