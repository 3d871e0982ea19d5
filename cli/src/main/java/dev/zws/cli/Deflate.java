package dev.zws.cli;

import dev.zws.PerMessageDeflate;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Role;
import dev.zws.Takeover;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options about compression that several subcommands have. Without {@code --deflate} there is none. */
final class Deflate {
    @Option(
            names = "--deflate",
            required = true,
            description = "Compress messages where the peer agrees (permessage-deflate, RFC 7692).")
    @SuppressWarnings("unused") // that it was given is why there is an object of this class
    private boolean deflate;

    @Option(
            names = "--takeover",
            paramLabel = "KIND",
            defaultValue = "none",
            description =
                    "What is kept from one compressed message to the next: none, pooled (a window on the heap) or dedicated"
                            + " (a compressor of the connection's own); with --deflate (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Takeover takeover;

    @Option(
            names = "--window",
            paramLabel = "BITS",
            defaultValue = "15",
            description =
                    "How far back compressed messages refer, in both directions, as a power of two: 9 to 15; with --deflate"
                            + " (default: ${DEFAULT-VALUE}).")
    private int window;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    /** What {@code options} ask for; null when there is none of them. */
    static @Nullable PerMessageDeflateConfig config(@Nullable Deflate options) {
        return options == null ? null : options.config();
    }

    private PerMessageDeflateConfig config() {
        try {
            return PerMessageDeflateConfig.DEFAULT
                    .withCompressOutgoing(true)
                    .withTakeover(takeover)
                    .withOutgoingWindowBits(window)
                    .withIncomingWindowBits(window);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--window: " + e.getMessage(), e);
        }
    }

    /** What was agreed on, in one line. */
    static String describe(PerMessageDeflate agreed) {
        return "compressed (permessage-deflate): the server's messages " + describe(agreed, Role.SERVER)
                + ", the client's " + describe(agreed, Role.CLIENT);
    }

    private static String describe(PerMessageDeflate agreed, Role sender) {
        return (agreed.takeover(sender) ? "with" : "without") + " context takeover and a window of "
                + agreed.windowBits(sender) + " bits";
    }
}
