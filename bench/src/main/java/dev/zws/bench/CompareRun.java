package dev.zws.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One comparison: every server is started, and stays up while each suite measures them all, and then come the idle ones. Used once. */
final class CompareRun {
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

    /** Where a report is put, again and again while it grows. */
    interface Keeper {
        void keep(CompareReport report) throws IOException;
    }

    /** Which tree is measured. */
    record Commit(String id, boolean modified) {
        /** Unknown where there is no git, as in an archive. */
        static Commit of(Path home) {
            try {
                List<String> git = List.of("git", "-C", home.toString());
                String id = Commands.run(with(git, "rev-parse", "--short=12", "HEAD"));
                return new Commit(
                        id.strip(),
                        !Commands.run(with(git, "status", "--porcelain")).isBlank());
            } catch (IOException e) {
                return new Commit("unknown", false);
            }
        }

        private static List<String> with(List<String> command, String... more) {
            return Stream.concat(command.stream(), Stream.of(more)).toList();
        }
    }

    private final CompareSettings settings;
    private final Servers servers;
    private final Machine machine;
    private final Commit commit;
    private final Consumer<String> log;
    private final String date = MINUTES.format(Instant.now(Clock.systemUTC()));

    private final Map<String, ServerProcess> running = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final List<SuiteResult> results = new ArrayList<>();

    CompareRun(CompareSettings settings, Servers servers, Machine machine, Commit commit, Consumer<String> log) {
        this.settings = settings;
        this.servers = servers;
        this.machine = machine;
        this.commit = commit;
        this.log = log;
    }

    /** @param deflating those that the suites with compression measure; all others are for {@code contestants} */
    CompareReport run(
            List<Contestant> contestants, List<Contestant> deflating, List<Suite> suites, boolean idle, Keeper keeper)
            throws IOException, InterruptedException {
        measure(
                contestants,
                suites.stream().filter(suite -> !suite.isCompressed()).toList(),
                keeper);
        measure(deflating, suites.stream().filter(Suite::isCompressed).toList(), keeper);
        IdleResult silent = null;
        if (idle) {
            // Twice the same would tell nothing here; what did not start before would not now.
            silent = new IdleSuite(servers, settings, log)
                    .run(contestants.stream()
                            .filter(each -> !each.name().equals(Contestant.CONTROL))
                            .filter(each -> !failures.containsKey(each.name()))
                            .toList());
        }
        CompareReport report = report(silent);
        keeper.keep(report);
        return report;
    }

    private void measure(List<Contestant> contestants, List<Suite> suites, Keeper keeper)
            throws IOException, InterruptedException {
        if (suites.isEmpty()) {
            return;
        }
        startAll(contestants);
        for (Suite suite : suites) {
            LoadClient client = new LoadClient(suite, running, servers, settings);
            results.add(
                    new SuiteRun(suite, running.keySet(), client, log).run(settings.rounds(), settings.maxRounds()));
            keeper.keep(report(null));
        }
        running.values().forEach(servers::end);
        running.clear();
    }

    private void startAll(List<Contestant> contestants) throws InterruptedException {
        for (Contestant contestant : contestants) {
            log.accept("starting " + contestant.name());
            try {
                ServerProcess server = servers.start(contestant);
                running.put(contestant.name(), server);
                if (server.version() != null) {
                    versions.put(contestant.name(), server.version());
                }
            } catch (IOException e) {
                failures.put(contestant.name(), String.valueOf(e.getMessage()));
                log.accept("  " + contestant.name() + " " + e.getMessage());
            }
        }
    }

    private CompareReport report(@Nullable IdleResult idle) {
        return new CompareReport(
                CompareReport.FORMAT,
                commit.id(),
                commit.modified(),
                date,
                machine,
                settings,
                Collections.unmodifiableMap(new LinkedHashMap<>(versions)),
                Collections.unmodifiableMap(new LinkedHashMap<>(failures)),
                List.copyOf(results),
                idle);
    }
}
