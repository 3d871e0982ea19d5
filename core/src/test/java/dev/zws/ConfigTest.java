package dev.zws;

import static dev.zws.Conn.Config.DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigTest {
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    @Test // B-11.2, B-10.89
    void everyBoundIsFiniteByDefaultAndEverythingIsChecked() {
        assertThat(DEFAULT)
                .isEqualTo(new Conn.Config(
                        16_777_216,
                        1_048_576,
                        1_073_741_824,
                        65_536,
                        1_000,
                        Conn.Oversize.FAIL,
                        16_777_216,
                        65_536,
                        16_777_216,
                        true,
                        true,
                        true));
    }

    @Test
    void eachValueIsChangedByItself() {
        List<Conn.Config> changed = List.of(
                DEFAULT.withMaxFramePayload(1),
                DEFAULT.withMaxMessagePayload(2),
                DEFAULT.withMaxStreamedPayload(3),
                DEFAULT.withMaxFragments(4),
                DEFAULT.withMaxControlFramesPerSecond(5),
                DEFAULT.withOversize(Conn.Oversize.DRAIN),
                DEFAULT.withDrainBudget(6),
                DEFAULT.withOutputHighWater(7),
                DEFAULT.withMaxPendingOutput(65_537),
                DEFAULT.withAutoPong(false),
                DEFAULT.withAutoReplyClose(false),
                DEFAULT.withValidateUtf8(false));
        assertThat(changed).doesNotHaveDuplicates().doesNotContain(DEFAULT);
        Conn.Config all = DEFAULT.withMaxFramePayload(1)
                .withMaxMessagePayload(2)
                .withMaxStreamedPayload(3)
                .withMaxFragments(4)
                .withMaxControlFramesPerSecond(5)
                .withOversize(Conn.Oversize.DRAIN)
                .withDrainBudget(6)
                .withOutputHighWater(7)
                .withMaxPendingOutput(65_537)
                .withAutoPong(false)
                .withAutoReplyClose(false)
                .withValidateUtf8(false);
        assertThat(all)
                .isEqualTo(new Conn.Config(1, 2, 3, 4, 5, Conn.Oversize.DRAIN, 6, 7, 65_537, false, false, false));
    }

    private static Arguments range(String name, long least, long most, LongFunction<Conn.Config> with) {
        return Arguments.of(name, least, most, with);
    }

    static Stream<Arguments> ranges() {
        return Stream.of(
                range("maxFramePayload", 0, Long.MAX_VALUE, DEFAULT::withMaxFramePayload),
                range("maxMessagePayload", 0, MAX_ARRAY, v -> DEFAULT.withMaxMessagePayload((int) v)),
                range("maxStreamedPayload", 0, Long.MAX_VALUE, DEFAULT::withMaxStreamedPayload),
                range("maxFragments", 1, Integer.MAX_VALUE, v -> DEFAULT.withMaxFragments((int) v)),
                range(
                        "maxControlFramesPerSecond",
                        1,
                        Integer.MAX_VALUE,
                        v -> DEFAULT.withMaxControlFramesPerSecond((int) v)),
                range("drainBudget", 0, Long.MAX_VALUE, DEFAULT::withDrainBudget),
                range("outputHighWater", 0, Integer.MAX_VALUE, v -> DEFAULT.withOutputHighWater((int) v)),
                range("maxPendingOutput", 65_536, MAX_ARRAY, v -> DEFAULT.withMaxPendingOutput((int) v)));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void valueOutOfItsRangeIsRefusedByName(String name, long least, long most, LongFunction<Conn.Config> with) {
        assertThat(with.apply(least)).isNotNull();
        assertThat(with.apply(most)).isNotNull();
        assertThatThrownBy(() -> with.apply(least - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + " is " + (least - 1) + "; it must be " + least + " to " + most);
        if (most == MAX_ARRAY) {
            assertThatThrownBy(() -> with.apply(most + 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void oversizeIsRequired() {
        assertThatThrownBy(() -> DEFAULT.withOversize(null)).isInstanceOf(NullPointerException.class);
    }
}
