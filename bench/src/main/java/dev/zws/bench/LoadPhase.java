package dev.zws.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Some connections doing their part at the same time, on one thread: with a selector, which costs the client the least, or blocking when
 * there is only one. The thread that runs this looks on: when nothing is answered any more, or one connection fails, it ends them all.
 * Used once.
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
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile long begun = System.nanoTime();
    private int running;

    /** What one connection does, and what came of it, which is there once the phase has ended. */
    private final class Share {
        private final LoadConnection connection;
        private final Histogram latencies = new Histogram(DIGITS);
        private long messages;
        private int underWay;
        private long ended;

        Share(LoadConnection connection) {
            this.connection = connection;
        }

        /** What was under way is answered: sends the next. False when the amount is done. */
        boolean begin() throws IOException {
            messages += underWay;
            ended = System.nanoTime();
            if (messages == amount.messages() || amount.nanos() > 0 && ended - begun >= amount.nanos()) {
                return false;
            }
            underWay = (int) Math.min(amount.messages() - messages, pipeline);
            connection.begin(underWay, ended);
            return true;
        }

        /** Goes on once; false when the amount is done. */
        boolean goOn() throws IOException {
            return !connection.advance(latencies) || begin();
        }

        void ready(SelectionKey key) {
            try {
                if (goOn()) {
                    key.interestOps(SelectionKey.OP_READ | (connection.sends() ? SelectionKey.OP_WRITE : 0));
                } else {
                    key.cancel();
                    running--;
                }
            } catch (IOException | RuntimeException e) {
                fail(failed(e));
            }
        }

        IOException failed(Exception e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return new IOException("connection " + connection.number() + ": " + reason, e);
        }
    }

    LoadPhase(String name, List<LoadConnection> connections, Load.Amount amount, Load load, Progress progress) {
        this.name = name;
        this.connections = connections;
        this.amount = amount;
        this.pipeline = load.pipeline();
        this.timeout = load.timeout();
        this.progress = progress;
    }

    /** Runs it to its end, or to the first failure, which it throws. */
    LoadResult run() throws IOException, InterruptedException {
        connections.forEach(connection -> shares.add(new Share(connection)));
        Thread.ofPlatform().daemon().name("load").start(this::load);
        try {
            lookOn();
        } finally {
            if (done.getCount() > 0) {
                closeAll();
            }
        }
        IOException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return result();
    }

    private void load() {
        try {
            if (shares.size() == 1 && connections.getFirst().mayBlock()) {
                block(shares.getFirst());
            } else {
                select();
            }
        } catch (Exception | Error e) { // of any kind: a result without a share would be wrong
            fail(new IOException(e));
        } finally {
            done.countDown();
        }
    }

    private void block(Share share) {
        try {
            begun = System.nanoTime();
            boolean more = share.begin();
            while (more) {
                more = share.goOn();
            }
        } catch (IOException | RuntimeException e) {
            fail(share.failed(e));
        }
    }

    private void select() throws IOException {
        try (Selector selector = Selector.open()) {
            for (Share share : shares) {
                share.connection.watchedBy(selector, share);
            }
            begun = System.nanoTime();
            for (SelectionKey key : selector.keys()) {
                start(key);
            }
            while (running > 0 && failure.get() == null) {
                selector.select(key -> ((Share) key.attachment()).ready(key), TICK_MILLIS);
            }
        }
        for (LoadConnection connection : connections) {
            connection.unwatched();
        }
    }

    private void start(SelectionKey key) {
        Share share = (Share) key.attachment();
        try {
            if (share.begin()) {
                running++;
                key.interestOps(SelectionKey.OP_READ | (share.connection.sends() ? SelectionKey.OP_WRITE : 0));
            }
        } catch (IOException | RuntimeException e) {
            fail(share.failed(e));
        }
    }

    private void lookOn() throws InterruptedException {
        long answered = answered();
        long before = answered;
        long lastAnswer = System.nanoTime();
        while (!done.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
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
