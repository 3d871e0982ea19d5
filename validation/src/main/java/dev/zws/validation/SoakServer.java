package dev.zws.validation;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code ./zws echo} as a process of its own, with a heap that is in memory from the start: what then grows is native memory, and
 * what is bounded stays so, or it ends.
 */
final class SoakServer implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on (wss?://\\S+)");
    private static final String HEAP = "512m";
    private static final long START_SECONDS = 60;
    private static final long JCMD_SECONDS = 60;
    private static final long END_SECONDS = 10;

    private final Process process;
    private final SoakLog log;
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final Thread hook = new Thread(this::kill, "end-server");

    private SoakServer(Process process, SoakLog log) {
        this.process = process;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(hook);
        Thread.ofPlatform().daemon().name("server-output").start(this::pump);
    }

    /** Returns when it listens. */
    static SoakServer start(List<String> arguments, SoakLog log) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program("java"),
                "-Xms" + HEAP,
                "-Xmx" + HEAP,
                "-XX:+AlwaysPreTouch",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.zws.cli.Main",
                "echo",
                "--port=0"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")); // which it would log
        Process process = builder.start();
        process.getOutputStream().close();
        SoakServer server = new SoakServer(process, log);
        try {
            server.address.get(START_SECONDS, TimeUnit.SECONDS);
            return server;
        } catch (ExecutionException | TimeoutException e) {
            server.close();
            throw new IOException("the server does not start: " + e.getMessage(), e);
        }
    }

    static String program(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** Reads to the end, or the server would stand still when the pipe is full. */
    private void pump() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = lines.readLine()) != null; ) {
                Matcher listening = LISTENING.matcher(line);
                if (listening.matches()) {
                    address.complete(URI.create(listening.group(1)));
                } else {
                    log.take(line);
                }
            }
            address.completeExceptionally(new IOException("it ended: " + log.unexpected()));
        } catch (IOException e) {
            address.completeExceptionally(e);
        }
    }

    /** Where it listens. */
    URI uri() {
        return address.join();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has now. All its garbage is collected for it. */
    SoakSample sample() throws IOException {
        String status = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "status"));
        long resident = field(status, "VmRSS:") * 1024;
        long threads = field(status, "Threads:");
        long descriptors;
        try (Stream<Path> all = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
            descriptors = all.count();
        }
        Map<String, Long> heap = SoakSample.histogram(jcmd("GC.class_histogram"));
        return new SoakSample(
                heap.getOrDefault("Total", 0L),
                resident,
                threads,
                descriptors,
                heap.getOrDefault("dev.zws.Conn", 0L),
                heap.getOrDefault("java.lang.VirtualThread", 0L));
    }

    /** The number behind {@code name}. */
    static long field(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split(" ", -1)[0])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no " + name));
    }

    private String jcmd(String command) throws IOException {
        Path output = Files.createTempFile("zws-soak", ".txt");
        Process jcmd = null;
        try {
            jcmd = new ProcessBuilder(program("jcmd"), String.valueOf(process.pid()), command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!jcmd.waitFor(JCMD_SECONDS, TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
                throw new IOException("the server could not be asked for its heap: "
                        + Files.readString(output).strip());
            }
            return Files.readString(output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            if (jcmd != null) {
                jcmd.destroyForcibly();
            }
            Files.delete(output);
        }
    }

    private void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is running
        }
    }
}
