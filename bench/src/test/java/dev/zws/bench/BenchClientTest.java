package dev.zws.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zws.Conn;
import dev.zws.Deadlines;
import dev.zws.Handshake;
import dev.zws.PerMessageDeflate;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Takeover;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class BenchClientTest {
    private final StringWriter log = new StringWriter();

    private MeasuredEcho start(EchoMode mode, boolean deadlines) throws IOException {
        Conn.Config config = Conn.Config.DEFAULT.withDeadlines(deadlines ? Deadlines.DEFAULT : Deadlines.NONE);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return MeasuredEcho.start(
                mode, false, address, MeasuredEcho.OPTIONS, config, deadlines, new PrintWriter(log, true));
    }

    private static BenchRun run(String port, String arguments) {
        List<String> all = new ArrayList<>(List.of("bench", "--port", port));
        all.addAll(List.of(arguments.split(" ")));
        if (!all.contains("--warmup")) {
            all.addAll(List.of("--warmup", "3"));
        }
        return BenchRun.of(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "VIRTUAL, false",
        "VIRTUAL, true",
        "PLATFORM, false",
        "PLATFORM, true",
        "SELECTOR, false",
        "SELECTOR, true"
    })
    void everyServerSendsEveryByteBack(EchoMode mode, boolean deadlines) throws IOException {
        try (MeasuredEcho server = start(mode, deadlines)) {
            BenchRun run = run(String.valueOf(server.port()), "--conns 3 --iters 50 --pipeline 8 --verify");
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .contains("label=", " total_msgs=150 ", " p99_us=")
                    .hasLineCount(1);
            assertThat(run.status()).isZero();
        }
        assertThat(log.toString()).as("what the server complained of").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "125, 3", "126, 3", "65535, 1", "65536, 1", "100000, 9"})
    void everyLengthOfHeaderAndPipelinesThatNoSocketHolds(int size, int pipeline) throws IOException {
        try (MeasuredEcho server = start(EchoMode.VIRTUAL, false)) {
            String port = String.valueOf(server.port());
            BenchRun run = run(port, "--iters 20 --verify --msg-size " + size + " --pipeline " + pipeline);
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).contains(" total_msgs=20 ");
        }
    }

    @ParameterizedTest
    @EnumSource(EchoMode.class)
    void textIsUtf8(EchoMode mode) throws IOException {
        try (MeasuredEcho server = start(mode, false)) {
            assertThat(run(String.valueOf(server.port()), "--iters 5 --text --verify --msg-size 300"))
                    .matches(run -> run.status() == 0 && run.err().isEmpty());
        }
    }

    @Test
    void aDurationEndsByTheClock() throws IOException {
        try (MeasuredEcho server = start(EchoMode.VIRTUAL, false)) {
            BenchRun run = run(String.valueOf(server.port()), "--duration 0.2 --pipeline 4");
            assertThat(run.status()).isZero();
            String nanos = run.out().replaceAll("(?s).* elapsed_ns=([0-9]+) .*", "$1");
            assertThat(Long.parseLong(nanos)).isBetween(200_000_000L, 10_000_000_000L);
        }
    }

    @Test
    void warmUpAndIterationsAreExactAndThePipelineIsFilledAndNeverExceeded() throws Exception {
        List<Integer> batches = List.of(4, 2, 4, 4, 3); // 6 to warm up, 11 measured
        AtomicInteger received = new AtomicInteger();
        try (HostileEcho server = new HostileEcho((in, out) -> {
            for (int batch : batches) {
                for (int i = 0; i < batch; i++) {
                    assertThat(HostileEcho.readFrame(in)).hasSize(16);
                    received.incrementAndGet();
                }
                assertThat(in.available()).as("sent without waiting").isZero();
                for (int i = 0; i < batch; i++) {
                    HostileEcho.writeFrame(out, LoadFrames.payload(16, false));
                }
            }
            assertThat(HostileEcho.readFrame(in)).as("a Close").isNull();
        })) {
            BenchRun run = run(server.port(), "--warmup 6 --iters 11 --pipeline 4");
            server.await();
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).contains(" total_msgs=11 ");
        }
        assertThat(received).hasValue(17);
    }

    @Test
    void verifyFindsTheOneWrongByte() throws IOException {
        HostileEcho.Talk lastByteWrong = (in, out) -> {
            for (int i = 1; i <= 7; i++) {
                byte[] payload = HostileEcho.readFrame(in);
                payload[15] ^= (byte) (i == 7 ? 1 : 0);
                HostileEcho.writeFrame(out, payload);
            }
            HostileEcho.echo(in, out);
        };
        try (HostileEcho server = new HostileEcho(lastByteWrong)) {
            BenchRun run = run(server.port(), "--iters 10 --pipeline 2 --verify");
            assertThat(run.err())
                    .isEqualToIgnoringNewLines(
                            "zws: connection 1: answer 7 is wrong: byte 15 of its payload is 0x1F, not 0x1E");
            assertThat(run.status()).isEqualTo(1);
        }
        try (HostileEcho server = new HostileEcho(lastByteWrong)) {
            assertThat(run(server.port(), "--iters 10 --pipeline 2").status()).isZero();
        }
    }

    @Test
    void aWrongByteIsFoundInAnAnswerThatComesInPieces() throws IOException {
        try (HostileEcho server = new HostileEcho((in, out) -> {
            byte[] payload = HostileEcho.readFrame(in);
            payload[9]++;
            out.write(0x82);
            out.write(16);
            for (byte one : payload) {
                out.write(one);
            }
            in.readAllBytes();
        })) {
            assertThat(run(server.port(), "--verify").err()).contains("answer 1 is wrong: byte 9 of its payload");
        }
    }

    @Test
    void verifyFindsAnAnswerTooMany() throws IOException {
        try (HostileEcho server = new HostileEcho((in, out) -> {
            HostileEcho.echo(in, out);
            HostileEcho.writeFrame(out, new byte[16]);
        })) {
            BenchRun run = run(server.port(), "--iters 5 --verify");
            assertThat(run.err()).contains("connection 1: more came back than was sent");
            assertThat(run.status()).isEqualTo(1);
        }
    }

    @Test
    void headersAreLookedAtWithoutVerifyToo() throws IOException {
        try (HostileEcho server = new HostileEcho((in, out) -> {
            HostileEcho.readFrame(in);
            HostileEcho.writeFrame(out, new byte[15]);
            in.readAllBytes();
        })) {
            assertThat(run(server.port(), "--iters 5").err()).contains("answer 1 is wrong: it has 15 bytes, not 16");
        }
    }

    @Test
    void aServerThatClosesIsQuoted() throws IOException {
        try (HostileEcho server = new HostileEcho((in, out) -> {
            HostileEcho.readFrame(in);
            out.write(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xF1});
            in.readAllBytes();
        })) {
            BenchRun run = run(server.port(), "--iters 5");
            assertThat(run.err()).contains("answer 1 is no echo but a Close with 1009");
            assertThat(run.err().lines()).hasSize(1);
            assertThat(run.status()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"16, 1", "16, 8", "100000, 3"})
    void aPingIsAnsweredAndNoAnswer(int size, int pipeline) throws Exception {
        AtomicInteger pongs = new AtomicInteger();
        try (HostileEcho server = new HostileEcho((in, out) -> {
            for (byte[] payload; (payload = HostileEcho.readFrame(in)) != null; ) {
                if (payload.length == 2) {
                    assertThat(payload).startsWith('p');
                    pongs.incrementAndGet();
                } else {
                    HostileEcho.writeFrame(out, 0x89, new byte[] {'p', 'q'});
                    HostileEcho.writeFrame(out, 0x82, payload);
                }
            }
        })) {
            BenchRun run =
                    run(server.port(), "--warmup 0 --iters 24 --verify --msg-size " + size + " --pipeline " + pipeline);
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).contains(" total_msgs=24 ");
            server.await();
        }
        assertThat(pongs.get()).isBetween(24 / pipeline - 1, 24);
    }

    @Test
    void anAnswerMayComeInFragmentsWithControlFramesBetween() throws IOException {
        try (HostileEcho server = new HostileEcho((in, out) -> {
            for (byte[] payload; (payload = HostileEcho.readFrame(in)) != null; ) {
                HostileEcho.writeFrame(out, 0x02, Arrays.copyOf(payload, 5));
                HostileEcho.writeFrame(out, 0x8A, new byte[] {1});
                HostileEcho.writeFrame(out, 0x00, new byte[0]);
                HostileEcho.writeFrame(out, 0x80, Arrays.copyOfRange(payload, 5, 16));
            }
        })) {
            BenchRun run = run(server.port(), "--iters 7 --pipeline 3 --verify");
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).contains(" total_msgs=7 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "810100, a frame that begins with 0x81 0x01",
        "82810000000000, a frame that begins with 0x82 0x81",
        "8B00, a frame that begins with 0x8B 0x00",
        "8000, a frame that begins with 0x80 0x00",
        "827F8000000000000000, a frame that begins with 0x82 0x7F",
        "897E0080, a frame that begins with 0x89 0x7E",
    })
    void whatIsNoFrameOfAnEchoIsNamed(String bytes, String what) throws IOException {
        try (HostileEcho server = new HostileEcho((in, out) -> {
            HostileEcho.readFrame(in);
            out.write(HexFormat.of().parseHex(bytes));
            in.readAllBytes();
        })) {
            assertThat(run(server.port(), "--iters 5").err()).contains("answer 1 is no echo but " + what);
        }
    }

    private MeasuredEcho deflating(Takeover takeover) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Handshake.Options options = MeasuredEcho.OPTIONS.withDeflate(
                PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true).withTakeover(takeover));
        return MeasuredEcho.start(
                EchoMode.VIRTUAL, false, address, options, Conn.Config.DEFAULT, false, new PrintWriter(log, true));
    }

    @ParameterizedTest
    @EnumSource(Takeover.class)
    void everyCompressedMessageComesBackWhatEverTheServerKeeps(Takeover takeover) throws IOException {
        try (MeasuredEcho server = deflating(takeover)) {
            for (String asked : List.of("--deflate", "--deflate --takeover")) {
                for (String size : List.of("70", "2048", "100000")) {
                    BenchRun run = run(
                            String.valueOf(server.port()),
                            asked + " --iters 300 --warmup 0 --pipeline 3 --verify --msg-size " + size);
                    assertThat(run.err()).as(asked + " " + size).isEmpty();
                    assertThat(run.out()).contains(" total_msgs=300 ");
                }
            }
        }
        assertThat(log.toString()).as("what the server complained of").isEmpty();
    }

    @Test
    void aServerThatDoesNotAgreeToCompressIsAnError() throws IOException {
        try (MeasuredEcho server = start(EchoMode.VIRTUAL, false)) {
            BenchRun run = run(String.valueOf(server.port()), "--deflate --iters 5");
            assertThat(run.err()).contains("the server does not agree to permessage-deflate");
            assertThat(run.status()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatAgreesAndAnswersPlainIsAnError() throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Handshake.Options options = MeasuredEcho.OPTIONS.withDeflate(PerMessageDeflateConfig.DEFAULT);
        try (MeasuredEcho server = MeasuredEcho.start(
                EchoMode.SELECTOR, false, address, options, Conn.Config.DEFAULT, false, new PrintWriter(log, true))) {
            BenchRun run = run(String.valueOf(server.port()), "--deflate --iters 5 --msg-size 2000");
            assertThat(run.err()).contains("answer 1 is no echo but a frame that begins with 0x81 0x7E");
        }
    }

    @Test
    void verifyInflatesWhatCameCompressed() throws IOException {
        Load load = new Load(
                "localhost",
                9001,
                "/",
                1,
                0,
                Load.Amount.of(1),
                1,
                40,
                true,
                true,
                Load.Compression.WITHOUT_TAKEOVER,
                Duration.ofSeconds(1));
        LoadFrames frames = LoadFrames.of(load, new PerMessageDeflate(true, true, 15, 15));
        byte[] stored = {0, 2, 0, (byte) 0xFD, (byte) 0xFF, '[', ']', 0};
        assertThatThrownBy(() -> new LoadAnswers(frames, true).take(ByteBuffer.wrap(LoadFrames.unmasked(0xC1, stored))))
                .isInstanceOf(IOException.class)
                .hasMessage("answer 1 is wrong: byte 1 of its payload is 0x5D, not 0x7B");
        new LoadAnswers(frames, false).take(ByteBuffer.wrap(LoadFrames.unmasked(0xC1, stored)));
    }

    @Test
    void aServerThatHangsUpIsSaidToHaveDoneSo() throws IOException {
        try (HostileEcho server = new HostileEcho((in, out) -> {
            HostileEcho.writeFrame(out, HostileEcho.readFrame(in));
            HostileEcho.readFrame(in);
        })) {
            BenchRun run = run(server.port(), "--iters 5");
            assertThat(run.err()).contains("the server ended the connection, 1 answers in");
            assertThat(run.status()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"16", "100000"})
    void aServerThatFallsSilentIsNotWaitedForForEver(int size) throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        try (HostileEcho server = new HostileEcho((in, out) -> ended.await())) {
            BenchRun run = run(server.port(), "--timeout 0.3 --iters 5 --msg-size " + size);
            assertThat(run.err()).contains("zws: nothing was answered for 0.3 s, after 0 answers");
            assertThat(run.status()).isEqualTo(1);
        } finally {
            ended.countDown();
        }
    }

    @Test
    void theRateIsWrittenAsANumberWithTwoPlaces(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("rate");
        try (MeasuredEcho server = start(EchoMode.VIRTUAL, false)) {
            BenchRun run = run(String.valueOf(server.port()), "--iters 50 --quiet --label x --rate-file " + file);
            assertThat(run.out()).matches("x: [0-9]+\\.[0-9]{2} msg/s, [0-9]+\\.[0-9]{2} MiB/s\\R");
            String rate = Files.readString(file).strip();
            assertThat(rate).matches("[0-9]+\\.[0-9]{2}");
            assertThat(run.out()).contains(" " + rate + " msg/s");
        }
    }

    @Test
    void progressIsForATerminalOnly() throws IOException {
        try (MeasuredEcho server = start(EchoMode.VIRTUAL, false)) {
            String[] arguments = {"bench", "--port=" + server.port(), "--duration=0.6", "--warmup=0"};
            assertThat(BenchRun.watched(true, arguments).err())
                    .contains("measuring: ")
                    .endsWith("\r\u001b[K");
            assertThat(BenchRun.watched(false, arguments).err()).isEmpty();
        }
    }
}
