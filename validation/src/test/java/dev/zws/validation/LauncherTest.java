package dev.zws.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher as a user has it: a process of its own. */
@Timeout(300)
class LauncherTest {
    private static final int EXITED_BY_TERM = 128 + 15;
    private static final String LAUNCHER =
            Path.of("..", "zws").toAbsolutePath().normalize().toString();

    private static Process zws(String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER));
        command.addAll(List.of(arguments.split(" ")));
        return new ProcessBuilder(command).start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo --port 0", "echo --poll --port 0", "frame-echo --port 0"})
    void aServerIsReadyWhenItSaysSoAndEndsQuietlyWhenTerminated(String arguments) throws Exception {
        Process process = zws(arguments);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String ready = out.readLine();
            assertThat(ready).matches("listening on ws://127\\.0\\.0\\.1:[0-9]+/");
            int port = Integer.parseInt(ready.replaceAll(".*:([0-9]+)/", "$1"));
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
                process.toHandle()
                        .destroy(); // with a handshake half received; Process.destroy() would close its streams
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(process.exitValue()).isEqualTo(EXITED_BY_TERM);
            assertThat(out.readLine()).isNull();
            assertThat(process.errorReader().readLine()).isNull();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void inAPipeEachLineIsSentAndItsEchoPrinted() throws Exception {
        Process server = zws("echo --port 0");
        Process client = null;
        try (BufferedReader ready = server.inputReader(StandardCharsets.UTF_8)) {
            client = zws("connect --wait 0 " + ready.readLine().replace("listening on ", ""));
            try (Writer lines = client.outputWriter(StandardCharsets.UTF_8)) {
                lines.write("one\ngrün\n");
            }
            assertThat(client.inputReader(StandardCharsets.UTF_8).lines()).containsExactly("one", "grün");
            assertThat(client.waitFor()).isZero();
            assertThat(client.errorReader().readLine()).isNull();
        } finally {
            server.destroyForcibly();
            if (client != null) {
                client.destroyForcibly();
            }
        }
    }

    @Test
    void wrongUsageIsToldOnStandardErrorAndExitsWithTwo() throws Exception {
        Process process = zws("echo --bogus");
        assertThat(process.errorReader().readLine()).contains("--bogus");
        assertThat(process.waitFor()).isEqualTo(2);
    }
}
