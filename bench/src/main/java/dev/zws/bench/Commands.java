package dev.zws.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs that are asked something and end. */
final class Commands {
    private static final long SECONDS = 60;

    private Commands() {}

    /** What {@code command} prints; a failure when it cannot be run, does not end within a minute, or fails. */
    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<String> output = CompletableFuture.supplyAsync(
                () -> readAll(process), task -> Thread.ofPlatform().daemon().start(task));
        try {
            process.getOutputStream().close();
            String text = output.get(SECONDS, TimeUnit.SECONDS);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(command + " failed: " + text.strip());
            }
            return text;
        } catch (TimeoutException e) {
            throw new IOException(command + " did not end within " + SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(command + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String readAll(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
