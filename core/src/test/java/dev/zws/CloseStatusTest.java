package dev.zws;

import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, 5.5.1, 7.1.5 and 7.4; B-2.70, B-3.51, B-3.52. */
class CloseStatusTest {
    // ---- parsing

    @Test
    void anEmptyPayloadHasNoCodeAndNoReason() throws Exception {
        assertThat(parse("")).isSameAs(CloseStatus.NO_STATUS);
        assertThat(CloseStatus.NO_STATUS.code()).isEqualTo(1005);
        assertThat(CloseStatus.NO_STATUS.reason()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "03", "0f", "e8", "ff"})
    void onePayloadByteIsAnError(String payload) {
        assertViolation(payload, true, Violation.INVALID_CLOSE_PAYLOAD);
        assertViolation(payload, false, Violation.INVALID_CLOSE_PAYLOAD);
    }

    @Test
    void twoBytesAreACodeInNetworkOrder() throws Exception {
        assertThat(parse("03 e8")).isEqualTo(new CloseStatus(1000, ""));
        assertThat(parse("0b b8")).isEqualTo(new CloseStatus(3000, ""));
        assertThat(parse("13 87")).isEqualTo(new CloseStatus(4999, ""));
    }

    @Test
    void exactlyTheValidCodesAreTaken() {
        BitSet valid = new BitSet();
        BitSet taken = new BitSet();
        BitSet refused = new BitSet();
        byte[] payload = new byte[2];
        for (int code = 0; code <= 65_535; code++) {
            payload[0] = (byte) (code >> 8);
            payload[1] = (byte) code;
            valid.set(code, CloseCode.isValid(code));
            try {
                taken.set(CloseStatus.parse(payload, 0, 2, true).code());
            } catch (ProtocolException e) {
                refused.set(code, e.violation() == Violation.INVALID_CLOSE_CODE);
            }
        }
        assertThat(taken).isEqualTo(valid);
        valid.flip(0, 65_536);
        assertThat(refused).isEqualTo(valid);
    }

    @ParameterizedTest
    @CsvSource({
        "03e7, 999", //
        "03ec, 1004",
        "03ed, 1005",
        "03ee, 1006",
        "03f7, 1015",
        "03f8, 1016",
        "0bb7, 2999",
        "1388, 5000",
        "ffff, 65535"
    })
    void aCodeThatMayNotTravelIsNamedInTheError(String payload, int code) {
        assertViolation(payload, true, Violation.INVALID_CLOSE_CODE);
        assertThatThrownBy(() -> parse(payload)).hasMessage("INVALID_CLOSE_CODE: close code " + code);
    }

    @Test
    void theRestIsTheReason() throws Exception {
        assertThat(parse("03 e8 62 79 65")).isEqualTo(new CloseStatus(1000, "bye"));
        assertThat(parse("03 e9 c3 a9 e2 82 ac f0 9f 98 80")).isEqualTo(new CloseStatus(1001, "é€😀"));
        assertThat(parse("03 e8 00")).isEqualTo(new CloseStatus(1000, "\0"));
    }

    @Test
    void aReasonMayFillTheControlFrame() throws Exception {
        byte[] payload = concat(hex("03 e8"), utf8("r".repeat(123)));
        assertThat(payload).hasSize(125);
        assertThat(CloseStatus.parse(payload, 0, 125, true)).isEqualTo(new CloseStatus(1000, "r".repeat(123)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "03 e8 ff", // no such byte
                "03 e8 c3 28", // no continuation
                "03 e8 80", // no lead
                "03 e8 c0 af", // overlong
                "03 e8 ed a0 80", // a surrogate
                "03 e8 f4 90 80 80", // above U+10FFFF
                "03 e8 62 79 65 e2 82", // cut off in the last character
                "03 e8 c3"
            })
    void aReasonThatIsNotUtf8IsAnError(String payload) {
        assertViolation(payload, true, Violation.INVALID_UTF8);
    }

    @Test
    void withValidationOffAMalformedReasonComesWithReplacements() throws Exception {
        assertThat(CloseStatus.parse(hex("03 e8 c3 28"), 0, 4, false)).isEqualTo(new CloseStatus(1000, "\uFFFD("));
        assertThat(CloseStatus.parse(hex("03 e8 62 ff"), 0, 4, false)).isEqualTo(new CloseStatus(1000, "b\uFFFD"));
        assertThat(CloseStatus.parse(hex("03 e8 62 79 65"), 0, 5, false)).isEqualTo(new CloseStatus(1000, "bye"));
    }

    @Test
    void theCodeIsJudgedBeforeTheReason() {
        assertViolation("03 ed ff", true, Violation.INVALID_CLOSE_CODE);
        assertViolation("03 ed ff", false, Violation.INVALID_CLOSE_CODE);
        assertViolation("03 e8 ff", true, Violation.INVALID_UTF8);
    }

    @Test
    void onlyTheGivenPartOfTheArrayIsRead() throws Exception {
        byte[] array = hex("ff ff 03 e8 62 79 65 ff ff");
        assertThat(CloseStatus.parse(array, 2, 5, true)).isEqualTo(new CloseStatus(1000, "bye"));
        assertThat(CloseStatus.parse(array, 2, 2, true)).isEqualTo(new CloseStatus(1000, ""));
        assertThat(CloseStatus.parse(array, 9, 0, true)).isSameAs(CloseStatus.NO_STATUS);
        assertThat(catchThrowableOfType(ProtocolException.class, () -> CloseStatus.parse(array, 2, 1, true))
                        .violation())
                .isSameAs(Violation.INVALID_CLOSE_PAYLOAD);
    }

    @ParameterizedTest
    @CsvSource({"-1, 2", "0, -1", "4, 1", "3, 2", "0, 5", "2147483647, 2"})
    void aPartOutsideTheArrayIsRefused(int offset, int length) {
        assertThatThrownBy(() -> CloseStatus.parse(hex("03 e8 62 79"), offset, length, true))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    // ---- making

    @Test
    void aStatusHasAValidCodeOrOneOfTheTwoThatNeverTravel() {
        for (int code = -1; code <= 5_001; code++) {
            int made = code;
            if (CloseCode.isValid(code) || code == 1005 || code == 1006) {
                assertThat(new CloseStatus(code, "").code()).isEqualTo(code);
            } else {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> new CloseStatus(made, ""))
                        .withMessage("close code " + code + " may not be used; take 1000-1003, 1007-1014 or 3000-4999");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1005, 1006})
    void aReasonNeedsACode(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CloseStatus(code, "why"))
                .withMessage("a reason needs a code: close code " + code + " carries none");
    }

    @Test
    void aReasonIsNeverNull() {
        assertThatThrownBy(() -> new CloseStatus(1000, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("reason");
    }

    @Test
    void theNamedStatusesHaveTheirCodesAndNoReason() {
        assertThat(CloseStatus.NORMAL).isEqualTo(new CloseStatus(1000, ""));
        assertThat(CloseStatus.GOING_AWAY).isEqualTo(new CloseStatus(1001, ""));
        assertThat(CloseStatus.NO_STATUS).isEqualTo(new CloseStatus(1005, ""));
        assertThat(CloseStatus.ABNORMAL).isEqualTo(new CloseStatus(1006, ""));
    }

    // ---- encoding

    @Test
    void aStatusIsSentAsCodeAndReason() {
        assertThat(CloseStatus.NORMAL.encode()).isEqualTo(hex("03 e8"));
        assertThat(CloseStatus.GOING_AWAY.encode()).isEqualTo(hex("03 e9"));
        assertThat(new CloseStatus(1000, "bye").encode()).isEqualTo(hex("03 e8 62 79 65"));
        assertThat(new CloseStatus(4999, "é€😀").encode()).isEqualTo(hex("13 87 c3 a9 e2 82 ac f0 9f 98 80"));
    }

    @Test
    void noStatusIsSentAsAnEmptyPayload() {
        assertThat(CloseStatus.NO_STATUS.encode()).isEmpty();
    }

    @Test
    void abnormalClosureIsNeverSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(CloseStatus.ABNORMAL::encode)
                .withMessage("close code 1006 means that no Close was received; it cannot be sent");
    }

    static final List<Arguments> LONGEST_REASONS = List.of(
            Arguments.of("one byte a character", "a".repeat(123), "a".repeat(124), 124),
            Arguments.of("two", "é".repeat(61) + "a", "é".repeat(62), 124),
            Arguments.of("three", "€".repeat(41), "€".repeat(41) + "a", 124),
            Arguments.of("four", "😀".repeat(30) + "abc", "😀".repeat(31), 124),
            Arguments.of("far too long", "", "€".repeat(1000), 3000));

    @ParameterizedTest(name = "{0}")
    @FieldSource("LONGEST_REASONS")
    void aReasonHasAtMost123BytesOfUtf8(String what, String fits, String tooLong, int bytes) throws Exception {
        byte[] payload = new CloseStatus(1000, fits).encode();
        assertThat(payload).as(what).isEqualTo(concat(hex("03 e8"), utf8(fits)));
        assertThat(CloseStatus.parse(payload, 0, payload.length, true)).isEqualTo(new CloseStatus(1000, fits));

        assertThatIllegalArgumentException()
                .isThrownBy(new CloseStatus(1000, tooLong)::encode)
                .withMessage("the close reason has " + bytes + " bytes of UTF-8; at most 123 fit");
    }

    @ParameterizedTest
    @CsvSource({"0, '', x", "1, x, ''", "2, éx, x", "4, 😀😀, 😀"})
    void aLoneSurrogateInAReasonIsRefusedWithItsPlace(int index, String before, String after) {
        for (String lone : new String[] {"\uD83D", "\uDE00"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(new CloseStatus(1000, before + lone + after)::encode)
                    .withMessage("the text has a lone surrogate at index " + index + " and is not valid Unicode");
        }
    }

    @Test
    void whatWasSentIsWhatIsRead() throws Exception {
        for (int code = 1000; code <= 4999; code++) {
            if (CloseCode.isValid(code)) {
                CloseStatus status = new CloseStatus(code, "reason " + code + " é€😀");
                byte[] payload = status.encode();
                assertThat(CloseStatus.parse(payload, 0, payload.length, true)).isEqualTo(status);
            }
        }
    }

    private static CloseStatus parse(String payload) throws ProtocolException {
        byte[] bytes = hex(payload);
        return CloseStatus.parse(bytes, 0, bytes.length, true);
    }

    private static void assertViolation(String payload, boolean validateUtf8, Violation expected) {
        assertThat(violation(hex(payload), validateUtf8)).as(payload).isSameAs(expected);
    }

    private static Violation violation(byte[] payload, boolean validateUtf8) {
        return catchThrowableOfType(
                        ProtocolException.class, () -> CloseStatus.parse(payload, 0, payload.length, validateUtf8))
                .violation();
    }
}
