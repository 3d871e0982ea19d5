package dev.zws.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
    /** The values 1 to {@code count}, so that a value says which one it is. */
    private static Interval ofFirst(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = count - i;
        }
        return Interval.of(values);
    }

    @ParameterizedTest
    @CsvSource({
        // 1 - 2/2^6 = 96.9 %; 1 - 2/2^8 = 99.2 %, and 1 - 2(1+8)/2^8 = 93.0 % would be too little
        "6, 3.5, 1, 6",
        "8, 4.5, 1, 8",
        // 1 - 2(1+9)/2^9 = 96.1 %
        "9, 5, 2, 8",
        // 1 - 2(1+15+105+455)/2^15 = 96.5 %
        "15, 8, 4, 12",
        // the published table for the median of 100: the 40th to the 61st
        "100, 50.5, 40, 61"
    })
    void theIntervalIsTheNarrowestOfTheSortedValuesThatHolds95Percent(
            int count, double median, double low, double high) {
        assertThat(ofFirst(count)).isEqualTo(new Interval(median, low, high));
    }

    @Test
    void fewerThanSixValuesHaveNone() {
        assertThat(ofFirst(5)).isEqualTo(new Interval(3, null, null));
        assertThat(ofFirst(1)).isEqualTo(new Interval(1, null, null));
        assertThatThrownBy(Interval::of).isInstanceOf(IllegalArgumentException.class);
    }
}
