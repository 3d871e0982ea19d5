package dev.zws.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zws.FuzzTarget;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The committed seeds hold in every build, without Jazzer; so do some thousand inputs made of them. */
@Timeout(60)
class SeedsTest {
    private static final int CHANGED = 2_000;
    private static final int CHOICES = 6;

    @ParameterizedTest
    @EnumSource
    void everySeedHolds(FuzzTarget target) throws Exception {
        assertThat(Seeds.of(target)).isNotEmpty();
        for (byte[] seed : Seeds.of(target)) {
            assertThat(seed).hasSizeLessThanOrEqualTo(target.maxLength());
            target.run(seed);
        }
        target.run(new byte[0]);
    }

    /** Most inputs begin with choices: the way of reading, where to cut, limits. */
    @ParameterizedTest
    @EnumSource
    void everySeedHoldsWhateverItsFirstBytesChoose(FuzzTarget target) throws Exception {
        for (byte[] seed : Seeds.of(target)) {
            for (int at = 0; at < Math.min(seed.length, CHOICES); at++) {
                byte[] input = seed.clone();
                for (int choice = 0; choice < 10; choice++) {
                    input[at] = (byte) choice;
                    target.run(input);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void seedsWithSomeBytesChangedHold(FuzzTarget target) throws Exception {
        List<byte[]> seeds = Seeds.of(target);
        Random random = new Random(1);
        for (int i = 0; i < CHANGED; i++) {
            byte[] input = seeds.get(i % seeds.size()).clone();
            for (int changes = random.nextInt(4); changes >= 0 && input.length > 0; changes--) {
                input[random.nextInt(input.length)] = (byte) random.nextInt();
            }
            target.run(random.nextBoolean() ? input : Arrays.copyOf(input, random.nextInt(input.length + 9)));
        }
    }

    @Test
    void aLineHoldsHexAndQuotedText() {
        assertThat(Seeds.parse("00ff 10 \"a\\r\\n\\\"\\\\\" 7f # 99"))
                .containsExactly(0, 0xff, 0x10, 'a', 13, 10, '"', '\\', 0x7f);
        assertThatThrownBy(() -> Seeds.parse("00 zz"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column 4");
    }
}
