package dev.zws.bench;

import dev.zws.PerMessageDeflate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run of the load client: opens and warms up one connection after the other, then measures all at once (B-9.42), as often as
 * asked, then closes. Used by one thread.
 */
final class LoadRun implements AutoCloseable {
    private static final long GOODBYE_NANOS = 2_000_000_000;
    private static final int CLOSE = 0x88;

    private final Load load;
    private final Progress progress;
    private final List<LoadConnection> connections = new ArrayList<>();

    private LoadRun(Load load, Progress progress) {
        this.load = load;
        this.progress = progress;
    }

    /** All of it. */
    static LoadResult of(Load load, Progress progress) throws IOException, InterruptedException {
        try (LoadRun run = open(load, progress)) {
            LoadResult result = run.measure(load.timed());
            run.sayGoodbye();
            return result;
        }
    }

    /** Opens and warms up the connections. */
    static LoadRun open(Load load, Progress progress) throws IOException, InterruptedException {
        LoadRun run = new LoadRun(load, progress);
        try {
            run.connect();
            return run;
        } catch (IOException | InterruptedException | RuntimeException e) {
            run.close();
            throw e;
        }
    }

    private void connect() throws IOException, InterruptedException {
        Map<@Nullable PerMessageDeflate, LoadFrames> made = new HashMap<>();
        LoadConnection.Frames frames = agreed -> {
            LoadFrames known = made.get(agreed);
            if (known == null) {
                known = LoadFrames.of(load, agreed);
                made.put(agreed, known);
            }
            return known;
        };
        for (int number = 1; number <= load.connections(); number++) {
            LoadConnection connection = LoadConnection.open(load, frames, number);
            connections.add(connection);
            if (load.warmup() > 0) {
                Load.Amount warmup = Load.Amount.of(load.warmup());
                new LoadPhase("warming up " + number, List.of(connection), warmup, load, progress).run();
            }
        }
    }

    /** On all connections at once; after a failure they are closed. */
    LoadResult measure(Load.Amount amount) throws IOException, InterruptedException {
        return new LoadPhase("measuring", connections, amount, load, progress).run();
    }

    /** Not timed. What else a server sends is looked at when all else is, too. */
    void sayGoodbye() throws IOException {
        long deadline = System.nanoTime() + GOODBYE_NANOS;
        for (LoadConnection connection : connections) {
            int first;
            try {
                connection.sendClose();
                first = connection.awaitEnd(deadline);
            } catch (IOException e) {
                continue; // all answers are there: how it ends is the server's affair
            }
            if (load.verify() && first >= 0 && first != CLOSE) {
                throw new IOException("connection " + connection.number() + ": more came back than was sent");
            }
        }
    }

    @Override
    public void close() throws IOException {
        progress.clear();
        for (LoadConnection connection : connections) {
            connection.close();
        }
    }
}
