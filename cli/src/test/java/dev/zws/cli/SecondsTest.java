package dev.zws.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SecondsTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "2, 2000000000", "0.5, 500000000", "1e-9, 1", "1e-30, 1", "1e9, 1000000000000000000"})
    void aNumberOfSecondsIsTakenAndNeverRoundedToNothing(String text, long nanos) {
        assertThat(new Seconds().convert(text)).isEqualTo(Duration.ofNanos(nanos));
    }

    @Test
    void foreverIsAsLongAsAWaitCanBe() {
        assertThat(TimeUnit.NANOSECONDS.convert(new Seconds().convert("forever")))
                .isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1e10", "1s", "NaN", "1e999999999", "never"})
    void anythingElseIsRefused(String text) {
        assertThatExceptionOfType(TypeConversionException.class)
                .isThrownBy(() -> new Seconds().convert(text))
                .withMessageStartingWith("'" + text + "'");
    }
}
