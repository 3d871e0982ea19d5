package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** How the receiving of a connection ends, for those who wait for that. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class EndingTest {
    @Test
    void whoWaitsIsLetGoAndWhoComesLaterDoesNotWait() throws Exception {
        Ending ending = new Ending();
        assertThat(ending.await(0)).isFalse();
        Running waiting =
                Running.start(() -> assertThat(ending.await(Long.MAX_VALUE)).isTrue());
        waiting.awaitWaiting();
        ending.closeReceived();
        assertThat(waiting.join()).isNull();
        assertThat(ending.await(0)).isTrue();
        ending.fail(new ConnectionLostException("later", null));
        assertThat(ending.await(0)).isTrue();
    }

    @Test
    void whoComesInterruptedIsToldOfTheEndAllTheSame() throws Exception {
        Ending ending = new Ending();
        ending.closeReceived();
        Thread.currentThread().interrupt();
        assertThat(ending.await(1)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whoeverComesAtTheSameTimeAsTheEndIsLetGo() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            Ending ending = new Ending();
            CyclicBarrier together = new CyclicBarrier(3);
            Running one = Running.start(true, () -> {
                together.await();
                assertThat(ending.await(Long.MAX_VALUE)).isTrue();
            });
            Running other = Running.start(true, () -> {
                together.await();
                assertThat(ending.await(Long.MAX_VALUE)).isTrue();
            });
            together.await();
            ending.closeReceived();
            assertThat(one.join()).isNull();
            assertThat(other.join()).isNull();
        }
    }
}
