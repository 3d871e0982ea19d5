package dev.zws.peers;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zws bench-peer}: what {@code zws bench} measures when it is another library's. */
@Command(
        name = "zws bench-peer",
        mixinStandardHelpOptions = true,
        version = "zws 0.1.0",
        description = "An echo server of another library: listens on 127.0.0.1 until Ctrl-C, for ./zws bench.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"1:it cannot be run here, or cannot listen there", "2:wrong usage", "130:ended by Ctrl-C"})
public final class Peers implements Callable<Integer> {
    @Parameters(
            paramLabel = "NAME",
            description = "Which: netty-nio, netty-epoll, vertx, undertow, jetty, tomcat, java-websocket or helidon;"
                    + " ws (Node.js), bun, or uws when UWS_DIR names a checkout of uWebSockets.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String name;

    @Option(
            names = "--port",
            defaultValue = "0",
            description = "Port to listen on; 0 picks one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--deflate", description = "Agrees to permessage-deflate; otherwise declines it.")
    private boolean deflate;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    private Peers() {}

    /** Runs the peer that is named; exits with 1 when it failed, or 2 for wrong usage. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Peers())
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, arguments) -> {
                    e.getCommandLine().getErr().println("zws: " + e.getMessage());
                    e.getCommandLine().getErr().println("Try 'zws bench-peer --help'.");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("zws: " + e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    @Override
    public Integer call() throws Exception {
        PeerName chosen = chosen();
        if (port < 0 || port > 65_535) {
            throw wrong("--port is " + port + "; it must be 0 to 65535");
        }
        if (deflate && !chosen.deflates()) {
            throw wrong("--deflate: " + chosen + " has no permessage-deflate; run it without");
        }
        Logger.getLogger("").setLevel(Level.WARNING);
        Peer peer = start(chosen);
        try {
            PrintWriter out = command.commandLine().getOut();
            out.println("version " + chosen.version());
            out.println("listening on ws://" + Peer.HOST + ":" + peer.port() + "/");
            out.flush();
            new CountDownLatch(1).await();
        } finally {
            peer.stop();
        }
        return 0;
    }

    private PeerName chosen() {
        try {
            return PeerName.of(name);
        } catch (IllegalArgumentException e) {
            throw wrong("NAME: " + e.getMessage());
        }
    }

    private Peer start(PeerName chosen) throws Exception {
        try {
            return chosen.start(port, deflate);
        } catch (Exception e) {
            throw new IllegalStateException(
                    chosen + " cannot be started on " + Peer.HOST + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
