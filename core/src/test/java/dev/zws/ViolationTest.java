package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** B-4.40: which Close answers which violation. */
class ViolationTest {
    @Test
    void everyViolationIsAnsweredWithItsCloseCode() {
        Map<String, Integer> codes =
                Stream.of(Violation.values()).collect(Collectors.toMap(Violation::name, Violation::closeCode));
        assertThat(codes)
                .containsOnly(
                        entry("RESERVED_BITS_SET", 1002),
                        entry("UNKNOWN_OPCODE", 1002),
                        entry("MASK_BIT_INVALID", 1002),
                        entry("INVALID_FRAME_LENGTH", 1002),
                        entry("FRAME_TOO_LARGE", 1009),
                        entry("CONTROL_FRAME_FRAGMENTED", 1002),
                        entry("CONTROL_FRAME_TOO_LARGE", 1002),
                        entry("UNEXPECTED_CONTINUATION", 1002),
                        entry("EXPECTED_CONTINUATION", 1002),
                        entry("INVALID_CLOSE_PAYLOAD", 1002),
                        entry("INVALID_CLOSE_CODE", 1002),
                        entry("INVALID_UTF8", 1007),
                        entry("INVALID_COMPRESSED_MESSAGE", 1007),
                        entry("MESSAGE_TOO_LARGE", 1009),
                        entry("TOO_MANY_FRAGMENTS", 1008),
                        entry("TOO_MANY_CONTROL_FRAMES", 1008),
                        entry("OUT_OF_DECOMPRESSORS", 1013));
    }

    @ParameterizedTest
    @EnumSource
    void theExceptionTellsTheViolationItsCodeAndTheDetail(Violation violation) {
        ProtocolException exception = new ProtocolException(violation, "the detail");
        assertThat(exception.violation()).isSameAs(violation);
        assertThat(exception.closeCode()).isEqualTo(violation.closeCode());
        assertThat(exception).hasMessage(violation.name() + ": the detail").hasNoCause();
    }

    @Test
    void theExceptionOfALaterCallRepeatsTheFirstCause() {
        ProtocolException first = new ProtocolException(Violation.INVALID_UTF8, "the text is not UTF-8");
        ProtocolException again = first.again();
        assertThat(again).isNotSameAs(first).hasCause(first).hasMessage(first.getMessage());
        assertThat(again.violation()).isSameAs(Violation.INVALID_UTF8);
        assertThat(again.closeCode()).isEqualTo(1007);
    }
}
