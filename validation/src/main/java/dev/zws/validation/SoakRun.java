package dev.zws.validation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One run: a server, its load, and what is seen of it from outside. One thread's. */
final class SoakRun {
    private static final Duration FIRST_LOAD = Duration.ofMillis(500);
    private static final int FIRST_CONNECTIONS = 8;

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(500);
    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(5);
    private static final int SAMPLES = 12;

    /** Of the run, but no more than so much, is warm-up: code is compiled, pools fill. */
    private static final int WARM_UP_PART = 3;

    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(1);

    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final double NANOS = 1e9;
    private static final double MIB = 1024 * 1024;

    private final SoakSettings settings;
    private final SoakProgress progress;
    private final SoakLog log = new SoakLog();
    private final List<SoakSample> samples = new ArrayList<>();
    private @Nullable SoakLoad load;
    private long elapsed;

    /** @param progress is told how far it is */
    SoakRun(SoakSettings settings, SoakProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Runs it to its end, whichever. {@link #line} tells of both. */
    void run() throws SoakFailure, IOException, InterruptedException {
        try (SoakKey key = settings.tls() ? new SoakKey() : null;
                SoakServer server = SoakServer.start(arguments(key), log)) {
            InetSocketAddress address = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.uri().getPort());
            SSLContext tls = key == null ? null : key.trusted();
            SoakLoad first = SoakLoad.start(first(), address, tls, log);
            first.awaitOver(FIRST_LOAD);
            finish(first);
            server.sample(); // the first time opens what it is asked through
            SoakSample before = awaitRest(server, null);
            SoakLoad running = SoakLoad.start(settings, address, tls, log);
            load = running;
            try {
                watch(server, running);
            } catch (SoakFailure e) {
                running.fail(e);
            } catch (IOException e) {
                running.fail(new SoakFailure("the server could not be looked at: " + e.getMessage(), e));
            }
            progress.clear();
            finish(running);
            requireSound(server);
            awaitRest(server, before);
            String growth = SoakSample.growth(samples);
            if (growth != null) {
                throw new SoakFailure(growth);
            }
            if (running.counts().messages() == 0) {
                throw new SoakFailure("there were no messages"); // B-9.32
            }
        }
    }

    private List<String> arguments(@Nullable SoakKey key) {
        List<String> arguments = new ArrayList<>();
        if (settings.deflate()) {
            arguments.addAll(
                    List.of("--deflate", "--takeover=dedicated")); // of which clients ask for less, some of them
        }
        if (key != null) {
            arguments.addAll(key.arguments());
        }
        arguments.addAll(settings.echo());
        return arguments;
    }

    /** A little, so that what the JVM starts and opens once is there before anything is compared. */
    private SoakSettings first() {
        return new SoakSettings(
                Math.min(FIRST_CONNECTIONS, settings.connections()),
                FIRST_LOAD,
                settings.deflate(),
                settings.tls(),
                0,
                settings.seed(),
                settings.echo());
    }

    private void watch(SoakServer server, SoakLoad running) throws SoakFailure, IOException, InterruptedException {
        long begun = System.nanoTime();
        long duration = settings.duration().toNanos();
        long period = Math.clamp(duration / SAMPLES, SHORTEST_PERIOD.toNanos(), LONGEST_PERIOD.toNanos());
        long nextSample = Math.min(duration / WARM_UP_PART, LONGEST_WARM_UP.toNanos());
        for (long left = duration; left > 0; left = duration - elapsed) {
            boolean failed = running.awaitOver(Duration.ofNanos(Math.min(left, LOOK.toNanos())));
            elapsed = System.nanoTime() - begun;
            if (failed) {
                return;
            }
            requireSound(server);
            progress.show(settings.name(), running.counts(), elapsed);
            if (elapsed >= nextSample) {
                samples.add(server.sample());
                nextSample += period;
            }
        }
    }

    /** What the server said may be the reason of what its clients saw. */
    private void finish(SoakLoad running) throws SoakFailure, InterruptedException {
        try {
            running.finish();
        } catch (SoakFailure e) {
            String said = log.unexpected();
            String message = String.valueOf(e.getMessage());
            throw said == null || message.contains(said)
                    ? e
                    : new SoakFailure(message + "; the server said: " + said, e);
        }
    }

    private void requireSound(SoakServer server) throws SoakFailure {
        String said = log.unexpected();
        if (said != null) {
            throw new SoakFailure("the server said: " + said);
        }
        if (!server.isAlive()) {
            throw new SoakFailure("the server has ended");
        }
    }

    /** Waits until the server has let go of every connection, and is as it was {@code before}, if that is known. */
    private SoakSample awaitRest(SoakServer server, @Nullable SoakSample before)
            throws IOException, SoakFailure, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            SoakSample sample = server.sample();
            String left = before != null
                    ? sample.leftover(before)
                    : sample.conns() == 0 ? null : sample.conns() + " connections were left after the first few";
            if (left == null) {
                return sample;
            }
            if (System.nanoTime() - begun > END_NANOS) {
                throw new SoakFailure(left);
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
    }

    /** The result, in one line for machines (B-9.32, as B-9.44 has it). */
    String line(@Nullable String failure) {
        SoakCounts counts = load == null ? new SoakCounts() : load.counts();
        double seconds = Math.max(1, elapsed) / NANOS;
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "label=soak-%s result=%s connections=%d elapsed_ns=%d deflate=%b tls=%b faults_percent=%s total_msgs=%d"
                        + " msg_per_sec=%.2f payload_mib_per_sec=%.2f %s",
                settings.name(),
                failure == null ? "passed" : "failed",
                settings.connections(),
                elapsed,
                settings.deflate(),
                settings.tls(),
                settings.faults(),
                counts.messages(),
                counts.messages() / seconds,
                counts.bytes() / MIB / seconds,
                counts.fields()));
        if (samples.size() >= 2 * SoakSample.LEAST) {
            for (SoakSample.Measure measure : SoakSample.Measure.values()) {
                SoakSample.Halves halves = SoakSample.Halves.of(measure, samples);
                line.append(' ').append(measure.label()).append('=').append(halves.first());
                line.append("..").append(halves.second());
            }
        }
        return line.append(" seed=").append(settings.seed()).toString();
    }
}
