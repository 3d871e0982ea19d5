package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program that is run; what it says is kept. */
final class InteropProcess implements AutoCloseable {
    private static final String LISTENING = "listening on ";
    private static final String VERSION = "version ";
    private static final int SHOWN_LINES = 4;
    private static final long END_SECONDS = 10;

    private final Process process;
    private final Said out;
    private final Said err;

    private InteropProcess(Process process) {
        this.process = process;
        this.out = new Said(process.inputReader(UTF_8));
        this.err = new Said(process.errorReader(UTF_8));
    }

    static InteropProcess start(List<String> command, Map<String, String> environment, String input)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process = builder.start();
        Thread.startVirtualThread(() -> {
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(UTF_8));
            } catch (IOException e) {
                // it has ended without reading on, which is its right
            }
        });
        return new InteropProcess(process);
    }

    /** One stream's lines; all of them once it has ended. */
    private static final class Said {
        private final List<String> lines = new ArrayList<>();
        private boolean ended;

        Said(BufferedReader reader) {
            Thread.startVirtualThread(() -> {
                try (reader) {
                    for (String line; (line = reader.readLine()) != null; ) {
                        add(line);
                    }
                } catch (IOException | UncheckedIOException e) {
                    add(e.toString());
                }
                end();
            });
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized List<String> lines() {
            return List.copyOf(lines);
        }

        /** Waits for a line; false when the stream has ended or the time is over without it. */
        synchronized boolean await(Predicate<String> wanted, Duration patience) throws InterruptedException {
            long deadline = System.nanoTime() + patience.toNanos();
            while (lines.stream().noneMatch(wanted)) {
                long left = deadline - System.nanoTime();
                if (ended || left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return true;
        }
    }

    /** Of a server: waits until it listens. */
    URI awaitListening(Duration patience) throws IOException, InterruptedException {
        if (!out.await(line -> line.startsWith(LISTENING), patience)) {
            throw new IOException("the server does not start: " + last());
        }
        return out.lines().stream()
                .filter(line -> line.startsWith(LISTENING))
                .map(line -> URI.create(line.substring(LISTENING.length())))
                .findFirst()
                .orElseThrow();
    }

    /** Waits for a line on standard output. */
    boolean awaitLine(String line, Duration patience) throws InterruptedException {
        return out.await(line::equals, patience);
    }

    /** Waits for the end, of the program and of its output; ends it when that takes too long. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        boolean ended = process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (!ended) {
            close();
        }
        out.await(line -> false, Duration.ofSeconds(END_SECONDS));
        err.await(line -> false, Duration.ofSeconds(END_SECONDS));
        return ended;
    }

    int exitValue() {
        return process.exitValue();
    }

    List<String> lines() {
        return out.lines();
    }

    List<String> errors() {
        return err.lines();
    }

    /** As it says itself; empty when it does not. */
    String version() {
        return out.lines().stream()
                .filter(line -> line.startsWith(VERSION))
                .map(line -> line.substring(VERSION.length()))
                .findFirst()
                .orElse("");
    }

    /** The last that it said, errors first. */
    String last() {
        List<String> lines = err.lines().isEmpty() ? out.lines() : err.lines();
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    /** Ends it, with all that it started. */
    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            all.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
