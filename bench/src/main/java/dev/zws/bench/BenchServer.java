package dev.zws.bench;

import dev.zws.Conn;
import dev.zws.Deadlines;
import dev.zws.Handshake;
import dev.zws.Limits;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Takeover;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zws bench-server}: what {@code zws bench} measures when it is zws. */
@Command(
        name = "bench-server",
        mixinStandardHelpOptions = true,
        description = "Listens and sends every message back, until Ctrl-C, for ./zws bench.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"1:it cannot listen there", "2:wrong usage", "130:ended by Ctrl-C"})
final class BenchServer implements Callable<Integer> {
    private static final long MAX_DEADLINE_MILLIS = 86_400_000;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String host;

    @Option(
            names = "--port",
            defaultValue = "9001",
            description = "Port to listen on; 0 picks one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--mode",
            defaultValue = "virtual",
            description = "${COMPLETION-CANDIDATES}: a virtual or a platform thread for each connection, or one thread"
                    + " and a selector for all (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private EchoMode mode;

    @Option(
            names = "--deadlines",
            description = "Every deadline that a connection has by default, and a watchdog; otherwise none.")
    private boolean deadlines;

    @Option(
            names = "--deadline-ms",
            paramLabel = "MS",
            description = "As --deadlines, but a silent peer, and a write that the peer does not take, have this long.")
    private @Nullable Long deadlineMillis;

    @Option(
            names = "--async",
            description =
                    "Answers with a handler, up to four messages of a connection at the same time: each on a virtual"
                            + " thread, or, with --mode platform, on four threads for all connections.")
    private boolean async;

    @Option(names = "--deflate", description = "Compresses messages for clients that offer permessage-deflate.")
    private boolean deflate;

    @Option(
            names = "--takeover",
            paramLabel = "KIND",
            defaultValue = "none",
            description = "With --deflate, what is kept from one message to the next where the client agrees:"
                    + " ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Takeover takeover;

    @Option(
            names = "--max-message",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Longest message, in bytes; a longer one is answered with 1009 (default: ${DEFAULT-VALUE}).")
    private int maxMessage;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        if (async && mode == EchoMode.SELECTOR) {
            throw wrong("--async needs a thread that reads: with --mode virtual or platform, not selector");
        }
        InetSocketAddress address = address();
        PrintWriter log = command.commandLine().getErr();
        try (MeasuredEcho server = start(address, config(), log)) {
            PrintWriter out = command.commandLine().getOut();
            out.println(
                    "listening on ws://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port() + "/");
            out.flush();
            server.await();
        }
        return 0;
    }

    private InetSocketAddress address() throws IOException {
        InetSocketAddress address;
        try {
            address = new InetSocketAddress(host, port);
        } catch (IllegalArgumentException e) {
            throw wrong("--port is " + port + "; it must be 0 to 65535");
        }
        if (address.isUnresolved()) {
            throw new IOException("unknown host: " + host);
        }
        return address;
    }

    private MeasuredEcho start(InetSocketAddress address, Conn.Config config, PrintWriter log) throws IOException {
        try {
            return MeasuredEcho.start(mode, async, address, options(), config, watched(), log);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private Handshake.Options options() {
        return deflate
                ? MeasuredEcho.OPTIONS.withDeflate(PerMessageDeflateConfig.DEFAULT
                        .withCompressOutgoing(true)
                        .withTakeover(takeover))
                : MeasuredEcho.OPTIONS;
    }

    private Conn.Config config() {
        Limits limits = Limits.DEFAULT;
        try {
            limits = limits.withMaxMessagePayload(maxMessage)
                    .withMaxFramePayload(Math.max(limits.maxFramePayload(), maxMessage));
        } catch (IllegalArgumentException e) {
            throw wrong("--max-message: " + e.getMessage());
        }
        return Conn.Config.DEFAULT.withLimits(limits).withDeadlines(deadlines());
    }

    private boolean watched() {
        return deadlines || deadlineMillis != null;
    }

    private Deadlines deadlines() {
        if (deadlineMillis == null) {
            return deadlines ? Deadlines.DEFAULT : Deadlines.NONE;
        }
        if (deadlineMillis < 1 || deadlineMillis > MAX_DEADLINE_MILLIS) {
            throw wrong("--deadline-ms is " + deadlineMillis + "; it must be 1 to " + MAX_DEADLINE_MILLIS);
        }
        long nanos = TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
        return Deadlines.DEFAULT.withIdleNanos(nanos).withWriteNanos(nanos);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
