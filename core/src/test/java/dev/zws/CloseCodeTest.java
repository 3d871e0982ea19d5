package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, 7.4; B-1.8, B-1.11 as amended by B-11.13. */
class CloseCodeTest {
    @Test
    void everyCodeHasItsNumberOfTheRegistry() throws Exception {
        Map<String, Integer> constants = new LinkedHashMap<>();
        for (Field field : CloseCode.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers()) && field.getType() == int.class) {
                constants.put(field.getName(), field.getInt(null));
            }
        }
        assertThat(constants)
                .containsOnly(
                        entry("NORMAL_CLOSURE", 1000),
                        entry("GOING_AWAY", 1001),
                        entry("PROTOCOL_ERROR", 1002),
                        entry("UNSUPPORTED_DATA", 1003),
                        entry("NO_STATUS", 1005),
                        entry("ABNORMAL_CLOSURE", 1006),
                        entry("INVALID_FRAME_PAYLOAD_DATA", 1007),
                        entry("POLICY_VIOLATION", 1008),
                        entry("MESSAGE_TOO_BIG", 1009),
                        entry("MANDATORY_EXTENSION", 1010),
                        entry("INTERNAL_ERROR", 1011),
                        entry("SERVICE_RESTART", 1012),
                        entry("TRY_AGAIN_LATER", 1013),
                        entry("BAD_GATEWAY", 1014));
    }

    @Test
    void ofAllSixteenBitNumbersOnlyDefinedOrRegisteredOrPrivateCodesMayTravel() {
        BitSet travels = new BitSet(65_536);
        for (int defined : new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014}) {
            travels.set(defined);
        }
        travels.set(3000, 4000); // for libraries, registered with IANA
        travels.set(4000, 5000); // for private use
        assertThat(travels.cardinality()).isEqualTo(2012);

        for (int code = 0; code <= 65_535; code++) {
            assertThat(CloseCode.isValid(code)).as("close code %d", code).isEqualTo(travels.get(code));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1014, 3000, 4999})
    void codesAtTheEdgesOfTheRangesAreValid(int code) {
        assertThat(CloseCode.isValid(code)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535})
    void reservedAndUndefinedCodesAreNot(int code) {
        assertThat(CloseCode.isValid(code)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -1000, 65_536 + 1000, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void numbersThatDoNotFitTwoBytesAreNotCutDownToValidOnes(int code) {
        assertThat(CloseCode.isValid(code)).isFalse();
    }
}
