package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Who runs the tasks of a connection, and who flushes; threads that were called run when the test says so. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class RelayTest {
    private final Queue<Runnable> called = new ArrayDeque<>();
    private final List<String> log = new ArrayList<>();
    private boolean refuses;
    private final Relay relay = new Relay(
            thread -> {
                if (refuses) {
                    throw new RejectedExecutionException("no more threads");
                }
                called.add(thread);
            },
            () -> log.add("flush"));

    private void tasks(String... names) {
        for (String name : names) {
            relay.execute(() -> log.add(name));
        }
    }

    /** A task in the middle of which the next thread comes. */
    private void waitingTask(String name) {
        relay.execute(() -> {
            log.add(name + " waits");
            called.remove().run();
            log.add(name + " ends");
        });
    }

    @Test
    void quickTasksShareAThreadAndAFlush() {
        tasks("1", "2", "3");
        assertThat(called).hasSize(1);
        called.remove().run();
        assertThat(log).containsExactly("flush", "1", "2", "3", "flush");
        assertThat(called).hasSize(1);
        tasks("4");
        assertThat(called).as("one has not come yet").hasSize(1);
        called.remove().run();
        assertThat(log).endsWith("flush", "4", "flush");
        assertThat(called).isEmpty();
    }

    @Test
    void taskAloneTakesOneThread() {
        tasks("1");
        called.remove().run();
        assertThat(called).isEmpty();
        tasks("2");
        called.remove().run();
        assertThat(called).isEmpty();
        assertThat(log).containsExactly("flush", "1", "flush", "flush", "2", "flush");
    }

    @Test
    void nextThreadFlushesAndTakesWhatIsLeftWhenATaskWaits() {
        tasks("1");
        waitingTask("2");
        tasks("3", "4");
        called.remove().run();
        assertThat(log).containsExactly("flush", "1", "2 waits", "flush", "3", "4", "flush", "2 ends", "flush");
    }

    @Test
    void nextThreadComesForTheFlushAloneToo() {
        tasks("1");
        waitingTask("2");
        called.remove().run();
        assertThat(log).containsExactly("flush", "1", "2 waits", "flush", "flush", "2 ends", "flush");
        assertThat(called).isEmpty();
    }

    @Test
    void threadLetsOthersRunAfterATurn() {
        for (int i = 0; i < 100; i++) {
            tasks("task");
        }
        called.remove().run();
        assertThat(log).hasSize(64 + 2).endsWith("flush");
        called.remove().run();
        assertThat(log).hasSize(100 + 4);
    }

    @Test
    void threadWithoutASuccessorFlushesEachTaskAndGoesOn() {
        for (int i = 0; i < 100; i++) {
            tasks("task");
        }
        refuses = true;
        called.remove().run();
        assertThat(log).filteredOn("task"::equals).hasSize(100);
        assertThat(log).containsSubsequence("task", "flush", "task", "flush");
        refuses = false;
        tasks("next");
        assertThat(called).hasSize(1);
    }

    @Test
    void refusalComesOutAndTheNextTaskCallsAgain() {
        refuses = true;
        assertThatThrownBy(() -> tasks("1")).isInstanceOf(RejectedExecutionException.class);
        refuses = false;
        tasks("2");
        called.remove().run();
        assertThat(log).containsSubsequence("1", "2");
    }

    @Test
    void interruptOfOneTaskIsNotSeenByTheNext() {
        List<Boolean> seen = new ArrayList<>();
        relay.execute(() -> Thread.currentThread().interrupt());
        relay.execute(() -> seen.add(Thread.currentThread().isInterrupted()));
        called.remove().run();
        assertThat(seen).containsExactly(false);
    }

    @Test
    void afterTheEndNothingIsFlushed() {
        tasks("1");
        relay.end(1);
        called.remove().run();
        assertThat(log).containsExactly("1");
    }

    @Test
    void endWaitsForThoseThatFlushAsLongAsItMay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        Relay slow = new Relay(called::add, () -> {
            begun.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        slow.execute(() -> log.add("1"));
        Running thread = Running.start(called.remove()::run);
        begun.await();
        slow.end(1); // returns when the time is over
        Thread.currentThread().interrupt();
        slow.end(Long.MAX_VALUE); // returns at once
        assertThat(Thread.interrupted()).isTrue();
        Running end = Running.start(() -> slow.end(Long.MAX_VALUE));
        end.awaitWaiting();
        gate.countDown();
        assertThat(end.join()).isNull();
        assertThat(thread.join()).isNull();
    }
}
