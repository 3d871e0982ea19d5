package dev.zws.validation;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server and a client that are put together, and the cases that they go through.
 *
 * @param zws the program that is zws's side, as the table names it
 * @param zwsSends whether that is one which fragments its messages and sends Pings
 * @param server the command of the server
 * @param client the command of the client, but for the address and the cases
 * @param terms what has to be agreed on; null for anything
 */
record InteropRow(
        InteropPeer peer,
        String zws,
        boolean zwsServes,
        boolean zwsSends,
        List<String> server,
        List<String> client,
        boolean deflate,
        InteropCase.@Nullable Terms terms,
        List<InteropCase> cases) {
    /** How a failure begins that is the client's: it ended the stream where it owed a Close. */
    static final String UNANSWERED = "the client did not answer the Close";

    /** What zws says of it, and of nothing that it has done itself. */
    private static final String ENDED = "ConnectionLostException: the stream ended without a Close";

    private static final Duration STARTING = Duration.ofMinutes(1);
    private static final Duration TALKING = Duration.ofMinutes(2);
    private static final Duration SAYING = Duration.ofSeconds(5);
    private static final String CLOSED = "closed 4000 by the client";
    private static final int SMALL_LINES = 6;
    private static final int LONG_LINE = 1000;

    /** How it went, and the version that the peer says it is; empty for none. */
    record Result(InteropRow row, String version, Map<InteropCase, InteropCell> cells) {
        InteropCell of(InteropCase tried) {
            return cells.getOrDefault(tried, new InteropCell.Failed("it was not tried"));
        }

        boolean failed() {
            return cells.values().stream().anyMatch(InteropCell.Failed.class::isInstance);
        }
    }

    /** What it comes to when nothing of it can be run. */
    Result all(InteropCell cell) {
        Map<InteropCase, InteropCell> cells = new EnumMap<>(InteropCase.class);
        cases.forEach(each -> cells.put(each, cell));
        return new Result(this, "", cells);
    }

    Result run() throws InterruptedException {
        if (deflate && !peer.without().isEmpty()) {
            return all(new InteropCell.Without(peer.without()));
        }
        try (InteropProcess serving = InteropProcess.start(server, peer.environment(), "");
                InteropWire wire = new InteropWire(serving.awaitListening(STARTING))) {
            return connects() ? connect(serving, wire) : talk(serving, wire);
        } catch (IOException e) {
            return all(new InteropCell.Failed(String.valueOf(e.getMessage())));
        }
    }

    /** Whether the client is {@code ./zws connect}, which sends lines. */
    private boolean connects() {
        return client.contains("connect");
    }

    private Result talk(InteropProcess serving, InteropWire wire) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(client);
        command.add(command.indexOf("client") + 1, wire.uri().toString());
        if (deflate) {
            command.add("--deflate");
        }
        cases.forEach(each -> command.add(each.word()));
        try (InteropProcess talking = InteropProcess.start(command, peer.environment(), "")) {
            boolean ended = talking.awaitEnd(TALKING);
            Map<InteropCase, InteropCell> cells = new EnumMap<>(InteropCase.class);
            for (InteropCase each : cases) {
                String start = each.word() + " ";
                String said = talking.lines().stream()
                        .filter(line -> line.startsWith(start))
                        .map(line -> line.substring(start.length()))
                        .findFirst()
                        .orElse(null);
                if (said == null) {
                    said = "the client " + (ended ? "ended: " : "did not end: ") + talking.last();
                }
                cells.put(each, judge(each, said, serving, wire));
            }
            return new Result(this, zwsServes ? talking.version() : serving.version(), cells);
        }
    }

    private Result connect(InteropProcess serving, InteropWire wire) throws IOException, InterruptedException {
        List<String> lines = lines();
        List<String> command = new ArrayList<>(client);
        URI address = wire.uri().resolve(InteropCase.WINDOWS.path());
        command.add(address.toString());
        try (InteropProcess talking =
                InteropProcess.start(command, Map.of("LC_ALL", "C.UTF-8"), String.join("\n", lines) + "\n")) {
            boolean ended = talking.awaitEnd(TALKING);
            boolean same = ended && talking.exitValue() == 0 && talking.lines().equals(lines);
            String said = same ? "ok" : "not what was sent came back: " + talking.last();
            return new Result(
                    this,
                    serving.version(),
                    Map.of(InteropCase.WINDOWS, judge(InteropCase.WINDOWS, said, serving, wire)));
        }
    }

    /** Small messages that resemble each other, a long one, and characters of several bytes: one a line. */
    private static List<String> lines() {
        String row = "{\"id\":%d,\"type\":\"trade\",\"symbol\":\"EURUSD\",\"side\":\"buy\",\"price\":1.083%d}";
        Stream<String> small = IntStream.range(0, SMALL_LINES).mapToObj(i -> row.formatted(i, i));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LONG_LINE; i++) {
            text.append(row.formatted(i * 7919, i));
        }
        Stream<String> wide = IntStream.range(0, SMALL_LINES).mapToObj(i -> "Grüße, 世界 \uD83D\uDE00! ".repeat(3) + i);
        return Stream.of(small, Stream.of(text.toString()), wide)
                .flatMap(each -> each)
                .toList();
    }

    /** An echo does not say which connection it was. */
    private List<String> errors(InteropCase each, InteropProcess serving) {
        return serving.errors().stream()
                .filter(line -> !zwsSends || line.startsWith(each.path() + ":"))
                .toList();
    }

    private InteropCell judge(InteropCase each, String said, InteropProcess serving, InteropWire wire)
            throws InterruptedException {
        return InteropKnown.or(this, each, seen(each, said, serving, wire));
    }

    private InteropCell seen(InteropCase each, String said, InteropProcess serving, InteropWire wire)
            throws InterruptedException {
        InteropWire.Connection passed = wire.connections().stream()
                .filter(connection -> connection.path().equals(each.path()))
                .findFirst()
                .orElse(null);
        if (passed != null && !passed.awaitEnd()) {
            return new InteropCell.Failed("the connection did not end; client said: " + said + "; " + passed);
        }
        InteropCell cell = each.judge(this, said, passed);
        boolean tells = !zwsServes || zwsSends; // a mere echo does not
        if (each == InteropCase.CLOSING
                && tells
                && cell instanceof InteropCell.Passed
                && !serving.awaitLine(CLOSED, SAYING)) {
            List<String> ends = serving.lines().stream()
                    .filter(line -> line.startsWith("closed "))
                    .toList();
            return new InteropCell.Failed("the server did not say '" + CLOSED + "' but " + ends + "; " + passed);
        }
        List<String> errors = zwsServes ? errors(each, serving) : List.of();
        if (errors.isEmpty()) {
            return cell;
        }
        boolean left = cell instanceof InteropCell.Passed
                && passed != null
                && InteropCase.isUnanswered(passed)
                && errors.size() == 1
                && errors.getFirst().endsWith(ENDED);
        return new InteropCell.Failed((left ? UNANSWERED + "; " : "") + "zws logged " + errors + "; " + passed);
    }
}
