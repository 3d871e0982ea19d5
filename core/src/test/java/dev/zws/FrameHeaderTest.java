package dev.zws;

import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, 5.2 to 5.5; B-2.10 to B-2.13, B-3.15, B-3.16. */
class FrameHeaderTest {
    private static final String KEY = "37 fa 21 3d";
    private static final int KEY_NUMBER = 0x37fa213d;
    private static final long NO_LIMIT = Long.MAX_VALUE;

    // ---- the fields

    @Test
    void aMaskedTextFrameIsReadByAServer() throws Exception {
        FrameHeader header = decode("81 82 " + KEY, Role.SERVER, false, false, NO_LIMIT);
        assertThat(header.fin()).isTrue();
        assertThat(header.compressed()).isFalse();
        assertThat(header.opcode()).isSameAs(Opcode.TEXT);
        assertThat(header.masked()).isTrue();
        assertThat(header.maskKey()).isEqualTo(KEY_NUMBER);
        assertThat(header.payloadLength()).isEqualTo(2);
        assertThat(header.length()).isEqualTo(6);
    }

    @Test
    void anUnmaskedFragmentIsReadByAClient() throws Exception {
        FrameHeader header = decode("42 7e 01 00", Role.CLIENT, true, false, NO_LIMIT);
        assertThat(header.fin()).isFalse();
        assertThat(header.compressed()).isTrue();
        assertThat(header.opcode()).isSameAs(Opcode.BINARY);
        assertThat(header.masked()).isFalse();
        assertThat(header.maskKey()).isZero();
        assertThat(header.payloadLength()).isEqualTo(256);
        assertThat(header.length()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "82 02, 2", //
        "82 7e 00 7e, 126",
        "82 7f 00 00 00 00 00 01 00 00, 65536"
    })
    void aClientReadsUnmaskedHeadersOfEveryLength(String header, long length) throws Exception {
        assertThat(decode(header, Role.CLIENT, false, false, NO_LIMIT).payloadLength())
                .isEqualTo(length);
    }

    @Test
    void everySecondByteTellsHowLongTheHeaderIs() {
        for (int second = 0; second <= 255; second++) {
            int expected = switch (second) {
                case 0x7E -> 4;
                case 0x7F -> 10;
                case 0xFE -> 8;
                case 0xFF -> 14;
                default -> second < 0x80 ? 2 : 6;
            };
            assertThat(FrameHeader.length((byte) second))
                    .as("second byte %02x", second)
                    .isEqualTo(expected);
        }
    }

    @Test
    void theHeaderIsReadFromItsOffset() throws Exception {
        byte[] noise = hex("ff ff ff");
        FrameHeader header = new FrameHeader();
        header.decode(concat(noise, hex("89 fd " + KEY), noise), 3, Role.SERVER, false, false, NO_LIMIT);
        assertThat(header).hasToString("PING FIN masked 125 bytes");
        assertThat(header.maskKey()).isEqualTo(KEY_NUMBER);

        byte[] longest = hex("02 ff 00 00 00 00 00 01 00 00 " + KEY);
        header.decode(concat(noise, longest, noise), 3, Role.SERVER, false, false, NO_LIMIT);
        assertThat(header).hasToString("BINARY masked 65536 bytes");
        assertThat(header.maskKey()).isEqualTo(KEY_NUMBER);
        assertThat(header.length()).isEqualTo(14);
    }

    @Test
    void theHeaderOfAFrameMayEndTheArray() throws Exception {
        assertThat(decode("81 00", Role.CLIENT, false, false, NO_LIMIT)).hasToString("TEXT FIN 0 bytes");
        assertThat(decode("80 80 " + KEY, Role.SERVER, false, true, NO_LIMIT))
                .hasToString("CONTINUATION FIN masked 0 bytes");
    }

    @Test
    void aDecodedHeaderLeavesNothingOfTheOneBefore() throws Exception {
        FrameHeader header = new FrameHeader();
        header.decode(hex("c2 fe ff ff " + KEY), 0, Role.SERVER, true, false, NO_LIMIT);
        assertThat(header).hasToString("BINARY FIN RSV1 masked 65535 bytes");
        assertThatThrownBy(() -> header.decode(hex("f3 80 " + KEY), 0, Role.SERVER, true, false, NO_LIMIT))
                .isInstanceOf(ProtocolException.class);
        header.decode(hex("01 03"), 0, Role.CLIENT, false, false, NO_LIMIT);
        assertThat(header).hasToString("TEXT 3 bytes");
        assertThat(header.fin()).isFalse();
        assertThat(header.compressed()).isFalse();
        assertThat(header.masked()).isFalse();
        assertThat(header.maskKey()).isZero();
        assertThat(header.length()).isEqualTo(2);
    }

    // ---- lengths

    @ParameterizedTest
    @CsvSource({
        "0, 00", //
        "1, 01",
        "125, 7d",
        "126, 7e 00 7e",
        "127, 7e 00 7f",
        "256, 7e 01 00",
        "32768, 7e 80 00",
        "65535, 7e ff ff",
        "65536, 7f 00 00 00 00 00 01 00 00",
        "2147483647, 7f 00 00 00 00 7f ff ff ff",
        "2147483648, 7f 00 00 00 00 80 00 00 00",
        "4294967296, 7f 00 00 00 01 00 00 00 00",
        "9223372036854775807, 7f 7f ff ff ff ff ff ff ff"
    })
    void everyLengthHasOneForm(long length, String form) throws Exception {
        for (Role sender : Role.values()) {
            boolean masked = sender == Role.CLIENT;
            byte[] wire = masked ? masked("82 " + form) : hex("82 " + form);
            byte[] encoded = new byte[FrameHeader.MAX_LENGTH];
            int size =
                    FrameHeader.encode(encoded, 0, Opcode.BINARY, true, false, length, masked, masked ? KEY_NUMBER : 0);
            assertThat(Arrays.copyOf(encoded, size)).isEqualTo(wire);

            FrameHeader header = new FrameHeader();
            header.decode(wire, 0, Wire.other(sender), false, false, NO_LIMIT);
            assertThat(header.payloadLength()).isEqualTo(length);
            assertThat(header.length()).isEqualTo(wire.length);
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {1, 125, 126, 127, 65_535, 65_536, Integer.MAX_VALUE, 1L << 31, (1L << 32) + 5, Long.MAX_VALUE})
    void aLengthEqualToTheLimitPassesAndOneMoreDoesNot(long length) throws Exception {
        byte[] wire = Wire.header(Role.SERVER, 0x82, length);
        FrameHeader header = new FrameHeader();
        header.decode(wire, 0, Role.CLIENT, false, false, length);
        assertThat(header.payloadLength()).isEqualTo(length);

        assertThatThrownBy(() -> header.decode(wire, 0, Role.CLIENT, false, false, length - 1))
                .hasMessage("FRAME_TOO_LARGE: a frame of " + length + " bytes, at most " + (length - 1) + " are taken");
    }

    @Test
    void aLimitOfZeroTakesEmptyFramesOnly() throws Exception {
        assertThat(decode("81 00", Role.CLIENT, false, false, 0).payloadLength())
                .isZero();
        assertViolation("81 01", Role.CLIENT, false, false, 0, Violation.FRAME_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "82 7e 00 00",
                "82 7e 00 01",
                "82 7e 00 7d", // 125 in the 16-bit form
                "82 7f 00 00 00 00 00 00 00 00",
                "82 7f 00 00 00 00 00 00 00 7d",
                "82 7f 00 00 00 00 00 00 00 7e",
                "82 7f 00 00 00 00 00 00 ff ff", // 65,535 in the 64-bit form
                "82 7f 80 00 00 00 00 00 00 00", // the top bit
                "82 7f 80 00 00 00 00 01 00 00",
                "82 7f ff ff ff ff ff ff ff ff"
            })
    void aLengthThatIsNotInItsShortestFormOrNegativeIsAnError(String header) {
        assertViolation(header, Role.CLIENT, false, false, NO_LIMIT, Violation.INVALID_FRAME_LENGTH);
        assertThat(violation(masked(header), Role.SERVER, false, false, NO_LIMIT))
                .isSameAs(Violation.INVALID_FRAME_LENGTH);
    }

    @Test
    void exactlyTheLengthsBelow126AreTooShortForTheSixteenBitForm() throws Exception {
        for (int length = 0; length <= 0xFFFF; length++) {
            byte[] wire = {(byte) 0x82, 126, (byte) (length >> 8), (byte) length};
            if (length < 126) {
                assertThat(violation(wire, Role.CLIENT, false, false, NO_LIMIT))
                        .isSameAs(Violation.INVALID_FRAME_LENGTH);
            } else {
                assertThat(decode(wire, Role.CLIENT, false, false, NO_LIMIT).payloadLength())
                        .isEqualTo(length);
            }
        }
    }

    // ---- the fourteen checks

    /** A header's bits as they stand on the wire, and what the connection knows when it comes. */
    private record Given(
            int firstByte,
            boolean masked,
            int form,
            long length,
            Role role,
            boolean compression,
            boolean messageOpen,
            long limit) {
        boolean bit(int bit) {
            return (firstByte & bit) != 0;
        }

        int nibble() {
            return firstByte & 0x0F;
        }

        /** RFC 6455, 5.2: 0x8 to 0xF are control frames, defined or reserved. */
        boolean control() {
            return nibble() >= 0x8;
        }

        /** Lengths have 63 bits; with the top bit set they are beyond any limit. */
        boolean longerThan(long most) {
            return Long.compareUnsigned(length, most) > 0;
        }

        byte[] wire() {
            ByteBuffer wire = ByteBuffer.allocate(FrameHeader.MAX_LENGTH);
            int mask = masked ? 0x80 : 0;
            wire.put((byte) firstByte);
            switch (form) {
                case 7 -> wire.put((byte) (mask | (int) length));
                case 16 -> wire.put((byte) (mask | 126)).putShort((short) length);
                default -> wire.put((byte) (mask | 127)).putLong(length);
            }
            if (masked) {
                wire.putInt(KEY_NUMBER);
            }
            return Arrays.copyOf(wire.array(), wire.position());
        }

        String hexDump() {
            return HexFormat.ofDelimiter(" ").formatHex(wire());
        }
    }

    /** One row of the table B-2.12. */
    private record Check(int step, Violation violation, String detail, Predicate<Given> broken) {}

    private static final List<Check> CHECKS = List.of(
            new Check(1, Violation.RESERVED_BITS_SET, "RSV2 or RSV3", g -> g.bit(0x20) || g.bit(0x10)),
            new Check(2, Violation.RESERVED_BITS_SET, "no extension", g -> g.bit(0x40) && !g.compression),
            new Check(
                    3,
                    Violation.UNKNOWN_OPCODE,
                    "opcode 0x",
                    g -> g.nibble() >= 0x3 && g.nibble() <= 0x7 || g.nibble() >= 0xB),
            new Check(4, Violation.MASK_BIT_INVALID, "mask", g -> g.masked == (g.role == Role.CLIENT)),
            new Check(5, Violation.INVALID_FRAME_LENGTH, "16-bit form", g -> g.form == 16 && g.length < 126),
            new Check(6, Violation.INVALID_FRAME_LENGTH, "top bit", g -> g.form == 64 && g.length < 0),
            new Check(7, Violation.INVALID_FRAME_LENGTH, "64-bit form", g -> g.form == 64 && !g.longerThan(65_535)),
            new Check(8, Violation.FRAME_TOO_LARGE, "at most", g -> g.longerThan(g.limit)),
            new Check(9, Violation.CONTROL_FRAME_FRAGMENTED, "without FIN", g -> g.control() && !g.bit(0x80)),
            new Check(10, Violation.RESERVED_BITS_SET, "RSV1 is set on", g -> g.control() && g.bit(0x40)),
            new Check(11, Violation.CONTROL_FRAME_TOO_LARGE, "bytes", g -> g.control() && g.longerThan(125)),
            new Check(12, Violation.RESERVED_BITS_SET, "on a continuation", g -> g.nibble() == 0x0 && g.bit(0x40)),
            new Check(13, Violation.UNEXPECTED_CONTINUATION, "no message", g -> g.nibble() == 0x0 && !g.messageOpen),
            new Check(
                    14,
                    Violation.EXPECTED_CONTINUATION,
                    "is open",
                    g -> (g.nibble() == 0x1 || g.nibble() == 0x2) && g.messageOpen));

    @ParameterizedTest(name = "{1} after {0}")
    @CsvSource({
        "1, a1 80, SERVER, false, false, RESERVED_BITS_SET: RSV2 or RSV3 is set",
        "1, 91 80, SERVER, true, false, RESERVED_BITS_SET: RSV2 or RSV3 is set",
        "2, c1 80, SERVER, false, false, RESERVED_BITS_SET: RSV1 is set but no extension was negotiated",
        "3, 83 80, SERVER, false, false, UNKNOWN_OPCODE: opcode 0x3",
        "3, 8f 00, CLIENT, false, false, UNKNOWN_OPCODE: opcode 0xf",
        "4, 81 00, SERVER, false, false, MASK_BIT_INVALID: a client must mask",
        "4, 81 80, CLIENT, false, false, MASK_BIT_INVALID: a server must not mask",
        "5, 82 7e 00 7d, CLIENT, false, false, INVALID_FRAME_LENGTH: 125 in the 16-bit form",
        "6, 82 7f 80 00 00 00 00 00 00 00, CLIENT, false, false, "
                + "INVALID_FRAME_LENGTH: the top bit of a 64-bit length is set",
        "7, 82 7f 00 00 00 00 00 00 00 00, CLIENT, false, false, INVALID_FRAME_LENGTH: 0 in the 64-bit form",
        "7, 82 7f 00 00 00 00 00 00 ff ff, CLIENT, false, false, INVALID_FRAME_LENGTH: 65535 in the 64-bit form",
        "8, 82 7f 00 00 00 00 00 01 00 01, CLIENT, false, false, "
                + "'FRAME_TOO_LARGE: a frame of 65537 bytes, at most 65536 are taken'",
        "9, 08 80, SERVER, false, false, CONTROL_FRAME_FRAGMENTED: CLOSE without FIN",
        "9, 09 00, CLIENT, false, false, CONTROL_FRAME_FRAGMENTED: PING without FIN",
        "9, 0a 00, CLIENT, false, true, CONTROL_FRAME_FRAGMENTED: PONG without FIN",
        "10, c9 80, SERVER, true, false, RESERVED_BITS_SET: RSV1 is set on PING",
        "10, c8 00, CLIENT, true, false, RESERVED_BITS_SET: RSV1 is set on CLOSE",
        "11, 8a 7e 00 7e, CLIENT, false, false, CONTROL_FRAME_TOO_LARGE: PONG with 126 bytes",
        "12, c0 80, SERVER, true, true, RESERVED_BITS_SET: RSV1 is set on a continuation",
        "13, 80 80, SERVER, false, false, UNEXPECTED_CONTINUATION: no message is open",
        "13, 00 00, CLIENT, false, false, UNEXPECTED_CONTINUATION: no message is open",
        "14, 81 80, SERVER, false, true, EXPECTED_CONTINUATION: TEXT while a message is open",
        "14, 02 00, CLIENT, false, true, EXPECTED_CONTINUATION: BINARY while a message is open"
    })
    void eachCheckNamesItsViolation(
            int step, String header, Role role, boolean compression, boolean messageOpen, String message) {
        byte[] wire = header.startsWith("80", 3) ? hex(header + KEY) : hex(header);
        ProtocolException broken = failure(wire, role, compression, messageOpen, 65_536);
        assertThat(broken).hasMessage(message);
        assertThat(broken.violation()).isSameAs(CHECKS.get(step - 1).violation);
    }

    @ParameterizedTest
    @EnumSource
    void ofAllChecksThatAHeaderBreaksTheFirstDecides(Role role) {
        Set<String> seen = new TreeSet<>();
        forEveryHeader(role, given -> {
            List<Check> broken = new ArrayList<>();
            for (Check check : CHECKS) {
                if (check.broken.test(given)) {
                    broken.forEach(earlier -> seen.add(earlier.step + "<" + check.step));
                    broken.add(check);
                }
            }
            assertDecides(given, broken);
        });

        assertThat(pairs().filter(pair -> !seen.contains(pair)))
                .as("pairs of checks that no header can break both")
                .containsExactlyInAnyOrder(
                        // one length is wrong in one way
                        "5<6",
                        "5<7",
                        "6<7",
                        "5<11",
                        // a reserved opcode below 8 is not a control frame, nor text, binary or continuation
                        "3<12",
                        "3<13",
                        "3<14",
                        // nor is a control frame one of these
                        "9<12",
                        "9<13",
                        "9<14",
                        "10<12",
                        "10<13",
                        "10<14",
                        "11<12",
                        "11<13",
                        "11<14",
                        // nor text or binary a continuation
                        "12<14",
                        "13<14");
    }

    private static void assertDecides(Given given, List<Check> broken) {
        FrameHeader header = new FrameHeader();
        ProtocolException thrown = null;
        try {
            header.decode(given.wire(), 0, given.role, given.compression, given.messageOpen, given.limit);
        } catch (ProtocolException e) {
            thrown = e;
        }
        if (broken.isEmpty()) {
            assertThat(thrown).as("%s %s", given, given.hexDump()).isNull();
            assertThat(header.payloadLength()).isEqualTo(given.length);
            return;
        }
        Check first = broken.get(0);
        if (thrown == null
                || thrown.violation() != first.violation
                || !thrown.getMessage().contains(first.detail)) {
            assertThat(thrown)
                    .as("%s %s breaks %s", given, given.hexDump(), broken)
                    .hasMessageStartingWith(first.violation + ": ")
                    .hasMessageContaining(first.detail);
        }
    }

    private static Stream<String> pairs() {
        return IntStream.rangeClosed(1, CHECKS.size())
                .boxed()
                .flatMap(i -> IntStream.rangeClosed(i + 1, CHECKS.size()).mapToObj(j -> i + "<" + j));
    }

    /** All first bytes, both mask bits, every kind of length in every form, with all that the connection may know. */
    private static void forEveryHeader(Role role, Consumer<Given> action) {
        record Length(int form, long value) {}
        List<Length> lengths = List.of(
                new Length(7, 3),
                new Length(7, 4),
                new Length(16, 125),
                new Length(16, 126),
                new Length(64, 65_535),
                new Length(64, 65_536),
                new Length(64, Long.MAX_VALUE),
                new Length(64, Long.MIN_VALUE));
        for (int firstByte = 0; firstByte <= 0xFF; firstByte++) {
            for (Length length : lengths) {
                for (long limit : new long[] {3, NO_LIMIT}) {
                    for (int bits = 0; bits < 8; bits++) {
                        boolean masked = (bits & 1) != 0;
                        boolean compression = (bits & 2) != 0;
                        boolean messageOpen = (bits & 4) != 0;
                        action.accept(new Given(
                                firstByte, masked, length.form, length.value, role, compression, messageOpen, limit));
                    }
                }
            }
        }
    }

    @Test
    void theConsequencesNamedInTheSpecificationHold() throws Exception {
        assertViolation("09 7e 00 7e", Role.CLIENT, false, false, NO_LIMIT, Violation.CONTROL_FRAME_FRAGMENTED);
        assertViolation("89 7e 00 7e", Role.CLIENT, false, false, NO_LIMIT, Violation.CONTROL_FRAME_TOO_LARGE);
        assertViolation("89 04", Role.CLIENT, false, false, 3, Violation.FRAME_TOO_LARGE);
        assertThat(decode("89 04", Role.CLIENT, false, false, 4)).hasToString("PING FIN 4 bytes");
        assertViolation("c1 80 " + KEY, Role.SERVER, false, false, NO_LIMIT, Violation.RESERVED_BITS_SET);
        assertThat(decode("c1 80 " + KEY, Role.SERVER, true, false, NO_LIMIT))
                .hasToString("TEXT FIN RSV1 masked 0 bytes");
    }

    @Test
    void aControlFrameMayStandInsideAMessage() throws Exception {
        for (String opcode : new String[] {"88", "89", "8a"}) {
            for (boolean messageOpen : new boolean[] {false, true}) {
                FrameHeader header = decode(opcode + " 7d", Role.CLIENT, true, messageOpen, NO_LIMIT);
                assertThat(header.opcode().isControl()).isTrue();
                assertThat(header.payloadLength()).isEqualTo(125);
            }
        }
    }

    @Test
    void theSameHeaderFailsTheSameWayAgain() {
        FrameHeader header = new FrameHeader();
        for (int time = 0; time < 3; time++) {
            assertThatThrownBy(() -> header.decode(hex("83 00"), 0, Role.CLIENT, false, false, NO_LIMIT))
                    .hasMessage("UNKNOWN_OPCODE: opcode 0x3");
        }
    }

    // ---- encoding

    @Test
    void whatIsEncodedIsDecoded() throws Exception {
        long[] lengths = {
            0, 1, 125, 126, 127, 65_535, 65_536, 65_537, Integer.MAX_VALUE, 1L << 31, 1L << 62, Long.MAX_VALUE
        };
        int[] keys = {0, 1, KEY_NUMBER, 0x80000000, 0xFFFFFFFF};
        for (Opcode opcode : Opcode.values()) {
            for (boolean fin : new boolean[] {false, true}) {
                for (boolean compressed : new boolean[] {false, true}) {
                    for (long length : lengths) {
                        for (int key : keys) {
                            boolean legal = opcode.isControl()
                                    ? fin && !compressed && length <= 125
                                    : opcode.isData() || !compressed;
                            if (legal) {
                                assertComesBack(Role.CLIENT, opcode, fin, compressed, length, key);
                                assertComesBack(Role.SERVER, opcode, fin, compressed, length, 0);
                            }
                        }
                    }
                }
            }
        }
    }

    private static void assertComesBack(
            Role sender, Opcode opcode, boolean fin, boolean compressed, long length, int key)
            throws ProtocolException {
        byte[] array = new byte[FrameHeader.MAX_LENGTH];
        boolean masked = sender == Role.CLIENT;
        int size = FrameHeader.encode(array, 0, opcode, fin, compressed, length, masked, key);
        FrameHeader header = new FrameHeader();
        header.decode(array, 0, Wire.other(sender), true, opcode == Opcode.CONTINUATION, NO_LIMIT);
        assertThat(header.length()).isEqualTo(size);
        assertThat(header.opcode()).isSameAs(opcode);
        assertThat(header.fin()).isEqualTo(fin);
        assertThat(header.compressed()).isEqualTo(compressed);
        assertThat(header.masked()).isEqualTo(masked);
        assertThat(header.maskKey()).isEqualTo(key);
        assertThat(header.payloadLength()).isEqualTo(length);
    }

    @Test
    void aHeaderHasTheBytesOfTheRfc() {
        int[] firstBytes = {0x00, 0x80, 0x01, 0x81, 0xC1, 0x02, 0x82, 0x42, 0x88, 0x89, 0x8A};
        for (int firstByte : firstBytes) {
            for (long length : new long[] {0, 5, 125, 126, 65_535, 65_536, Long.MAX_VALUE}) {
                for (Role sender : Role.values()) {
                    byte[] array = new byte[FrameHeader.MAX_LENGTH];
                    boolean masked = sender == Role.CLIENT;
                    int size = FrameHeader.encode(
                            array,
                            0,
                            Opcode.of(firstByte),
                            (firstByte & Wire.FIN) != 0,
                            (firstByte & Wire.RSV1) != 0,
                            length,
                            masked,
                            masked ? KEY_NUMBER : 0);
                    assertThat(Arrays.copyOf(array, size)).isEqualTo(Wire.header(sender, firstByte, length));
                }
            }
        }
    }

    @Test
    void aHeaderIsPutAtItsOffsetAndNowhereElse() {
        byte[] array = new byte[FrameHeader.MAX_LENGTH + 5];
        Arrays.fill(array, (byte) 0xEE);
        int size = FrameHeader.encode(array, 3, Opcode.PONG, true, false, 5, true, KEY_NUMBER);
        assertThat(size).isEqualTo(6);
        assertThat(array).isEqualTo(hex("ee ee ee 8a 85 37 fa 21 3d ee ee ee ee ee ee ee ee ee ee"));
    }

    @Test
    void thereMustBeRoomForTheLongestHeader() {
        assertThat(FrameHeader.MAX_LENGTH).isEqualTo(14);
        assertThatThrownBy(() -> FrameHeader.encode(new byte[13], 0, Opcode.TEXT, true, false, 0, false, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> FrameHeader.encode(new byte[20], 7, Opcode.TEXT, true, false, 0, false, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(FrameHeader.encode(new byte[20], 6, Opcode.TEXT, true, false, 0, false, 0))
                .isEqualTo(2);
    }

    // ---- helpers

    /** The same header with the mask bit and the key of the RFC. */
    private static byte[] masked(String header) {
        byte[] masked = hex(header + KEY);
        masked[1] |= (byte) 0x80;
        return masked;
    }

    private static FrameHeader decode(String header, Role role, boolean compression, boolean messageOpen, long limit)
            throws ProtocolException {
        return decode(hex(header), role, compression, messageOpen, limit);
    }

    private static FrameHeader decode(byte[] wire, Role role, boolean compression, boolean messageOpen, long limit)
            throws ProtocolException {
        FrameHeader header = new FrameHeader();
        header.decode(wire, 0, role, compression, messageOpen, limit);
        return header;
    }

    private static void assertViolation(
            String header, Role role, boolean compression, boolean messageOpen, long limit, Violation expected) {
        assertThat(violation(hex(header), role, compression, messageOpen, limit))
                .as(header)
                .isSameAs(expected);
    }

    private static Violation violation(byte[] wire, Role role, boolean compression, boolean messageOpen, long limit) {
        return failure(wire, role, compression, messageOpen, limit).violation();
    }

    private static ProtocolException failure(
            byte[] wire, Role role, boolean compression, boolean messageOpen, long limit) {
        ProtocolException failure = catchThrowableOfType(
                ProtocolException.class, () -> decode(wire, role, compression, messageOpen, limit));
        assertThat(failure).isNotNull();
        return failure;
    }
}
