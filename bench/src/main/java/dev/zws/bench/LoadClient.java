package dev.zws.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Loads the servers of one suite with the load client of {@code ./zws bench}, in this process. */
final class LoadClient implements SuiteRun.Client {
    private static final double NANOS_PER_MICRO = 1e3;

    /** So many messages of each connection are looked at byte by byte, before: what is fast and wrong is not measured. */
    private static final long VERIFIED = 200;

    private final Suite suite;
    private final Map<String, ServerProcess> running;
    private final Servers servers;
    private final CompareSettings settings;
    private final List<Integer> processors;
    private final Progress silent = new Progress(new PrintWriter(Writer.nullWriter()), false);
    private final OperatingSystemMXBean self = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    LoadClient(Suite suite, Map<String, ServerProcess> running, Servers servers, CompareSettings settings) {
        this.suite = suite;
        this.running = running;
        this.servers = servers;
        this.settings = settings;
        processors = settings.pinning() == null ? List.of() : settings.pinning().both();
    }

    @Override
    public WarmUp warmUp(String server) throws IOException, InterruptedException {
        URI uri = running(server).uri();
        LoadRun.of(load(uri, Load.Amount.of(VERIFIED), true), silent);
        Load.Amount slice = CompareSettings.time(settings.slice());
        try (LoadRun run = LoadRun.open(load(uri, slice, false), silent)) {
            WarmUp warmUp =
                    WarmUp.of(server, () -> run.measure(slice).perSecond(), settings.slice(), settings.warmUpSeconds());
            run.sayGoodbye();
            return warmUp;
        }
    }

    /** Connecting, the first messages and the goodbye are outside of what is measured. */
    @Override
    public Sample measure(String name, int round) throws IOException, InterruptedException {
        ServerProcess server = running(name);
        Load load = load(server.uri(), settings.amount(), false);
        try (LoadRun run = LoadRun.open(load, silent)) {
            long busy = servers.busyNanos(processors);
            long serverCpu = server.cpuNanos();
            long clientCpu = self.getProcessCpuTime();
            LoadResult result = run.measure(load.timed());
            clientCpu = self.getProcessCpuTime() - clientCpu;
            serverCpu = server.cpuNanos() - serverCpu;
            busy = servers.busyNanos(processors) - busy;
            run.sayGoodbye();
            return new Sample(
                    name,
                    round,
                    result.messages(),
                    result.nanos(),
                    serverCpu,
                    clientCpu,
                    othersShare(busy - serverCpu - clientCpu, result.nanos()),
                    result.latencies().getValueAtPercentile(50) / NANOS_PER_MICRO,
                    result.latencies().getValueAtPercentile(99) / NANOS_PER_MICRO);
        }
    }

    private double othersShare(long nanos, long elapsed) {
        int count = processors.isEmpty() ? Runtime.getRuntime().availableProcessors() : processors.size();
        return Math.max(0, (double) nanos / elapsed / count);
    }

    private ServerProcess running(String name) throws IOException {
        ServerProcess server = running.get(name);
        if (server == null || !server.isAlive()) {
            throw new IOException("has ended");
        }
        return server;
    }

    private Load load(URI uri, Load.Amount amount, boolean verify) {
        return new Load(
                uri.getHost(),
                uri.getPort(),
                uri.getRawPath(),
                suite.connections(),
                settings.warmUpMessages(),
                amount,
                suite.pipeline(),
                suite.messageSize(),
                false,
                verify,
                suite.compression(),
                Duration.ofMillis(settings.timeoutMillis()));
    }
}
