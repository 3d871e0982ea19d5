package dev.zws;

import static dev.zws.Role.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** What a loop makes of its end. */
class OutcomeTest {
    private final Fixture f = Fixture.open(SERVER, Conn.Config.DEFAULT);

    @Test
    void endWithoutAFailureAndWithoutACloseHasNoStatus() {
        Outcome outcome = Outcome.of(f.conn, 2, 1, 0, null);
        assertThat(outcome).isEqualTo(new Outcome(true, CloseStatus.NO_STATUS, 2, 1, 0, null));
    }

    @Test
    void endThatIsNobodysRuleIsAbnormal() {
        ConnectionClosedException closed = new ConnectionClosedException("a Close was sent");
        Outcome outcome = Outcome.of(f.conn, 0, 0, 0, closed);
        assertThat(outcome).isEqualTo(new Outcome(false, CloseStatus.ABNORMAL, 0, 0, 0, closed));
    }

    @Test // B-7.56
    void exceptionThatLooksLikeTheEndOfAConnectionIsAHandlersFailureWhileThatIsOpen() {
        LoopEnd end = new LoopEnd(f.conn, true);
        ConnectionLostException lost = new ConnectionLostException("another connection's", null);
        assertThat(end.isOfConnection(lost)).isFalse();
        assertThat(end.isOfConnection(new UncheckedIOException(lost))).isFalse();
        assertThat(end.isOfConnection(new ConnectionClosedException("another connection's")))
                .isFalse();
        assertThat(end.isOfConnection(null)).isFalse();
        f.conn.abort();
        assertThat(end.isOfConnection(lost)).isTrue();
        assertThat(end.isOfConnection(new UncheckedIOException(lost))).isTrue();
    }
}
