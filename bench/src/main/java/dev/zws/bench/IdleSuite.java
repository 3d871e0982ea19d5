package dev.zws.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures what connections cost while they are silent: a new process of each server, one at a time. */
final class IdleSuite {
    private static final int SPARE_FILES = 200;
    private static final double KIB = 1024;

    private final Servers servers;
    private final CompareSettings settings;
    private final Consumer<String> log;

    IdleSuite(Servers servers, CompareSettings settings, Consumer<String> log) {
        this.servers = servers;
        this.settings = settings;
        this.log = log;
    }

    /** @throws IOException when so many connections cannot be had, with what to do about it */
    static void requireFiles(int connections, String limits) throws IOException {
        String limit = ProcFile.field(limits, "Max open files").split("\\s+", 2)[0];
        if (!limit.equals("unlimited") && Long.parseLong(limit) < connections + SPARE_FILES) {
            throw new IOException(
                    connections + " idle connections need " + (connections + SPARE_FILES) + " open files, and " + limit
                            + " are allowed: raise it (ulimit -n), or choose fewer by --idle-conns");
        }
    }

    IdleResult run(List<Contestant> contestants) throws InterruptedException {
        int connections = settings.idleConnections();
        log.accept(Suite.IDLE + ": " + connections + " connections");
        List<IdleResult.Server> measured = new ArrayList<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (Contestant contestant : contestants) {
            try {
                IdleResult.Server result = measure(contestant);
                measured.add(result);
                log.accept("  %s: %.0f MiB resident".formatted(contestant.name(), result.residentOpen() / KIB / KIB));
            } catch (IOException e) {
                failures.put(contestant.name(), String.valueOf(e.getMessage()));
                log.accept("  " + contestant.name() + ": " + e.getMessage());
            }
        }
        return new IdleResult(connections, List.copyOf(measured), failures);
    }

    private IdleResult.Server measure(Contestant contestant) throws IOException, InterruptedException {
        ServerProcess server = servers.start(contestant);
        int timeout = (int) settings.timeoutMillis();
        try (IdleConnections first = new IdleConnections(server.uri(), timeout);
                IdleConnections all = new IdleConnections(server.uri(), timeout)) {
            first.open(1); // loads what the first connection needs and no other does
            long residentBefore = server.residentBytes();
            Long heapBefore = server.liveHeapBytes();
            all.open(settings.idleConnections());
            // The resident memory as it is in use; collecting garbage may change it.
            long residentOpen = server.residentBytes();
            Long heapOpen = server.liveHeapBytes();
            all.requireOpen();
            return new IdleResult.Server(contestant.name(), residentBefore, residentOpen, heapBefore, heapOpen);
        } finally {
            servers.end(server);
        }
    }
}
