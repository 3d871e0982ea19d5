package dev.zws.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SoakSampleTest {
    private static final int MIB = 1024 * 1024;
    private static final SoakSample REST = new SoakSample(20 * MIB, 600 * MIB, 30, 40, 0, 0);

    /** Samples that differ in one measure. */
    private static List<SoakSample> of(SoakSample.Measure measure, long... values) {
        return LongStream.of(values)
                .mapToObj(value -> switch (measure) {
                    case HEAP -> new SoakSample(value, 0, 0, 0, 0, 0);
                    case RESIDENT -> new SoakSample(0, value, 0, 0, 0, 0);
                    case THREADS -> new SoakSample(0, 0, value, 0, 0, 0);
                    case DESCRIPTORS -> new SoakSample(0, 0, 0, value, 0, 0);
                    case CONNS -> new SoakSample(0, 0, 0, 0, value, 0);
                    case VIRTUAL_THREADS -> new SoakSample(0, 0, 0, 0, 0, value);
                })
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void whatGrowsByMoreThanItMayIsNamedWithBothMedians(SoakSample.Measure measure) {
        long before = 600L * MIB;
        long most = measure.most(before);
        assertThat(SoakSample.growth(of(measure, before, before, most, most))).isNull();
        assertThat(SoakSample.growth(of(measure, before, before, most + 1, most + 1)))
                .contains(measure.label(), String.valueOf(before), String.valueOf(most + 1));
    }

    @Test
    void aPeakIsNoGrowth() {
        long peak = 10_000L * MIB;
        assertThat(SoakSample.growth(of(SoakSample.Measure.HEAP, 10, 10, 10, 10, 10, peak)))
                .isNull();
        assertThat(SoakSample.growth(of(SoakSample.Measure.HEAP, 10, 10, 10, 10, peak, peak)))
                .isNotNull();
    }

    @Test
    void slowGrowthIsSeenInAnOddNumberOfSamplesToo() {
        long[] values = LongStream.range(0, 61).map(i -> 20 + i).toArray();
        assertThat(SoakSample.growth(of(SoakSample.Measure.THREADS, values))).contains("grew from 34 to 65");
    }

    @Test
    void aFewSamplesSayNothing() {
        assertThat(SoakSample.growth(List.of())).isNull();
        assertThat(SoakSample.growth(of(SoakSample.Measure.HEAP, 1, 1, 10_000L * MIB)))
                .isNull();
    }

    @Test
    void whatIsLeftBehindIsNamed() {
        assertThat(REST.leftover(REST)).isNull();
        assertThat(new SoakSample(20, 600, 30, 40, 1, 0).leftover(REST)).contains("1 connections in memory");
        assertThat(new SoakSample(20, 600, 30, 40, 0, 1).leftover(REST)).contains("1 virtual threads");
        assertThat(new SoakSample(20, 600, 30, 41, 0, 0).leftover(REST)).contains("41 descriptors, 40 before");
        assertThat(new SoakSample(20, 600, 36, 40, 0, 0).leftover(REST)).isNull();
        assertThat(new SoakSample(20, 600, 37, 40, 0, 0).leftover(REST)).contains("37 threads, 30 before");
    }

    @Test
    void aClassHistogramIsRead() {
        String text = """
                1234:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         16345        1394472  [B (java.base@25)
                  42:             7            504  java.lang.VirtualThread (java.base@25)
                 137:             3            216  dev.zws.Conn
                Total         58031        3456789
                """;
        assertThat(SoakSample.histogram(text))
                .containsEntry("Total", 3_456_789L)
                .containsEntry("dev.zws.Conn", 3L)
                .containsEntry("java.lang.VirtualThread", 7L);
    }

    @Test
    void theKernelsStatusIsRead() {
        String status = "Name:\tjava\nVmRSS:\t  650812 kB\nThreads:\t31\n";
        assertThat(SoakServer.field(status, "VmRSS:")).isEqualTo(650_812);
        assertThat(SoakServer.field(status, "Threads:")).isEqualTo(31);
        assertThatIllegalArgumentException().isThrownBy(() -> SoakServer.field("", "Threads:"));
    }
}
