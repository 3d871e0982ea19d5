package dev.zws.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void helpNamesEverySubcommandAndSucceeds() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("echo", "frame-echo", "connect");
    }

    @Test
    void helpAndReadmeNameEveryCommandOfTheLauncher() throws IOException {
        Path home = Path.of("..");
        List<String> commands = Pattern.compile("(?m)^  ([a-z][a-z| -]+)\\)$")
                .matcher(Files.readString(home.resolve("zws")).replaceFirst("(?s).*\ncase ", ""))
                .results()
                .flatMap(branch -> Pattern.compile(" \\| ").splitAsStream(branch.group(1)))
                .toList();
        assertThat(commands).contains("bench", "soak").hasSizeGreaterThan(10);
        assertThat(run("--help")).isZero();
        String readme = Files.readString(home.resolve("README.md"));
        assertThat(commands)
                .allSatisfy(command -> assertThat(out.toString()).containsPattern("(?m)^  " + command + " "))
                .allSatisfy(command -> assertThat(readme).containsPattern("`./zws " + command + "[ `]"));
    }

    @Test
    void whatIsNoCommandIsToldByItsName() {
        assertThat(run("ehco")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).isEqualToNormalizingNewlines("zws: there is no command ehco\nTry 'zws --help'.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo", "frame-echo"})
    void helpOfASubcommandShowsItsOptionsWithTheirDefaults(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("--port", command.equals("echo") ? "9001" : "9002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port=x", "--bogus", "--max-message=many", "--mode=fast"})
    void wrongUsageExitsWithTwoAndSaysWhatWasWrong(String argument) {
        assertThat(run("echo", argument)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains(argument.substring(0, argument.contains("=") ? argument.indexOf('=') : argument.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--window=12", "--takeover=pooled", "--deflate --window=8", "--deflate --takeover=some"})
    void compressionIsAskedForWithDeflateAndItsOptionsHaveRanges(String arguments) {
        assertThat(run(("echo " + arguments).split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--");
    }

    @Test
    void noSubcommandIsWrongUsage() {
        assertThat(run()).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    @Test
    void aPortThatIsTakenFailsWithOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("frame-echo", "--port", String.valueOf(taken.getLocalPort())))
                    .isEqualTo(CommandLine.ExitCode.SOFTWARE);
        }
        assertThat(err.toString().lines()).singleElement().asString().startsWith("zws: ");
    }

    @Test
    void aMaximumOutOfRangeIsWrongUsage() {
        assertThat(run("echo", "--max-message", "-1")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--max-message: maxMessagePayload is -1");
    }

    @Test
    void aSelectorHasNoModes() {
        assertThat(run("echo", "--poll", "--mode", "sync")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--poll and --mode exclude each other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--tls-keystore=x",
                "--tls-password=x",
                "--poll --tls-keystore=x --tls-password=x",
            })
    void tlsNeedsAKeyAndItsPasswordAndAThreadForEachConnection(String arguments) {
        assertThat(run(("echo --port=0 " + arguments).split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--tls-");
    }

    @Test
    void aKeyThatCannotBeReadIsToldByItsName() {
        assertThat(run("echo", "--port=0", "--tls-keystore=missing.p12", "--tls-password=x"))
                .isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(err.toString().lines()).singleElement().asString().startsWith("zws: cannot use missing.p12");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo",
                "echo --mode sync",
                "echo --mode async",
                "echo --mode stream",
                "echo --poll",
                "frame-echo"
            })
    void aServerSaysInOneLineWhereItListensAndListensThere(String command) throws Exception {
        PrintStream before = System.out;
        PipedInputStream said = new PipedInputStream();
        try (PrintStream pipe = new PrintStream(new PipedOutputStream(said), true, StandardCharsets.UTF_8)) {
            System.setOut(pipe);
            Thread server = Thread.ofPlatform().start(() -> run((command + " --port 0").split(" ")));
            String line = new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8)).readLine();
            assertThat(line).matches("listening on ws://127\\.0\\.0\\.1:[0-9]+/");
            int port = Integer.parseInt(line.replaceAll("\\D*127\\.0\\.0\\.1:|/$", ""));
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            server.interrupt();
            server.join();
        } finally {
            System.setOut(before);
        }
    }
}
