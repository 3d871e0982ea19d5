package dev.zws;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A sink that takes nothing, with a clock of the test's. */
class StallTest {
    private final Tape tape = new Tape().takes(2);
    private final ByteWriter out = ByteWriter.of(tape);
    private long now = Long.MAX_VALUE - 5; // the clock may pass its end

    private void look(Stall stall) throws IOException {
        out.drain();
        stall.check(out);
    }

    @Test
    void sinkThatTakesNothingForLongerThanTheDeadlineIsGivenUp() throws IOException {
        Stall stall = new Stall(Deadlines.NONE.withWriteNanos(10), () -> now);
        out.write(new byte[5], 0, 5);
        look(stall);
        now += 10;
        look(stall);
        now += 1;
        assertThatThrownBy(() -> look(stall)).isInstanceOf(ConnectionTimeoutException.class);
    }

    @Test
    void everyByteThatIsTakenBeginsTheTimeAnew() throws IOException {
        Stall stall = new Stall(Deadlines.NONE.withWriteNanos(10), () -> now);
        out.write(new byte[5], 0, 5);
        look(stall);
        now += 11;
        tape.takes(1);
        look(stall);
        now += 11;
        tape.takes(2);
        look(stall);
        now += 11;
        out.write(new byte[5], 0, 5);
        look(stall);
    }

    @Test
    void withoutADeadlineASinkMayTakeNothingForEver() throws IOException {
        Stall stall = new Stall(Deadlines.NONE, () -> now);
        out.write(new byte[5], 0, 5);
        look(stall);
        now += Long.MAX_VALUE;
        assertThatCode(() -> look(stall)).doesNotThrowAnyException();
    }
}
