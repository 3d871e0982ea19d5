package dev.zws.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zws bench}: the load client. Its options are those of the original (B-9.40). */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures an echo server: how many messages a second come back, and how long each takes.",
            "",
            "Each connection sends as many messages as --pipeline says, waits for all the answers, and begins again, so a"
                    + " slow server is asked less: the latencies are those of a closed loop. They count from when a batch is"
                    + " begun to when the answer is there.",
            "",
            "Warm-up and measurement begin when the connections are open; connecting is not measured.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every message was answered",
            "1:the server could not be reached, ended a connection, was silent for too long, or sent back something else",
            "2:wrong usage"
        })
final class Bench implements Callable<Integer> {
    private static final double MAX_SECONDS = 86_400;
    private static final double NANOS = 1e9;
    private static final long ITERATIONS = 200_000;

    private final BooleanSupplier errIsTerminal;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Where the server is (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String host;

    @Option(names = "--port", defaultValue = "9001", description = "Its port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--path", defaultValue = "/", description = "What is asked for (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String path;

    @Option(names = "--conns", defaultValue = "1", description = "Connections, 1 to 4096 (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--iters", description = "Messages that each connection sends (default: " + ITERATIONS + ").")
    private @Nullable Long iterations;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description = "Measures for so long, instead of so many messages; 0.5 is half a second.")
    private @Nullable Double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "10000",
            description = "Messages of each connection before, not measured (default: ${DEFAULT-VALUE}).")
    private long warmup;

    @Option(
            names = "--pipeline",
            defaultValue = "1",
            description = "Messages sent before their answers are waited for, 1 to 65536 (default: ${DEFAULT-VALUE}).")
    private int pipeline;

    @Option(
            names = "--msg-size",
            paramLabel = "BYTES",
            defaultValue = "16",
            description = "Payload of a message, 0 to 16777216 (default: ${DEFAULT-VALUE}).")
    private int messageSize;

    @Option(names = "--text", description = "Sends text instead of binary messages.")
    private boolean text;

    @Option(
            names = "--deflate",
            description =
                    "Offers permessage-deflate, and sends JSON, each message compressed by itself; a server that does not"
                            + " agree is an error.")
    private boolean deflate;

    @Option(
            names = "--takeover",
            description = "With --deflate, messages refer to those before, where the server agrees.")
    private boolean takeover;

    @Option(names = "--verify", description = "Looks at every byte that comes back, instead of at the headers only.")
    private boolean verify;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "How long connecting may take, and how long there may be no answer (default: ${DEFAULT-VALUE}).")
    private double timeout;

    @Option(names = "--quiet", description = "Prints the rate only, and no progress.")
    private boolean quiet;

    @Option(
            names = "--label",
            defaultValue = "${env:BENCH_LABEL:-zws}",
            description = "How the result is named; BENCH_LABEL in the environment does the same"
                    + " (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String label;

    @Option(names = "--rate-file", paramLabel = "PATH", description = "Writes messages a second there, as a number.")
    private @Nullable Path rateFile;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    Bench(BooleanSupplier errIsTerminal) {
        this.errIsTerminal = errIsTerminal;
    }

    @Override
    public Integer call() throws Exception {
        Load load = load();
        PrintWriter out = command.commandLine().getOut();
        Progress progress = new Progress(command.commandLine().getErr(), !quiet && errIsTerminal.getAsBoolean());
        LoadResult result = LoadRun.of(load, progress);
        out.println(quiet ? result.shortLine(label, messageSize) : result.line(label, messageSize));
        out.flush();
        if (rateFile != null) {
            write(rateFile, result.rate());
        }
        return 0;
    }

    private Load load() {
        if (iterations != null && seconds != null) {
            throw wrong("--iters and --duration exclude each other");
        }
        if (takeover && !deflate) {
            throw wrong("--takeover is about compression: it needs --deflate");
        }
        try {
            return new Load(
                    host,
                    port,
                    path,
                    connections,
                    warmup,
                    amount(),
                    pipeline,
                    messageSize,
                    text,
                    verify,
                    compression(),
                    duration("--timeout", timeout));
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private Load.Compression compression() {
        if (!deflate) {
            return Load.Compression.NONE;
        }
        return takeover ? Load.Compression.WITH_TAKEOVER : Load.Compression.WITHOUT_TAKEOVER;
    }

    private Load.Amount amount() {
        if (seconds != null) {
            return Load.Amount.of(duration("--duration", seconds));
        }
        return Load.Amount.of(iterations == null ? ITERATIONS : iterations);
    }

    private static Duration duration(String name, double seconds) {
        if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
            throw new IllegalArgumentException(name + " is " + seconds + "; it must be more than 0, and at most 86400");
        }
        return Duration.ofNanos((long) Math.ceil(seconds * NANOS));
    }

    private ParameterException wrong(@Nullable String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private static void write(Path file, String rate) throws IOException {
        try {
            Files.writeString(file, rate);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
