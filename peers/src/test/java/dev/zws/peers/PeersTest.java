package dev.zws.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.logging.LogManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class PeersTest {
    private final StringWriter err = new StringWriter();

    /** Some log a stack trace of what they throw too. */
    @BeforeAll
    static void nothingIsLogged() {
        LogManager.getLogManager().reset();
    }

    private int run(String arguments) {
        return Peers.commandLine().setErr(new PrintWriter(err, true)).execute(arguments.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "nety-nio, 'NAME: there is no peer nety-nio: it must be one of [netty-nio, netty-epoll, '",
        "NETTY_NIO, NAME: there is no peer NETTY_NIO",
        "--deflate, NAME",
        "netty-nio --port 65536, --port is 65536; it must be 0 to 65535",
        "netty-nio --port x, --port",
        "helidon --deflate, --deflate: helidon has no permessage-deflate; run it without"
    })
    void wrongUsageExitsWithTwoAndSaysWhatIsWrong(String arguments, String said) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(2).first().asString().contains(said);
    }

    @ParameterizedTest
    @EnumSource(PeerName.class)
    void aPortThatIsTakenIsOneLineAndExitsWithOne(PeerName name) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run(name + " --port " + taken.getLocalPort())).isOne();
            assertThat(err.toString())
                    .startsWith("zws: " + name + " cannot be started on 127.0.0.1:" + taken.getLocalPort() + ": ");
            assertThat(err.toString().lines()).hasSize(1);
        }
    }

    @Test
    void aPeerSaysWhereItListensOnceItDoesAndStopsWhenInterrupted() throws Exception {
        PipedInputStream said = new PipedInputStream();
        try (PrintWriter out = new PrintWriter(new PipedOutputStream(said), true, UTF_8)) {
            Thread peer = Thread.ofPlatform()
                    .start(() -> Peers.commandLine().setOut(out).execute("netty-nio"));
            BufferedReader lines = new BufferedReader(new InputStreamReader(said, UTF_8));
            assertThat(lines.readLine()).matches("version 4\\.[0-9]+\\.[0-9]+\\.Final");
            String line = lines.readLine();
            assertThat(line).matches("listening on ws://127\\.0\\.0\\.1:[0-9]+/");
            int port = Integer.parseInt(line.replaceAll(".*:|/$", ""));
            assertThat(EchoClient.echoOf(port, "here")).isEqualTo("here");
            peer.interrupt();
            peer.join();
        }
    }
}
