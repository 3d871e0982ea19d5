package dev.zws.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The rounds of one suite: each measures every server once, so that what disturbs the machine for a while disturbs all alike. A
 * server that fails is left out from then on. Used once.
 */
final class SuiteRun {
    /** How a server is loaded. */
    interface Client {
        WarmUp warmUp(String server) throws IOException, InterruptedException;

        Sample measure(String server, int round) throws IOException, InterruptedException;
    }

    private final Suite suite;
    private final Client client;
    private final Consumer<String> log;
    private final List<String> servers;
    private final List<WarmUp> warmUps = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    SuiteRun(Suite suite, Set<String> servers, Client client, Consumer<String> log) {
        this.suite = suite;
        this.servers = new ArrayList<>(servers);
        this.client = client;
        this.log = log;
    }

    /** At least {@code rounds}, and then more, up to {@code maxRounds}, while the control strays by more than 5 %. */
    SuiteResult run(int rounds, int maxRounds) throws InterruptedException {
        log.accept(suite.name() + ": " + suite.title());
        for (String server : List.copyOf(servers)) {
            tryIt(server, () -> {
                WarmUp warmUp = client.warmUp(server);
                warmUps.add(warmUp);
                log.accept(described(warmUp));
            });
        }
        int round = 0;
        do {
            round++;
            for (String server : order(round)) {
                int number = round;
                tryIt(server, () -> samples.add(client.measure(server, number)));
            }
            Interval control = result().control();
            String strays = control == null ? "no control" : "control %.3f".formatted(control.median());
            log.accept("  round " + round + " of " + rounds + (round > rounds ? ", added" : "") + ": " + strays);
        } while (!servers.isEmpty()
                && (round < rounds || round < maxRounds && hasControl() && !result().controlHolds()));
        return result();
    }

    private boolean hasControl() {
        return servers.contains(Contestant.REFERENCE) && servers.contains(Contestant.CONTROL);
    }

    /** Another one is first each time, and every other time they go the other way round: nobody always follows the same one. */
    private List<String> order(int round) {
        List<String> order = new ArrayList<>(servers);
        Collections.rotate(order, -round);
        return round % 2 == 0 ? order.reversed() : order;
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void tryIt(String server, Step step) throws InterruptedException {
        try {
            step.run();
        } catch (IOException e) {
            servers.remove(server);
            failures.put(server, String.valueOf(e.getMessage()));
            log.accept("  " + server + ": " + e.getMessage());
        }
    }

    private static String described(WarmUp warmUp) {
        double last = warmUp.rates().isEmpty() ? 0 : warmUp.rates().getLast();
        return "  %s: warm-up %.1f s%s, %,.0f messages/s"
                .formatted(warmUp.server(), warmUp.seconds(), warmUp.settled() ? "" : " (still rising)", last);
    }

    private SuiteResult result() {
        return new SuiteResult(
                suite,
                List.copyOf(warmUps),
                List.copyOf(samples),
                Collections.unmodifiableMap(new LinkedHashMap<>(failures)));
    }
}
