package dev.zws.cli;

import dev.zws.Conn;
import dev.zws.Limits;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.examples.HandlerEchoServer;
import dev.zws.examples.HandlerEchoServer.Mode;
import dev.zws.examples.Listener;
import dev.zws.examples.PollEchoServer;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zws echo}: sends every message back. */
@Command(
        name = "echo",
        mixinStandardHelpOptions = true,
        description = "Listens on the loopback address and sends every message back, until Ctrl-C.")
final class Echo implements Callable<Integer> {
    @Option(
            names = "--port",
            defaultValue = "9001",
            description = "Port to listen on; 0 picks one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--max-message",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Longest message, in bytes; a longer one is answered with 1009 (default: ${DEFAULT-VALUE}).")
    private int maxMessage;

    @Option(
            names = "--poll",
            description = "Serve all connections on one thread with a selector instead of virtual threads.")
    private boolean poll;

    @ArgGroup(exclusive = false)
    private @Nullable Deflate deflate;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "How the handler runs: sync, one message after the other (default); async, several at the same"
                            + " time, answered in order; or stream, while its message arrives.")
    private @Nullable Mode mode;

    @ArgGroup(exclusive = false)
    private @Nullable Tls tls;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    /** A message may come in a single frame, so the limit of frames grows along. */
    private Conn.Config config() {
        Limits limits = Limits.DEFAULT;
        try {
            return Conn.Config.DEFAULT.withLimits(limits.withMaxMessagePayload(maxMessage)
                    .withMaxFramePayload(Math.max(limits.maxFramePayload(), maxMessage)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--max-message: " + e.getMessage(), e);
        }
    }

    @Override
    public Integer call() throws Exception {
        Conn.Config config = config();
        PerMessageDeflateConfig deflating = Deflate.config(deflate);
        if (poll && mode != null) {
            throw new ParameterException(command.commandLine(), "--poll and --mode exclude each other");
        }
        if (poll && tls != null) {
            throw new ParameterException(command.commandLine(), "--poll and --tls-keystore exclude each other");
        }
        PrintStream log = System.err;
        if (poll) {
            try (PollEchoServer server = PollEchoServer.start(port, deflating, config, log)) {
                Ready.announce(server.port());
                server.await();
            }
        } else {
            SSLContext shown = tls == null ? null : tls.context();
            try (Listener server =
                    HandlerEchoServer.start(port, shown, mode == null ? Mode.SYNC : mode, deflating, config, log)) {
                Ready.announce(shown == null ? "ws" : "wss", server.port());
                server.await();
            }
        }
        return 0;
    }
}
