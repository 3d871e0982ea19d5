package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, 5.3 and 10.3; B-3.21, B-3.22, B-11.1. The bounds leave chance less than one failure in a million runs. */
class MaskKeysTest {
    private static final MaskKeys KEYS = MaskKeys.strong();

    @Test
    void oneThreadGetsAFreshKeyEveryTimeOverManyBatches() {
        int[] keys = draw(20_000);
        assertThat(distinct(keys)).isGreaterThanOrEqualTo(20_000 - 3);
    }

    @Test
    void everyBitOfAKeyIsSetHalfOfTheTime() {
        int count = 100_000;
        int[] set = new int[Integer.SIZE];
        for (int key : draw(count)) {
            for (int bit = 0; bit < Integer.SIZE; bit++) {
                set[bit] += key >>> bit & 1;
            }
        }
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            assertThat(set[bit]).as("how often bit %d is set", bit).isBetween(count / 2 - 1_000, count / 2 + 1_000);
        }
    }

    @Test
    void aKeyTellsNothingOfTheNext() {
        int count = 100_000;
        int[] changed = new int[Integer.SIZE];
        int[] keys = draw(count + 1);
        for (int i = 0; i < count; i++) {
            for (int bit = 0; bit < Integer.SIZE; bit++) {
                changed[bit] += (keys[i] ^ keys[i + 1]) >>> bit & 1;
            }
        }
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            assertThat(changed[bit])
                    .as("how often bit %d changes", bit)
                    .isBetween(count / 2 - 1_000, count / 2 + 1_000);
        }
    }

    @ParameterizedTest(name = "virtual: {0}")
    @ValueSource(booleans = {false, true})
    @Timeout(10)
    void manyThreadsGetDifferentKeysAndNoSequenceTwice(boolean virtual) throws Exception {
        int threads = 40; // more than there are stripes
        int each = 2_500;
        CountDownLatch start = new CountDownLatch(1);
        List<FutureTask<int[]>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            FutureTask<int[]> task = new FutureTask<>(() -> {
                start.await();
                return draw(each);
            });
            tasks.add(task);
            (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(task);
        }
        start.countDown();

        int[] all = new int[threads * each];
        Set<Long> pairs = new HashSet<>();
        for (int i = 0; i < threads; i++) {
            int[] keys = tasks.get(i).get(10, TimeUnit.SECONDS);
            System.arraycopy(keys, 0, all, i * each, each);
            for (int k = 1; k < each; k++) {
                pairs.add((long) keys[k - 1] << 32 | keys[k] & 0xFFFF_FFFFL);
            }
        }
        assertThat(distinct(all)).isGreaterThanOrEqualTo(99_990);
        assertThat(pairs).as("two keys in a row").hasSize(threads * (each - 1));
    }

    private static int[] draw(int count) {
        int[] keys = new int[count];
        Arrays.setAll(keys, i -> KEYS.next());
        return keys;
    }

    private static long distinct(int[] keys) {
        return Arrays.stream(keys).distinct().count();
    }
}
