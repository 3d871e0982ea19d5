package dev.zws;

import static dev.zws.Deflated.deflate;
import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.FIN;
import static dev.zws.Wire.RSV1;
import static dev.zws.Wire.close;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where compressed messages meet limits, closing and an empty pool. */
@Timeout(30)
class DeflateEdgeTest {
    private static final PerMessageDeflate ALONE = new PerMessageDeflate(true, true, 15, 15);
    private static final PerMessageDeflate TOGETHER = new PerMessageDeflate(false, false, 15, 15);
    private static final String LONG = "All work and no play makes Jack a dull boy. ".repeat(10);

    private final DeflatePool pool = new DeflatePool(DeflateEngine.ZIP, 1, 10, 1);
    private final PerMessageDeflateConfig config = PerMessageDeflateConfig.DEFAULT
            .withCompressOutgoing(true)
            .withTakeover(Takeover.POOLED)
            .withPool(pool);

    private Fixture fixture(Conn.Config conn, byte[]... input) {
        return Fixture.deflating(SERVER, ALONE, config, conn, Pieces.whole(concat(input)));
    }

    /** A server that keeps its contexts. */
    private Fixture together(Pieces input) {
        return Fixture.deflating(SERVER, TOGETHER, config, Conn.Config.DEFAULT, input);
    }

    @Test
    void messageIsSentPlainWhileThePoolHasNoCompressor() throws IOException {
        Fixture f = fixture(Conn.Config.DEFAULT);
        DeflateEngine.Compressor taken = pool.tryBorrowCompressor(1);
        f.conn.sendText(LONG);
        f.conn.sendBinary(utf8(LONG));
        pool.giveBack(taken, 1);
        f.conn.sendText(LONG);
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x81, 0x82, 0xC1);
        assertThat(f.out.frames().subList(0, 2)).extracting(Wire.Seen::text).containsOnly(LONG);
    }

    @Test
    void streamedMessageIsSentPlainToItsEndWhenItBeganSo() throws IOException {
        Fixture f = fixture(Conn.Config.DEFAULT);
        DeflateEngine.Compressor taken = pool.tryBorrowCompressor(1);
        try (MessageOutput out = f.conn.writeStream(MessageType.TEXT)) {
            out.write(utf8(LONG));
            out.flush();
            pool.giveBack(taken, 1);
            out.write(utf8(LONG));
            out.finish();
        }
        assertThat(f.out.seen()).containsExactly("01 '" + LONG + "'", "80 '" + LONG + "'");
    }

    @ParameterizedTest
    @EnumSource
    void textThatEndsWithinACharacterIsNotText(Reading reading) throws IOException {
        byte[] half = deflate(hex("6f 6b e2 82"));
        Pieces pieces = reading.source(Pieces.whole(frame(CLIENT, FIN | RSV1 | 1, half)));
        Fixture f = Fixture.deflating(SERVER, ALONE, config, Conn.Config.DEFAULT, pieces);
        Reading.Outcome outcome = reading.all(f);
        assertThat(outcome.messages()).isEmpty();
        assertThat(outcome.end()).isEqualTo("INVALID_UTF8, 1006 ''");
        assertThat(outcome.written()).containsExactly("88 03ef");
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1000, 1001})
    void limitOfAStreamIsOnWhatItBecomes(int limit) throws IOException {
        Fixture f = fixture(
                Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxStreamedPayload(limit)),
                frame(CLIENT, FIN | RSV1 | 2, deflate(new byte[1000])));
        MessageInput input = f.conn.readStream();
        if (limit >= 1000) {
            assertThat(input.readAllBytes()).hasSize(1000);
        } else {
            assertThatThrownBy(input::readAllBytes)
                    .isInstanceOfSatisfying(
                            ProtocolException.class,
                            e -> assertThat(e.violation()).isEqualTo(Violation.MESSAGE_TOO_LARGE));
            assertThat(f.out.seen()).containsExactly("88 03f1");
        }
    }

    @Test
    void streamOfFragmentsIsDroppedFromBetweenTwoOfThem() throws IOException {
        byte[] message = deflate(utf8(LONG));
        Fixture f = together(Pieces.whole(concat(
                frame(CLIENT, RSV1 | 1, Arrays.copyOf(message, 8)),
                frame(CLIENT, 0x00, ""),
                frame(CLIENT, FIN, Arrays.copyOfRange(message, 8, message.length)),
                frame(CLIENT, FIN | 1, "next"))));
        MessageInput input = f.conn.readStream();
        assertThat(input.readNBytes(2)).isEqualTo(utf8("Al"));
        input.close();
        assertThat(f.conn.readMessage().text()).isEqualTo("next");
    }

    @Test
    void streamOfFragmentsIsDroppedWhileTheNextIsAwaited() throws IOException {
        byte[] message = deflate(utf8(LONG));
        Fixture f = together(
                Pieces.whole(frame(CLIENT, RSV1 | 1, Arrays.copyOf(message, 8))).open());
        MessageInput input = f.conn.readStream();
        assertThatThrownBy(input::readAllBytes)
                .as("all that is there was read")
                .isInstanceOf(IllegalStateException.class);
        f.in.add(concat(
                frame(CLIENT, FIN, Arrays.copyOfRange(message, 8, message.length)), frame(CLIENT, FIN | 1, "next")));
        input.close();
        assertThat(f.conn.readMessage().text()).isEqualTo("next");
    }

    // ---- closing

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    /** A server over a transport that has these bytes to read. */
    private Conn over(byte[]... input) {
        Transport transport = Transport.of(new ByteArrayInputStream(concat(input)), sent, () -> {});
        Upgrade upgrade = new Upgrade("/", "/", null, Headers.NONE, null, TOGETHER, config);
        return Conn.server(transport, upgrade, Conn.Config.DEFAULT);
    }

    private static boolean ends(Conn conn) throws IOException {
        return conn.close(CloseStatus.NORMAL, Duration.ofSeconds(20));
    }

    @Test
    void compressedMessagesUnderWayAreDroppedByWhoeverCloses() throws IOException {
        byte[] message = deflate(utf8(LONG));
        Conn conn = over(
                frame(CLIENT, FIN | RSV1 | 1, message),
                frame(CLIENT, RSV1 | 1, Arrays.copyOf(message, 8)),
                frame(CLIENT, 0x89, "ping"),
                frame(CLIENT, FIN, Arrays.copyOfRange(message, 8, message.length)),
                frame(CLIENT, FIN | RSV1 | 1, "not DEFLATE, and nobody will see it"),
                close(CLIENT, 1001, "bye"));
        MessageInput input = conn.readStream();
        assertThat(input.read()).isEqualTo('A');
        assertThat(ends(conn)).isTrue();
        assertThat(conn.closeStatus()).isEqualTo(new CloseStatus(1001, "bye"));
        assertThat(Wire.frames(sent.toByteArray())).extracting(Object::toString).containsExactly("88 03e8");
        assertThat(pool.decompressorsInUse()).isZero();
        assertThatThrownBy(input::read).isInstanceOf(ConnectionClosedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void controlFrameThatIsBeingReadByTheCallerIsReadToItsEndByWhoeverCloses(int taken) throws IOException {
        for (int first : List.of(0x89, 0x8A)) {
            sent.reset();
            Conn conn = over(frame(CLIENT, first, "begun"), frame(CLIENT, 0x89, "x"), close(CLIENT, 1000, ""));
            assertThat(conn.beginFrame().payloadLength()).isEqualTo(5);
            assertThat(conn.readFrameChunk(new byte[taken], 0, taken)).isEqualTo(taken);
            assertThat(ends(conn)).isTrue();
            assertThat(Wire.frames(sent.toByteArray()))
                    .extracting(Object::toString)
                    .containsExactly("88 03e8");
        }
    }

    @Test
    void closeThatIsBeingReadByTheCallerCounts() throws IOException {
        Conn conn = over(close(CLIENT, 4000, "slow"));
        conn.beginFrame();
        assertThat(conn.readFrameChunk(new byte[3], 0, 3)).isEqualTo(3);
        assertThat(ends(conn)).isTrue();
        assertThat(conn.closeStatus()).isEqualTo(new CloseStatus(4000, "slow"));
    }

    // ---- messages made of chunks

    private static void send(Fixture f, String... chunks) throws IOException {
        List<byte[]> bytes = Arrays.stream(chunks).map(Wire::hex).toList();
        f.conn.sender.message(MessageType.TEXT, bytes, 100);
        f.conn.flush();
    }

    @Test
    void textMadeOfChunksIsJudgedAsAWhole() throws IOException {
        Fixture f = Fixture.server();
        send(f, "e2", "82", "ac");
        assertThat(f.out.seen()).containsExactly("81 '€'");
        assertThatThrownBy(() -> send(f, "61", "e2", "82")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> send(f, "ff", "61")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> send(f, "61", "ff", "61")).isInstanceOf(IllegalArgumentException.class);
        assertThat(f.out.frames()).hasSize(1);
    }

    @Test
    void textMadeOfChunksIsNotJudgedWhereNoneIs() throws IOException {
        Fixture f = Fixture.of(SERVER, Conn.Config.DEFAULT.withValidateUtf8(false));
        send(f, "ff", "c3");
        assertThat(f.out.frames().getFirst().payload()).isEqualTo(hex("ff c3"));
    }
}
