package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PerMessageDeflateConfigTest {
    private static final PerMessageDeflateConfig DEFAULT = PerMessageDeflateConfig.DEFAULT;
    private static final DeflatePool POOL = new DeflatePool();

    @Test // B-1.26, B-1.28, B-1.29, B-11.27
    void nothingIsCompressedUnlessConfiguredAndTheSwitchesHaveTheirDefaults() {
        assertThat(Handshake.Options.DEFAULT.deflate()).isNull();
        assertThat(ClientHandshake.Request.of("example.com", "/").deflate()).isNull();
        assertThat(DEFAULT.compressOutgoing()).isFalse();
        assertThat(DEFAULT.takeover()).isEqualTo(Takeover.NONE);
        assertThat(DEFAULT.outgoingWindowBits()).isEqualTo(15);
        assertThat(DEFAULT.incomingWindowBits()).isEqualTo(15);
        assertThat(DEFAULT.minPayloadLength()).isEqualTo(64);
        assertThat(DEFAULT.requireCompressionGain()).isTrue();
        assertThat(DEFAULT.level()).isEqualTo(1);
        assertThat(DEFAULT.maxRatio()).isEqualTo(256);
        assertThat(DEFAULT.pool()).isSameAs(DeflatePool.shared());
        assertThat(PerMessageDeflateConfig.RATIO_FREE_BYTES).isEqualTo(1_048_576);
    }

    @Test
    void eachSwitchIsChangedByItself() {
        assertThat(DEFAULT.withCompressOutgoing(true)
                        .withTakeover(Takeover.POOLED)
                        .withOutgoingWindowBits(9)
                        .withIncomingWindowBits(10)
                        .withMinPayloadLength(1)
                        .withRequireCompressionGain(false)
                        .withLevel(2)
                        .withMaxRatio(3)
                        .withPool(POOL))
                .isEqualTo(new PerMessageDeflateConfig(true, Takeover.POOLED, 9, 10, 1, false, 2, 3, POOL));
        assertThat(Stream.of(
                        DEFAULT,
                        DEFAULT.withCompressOutgoing(true),
                        DEFAULT.withTakeover(Takeover.DEDICATED),
                        DEFAULT.withOutgoingWindowBits(9),
                        DEFAULT.withIncomingWindowBits(9),
                        DEFAULT.withMinPayloadLength(0),
                        DEFAULT.withRequireCompressionGain(false),
                        DEFAULT.withLevel(0),
                        DEFAULT.withMaxRatio(1),
                        DEFAULT.withPool(POOL)))
                .doesNotHaveDuplicates();
    }

    private static Arguments range(String name, int least, int most, IntFunction<Object> with) {
        return Arguments.of(name, least, most, with);
    }

    static Stream<Arguments> ranges() {
        return Stream.of(
                range("outgoingWindowBits", 9, 15, DEFAULT::withOutgoingWindowBits),
                range("incomingWindowBits", 9, 15, DEFAULT::withIncomingWindowBits),
                range("minPayloadLength", 0, Integer.MAX_VALUE, DEFAULT::withMinPayloadLength),
                range("level", 0, 9, DEFAULT::withLevel),
                range("maxRatio", 1, Integer.MAX_VALUE, DEFAULT::withMaxRatio),
                range("serverMaxWindowBits", 8, 15, bits -> new PerMessageDeflate(false, false, bits, 15)),
                range("clientMaxWindowBits", 8, 15, bits -> new PerMessageDeflate(false, false, 15, bits)));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void aValueOutOfItsRangeIsRefusedByName(String name, int least, int most, IntFunction<Object> with) {
        for (int value : new int[] {least, most}) {
            assertThat(with.apply(value)).isNotNull();
        }
        for (long value : new long[] {least - 1, most + 1L}) {
            if (value == (int) value) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> with.apply((int) value))
                        .withMessage(name + " is " + value + "; it must be " + least + " to " + most);
            }
        }
    }

    @Test
    void theTakeoverIsNotNull() {
        assertThatNullPointerException().isThrownBy(() -> DEFAULT.withTakeover(null));
    }

    @Test
    void whatWasAgreedOnIsToldBySender() {
        PerMessageDeflate deflate = new PerMessageDeflate(true, false, 15, 9);

        assertThat(deflate.takeover(Role.SERVER)).isFalse();
        assertThat(deflate.takeover(Role.CLIENT)).isTrue();
        assertThat(deflate.windowBits(Role.SERVER)).isEqualTo(15);
        assertThat(deflate.windowBits(Role.CLIENT)).isEqualTo(9);
        assertThat(deflate.mayCompress(Role.SERVER)).isTrue();
        assertThat(deflate.mayCompress(Role.CLIENT)).isTrue();
    }

    @Test
    void whoIsHeldToAWindowOf8BitsSendsPlain() {
        PerMessageDeflate deflate = new PerMessageDeflate(false, true, 8, 8);

        assertThat(deflate.takeover(Role.SERVER)).isTrue();
        assertThat(deflate.takeover(Role.CLIENT)).isFalse();
        assertThat(deflate.mayCompress(Role.SERVER)).isFalse();
        assertThat(deflate.mayCompress(Role.CLIENT)).isFalse();
    }
}
