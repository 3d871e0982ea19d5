package dev.zws;

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
    private static final long SECOND = 1_000_000_000;

    @Test // B-11.2, B-10.89
    void everyBoundIsFiniteByDefaultAndEverythingIsChecked() {
        assertThat(Conn.Config.DEFAULT)
                .isEqualTo(new Conn.Config(Limits.DEFAULT, TimeoutConfig.NONE, Deadlines.DEFAULT, true, true, true));
        assertThat(Limits.DEFAULT)
                .isEqualTo(new Limits(
                        16_777_216,
                        1_048_576,
                        1_073_741_824,
                        65_536,
                        1_000,
                        Limits.Oversize.FAIL,
                        16_777_216,
                        65_536,
                        16_777_216));
        assertThat(Deadlines.DEFAULT)
                .isEqualTo(new Deadlines(60 * SECOND, 300 * SECOND, 30 * SECOND, 20 * SECOND, 30 * SECOND, 2 * SECOND));
    }

    @Test // B-1.20
    void callsToTheStreamHaveNoBudgetByDefault() {
        assertThat(TimeoutConfig.NONE).isEqualTo(new TimeoutConfig(0, 0, 0));
        assertThat(Deadlines.NONE).isEqualTo(new Deadlines(0, 0, 0, 0, 0, 2 * SECOND));
    }

    @Test
    void eachLimitIsChangedByItself() {
        Limits limits = Limits.DEFAULT;
        List<Limits> changed = List.of(
                limits.withMaxFramePayload(1),
                limits.withMaxMessagePayload(2),
                limits.withMaxStreamedPayload(3),
                limits.withMaxFragments(4),
                limits.withMaxControlFramesPerSecond(5),
                limits.withOversize(Limits.Oversize.DRAIN),
                limits.withDrainBudget(6),
                limits.withOutputHighWater(7),
                limits.withMaxPendingOutput(65_537));
        assertThat(changed).doesNotHaveDuplicates().doesNotContain(limits);
        assertThat(limits.withMaxFramePayload(1)
                        .withMaxMessagePayload(2)
                        .withMaxStreamedPayload(3)
                        .withMaxFragments(4)
                        .withMaxControlFramesPerSecond(5)
                        .withOversize(Limits.Oversize.DRAIN)
                        .withDrainBudget(6)
                        .withOutputHighWater(7)
                        .withMaxPendingOutput(65_537))
                .isEqualTo(new Limits(1, 2, 3, 4, 5, Limits.Oversize.DRAIN, 6, 7, 65_537));
    }

    @Test
    void eachDeadlineAndBudgetIsChangedByItself() {
        assertThat(Deadlines.DEFAULT
                        .withMessageNanos(1)
                        .withIdleNanos(2)
                        .withPingNanos(3)
                        .withPongNanos(4)
                        .withWriteNanos(5)
                        .withCloseNanos(6))
                .isEqualTo(new Deadlines(1, 2, 3, 4, 5, 6));
        assertThat(TimeoutConfig.NONE.withReadNanos(1).withWriteNanos(2).withFlushNanos(3))
                .isEqualTo(new TimeoutConfig(1, 2, 3));
    }

    @Test
    void eachPartOfTheConfigurationIsChangedByItself() {
        Limits limits = Limits.DEFAULT.withMaxFragments(1);
        TimeoutConfig timeouts = TimeoutConfig.NONE.withReadNanos(1);
        assertThat(Conn.Config.DEFAULT
                        .withLimits(limits)
                        .withTimeouts(timeouts)
                        .withDeadlines(Deadlines.NONE)
                        .withAutoPong(false)
                        .withAutoReplyClose(false)
                        .withValidateUtf8(false))
                .isEqualTo(new Conn.Config(limits, timeouts, Deadlines.NONE, false, false, false));
        assertThat(List.of(
                        Conn.Config.DEFAULT.withAutoPong(false),
                        Conn.Config.DEFAULT.withAutoReplyClose(false),
                        Conn.Config.DEFAULT.withValidateUtf8(false)))
                .doesNotHaveDuplicates();
    }

    private static Arguments range(String name, long least, long most, LongFunction<Object> with) {
        return Arguments.of(name, least, most, with);
    }

    static Stream<Arguments> ranges() {
        Limits limits = Limits.DEFAULT;
        Deadlines deadlines = Deadlines.DEFAULT;
        TimeoutConfig timeouts = TimeoutConfig.NONE;
        int maxInt = Integer.MAX_VALUE;
        long maxLong = Long.MAX_VALUE;
        return Stream.of(
                range("maxFramePayload", 0, maxLong, limits::withMaxFramePayload),
                range("maxMessagePayload", 0, MAX_ARRAY, v -> limits.withMaxMessagePayload((int) v)),
                range("maxStreamedPayload", 0, maxLong, limits::withMaxStreamedPayload),
                range("maxFragments", 1, maxInt, v -> limits.withMaxFragments((int) v)),
                range("maxControlFramesPerSecond", 1, maxInt, v -> limits.withMaxControlFramesPerSecond((int) v)),
                range("drainBudget", 0, maxLong, limits::withDrainBudget),
                range("outputHighWater", 0, maxInt, v -> limits.withOutputHighWater((int) v)),
                range("maxPendingOutput", 65_536, MAX_ARRAY, v -> limits.withMaxPendingOutput((int) v)),
                range("messageNanos", 0, maxLong, deadlines::withMessageNanos),
                range("idleNanos", 0, maxLong, deadlines::withIdleNanos),
                range("pingNanos", 0, maxLong, deadlines::withPingNanos),
                range("pongNanos", 0, maxLong, deadlines::withPongNanos),
                range("writeNanos", 0, maxLong, deadlines::withWriteNanos),
                range("closeNanos", 1, maxLong, deadlines::withCloseNanos),
                range("readNanos", 0, maxLong, timeouts::withReadNanos),
                range("writeNanos", 0, maxLong, timeouts::withWriteNanos),
                range("flushNanos", 0, maxLong, timeouts::withFlushNanos));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void valueOutOfItsRangeIsRefusedByName(String name, long least, long most, LongFunction<Object> with) {
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
    void nothingOfItMayBeNull() {
        assertThatThrownBy(() -> Limits.DEFAULT.withOversize(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Conn.Config.DEFAULT.withLimits(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Conn.Config.DEFAULT.withTimeouts(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Conn.Config.DEFAULT.withDeadlines(null)).isInstanceOf(NullPointerException.class);
    }
}
