package dev.zws.cli;

import dev.zws.Conn;
import dev.zws.examples.FrameEchoServer;
import dev.zws.examples.Listener;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code zws frame-echo}: sends every frame back. */
@Command(
        name = "frame-echo",
        mixinStandardHelpOptions = true,
        description = "Listens on the loopback address and sends every frame back as it came, until Ctrl-C.")
final class FrameEcho implements Callable<Integer> {
    @Option(
            names = "--port",
            defaultValue = "9002",
            description = "Port to listen on; 0 picks one (default: ${DEFAULT-VALUE}).")
    private int port;

    @ArgGroup(exclusive = false)
    private @Nullable Deflate deflate;

    @Override
    public Integer call() throws Exception {
        PrintStream log = System.err;
        try (Listener server = FrameEchoServer.start(port, Deflate.config(deflate), Conn.Config.DEFAULT, log)) {
            Ready.announce(server.port());
            server.await();
        }
        return 0;
    }
}
