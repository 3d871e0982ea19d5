package dev.zws.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuiteRunTest {
    private static final Suite SUITE = new Suite("single", 1, 1, 16, Load.Compression.NONE);

    private final List<String> log = new ArrayList<>();

    /** Every server answers 1000 messages a second, but the control as many as {@code control} says, round by round. */
    private record Fake(List<Long> control, String broken, int brokenRound, List<String> asked)
            implements SuiteRun.Client {
        @Override
        public WarmUp warmUp(String server) throws IOException {
            failIf(server, 0);
            return new WarmUp(server, 1, true, List.of(1000.0));
        }

        @Override
        public Sample measure(String server, int round) throws IOException {
            failIf(server, round);
            asked.add(round + " " + server);
            long messages = server.equals(Contestant.CONTROL) ? control.get(round - 1) : 1000;
            return new Sample(server, round, messages, 1_000_000_000, 500_000_000, 250_000_000, 0, 10, 20);
        }

        private void failIf(String server, int round) throws IOException {
            if (server.equals(broken) && round == brokenRound) {
                throw new IOException("broken");
            }
        }
    }

    private SuiteResult run(Fake fake, int rounds, int maxRounds, String... servers) throws InterruptedException {
        Set<String> names = new LinkedHashSet<>(List.of(servers));
        return new SuiteRun(SUITE, names, fake, log::add).run(rounds, maxRounds);
    }

    private static Fake fake(Long... control) {
        return new Fake(List.of(control), "", 0, new ArrayList<>());
    }

    @Test
    void roundsAreAddedUntilTheControlHolds() throws InterruptedException {
        SuiteResult result = run(fake(1100L, 1090L, 1040L, 1030L, 1L), 2, 9, "zws-virtual", "control");
        assertThat(result.rounds()).as("medians 1.095, 1.09, 1.065").isEqualTo(5);
        assertThat(result.controlHolds()).isTrue();
        assertThat(log).contains("  round 5 of 2, added: control 1.040");
    }

    @Test
    void theCapEndsThatAndTheResultSaysSo() throws InterruptedException {
        SuiteResult result = run(fake(900L, 900L, 900L), 1, 3, "zws-virtual", "control");
        assertThat(result.rounds()).isEqualTo(3);
        assertThat(result.controlHolds()).isFalse();
    }

    @Test
    void aControlThatHoldsNeedsNoMoreRoundsThanAsked() throws InterruptedException {
        assertThat(run(fake(1050L, 950L), 2, 9, "zws-virtual", "control").rounds())
                .isEqualTo(2);
    }

    @Test
    void eachRoundMeasuresAllInAnotherOrder() throws InterruptedException {
        Fake fake = fake(1000L, 1000L, 1000L);
        run(fake, 3, 3, "zws-virtual", "ws", "control");
        assertThat(fake.asked)
                .containsExactly(
                        "1 ws",
                        "1 control",
                        "1 zws-virtual",
                        "2 ws",
                        "2 zws-virtual",
                        "2 control",
                        "3 zws-virtual",
                        "3 ws",
                        "3 control");
    }

    @Test
    void aServerThatFailsIsLeftOutFromThenOnAndTheOthersGoOn() throws InterruptedException {
        Fake fake = new Fake(Collections.nCopies(2, 1000L), "ws", 2, new ArrayList<>());
        SuiteResult result = run(fake, 2, 2, "zws-virtual", "ws", "control");
        assertThat(result.failures()).containsOnlyKeys("ws").containsValue("broken");
        assertThat(result.of("ws")).hasSize(1);
        assertThat(result.of("control")).hasSize(2);
    }

    @Test
    void withoutAControlNoRoundIsAdded() throws InterruptedException {
        Fake fake = new Fake(List.of(), "control", 0, new ArrayList<>());
        SuiteResult result = run(fake, 2, 9, "zws-virtual", "control");
        assertThat(result.rounds()).isEqualTo(2);
        assertThat(result.control()).isNull();
    }

    @Test
    void ratiosArePairedWithinTheRound() {
        List<Sample> samples = new ArrayList<>();
        for (int round = 1; round <= 6; round++) {
            samples.add(new Sample("zws-virtual", round, 1000L * round, 1_000_000_000, 1_000_000, 1, 0, 1, 1));
            samples.add(new Sample("ws", round, 2000L * round + round, 1_000_000_000, 1_000_000, 1, 0, 1, 1));
        }
        samples.add(new Sample("ws", 7, 1, 1_000_000_000, 1, 1, 0, 1, 1));
        SuiteResult result = new SuiteResult(SUITE, List.of(), samples, Map.of());
        assertThat(result.ratio("ws", Sample::rate)).isEqualTo(new Interval(2.001, 2.001, 2.001));
        assertThat(result.ratio("missing", Sample::rate)).isNull();
    }

    @Test
    void zwsIsTheMeanOfItsTwoProcessesInTheRound() {
        List<Sample> samples = new ArrayList<>();
        for (int round = 1; round <= 6; round++) {
            samples.add(new Sample("zws-virtual", round, 1000L * round, 1_000_000_000, 1_000_000, 1, 0, 1, 1));
            samples.add(new Sample("control", round, 4000L * round, 1_000_000_000, 1_000_000, 1, 0, 1, 1));
            samples.add(new Sample("ws", round, 3000L * round, 1_000_000_000, 1_000_000, 1, 0, 1, 1));
        }
        SuiteResult result = new SuiteResult(SUITE, List.of(), samples, Map.of());
        assertThat(result.ratio("ws", Sample::rate)).isEqualTo(new Interval(1.5, 1.5, 1.5));
        assertThat(result.ratio("zws-virtual", Sample::rate)).isEqualTo(new Interval(0.5, 0.5, 0.5));
        assertThat(result.control()).isEqualTo(new Interval(4.0, 4.0, 4.0));
    }

    private static WarmUp warmUp(double cap, Double... rates) throws IOException, InterruptedException {
        Deque<Double> left = new ArrayDeque<>(List.of(rates));
        return WarmUp.of("ws", left::remove, 1, cap);
    }

    @Test
    void theWarmUpEndsWhenTheBestOfTheLastThreeSlicesIsHardlyAboveTheBestBefore() throws Exception {
        WarmUp warmUp = warmUp(30, 100.0, 200.0, 300.0, 400.0, 405.0, 390.0, 411.0, 409.0, 400.0);
        assertThat(warmUp.rates()).as("411 is 1.0275 of 400").hasSize(7);
        assertThat(warmUp.settled()).isTrue();
        assertThat(warmUp.seconds()).isEqualTo(7);
    }

    @Test
    void theWarmUpEndsAtItsCapAndSaysThatTheRateStillRose() throws Exception {
        WarmUp warmUp = warmUp(5.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        assertThat(warmUp.seconds()).isEqualTo(5);
        assertThat(warmUp.settled()).isFalse();
    }
}
