package dev.zws.validation;

import dev.zws.Watchdog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a run, each kept open, or opened again when it was killed, and what kills them. The first thing that is not as
 * it should be ends it.
 */
final class SoakLoad {
    private static final int OPENING_AT_ONCE = 32;
    private static final Duration END_TIME = Duration.ofSeconds(90);
    private static final double NANOS = 1e9;
    private static final int PERCENT = 100;

    private final SoakSettings settings;
    private final SoakPeer peer;
    private final Watchdog watchdog = Watchdog.start();
    private final SoakCorpus corpus;
    private final SoakLog log;
    private final SoakCounts counts = new SoakCounts();
    private final Semaphore opening = new Semaphore(OPENING_AT_ONCE);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicReference<@Nullable SoakFailure> failure = new AtomicReference<>();
    private final List<Slot> slots = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final long end;

    private SoakLoad(SoakSettings settings, InetSocketAddress server, @Nullable SSLContext tls, SoakLog log) {
        this.settings = settings;
        this.peer = new SoakPeer(server, tls, settings.deflate(), watchdog);
        this.log = log;
        this.corpus = new SoakCorpus(settings.seed());
        this.end = System.nanoTime() + settings.duration().toNanos();
    }

    /** Begins; {@link #finish()} has to follow. */
    static SoakLoad start(SoakSettings settings, InetSocketAddress server, @Nullable SSLContext tls, SoakLog log) {
        SoakLoad load = new SoakLoad(settings, server, tls, log);
        load.startAll();
        return load;
    }

    private void startAll() {
        for (int i = 0; i < settings.connections(); i++) {
            slots.add(new Slot(i));
        }
        slots.forEach(slot -> threads.add(Thread.ofVirtual().start(slot)));
        if (settings.faults() > 0) {
            threads.add(Thread.ofVirtual().start(this::kill));
        }
    }

    SoakSettings settings() {
        return settings;
    }

    SoakCorpus corpus() {
        return corpus;
    }

    SoakLog log() {
        return log;
    }

    SoakCounts counts() {
        return counts;
    }

    /** True when nothing more is to be sent. */
    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Waits for that, for no longer than {@code time}. */
    boolean awaitOver(Duration time) throws InterruptedException {
        return over.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Until it should be over. */
    Duration timeLeft() {
        return Duration.ofNanos(end - System.nanoTime());
    }

    /** The first failure counts. */
    void fail(SoakFailure e) {
        if (failure.compareAndSet(null, e)) {
            over.countDown();
            slots.forEach(Slot::abandon);
        }
    }

    /** Has every connection take its leave, and waits for that; throws what went wrong. */
    void finish() throws SoakFailure, InterruptedException {
        over.countDown();
        long deadline = System.nanoTime() + END_TIME.toNanos();
        for (Thread thread : threads) {
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            if (!thread.join(left)) {
                fail(new SoakFailure("a connection did not end within " + END_TIME.toSeconds() + " s"));
            }
        }
        watchdog.close();
        SoakFailure failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    // ---- what kills them

    private void kill() {
        SplittableRandom random = new SplittableRandom(settings.seed() + 1);
        SoakFault[] kinds = SoakFault.values();
        double faultsPerSecond = settings.connections() * settings.faults() / PERCENT;
        long begun = System.nanoTime();
        try {
            for (long done = 0; ; done++) {
                long due = begun + (long) ((done + 1) / faultsPerSecond * NANOS);
                if (awaitOver(Duration.ofNanos(Math.max(0, due - System.nanoTime())))) {
                    return;
                }
                killOne(random.nextInt(slots.size()), kinds[random.nextInt(kinds.length)]);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The first from there on that is open. */
    private void killOne(int first, SoakFault how) {
        for (int i = 0; i < slots.size(); i++) {
            SoakTalk talk = slots.get((first + i) % slots.size()).talk;
            if (talk != null && talk.kill(how)) {
                return;
            }
        }
    }

    // ---- one connection after the other

    /** A place in which there is a connection, but for the moments in which it is opened again. */
    private final class Slot implements Runnable {
        private final int index;
        private volatile @Nullable SoakTalk talk;

        Slot(int index) {
            this.index = index;
        }

        @Override
        public void run() {
            try {
                for (int life = 0; !isOver(); life++) {
                    live(index + "." + life, new SplittableRandom(settings.seed() * 1_000_003 + index * 1_009L + life));
                }
            } catch (SoakFailure e) {
                fail(e);
            } catch (IOException | RuntimeException e) {
                fail(new SoakFailure("connection " + index + ": " + e, e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void live(String name, SplittableRandom random) throws IOException, SoakFailure, InterruptedException {
            SoakTalk opened = new SoakTalk(SoakLoad.this, name, open(name, random), random.nextLong());
            talk = opened;
            if (failure.get() != null) { // abandon() may not have seen it
                opened.abandon();
            }
            SoakFault how = opened.run();
            talk = null;
            if (how == SoakFault.HALF_HANDSHAKE) {
                peer.breakOffHandshake(random, log);
            }
            if (!isOver()) {
                counts.reconnected();
            }
        }

        private SoakPeer.Line open(String name, SplittableRandom random) throws SoakFailure, InterruptedException {
            opening.acquire();
            try {
                return peer.open(random);
            } catch (IOException e) {
                throw new SoakFailure("connection " + name + " could not be opened: " + e, e);
            } finally {
                opening.release();
            }
        }

        void abandon() {
            SoakTalk open = talk;
            if (open != null) {
                open.abandon();
            }
        }
    }
}
