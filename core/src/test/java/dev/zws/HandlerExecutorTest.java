package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.close;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Handler#runAsync} asks of an executor and its threads, and how it ends when they do not (B-11.32). */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HandlerExecutorTest {
    private static final Handler.AsyncOptions DEFAULT = Handler.AsyncOptions.DEFAULT;
    private static final Executor VIRTUAL = Handler.VIRTUAL_THREADS;

    // ---- executors

    @ParameterizedTest // a task each time; a pool; one thread; the reading thread itself
    @ValueSource(strings = {"virtual", "pool", "single", "direct"})
    void anyExecutorThatRunsWhatItTakesInOrderWillDo(String kind) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(kind.equals("single") ? 1 : 2);
        try {
            Executor executor = kind.equals("virtual") ? VIRTUAL : kind.equals("direct") ? Runnable::run : pool;
            for (boolean ordered : new boolean[] {false, true}) {
                AsyncSession s = new AsyncSession("1", "2", "3", "4", "5", "6")
                        .run(DEFAULT.withOrdered(ordered).withMaxInFlight(3), executor, context -> {
                            context.respond(context.message());
                            return Response.NONE;
                        });
                s.awaitSent(6);
                assertThat(s.close().responses()).isEqualTo(6);
                List<String> seen = s.out.seen().subList(0, 6);
                assertThat(seen).containsExactlyInAnyOrder("81 '1'", "81 '2'", "81 '3'", "81 '4'", "81 '5'", "81 '6'");
                if (ordered) {
                    assertThat(seen).isSorted();
                }
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void failureOnTheReadingThreadItselfEndsTheLoop() throws Exception {
        AsyncSession s = new AsyncSession("1", "2").run(DEFAULT, Runnable::run, context -> {
            throw new IOException("no");
        });
        assertThat(s.failure()).hasRootCauseMessage("no");
        assertThat(s.begun.availablePermits()).isEqualTo(1);
        assertThat(s.out.seen()).containsExactly("88 03f3");
    }

    /** Throws at the third task, before or after it has taken it. */
    private static Executor failing(Throwable thrown, boolean taking) {
        AtomicInteger tasks = new AtomicInteger();
        return task -> {
            boolean third = tasks.incrementAndGet() == 3;
            if (!third || taking) {
                VIRTUAL.execute(task);
            }
            if (third && thrown instanceof RuntimeException e) {
                throw e;
            } else if (third) {
                throw (Error) thrown;
            }
        };
    }

    @ParameterizedTest // B-11.32, g: not only RejectedExecutionException
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void executorThatFailsEndsTheLoopAndNoHandlerIsWaitedForInVain(boolean ordered, boolean taking) throws Exception {
        for (Throwable thrown : List.of(
                new RejectedExecutionException("full"),
                new IllegalStateException("broken"),
                new OutOfMemoryError("unable to create native thread"))) {
            AsyncSession s = new AsyncSession("1", "2", "3")
                    .run(DEFAULT.withOrdered(ordered), failing(thrown, taking), AsyncSession::gated);
            s.awaitSent(1);
            s.open("1", "2", "3");
            assertThat(s.failure()).hasCause(thrown);
            assertThat(s.out.seen()).containsExactly("88 03f3");
        }
    }

    @Test
    void threadThatOthersInterruptStillSendsAndStaysInterrupted() throws Exception {
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        boolean[] whileSending = new boolean[1];
        Executor executor = task -> Thread.startVirtualThread(() -> {
            task.run();
            interrupted.set(Thread.currentThread().isInterrupted());
            ended.countDown();
        });
        AsyncSession s = new AsyncSession("1").run(DEFAULT, executor, context -> {
            Thread.currentThread().interrupt();
            return sending -> {
                whileSending[0] = Thread.currentThread().isInterrupted();
                sending.respond("sent");
            };
        });
        ended.await();
        s.close();
        assertThat(s.out.seen()).containsExactly("81 'sent'", "88 03e8");
        assertThat(whileSending[0]).isFalse();
        assertThat(interrupted.get()).isTrue();
    }

    // ---- the end of those that run

    @Test
    void handlersThatRunWhenTheTimeIsOverAreInterruptedAndTheirThreadsAreNotLeftSo() throws Exception {
        List<Boolean> leftInterrupted = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch ended = new CountDownLatch(1);
        Executor executor = task -> Thread.startVirtualThread(() -> {
            task.run();
            leftInterrupted.add(Thread.currentThread().isInterrupted());
            ended.countDown();
        });
        AsyncSession s = new AsyncSession("hangs").run(DEFAULT.withEndNanos(1_000_000), executor, context -> {
            try {
                return AsyncSession.gated(context);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // as one should
                return Response.NONE;
            }
        });
        s.awaitBegun(1);
        s.feed.give(close(CLIENT, 1000, ""));
        s.loop.join();
        ended.await();
        assertThat(leftInterrupted).containsExactly(false);
    }

    @ParameterizedTest
    @ValueSource(classes = {InterruptedException.class, IllegalStateException.class, AssertionError.class})
    void whatAHandlerThrowsBecauseItWasInterruptedAtTheEndIsNoFailure(Class<?> thrown) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Executor executor = task -> Thread.startVirtualThread(() -> {
            task.run();
            ended.countDown();
        });
        AsyncSession s = new AsyncSession("hangs").run(DEFAULT.withEndNanos(1_000_000), executor, context -> {
            try {
                return AsyncSession.gated(context);
            } catch (InterruptedException e) {
                if (thrown == AssertionError.class) {
                    throw new AssertionError(e);
                }
                throw thrown == IllegalStateException.class ? new IllegalStateException(e) : e;
            }
        });
        s.awaitBegun(1);
        assertThat(s.close().clean()).isTrue();
        ended.await();
        assertThat(s.out.seen()).containsExactly("88 03e8");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void handlersThatDoNotEndAreCountedAndNotWaitedForAnyLonger(boolean ordered) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AsyncSession s = new AsyncSession("hangs", "done")
                .run(DEFAULT.withOrdered(ordered).withEndNanos(200_000_000), VIRTUAL, context -> {
                    boolean hangs = context.message().text().equals("hangs");
                    while (hangs && never.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    context.state().open("done");
                    return Response.text("late");
                });
        try {
            s.gate("done").await();
            Outcome outcome = s.close();
            assertThat(outcome.unfinished()).isEqualTo(1);
            assertThat(outcome.clean()).isTrue();
        } finally {
            never.countDown(); // or it would keep a processor from all that follow
        }
    }

    @Test
    void readerThatIsInterruptedWhileAllAreBusyEndsThemAll() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        AsyncSession s = new AsyncSession("1", "2").run(DEFAULT.withMaxInFlight(1), VIRTUAL, context -> {
            try {
                return AsyncSession.gated(context);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        s.awaitBegun(1);
        s.loop.awaitWaiting();
        s.loop.thread().interrupt();
        assertThat(s.loop.join()).isInstanceOf(InterruptedIOException.class);
        assertThat(interrupted.getCount()).isZero();
        assertThat(s.out.written()).isEmpty();
    }

    @Test // here: a source that has nothing now
    void misuseOfTheConnectionComesOutWhenTheHandlersAreDone() throws Exception {
        Fixture f = Fixture.open(SERVER, Conn.Config.DEFAULT, text(CLIENT, "1"));
        CountDownLatch gate = new CountDownLatch(1);
        Running loop = Running.start(() -> Handler.runAsync(DEFAULT, VIRTUAL, f.conn, "", context -> {
            gate.await();
            return Response.text("done");
        }));
        loop.awaitWaiting();
        gate.countDown();
        assertThat(loop.join()).isInstanceOf(IllegalStateException.class).hasMessageContaining("pollMessage");
        assertThat(f.out.seen()).containsExactly("81 'done'");
    }

    @Test
    @SuppressWarnings("NullAway")
    void executorAndHandlerAreRequired() {
        AsyncSession s = new AsyncSession("1");
        assertThatThrownBy(() -> Handler.runAsync(DEFAULT, null, s.conn, s, AsyncSession::gated))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Handler.runAsync(DEFAULT, VIRTUAL, s.conn, s, null))
                .isInstanceOf(NullPointerException.class);
    }
}
