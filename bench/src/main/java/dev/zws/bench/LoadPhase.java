package dev.zws.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Some connections doing their part at the same time, each on a thread of its own that blocks, while the thread that runs this looks
 * on: when nothing is answered any more, or one connection fails, it ends them all. Used once.
 */
final class LoadPhase {
    /** To within 1 %; with more digits, many connections would need much memory. */
    private static final int DIGITS = 2;

    private static final long TICK_MILLIS = 100;

    private final String name;
    private final List<LoadConnection> connections;
    private final Load.Amount amount;
    private final int pipeline;
    private final Duration timeout;
    private final Progress progress;
    private final List<Share> shares = new ArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch running;
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile long begun;

    /** What one connection does, and what came of it, which is there once it has ended. */
    private final class Share implements Runnable {
        private final LoadConnection connection;
        private final Histogram latencies = new Histogram(DIGITS);
        private long messages;
        private long ended;

        Share(LoadConnection connection) {
            this.connection = connection;
        }

        @Override
        public void run() {
            try {
                gate.await();
                exchange();
            } catch (Exception | Error e) { // of any kind: a result without this share would be wrong
                String reason = e.getMessage() == null ? e.toString() : e.getMessage();
                fail(new IOException("connection " + connection.number() + ": " + reason, e));
            } finally {
                ended = System.nanoTime();
                running.countDown();
            }
        }

        private void exchange() throws IOException {
            for (long left = amount.messages(); left > 0; ) {
                long now = System.nanoTime();
                if (amount.nanos() > 0 && now - begun >= amount.nanos()) {
                    return;
                }
                int count = (int) Math.min(left, pipeline);
                connection.exchange(count, now, latencies);
                messages += count;
                left -= count;
            }
        }
    }

    LoadPhase(String name, List<LoadConnection> connections, Load.Amount amount, Load load, Progress progress) {
        this.name = name;
        this.connections = connections;
        this.amount = amount;
        this.pipeline = load.pipeline();
        this.timeout = load.timeout();
        this.progress = progress;
        this.running = new CountDownLatch(connections.size());
    }

    /** Runs it to its end, or to the first failure, which it throws. */
    LoadResult run() throws IOException, InterruptedException {
        for (LoadConnection connection : connections) {
            Share share = new Share(connection);
            shares.add(share);
            Thread.ofPlatform()
                    .daemon()
                    .name("connection-" + connection.number())
                    .start(share);
        }
        begun = System.nanoTime();
        gate.countDown();
        try {
            lookOn();
        } finally {
            if (running.getCount() > 0) {
                closeAll();
            }
        }
        IOException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return result();
    }

    private void lookOn() throws InterruptedException {
        long answered = answered();
        long before = answered;
        long lastAnswer = begun;
        while (!running.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            long last = answered;
            answered = answered();
            if (answered != last) {
                lastAnswer = now;
            } else if (now - lastAnswer > timeout.toNanos()) {
                fail(new IOException("nothing was answered for " + timeout.toMillis() / 1e3 + " s, after "
                        + (answered - before) + " answers"));
            }
            if (failure.get() != null) {
                return;
            }
            progress.show(name, answered - before, now - begun);
        }
    }

    private long answered() {
        long sum = 0;
        for (LoadConnection connection : connections) {
            sum += connection.answered();
        }
        return sum;
    }

    private void fail(IOException e) {
        failure.compareAndSet(null, e);
    }

    private void closeAll() {
        for (LoadConnection connection : connections) {
            try {
                connection.close();
            } catch (IOException e) {
                // closed is closed
            }
        }
    }

    private LoadResult result() {
        long messages = 0;
        long nanos = 1;
        Histogram latencies = new Histogram(DIGITS);
        for (Share share : shares) {
            messages += share.messages;
            nanos = Math.max(nanos, share.ended - begun);
            latencies.add(share.latencies);
        }
        return new LoadResult(messages, nanos, latencies);
    }
}
