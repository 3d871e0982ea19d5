package dev.zws;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens never depends on how the bytes arrive, nor on how they are read. */
class PartitionTest {
    private static final Conn.Config CONFIG = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT
            .withMaxFramePayload(65_600)
            .withMaxMessagePayload(65_536)
            .withMaxStreamedPayload(65_536)
            .withMaxFragments(5)
            .withMaxControlFramesPerSecond(6));

    /** Bytes that a peer sends, and what must become of them. */
    private record Scenario(String name, Function<Role, byte[]> wire, Reading.Outcome outcome) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Messages, with pongs if there were pings, and a Close at the end. */
    private static Scenario good(String name, Function<Role, byte[]> wire, List<String> messages, String... pongs) {
        List<String> written = new ArrayList<>(List.of(pongs));
        written.add("88 03e8");
        Function<Role, byte[]> closed = peer -> concat(wire.apply(peer), close(peer, 1000, "bye"));
        written.set(written.size() - 1, "88 03e8627965");
        return new Scenario(name, closed, new Reading.Outcome(messages, "closed, 1000 'bye'", written));
    }

    /** A message, then an offence, then another message that must not be seen. */
    private static Scenario bad(
            String violation, int code, String name, Function<Role, byte[]> offence, String... pongs) {
        List<String> written = new ArrayList<>(List.of(pongs));
        written.add("88 0" + Integer.toHexString(code));
        Function<Role, byte[]> wire = peer -> concat(text(peer, "before"), offence.apply(peer), text(peer, "after"));
        return new Scenario(
                violation + " " + name,
                wire,
                new Reading.Outcome(List.of("TEXT 'before'"), violation + ", 1006 ''", written));
    }

    private static Scenario sized(int length) {
        return good(
                length + " bytes of binary",
                peer -> frame(peer, 0x82, bytes(length)),
                List.of(Reading.show(MessageType.BINARY, bytes(length))));
    }

    private static Scenario badText(String hex) {
        byte[] payload = HexFormat.of().parseHex(hex);
        return bad("INVALID_UTF8", 1007, hex, peer -> frame(peer, 0x81, payload));
    }

    private static Scenario badClose(String hex, String violation, int code) {
        byte[] payload = HexFormat.of().parseHex(hex);
        return bad(violation, code, "close " + hex, peer -> frame(peer, 0x88, payload));
    }

    private static final List<Scenario> ALL = List.of(
            // messages
            good("nothing", peer -> new byte[0], List.of()),
            good("text", peer -> text(peer, "Hello"), List.of("TEXT 'Hello'")),
            good("text of every width", peer -> text(peer, "aé€\uD83D\uDE00"), List.of("TEXT 'aé€\uD83D\uDE00'")),
            good("empty text", peer -> text(peer, ""), List.of("TEXT ''")),
            good("empty binary", peer -> frame(peer, 0x82, ""), List.of("BINARY ")),
            sized(1),
            sized(125),
            sized(126),
            sized(300),
            sized(65_535),
            sized(65_536),
            good(
                    "three messages",
                    peer -> concat(text(peer, "a"), frame(peer, 0x82, "b"), text(peer, "c")),
                    List.of("TEXT 'a'", "BINARY 62", "TEXT 'c'")),
            good(
                    "two fragments",
                    peer -> concat(frame(peer, 0x01, "Hel"), frame(peer, 0x80, "lo")),
                    List.of("TEXT 'Hello'")),
            good(
                    "three fragments and empty ones",
                    peer -> concat(
                            frame(peer, 0x01, ""),
                            frame(peer, 0x00, "He"),
                            frame(peer, 0x00, ""),
                            frame(peer, 0x00, "llo"),
                            frame(peer, 0x80, "")),
                    List.of("TEXT 'Hello'")),
            good(
                    "fragments that are all empty",
                    peer -> concat(frame(peer, 0x02, ""), frame(peer, 0x00, ""), frame(peer, 0x80, "")),
                    List.of("BINARY ")),
            good(
                    "character cut between fragments",
                    peer -> concat(
                            frame(peer, 0x01, hex("e2")), frame(peer, 0x00, hex("82")), frame(peer, 0x80, hex("ac"))),
                    List.of("TEXT '€'")),
            good(
                    "large fragments",
                    peer -> concat(frame(peer, 0x02, bytes(700)), frame(peer, 0x80, bytes(900))),
                    List.of(Reading.show(MessageType.BINARY, concat(bytes(700), bytes(900))))),
            good("binary that is no text", peer -> frame(peer, 0x82, hex("c328ff")), List.of("BINARY c328ff")),
            // control frames
            good(
                    "ping and pong between messages",
                    peer -> concat(
                            frame(peer, 0x89, "1"), text(peer, "a"), frame(peer, 0x8A, "x"), frame(peer, 0x89, "")),
                    List.of("TEXT 'a'"),
                    "8a 31",
                    "8a "),
            good(
                    "ping and pong between fragments",
                    peer -> concat(
                            frame(peer, 0x01, "Hel"),
                            frame(peer, 0x89, "1"),
                            frame(peer, 0x8A, "x"),
                            frame(peer, 0x89, "2"),
                            frame(peer, 0x80, "lo")),
                    List.of("TEXT 'Hello'"),
                    "8a 31",
                    "8a 32"),
            good(
                    "longest ping",
                    peer -> frame(peer, 0x89, bytes(125)),
                    List.of(),
                    "8a " + HexFormat.of().formatHex(bytes(125))),
            new Scenario(
                    "close without a code",
                    peer -> concat(frame(peer, 0x88, ""), text(peer, "after")),
                    new Reading.Outcome(List.of(), "closed, 1005 ''", List.of("88 "))),
            new Scenario(
                    "close within a message",
                    peer -> concat(frame(peer, 0x01, "Hel"), close(peer, 4321, "é"), frame(peer, 0x80, "lo")),
                    new Reading.Outcome(List.of(), "closed, 4321 'é'", List.of("88 10e1c3a9"))),
            // violations
            bad("RESERVED_BITS_SET", 1002, "RSV1", peer -> frame(peer, 0xC1, "x")),
            bad("RESERVED_BITS_SET", 1002, "RSV2", peer -> frame(peer, 0xA1, "x")),
            bad("RESERVED_BITS_SET", 1002, "RSV3 on a ping", peer -> frame(peer, 0x99, "x")),
            bad("UNKNOWN_OPCODE", 1002, "3", peer -> frame(peer, 0x83, "x")),
            bad("UNKNOWN_OPCODE", 1002, "b", peer -> frame(peer, 0x8B, "x")),
            bad("MASK_BIT_INVALID", 1002, "", peer -> frame(Wire.other(peer), 0x81, "xxxxxx")),
            bad("INVALID_FRAME_LENGTH", 1002, "125 in 16 bits", peer -> longer(peer, "7e 007d")),
            bad("INVALID_FRAME_LENGTH", 1002, "65535 in 64 bits", peer -> longer(peer, "7f 000000000000ffff")),
            bad("INVALID_FRAME_LENGTH", 1002, "top bit", peer -> longer(peer, "7f 8000000000000000")),
            bad("FRAME_TOO_LARGE", 1009, "", peer -> Wire.header(peer, 0x82, 65_601)),
            bad("CONTROL_FRAME_FRAGMENTED", 1002, "ping", peer -> frame(peer, 0x09, "x")),
            bad("CONTROL_FRAME_TOO_LARGE", 1002, "ping", peer -> frame(peer, 0x89, bytes(126))),
            bad("UNEXPECTED_CONTINUATION", 1002, "", peer -> frame(peer, 0x80, "x")),
            bad("EXPECTED_CONTINUATION", 1002, "", peer -> concat(frame(peer, 0x01, "x"), frame(peer, 0x82, "y"))),
            badClose("03", "INVALID_CLOSE_PAYLOAD", 1002),
            badClose("03ed", "INVALID_CLOSE_CODE", 1002),
            badClose("0000", "INVALID_CLOSE_CODE", 1002),
            badClose("03e8ff", "INVALID_UTF8", 1007),
            bad("MESSAGE_TOO_LARGE", 1009, "one frame", peer -> Wire.header(peer, 0x82, 65_537)),
            bad(
                    "MESSAGE_TOO_LARGE",
                    1009,
                    "fragments",
                    peer -> concat(
                            frame(peer, 0x02, bytes(400)), frame(peer, 0x89, "!"), Wire.header(peer, 0x80, 65_137)),
                    "8a 21"),
            bad(
                    "TOO_MANY_FRAGMENTS",
                    1008,
                    "",
                    peer -> concat(
                            frame(peer, 0x02, ""),
                            frame(peer, 0x00, ""),
                            frame(peer, 0x00, ""),
                            frame(peer, 0x00, ""),
                            frame(peer, 0x00, ""),
                            frame(peer, 0x80, ""))),
            bad(
                    "TOO_MANY_CONTROL_FRAMES",
                    1008,
                    "",
                    peer -> concat(
                            frame(peer, 0x8A, ""),
                            frame(peer, 0x89, ""),
                            frame(peer, 0x8A, ""),
                            frame(peer, 0x8A, ""),
                            frame(peer, 0x8A, ""),
                            frame(peer, 0x8A, ""),
                            frame(peer, 0x89, "")),
                    "8a "),
            // text that is none
            badText("ff"),
            badText("c080"),
            badText("c328"),
            badText("e28228"),
            badText("eda080"),
            badText("f4908080"),
            badText("6162636465666768696a80"),
            badText("61e282"),
            bad(
                    "INVALID_UTF8",
                    1007,
                    "in the second fragment",
                    peer -> concat(frame(peer, 0x01, hex("61c3")), frame(peer, 0x80, "b"))),
            bad(
                    "INVALID_UTF8",
                    1007,
                    "cut off by an empty fragment",
                    peer -> concat(frame(peer, 0x01, hex("61c3")), frame(peer, 0x80, ""))),
            bad(
                    "INVALID_UTF8",
                    1007,
                    "in a frame that goes on",
                    peer -> frame(peer, 0x01, concat(hex("6180"), bytes(500)))));

    /** A header with its length in a form that is too long. */
    private static byte[] longer(Role from, String length) {
        byte[] header = concat(hex("82"), hex(length), from == Role.CLIENT ? Wire.KEY : new byte[0]);
        header[1] |= from == Role.CLIENT ? (byte) 0x80 : 0;
        return header;
    }

    static Stream<Arguments> scenarios() {
        return ALL.stream().flatMap(scenario -> Stream.of(Role.values()).map(role -> Arguments.of(scenario, role)));
    }

    @ParameterizedTest(name = "{0}, to a {1}") // B-10.151
    @MethodSource("scenarios")
    void outcomeIsTheSameHoweverTheBytesArriveAndAreRead(Scenario scenario, Role role) throws IOException {
        byte[] wire = scenario.wire.apply(Wire.other(role));
        for (Reading reading : Reading.values()) {
            for (int ceiling : new int[] {256, 64 * 1024}) {
                check(scenario.outcome, role, reading, CONFIG, Pieces.whole(wire), ceiling, "whole");
                check(scenario.outcome, role, reading, CONFIG, Pieces.single(wire), ceiling, "one by one");
                for (int cut : cuts(wire)) {
                    check(scenario.outcome, role, reading, CONFIG, Pieces.cut(wire, cut), ceiling, "cut at " + cut);
                }
            }
        }
    }

    /** Every place in short bytes; in long ones the places around headers, ends and buffer sizes. */
    private static Set<Integer> cuts(byte[] wire) {
        Set<Integer> cuts = new TreeSet<>();
        for (int cut = 1; cut < wire.length; cut++) {
            boolean near = cut < 300 || wire.length - cut < 40 || (cut + 20) % 1024 < 40 && cut < 3_000;
            if (wire.length < 800 || near && (cut < 20 || cut % 7 == 0 || wire.length - cut < 20)) {
                cuts.add(cut);
            }
        }
        return cuts;
    }

    private static void check(
            Reading.Outcome expected,
            Role role,
            Reading reading,
            Conn.Config config,
            Pieces pieces,
            int ceiling,
            String how)
            throws IOException {
        Fixture f = new Fixture(role, config, reading.source(pieces), ceiling);
        assertThat(reading.all(f))
                .as("%s, ceiling %d, %s", reading, ceiling, how)
                .isEqualTo(expected);
        assertThat(f.conn.frameActive() && f.conn.state() != Conn.State.FAILED).isFalse();
    }

    @ParameterizedTest // B-2.76, B-10.61, B-10.62, B-10.64
    @EnumSource
    void whatIsDroppedIsTheSameHoweverTheBytesArrive(Role role) throws IOException {
        Role peer = Wire.other(role);
        byte[] wire = concat(
                frame(peer, 0x81, bytes(11)), // not text, and not looked at
                text(peer, "one"),
                frame(peer, 0x01, "12345"),
                frame(peer, 0x89, "!"),
                frame(peer, 0x00, "123456"),
                frame(peer, 0x80, hex("ff")),
                text(peer, "0123456789"),
                close(peer, 1000, ""));
        Reading.Outcome expected = new Reading.Outcome(
                List.of("dropped, over 10", "TEXT 'one'", "dropped, over 10", "TEXT '0123456789'"),
                "closed, 1000 ''",
                List.of("8a 21", "88 03e8"));
        Conn.Config config =
                CONFIG.withLimits(CONFIG.limits().withMaxMessagePayload(10).withOversize(Limits.Oversize.DRAIN));
        for (Reading reading : List.of(Reading.WHOLE, Reading.POLLED, Reading.INTO_ARRAY)) {
            check(expected, role, reading, config, Pieces.whole(wire), 256, "whole");
            check(expected, role, reading, config, Pieces.single(wire), 256, "one by one");
            for (int cut : cuts(wire)) {
                check(expected, role, reading, config, Pieces.cut(wire, cut), 256, "cut at " + cut);
            }
        }
    }

    // ---- the moment of failure

    @ParameterizedTest // B-11.6; RFC 6455, 8.1
    @CsvSource({
        "ff, 1",
        "c0, 1",
        "f5, 1",
        "80, 1",
        "61ff, 2",
        "c328, 2",
        "e080, 2",
        "eda0, 2",
        "f080, 2",
        "f490, 2",
        "e28228, 3",
        "f09f9841, 4",
        "61626364656667686970ff, 11",
        "e282acff, 4"
    })
    void badTextFailsAtItsFirstBadByteBeforeAnythingAfterItIsNeeded(String hex, int bad) throws IOException {
        byte[] payload = concat(HexFormat.of().parseHex(hex), utf8("and much more that never comes"));
        for (Role role : Role.values()) {
            Role peer = Wire.other(role);
            byte[] wire = concat(frame(peer, 0x01, "é"), frame(peer, 0x00, payload));
            int upTo = wire.length - payload.length + bad;
            for (Reading reading : Reading.values()) {
                Fixture f = Fixture.open(role, CONFIG, Arrays.copyOf(wire, upTo - 1));
                readWhatIsThere(f, reading);
                assertThat(f.conn.state()).as("%s before the bad byte", reading).isEqualTo(Conn.State.OPEN);

                Fixture failing = Fixture.open(role, CONFIG, Arrays.copyOf(wire, upTo));
                assertThatThrownBy(() -> readWhatIsThere(failing, reading))
                        .as("%s at the bad byte", reading)
                        .isInstanceOfSatisfying(
                                ProtocolException.class,
                                e -> assertThat(e.violation()).isEqualTo(Violation.INVALID_UTF8));
                assertThat(failing.out.seen()).containsExactly("88 03ef");
            }
        }
    }

    private static void readWhatIsThere(Fixture f, Reading reading) throws IOException {
        if (reading == Reading.POLLED) {
            assertThat(f.conn.pollMessage()).isNull();
            return;
        }
        try {
            reading.next(f.conn);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("nothing now");
        }
    }
}
