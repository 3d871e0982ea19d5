package dev.zws.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a whole, with a server in a process of its own. */
@Timeout(300)
class SoakTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int soak(String... arguments) {
        return Soak.commandLine(() -> false)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void aPlainRunAndOneWithCompressionPassAndTellTheirResults() {
        assertThat(soak("--connections=2", "--duration=1", "--faults=50", "--seed=7"))
                .as("%s %s", out, err)
                .isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        plain -> assertThat(plain)
                                .startsWith("label=soak-plain result=passed connections=2 ")
                                .contains(" deflate=false ", " faults_percent=50.0 ")
                                .endsWith(" seed=7"),
                        deflate -> assertThat(deflate)
                                .startsWith("label=soak-deflate result=passed ")
                                .contains(" deflate=true "));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void itRunsOverTls() {
        assertThat(soak("--connections=2", "--duration=1", "--tls", "--deflate", "--faults=50"))
                .as("%s %s", out, err)
                .isZero();
        assertThat(out.toString())
                .startsWith("label=soak-deflate-tls result=passed ")
                .contains(" tls=true ");
    }

    @Test
    void aServerThatDoesNotTakeTheMessagesFailsItWithTheSeed() {
        assertThat(soak("--connections=2", "--duration=30", "--no-deflate", "--seed=7", "--echo=--max-message=100"))
                .isEqualTo(1);
        assertThat(out.toString()).startsWith("label=soak-plain result=failed ");
        assertThat(err.toString()).contains("1009", "--seed=7");
    }

    @Test
    void aServerThatDoesNotStartFailsIt() {
        assertThat(soak("--echo=--bogus")).isEqualTo(1);
        assertThat(err.toString()).contains("--bogus");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--connections=0",
                "--connections=4097",
                "--duration=0",
                "--duration=25h",
                "--duration=soon",
                "--faults=-1",
                "--faults=101",
                "--faults=NaN",
                "--bogus"
            })
    void wrongUsageExitsWithTwoAndSaysWhatWasWrong(String argument) {
        assertThat(soak(argument)).isEqualTo(2);
        assertThat(err.toString()).contains(argument.replaceAll("=.*", ""));
    }

    @ParameterizedTest
    @CsvSource({"10,PT10S", "10s,PT10S", "0.5,PT0.5S", "500ms,PT0.5S", "30m,PT30M", "1.5h,PT1H30M"})
    void timesHaveUnits(String text, Duration time) {
        assertThat(new SoakTime().convert(text)).isEqualTo(time);
    }

    @Test
    void helpTellsTheDefaults() {
        assertThat(soak("--help")).isZero();
        assertThat(out.toString()).contains("zws soak", "32", "10s", "--[no-]deflate", "--faults");
    }
}
