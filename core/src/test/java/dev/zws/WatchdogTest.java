package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WatchdogTest {
    private static final long MILLI = 1_000_000;

    private final Watchdog watchdog = Watchdog.start();

    @AfterEach
    void end() {
        watchdog.close();
    }

    private static long in(long millis) {
        return System.nanoTime() + millis * MILLI;
    }

    /** Counts down when its deadline passes, and notes when that was. */
    private final class Bell {
        final CountDownLatch rung = new CountDownLatch(1);
        volatile long rungAt;
        final Watch watch = new Watch(watchdog, now -> {
            rungAt = now;
            rung.countDown();
            return Watch.NEVER;
        });

        Bell at(long moment) {
            watch.arm(moment);
            return this;
        }

        void await() throws InterruptedException {
            assertThat(rung.await(10, TimeUnit.SECONDS)).isTrue();
        }

        boolean isSilent() {
            return rung.getCount() == 1;
        }
    }

    @Test
    void deadlineThatPassesIsNoticedOnceAndNotTooEarly() throws InterruptedException {
        long moment = in(20);
        Bell bell = new Bell().at(moment);
        bell.await();
        assertThat(bell.rungAt - moment).isNotNegative();
        assertThat(bell.watch.disarm()).isTrue();
        assertThat(bell.watch.disarm()).isFalse();
    }

    @Test
    void deadlineThatWasTakenAwayIsNot() throws InterruptedException {
        Bell taken = new Bell().at(in(5));
        boolean passed = taken.watch.disarm();
        new Bell().at(in(30)).await();
        assertThat(taken.isSilent()).isEqualTo(!passed);
    }

    @Test
    void soonerDeadlineIsNotKeptWaitingByALaterOne() throws InterruptedException {
        Bell late = new Bell().at(in(60_000));
        Bell soon = new Bell().at(in(10));
        soon.await();
        assertThat(late.isSilent()).isTrue();
    }

    @Test
    void deadlineThatIsBroughtForwardIsMet() throws InterruptedException {
        Bell bell = new Bell().at(in(60_000)).at(in(10));
        bell.await();
    }

    @Test
    void deadlineThatIsPutOffIsNotMetEarly() throws InterruptedException {
        Bell bell = new Bell().at(in(10));
        long moment = in(60);
        bell.at(moment);
        bell.await();
        assertThat(bell.rungAt - moment).isNotNegative();
    }

    @Test
    void deadlineIsNoticedAgainEachTimeThatItIsSet() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            Bell bell = new Bell();
            bell.at(in(60_000)).watch.disarm();
            bell.at(in(1)).await();
        }
        Bell same = new Bell();
        for (int round = 0; round < 20; round++) {
            same.at(in(60_000)).watch.disarm();
        }
        same.at(in(1)).await();
    }

    @Test
    void whatFollowsMaySetTheNextDeadline() throws InterruptedException {
        CountDownLatch thrice = new CountDownLatch(3);
        Watch watch = new Watch(watchdog, now -> {
            thrice.countDown();
            return now + MILLI;
        });
        watch.arm(in(1));
        assertThat(thrice.await(10, TimeUnit.SECONDS)).isTrue();
        watch.retire();
    }

    @Test
    void manyDeadlinesAreMetInTheirOrder() throws InterruptedException {
        List<Integer> met = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(100);
        long start = in(50);
        for (int i = 0; i < 100; i++) {
            int number = i * 37 % 100;
            Watch watch = new Watch(watchdog, now -> {
                met.add(number);
                all.countDown();
                return Watch.NEVER;
            });
            watch.arm(start + number * MILLI / 10);
        }
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(met).isSorted().hasSize(100);
    }

    @Test // one stream's trouble is its own
    void failureOfOneKeepsNobodyUnwatched() throws InterruptedException {
        new Watch(watchdog, now -> {
                    throw new IllegalStateException("the container's stream does not like to be closed");
                })
                .arm(in(1));
        new Watch(watchdog, now -> {
                    throw new OutOfMemoryError("no thread to be had");
                })
                .arm(in(1));
        new Bell().at(in(5)).await();
    }

    @Test
    void whatFailedIsTriedAgain() throws InterruptedException {
        CountDownLatch twice = new CountDownLatch(2);
        new Watch(watchdog, now -> {
                    twice.countDown();
                    if (twice.getCount() == 1) {
                        throw new OutOfMemoryError("no thread to be had, just now");
                    }
                    return Watch.NEVER;
                })
                .arm(in(1));
        assertThat(twice.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test // the process was stopped, say: what the peer sent meanwhile is to be read first
    void deadlineThatIsFoundMuchTooLateIsGivenALittleMoreTime() {
        int[] passed = {0};
        Watch watch = new Watch(watchdog, now -> {
            passed[0]++;
            return Watch.NEVER;
        });
        long moment = in(60_000);
        watch.arm(moment);
        long late = moment + 501 * MILLI;
        assertThat(watch.check(late)).isEqualTo(late + 500 * MILLI);
        assertThat(passed[0]).isZero();
        assertThat(watch.check(late + 500 * MILLI)).isEqualTo(Watch.NEVER);
        assertThat(passed[0]).isOne();
    }

    @Test // it notes the next look of its own late, when the owner has set a sooner deadline meanwhile
    void laterNoteDoesNotHideASoonerOne() throws InterruptedException {
        Bell bell = new Bell().at(in(20));
        watchdog.await(bell.watch, in(60_000));
        bell.await();
    }

    @Test // Tomcat's streams wait for a stalled writer, for one
    void closeableThatWaitsKeepsNobodyUnwatched() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        Transport transport = Transport.of(InputStream.nullInputStream(), OutputStream.nullOutputStream(), () -> {
                    reached.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                })
                .watchedBy(watchdog);
        transport.hooks().setDeadline(IoPhase.WRITE, in(1));
        assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
        new Bell().at(in(5)).await();
        never.countDown();
    }

    @Test
    void deadlineOfACallIsTakenAwayWithIt() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        Transport transport = Transport.of(
                        InputStream.nullInputStream(), OutputStream.nullOutputStream(), closed::countDown)
                .watchedBy(watchdog);
        for (IoPhase phase : IoPhase.values()) {
            transport.hooks().setDeadline(phase, in(60_000));
            transport.hooks().clearDeadline(phase);
        }
        assertThat(transport.hooks().nowNanos() - System.nanoTime()).isNotPositive();
        new Bell().at(in(5)).await();
        assertThat(closed.getCount()).isOne();
        transport.hooks().setDeadline(IoPhase.READ, in(1));
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void retiredWatchLetsGoOfWhatFollows() throws InterruptedException {
        Bell bell = new Bell().at(in(5));
        bell.watch.retire();
        boolean silent = bell.isSilent();
        new Bell().at(in(30)).await();
        assertThat(bell.isSilent()).isEqualTo(silent);
    }

    @Test
    void callThatEndsWhileItsDeadlineIsDealtWithHasNoNextOne() {
        watchdog.close(); // this test looks in its place
        Watch[] watch = new Watch[1];
        watch[0] = new Watch(watchdog, now -> {
            watch[0].disarm();
            return now + 1;
        });
        long now = in(0);
        watch[0].arm(now);
        assertThat(watch[0].check(now)).isEqualTo(Watch.NEVER);
    }

    @Test // whoever closes it interrupts it, too, but what follows from a deadline may have taken that for its own
    void watchdogThatIsClosedByWhatFollowsFromADeadlineEnds() throws InterruptedException {
        Watchdog other = Watchdog.start();
        new Watch(other, now -> {
                    other.close();
                    assertThat(Thread.interrupted()).isTrue();
                    return Watch.NEVER;
                })
                .arm(in(1));
        other.awaitEnd();
    }

    @Test
    void closedWatchdogEndsItsThreadAndEnforcesNothing() throws InterruptedException {
        Watchdog other = Watchdog.start();
        Watch watch = new Watch(other, now -> {
            throw new AssertionError("nobody should look");
        });
        watch.arm(in(60_000));
        other.close();
        other.close();
        other.awaitEnd();
        watch.arm(in(-1));
        assertThat(watch.disarm()).isFalse();
    }

    @Test
    void soonerOfTwoMomentsIsFoundByDifference() {
        assertThat(Watch.sooner(Long.MAX_VALUE - 1, Long.MIN_VALUE + 5)).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(Watch.sooner(Watch.NEVER, 3)).isEqualTo(3);
        assertThat(Watch.sooner(3, Watch.NEVER)).isEqualTo(3);
        assertThat(Watch.sooner(Watch.NEVER, Watch.NEVER)).isEqualTo(Watch.NEVER);
        assertThat(Watch.after(1, Long.MAX_VALUE) - 1).isPositive();
    }

    @Test
    void deadlineThatHasPassedIsNotLookedAtAgain() {
        AtomicInteger passed = new AtomicInteger();
        Watch watch = new Watch(watchdog, now -> {
            passed.incrementAndGet();
            return Watch.NEVER;
        });
        assertThat(watch.check(5)).isEqualTo(Watch.NEVER);
        long due = in(600_000); // far ahead, so that only this test looks
        watch.arm(due);
        assertThat(watch.check(due - 1)).isEqualTo(due);
        assertThat(watch.check(due)).isEqualTo(Watch.NEVER);
        assertThat(watch.check(due)).isEqualTo(Watch.NEVER);
        assertThat(passed.get()).isEqualTo(1);
        assertThat(watch.disarm()).isTrue();
        assertThat(watch.disarm()).isFalse();
    }

    @Test
    void retiredWatchDoesNothingEvenIfItIsArmedOnceMore() {
        Watch watch = new Watch(watchdog, now -> {
            throw new AssertionError("nobody should be told");
        });
        watch.retire();
        long due = in(600_000);
        watch.arm(due);
        assertThat(watch.check(due)).isEqualTo(Watch.NEVER);
    }

    @Test
    void onlyTheLatestNoteOfTheWatchdogCounts() {
        Watch watch = new Watch(watchdog, now -> Watch.NEVER);
        assertThat(watch.look(7)).isFalse();
        watch.awaitedUntil(7);
        assertThat(watch.isAwaitedBy(6)).isFalse();
        assertThat(watch.isAwaitedBy(7)).isTrue();
        assertThat(watch.look(6)).isFalse();
        assertThat(watch.look(7)).isTrue();
        assertThat(watch.look(7)).isFalse();
    }
}
