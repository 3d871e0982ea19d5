package dev.zws.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Starts servers, and ends those that it started, at the latest with this process. */
final class Servers implements AutoCloseable {
    /** The first start may build or fetch something. */
    private static final Duration START = Duration.ofMinutes(10);

    private final List<String> prefix;
    private final long ticksPerSecond;
    private final Set<ServerProcess> running = ConcurrentHashMap.newKeySet();
    private final Thread hook = new Thread(this::endAll, "end-servers");
    private volatile boolean closed;

    /** @param prefix what stands before the arguments of each: {@code ./zws}, after whatever pins it to a processor */
    Servers(List<String> prefix) throws IOException {
        this.prefix = prefix;
        ticksPerSecond =
                Long.parseLong(Commands.run(List.of("getconf", "CLK_TCK")).strip());
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Time that {@code processors} have been busy, whoever with; all of them when it is empty. */
    long busyNanos(List<Integer> processors) throws IOException {
        long ticks = ProcFile.busyTicks(Files.readString(Path.of("/proc/stat")), processors);
        return ServerProcess.nanos(ticks, ticksPerSecond);
    }

    /** Returns when it listens. */
    ServerProcess start(Contestant contestant) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(contestant.arguments());
        ServerProcess server = ServerProcess.start(command, ticksPerSecond);
        running.add(server);
        try {
            if (closed) {
                throw new IOException("everything ends");
            }
            server.awaitListening(START);
            return server;
        } catch (IOException | InterruptedException e) {
            end(server);
            throw e;
        }
    }

    void end(ServerProcess server) {
        server.close();
        running.remove(server);
    }

    private void endAll() {
        closed = true;
        running.forEach(ServerProcess::close);
    }

    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is running
        }
    }
}
