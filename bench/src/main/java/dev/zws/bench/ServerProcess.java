package dev.zws.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server that was started to be measured: a process that says {@code listening on ws://HOST:PORT/} when it does, and before, if it
 * knows, {@code version} and which. What it started belongs to it.
 */
final class ServerProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on (ws://\\S+)");
    private static final Pattern VERSION = Pattern.compile("version (.+)");
    private static final int KEPT_LINES = 3;
    private static final int KEPT_CHARACTERS = 300;
    private static final long END_SECONDS = 10;
    private static final double NANOS = 1e9;

    private final Process process;
    private final long ticksPerSecond;
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final Deque<String> lastLines = new ArrayDeque<>(); // the pump's, until address is completed
    private volatile @Nullable String version;

    private ServerProcess(Process process, long ticksPerSecond) {
        this.process = process;
        this.ticksPerSecond = ticksPerSecond;
        Thread.ofPlatform().daemon().name("server-output").start(this::pump);
    }

    /** Starts it; {@link #awaitListening} has to follow. */
    static ServerProcess start(List<String> command, long ticksPerSecond) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new ServerProcess(process, ticksPerSecond);
    }

    /** Reads to the end, or the server would stand still when the pipe is full. */
    private void pump() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = lines.readLine()) != null; ) {
                if (!address.isDone()) {
                    look(line);
                }
            }
            int status = process.waitFor();
            address.completeExceptionally(new IOException(said("ended with status " + status)));
        } catch (IOException | IllegalArgumentException | InterruptedException e) {
            address.completeExceptionally(e);
        }
    }

    private void look(String line) {
        Matcher listening = LISTENING.matcher(line);
        Matcher named = VERSION.matcher(line);
        if (listening.find()) {
            address.complete(URI.create(listening.group(1)));
        } else if (named.matches()) {
            version = named.group(1);
        } else if (!line.isBlank()) {
            lastLines.add(line.substring(0, Math.min(line.length(), KEPT_CHARACTERS)));
            if (lastLines.size() > KEPT_LINES) {
                lastLines.remove();
            }
        }
    }

    private String said(String what) {
        return lastLines.isEmpty() ? what : what + ": " + String.join(" / ", lastLines);
    }

    /** Waits until it listens; a failure when it ends instead, with the last that it said, or takes longer than {@code wait}. */
    void awaitListening(Duration wait) throws IOException, InterruptedException {
        try {
            address.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            String reason = e.getCause() == null ? null : e.getCause().getMessage();
            throw new IOException("does not start: " + reason, e);
        } catch (TimeoutException e) {
            throw new IOException("does not start: said nothing of listening for " + wait.toSeconds() + " s", e);
        }
    }

    /** Where it listens. */
    URI uri() {
        return address.join();
    }

    @Nullable
    String version() {
        return version;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    private Stream<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** Time on a processor so far, to within a clock tick (10 ms as a rule). */
    long cpuNanos() throws IOException {
        long ticks = 0;
        for (ProcessHandle each : tree().toList()) {
            ticks += ProcFile.cpuTicks(ProcFile.read(each.pid(), "stat"));
        }
        return nanos(ticks, ticksPerSecond);
    }

    static long nanos(long ticks, long ticksPerSecond) {
        return (long) (ticks * NANOS / ticksPerSecond);
    }

    long residentBytes() throws IOException {
        long bytes = 0;
        for (ProcessHandle each : tree().toList()) {
            bytes += ProcFile.residentBytes(ProcFile.read(each.pid(), "status"));
        }
        return bytes;
    }

    /** What lives on the heap of a JVM, which has to collect all garbage for it; null for what is none. */
    @Nullable
    Long liveHeapBytes() throws IOException {
        for (ProcessHandle each : tree().toList()) {
            if (ProcFile.read(each.pid(), "comm").strip().equals("java")) {
                return LiveHeap.bytes(each.pid());
            }
        }
        return null;
    }

    /** Ends it at once, with all that it started. */
    @Override
    public void close() {
        List<ProcessHandle> all = tree().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
