package dev.zws;

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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compressed messages on a connection (RFC 7692, 6 and 7.2), both ways; the codecs by themselves are tested elsewhere. */
class DeflateMessageTest {
    private static final PerMessageDeflate ALONE = new PerMessageDeflate(true, true, 15, 15);
    private static final PerMessageDeflate TOGETHER = new PerMessageDeflate(false, false, 15, 15);
    private static final PerMessageDeflateConfig CONFIG =
            PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true).withTakeover(Takeover.POOLED);
    private static final byte[] HELLO = hex("f2 48 cd c9 c9 07 00"); // RFC 7692, 7.2.3.1
    private static final String LONG = "All work and no play makes Jack a dull boy. ".repeat(10);

    private final DeflatePool pool = new DeflatePool();

    private Fixture fixture(Role role, PerMessageDeflate agreed, Conn.Config config, Pieces in) {
        return Fixture.deflating(role, agreed, CONFIG.withPool(pool), config, in);
    }

    private Fixture fixture(Role role, PerMessageDeflate agreed, byte[]... input) {
        return fixture(role, agreed, Conn.Config.DEFAULT, Pieces.whole(concat(input)));
    }

    // ---- incoming

    /** RFC 7692, 7.2.3: alone, in two frames, stored, with BFINAL, in two blocks; and again, referring to the one before. */
    private static byte[] vectors(Role from) {
        return concat(
                frame(from, FIN | RSV1 | 1, HELLO),
                frame(from, RSV1 | 1, hex("f2 48 cd")),
                frame(from, 0x89, "ping"),
                frame(from, FIN, hex("c9 c9 07 00")),
                frame(from, FIN | RSV1 | 1, hex("00 05 00 fa ff 48 65 6c 6c 6f 00")),
                frame(from, FIN | RSV1 | 1, hex("f3 48 cd c9 c9 07 00 00")),
                frame(from, FIN | RSV1 | 1, hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")),
                frame(from, FIN | 1, "plain"),
                frame(from, FIN | RSV1 | 1, hex("f2 00 11 00 00")),
                frame(from, FIN | RSV1 | 2, hex("00")),
                close(from, 1000, ""));
    }

    @ParameterizedTest
    @EnumSource
    void vectorsOfTheRfcAreReadHoweverTheyAreCut(Reading reading) throws IOException {
        for (Role role : Role.values()) {
            byte[] wire = vectors(Wire.other(role));
            for (int at = 0; at <= wire.length; at++) {
                Fixture f = fixture(role, TOGETHER, Conn.Config.DEFAULT, reading.source(Pieces.cut(wire, at)));
                Reading.Outcome outcome = reading.all(f);
                assertThat(outcome.messages())
                        .containsExactly(
                                "TEXT 'Hello'",
                                "TEXT 'Hello'",
                                "TEXT 'Hello'",
                                "TEXT 'Hello'",
                                "TEXT 'Hello'",
                                "TEXT 'plain'",
                                "TEXT 'Hello'",
                                "BINARY ");
                assertThat(outcome.end()).isEqualTo("closed, 1000 ''");
                assertThat(pool.decompressorsInUse()).isZero();
            }
            Fixture single = fixture(role, TOGETHER, Conn.Config.DEFAULT, reading.source(Pieces.single(wire)));
            assertThat(reading.all(single).messages()).hasSize(8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrongFirstIsNamedHoweverTheBytesArrive(Reading reading) throws IOException {
        byte[] badTextThenNoDeflate = hex("00 03 00 fc ff 61 62 ff ff"); // stored, "ab" and no UTF-8; then block type 3
        byte[] wire = frame(CLIENT, FIN | RSV1 | 1, badTextThenNoDeflate);
        for (int at = 0; at <= wire.length; at++) {
            Fixture f = fixture(SERVER, ALONE, Conn.Config.DEFAULT, reading.source(Pieces.cut(wire, at)));
            assertThat(reading.all(f))
                    .as("cut at %d", at)
                    .isEqualTo(new Reading.Outcome(List.of(), "INVALID_UTF8, 1006 ''", List.of("88 03ef")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsBeyondTheLimitIsNotJudgedAsText(Reading reading) throws IOException {
        byte[] badTextBeyondIt = hex("00 05 00 fa ff 61 62 63 ff 64 00"); // stored: "abc", no UTF-8, "d"
        byte[] wire = frame(CLIENT, FIN | RSV1 | 1, badTextBeyondIt);
        Conn.Config config = Conn.Config.DEFAULT.withLimits(
                Limits.DEFAULT.withMaxMessagePayload(3).withMaxStreamedPayload(3));
        for (int at = 0; at <= wire.length; at++) {
            Fixture f = fixture(SERVER, ALONE, config, reading.source(Pieces.cut(wire, at)));
            assertThat(reading.all(f))
                    .as("cut at %d", at)
                    .isEqualTo(new Reading.Outcome(List.of(), "MESSAGE_TOO_LARGE, 1006 ''", List.of("88 03f1")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void corruptTruncatedAndBadTextAre1007(Reading reading) throws IOException {
        for (String payload : List.of("ff ff", "f2 48 cd c9", "f2 48 cd c9 c9 07 00 01", "4a 03 00" /* ff as text */)) {
            Fixture f = fixture(
                    SERVER,
                    ALONE,
                    Conn.Config.DEFAULT,
                    reading.source(Pieces.whole(frame(
                            CLIENT,
                            FIN | RSV1 | 1,
                            payload.equals("4a 03 00") ? deflated(new byte[] {(byte) 0xFF}) : hex(payload)))));
            Reading.Outcome outcome = reading.all(f);
            assertThat(outcome.messages()).as(payload).isEmpty();
            assertThat(outcome.written()).as(payload).containsExactly("88 03ef");
            assertThat(pool.decompressorsInUse()).isZero();
        }
    }

    @Test
    void limitIsOnWhatTheMessageBecomes() throws IOException {
        byte[] bomb = deflated(new byte[100_001]);
        Conn.Config config = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxMessagePayload(100_000));
        assertThat(bomb.length).isLessThan(500);

        Fixture tooLarge = fixture(SERVER, ALONE, config, Pieces.whole(frame(CLIENT, FIN | RSV1 | 2, bomb)));
        assertThatThrownBy(tooLarge.conn::readMessage).isInstanceOf(ProtocolException.class);
        assertThat(tooLarge.out.seen()).containsExactly("88 03f1");

        byte[] fits = deflated(new byte[100_000]);
        Fixture fitting = fixture(SERVER, ALONE, config, Pieces.whole(frame(CLIENT, FIN | RSV1 | 2, fits)));
        assertThat(fitting.conn.readMessage().length()).isEqualTo(100_000);
    }

    @Test
    void streamWithoutALimitHasNoneOnTheWireEither() throws IOException {
        byte[] stored = concat(hex("00 ff ff 00 00"), Wire.bytes(0xFFFF));
        Conn.Config config = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxStreamedPayload(Long.MAX_VALUE));
        Fixture f = fixture(
                SERVER,
                ALONE,
                config,
                Pieces.whole(concat(frame(CLIENT, RSV1 | 2, stored), frame(CLIENT, FIN, hex("00")))));
        assertThat(f.conn.readStream().readAllBytes()).isEqualTo(Wire.bytes(0xFFFF));
    }

    @Test
    @Timeout(30)
    void closeOverANonBlockingTransportGivesTheDecompressorBack() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));
                Socket peer = new Socket(loopback, listener.socket().getLocalPort())) {
            SocketChannel channel = listener.accept();
            channel.configureBlocking(false);
            Upgrade upgrade = new Upgrade("/", "/", null, Headers.NONE, null, ALONE, CONFIG.withPool(pool));
            Conn conn = Conn.server(Transport.of(channel), upgrade, Conn.Config.DEFAULT);
            peer.getOutputStream().write(frame(CLIENT, RSV1 | 1, hex("f2 48 cd")));
            while (pool.decompressorsInUse() == 0) {
                assertThat(conn.pollMessage()).isNull();
            }
            conn.close();
            assertThat(pool.decompressorsInUse()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WHOLE", "POLLED"})
    void droppedMessageStaysInTheHistory(Reading reading) throws IOException {
        Conn.Config config = Conn.Config.DEFAULT.withLimits(
                Limits.DEFAULT.withMaxMessagePayload(100).withOversize(Limits.Oversize.DRAIN));
        Fixture sender = fixture(CLIENT, TOGETHER);
        sender.conn.writeText(LONG);
        sender.conn.writeText(LONG.substring(0, 88));
        sender.conn.flush();

        for (int at = 0; at <= sender.out.written().length; at++) {
            Fixture f = fixture(SERVER, TOGETHER, config, reading.source(Pieces.cut(sender.out.written(), at)));
            assertThat(reading.all(f).messages())
                    .containsExactly("dropped, over 100", "TEXT '" + LONG.substring(0, 88) + "'");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WHOLE", "POLLED"})
    void textThatIsDroppedWithinACharacterIsNotJudged(Reading reading) throws IOException {
        Conn.Config config = Conn.Config.DEFAULT.withLimits(
                Limits.DEFAULT.withMaxMessagePayload(101).withOversize(Limits.Oversize.DRAIN));
        Fixture sender = fixture(CLIENT, TOGETHER);
        sender.conn.writeText("\u00e4\u00f6".repeat(50)); // two bytes each
        sender.conn.writeText("next");
        sender.conn.flush();

        Fixture f = fixture(SERVER, TOGETHER, config, reading.source(Pieces.whole(sender.out.written())));
        assertThat(reading.all(f).messages()).containsExactly("dropped, over 101", "TEXT 'next'");
    }

    @Test
    void unreadRestOfAStreamStaysInTheHistory() throws IOException {
        Fixture sender = fixture(CLIENT, TOGETHER);
        sender.conn.writeText(LONG);
        sender.conn.writeText(LONG + "!");
        sender.conn.flush();

        for (int read = 0; read < LONG.length(); read += 7) {
            Fixture f = fixture(SERVER, TOGETHER, sender.out.written());
            MessageInput input = f.conn.readStream();
            assertThat(input.readNBytes(read)).hasSize(read);
            input.close();
            assertThat(f.conn.readMessage().text()).isEqualTo(LONG + "!");
        }
    }

    @Test
    void withoutAFreeDecompressorTheConnectionIsClosedWith1013() throws IOException {
        DeflatePool one = new DeflatePool(DeflateEngine.ZIP, 1, 1, 1);
        Pieces half = Pieces.whole(frame(CLIENT, RSV1 | 1, hex("f2 48 cd"))).open();
        Fixture holding = Fixture.deflating(SERVER, ALONE, CONFIG.withPool(one), Conn.Config.DEFAULT, half);
        assertThat(holding.conn.pollMessage()).isNull();
        assertThat(one.decompressorsInUse()).isEqualTo(1);

        Fixture refused = Fixture.deflating(
                SERVER,
                ALONE,
                CONFIG.withPool(one),
                Conn.Config.DEFAULT,
                Pieces.whole(frame(CLIENT, FIN | RSV1 | 1, HELLO)));
        assertThatThrownBy(refused.conn::readMessage).hasMessageContaining("too many compressed messages");
        assertThat(refused.out.seen()).containsExactly("88 03f5");

        holding.conn.abort();
        assertThat(one.decompressorsInUse()).isZero();
    }

    @Test
    void messageBegunFrameByFrameIsNotTakenOver() throws IOException {
        Fixture f = fixture(
                SERVER,
                TOGETHER,
                frame(CLIENT, RSV1 | 1, hex("f2 48 cd")),
                frame(CLIENT, FIN, hex("c9 c9 07 00")),
                frame(CLIENT, FIN | 1, "plain"),
                frame(CLIENT, FIN | RSV1 | 1, HELLO));
        f.conn.readFrameBorrowed();
        assertThatThrownBy(f.conn::readMessage)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("frame by frame");
        f.conn.readFrameBorrowed();
        assertThat(f.conn.readMessage().text()).isEqualTo("plain");
        assertThatThrownBy(f.conn::readMessage)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("go on reading frames");
        assertThat(f.conn.readFrameBorrowed().header().compressed()).isTrue();
    }

    // ---- outgoing

    @Test
    void messagesAreCompressedWhenThatIsWorthIt() throws Exception {
        for (Role role : Role.values()) {
            Fixture f = fixture(role, ALONE);
            f.conn.writeText(LONG);
            f.conn.writeText(utf8(LONG), 0, LONG.length());
            f.conn.writeText("short");
            f.conn.writeBinary(Wire.bytes(100));
            f.conn.flush();
            List<Wire.Seen> frames = f.out.frames();
            assertThat(frames).extracting(Wire.Seen::firstByte).containsExactly(0xC1, 0xC1, 0x81, 0x82);
            assertThat(inflated(List.of(frames.get(0)))).isEqualTo(utf8(LONG));
            assertThat(inflated(List.of(frames.get(1)))).isEqualTo(utf8(LONG));
            assertThat(pool.compressorsInUse()).isZero();
        }
    }

    @Test
    void streamedMessageSaysOnItsFirstFrameThatItIsCompressed() throws Exception {
        Fixture f = fixture(SERVER, TOGETHER);
        try (MessageOutput out = f.conn.writeStream(MessageType.TEXT)) {
            out.write(utf8(LONG));
            out.flush();
            out.write(utf8(LONG.repeat(100)));
            out.finish();
        }
        List<Wire.Seen> frames = f.out.frames();
        assertThat(frames.getFirst().firstByte()).isEqualTo(RSV1 | 1);
        assertThat(frames.getLast().firstByte()).isEqualTo(FIN);
        assertThat(frames.subList(1, frames.size() - 1)).allMatch(frame -> frame.firstByte() == 0);
        assertThat(inflated(frames)).isEqualTo(utf8(LONG.repeat(101)));
    }

    @Test
    void streamedMessageOfOnePieceIsAsOneThatIsWrittenWhole() throws IOException {
        Fixture f = fixture(SERVER, TOGETHER);
        for (byte[] message : List.of(Wire.bytes(0), utf8("short"), Wire.bytes(100), utf8(LONG))) {
            MessageOutput out = f.conn.writeStream(MessageType.BINARY);
            out.write(message);
            out.finish();
        }
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x82, 0x82, 0x82, 0xC2);
    }

    @Test
    void textThatIsChangedMeanwhileIsNotSent() throws IOException {
        Fixture f = fixture(SERVER, TOGETHER);
        StringBuilder text = new StringBuilder(LONG);
        CharSequence shrinking = new CharSequence() {
            @Override
            public int length() {
                int length = text.length();
                text.setLength(100);
                return length;
            }

            @Override
            public char charAt(int index) {
                return LONG.charAt(index);
            }

            @Override
            public CharSequence subSequence(int from, int to) {
                return LONG.subSequence(from, to);
            }
        };
        assertThatThrownBy(() -> f.conn.sendText(shrinking)).isInstanceOf(IllegalStateException.class);
        f.conn.sendText("next");
        assertThat(f.out.seen()).containsExactly("81 'next'");
    }

    @Test
    void refusedMessageDoesNotEnterTheHistory() throws IOException {
        Fixture f = fixture(SERVER, TOGETHER);
        f.conn.writeText(LONG);
        MessageOutput open = f.conn.writeStream(MessageType.TEXT);
        assertThatThrownBy(() -> f.conn.writeText(LONG + "?")).isInstanceOf(IllegalStateException.class);
        open.write(utf8(LONG + "!"));
        open.finish();
        Fixture reader = fixture(CLIENT, TOGETHER, f.out.written());
        assertThat(reader.conn.readMessage().text()).isEqualTo(LONG);
        assertThat(reader.conn.readMessage().text()).isEqualTo(LONG + "!");
    }

    @Test
    void frameSaysThatItIsCompressedOnlyWhereThatHasAMeaning() throws IOException {
        Fixture agreed = fixture(SERVER, TOGETHER);
        agreed.conn.writeText(LONG);
        agreed.conn.writeFrame(Opcode.TEXT, true, true, HELLO, 0, HELLO.length);
        agreed.conn.writeText(LONG);
        agreed.conn.flush();
        Fixture reader = fixture(CLIENT, TOGETHER, agreed.out.written());
        assertThat(reader.conn.readMessage().text()).isEqualTo(LONG);
        assertThat(reader.conn.readMessage().text()).isEqualTo("Hello");
        assertThat(reader.conn.readMessage().text()).isEqualTo(LONG);

        assertThatThrownBy(() -> agreed.conn.writeFrame(Opcode.CONTINUATION, true, true, HELLO, 0, 7))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fixture.server().conn.writeFrame(Opcode.TEXT, true, true, HELLO, 0, 7))
                .isInstanceOf(IllegalStateException.class);
    }

    // ---- by java.util.zip

    private static byte[] deflated(byte[] payload) {
        java.util.zip.Deflater deflater = new java.util.zip.Deflater(9, true);
        try {
            deflater.setInput(payload);
            byte[] buffer = new byte[payload.length + 1000];
            int length = deflater.deflate(buffer, 0, buffer.length, java.util.zip.Deflater.SYNC_FLUSH);
            return java.util.Arrays.copyOf(buffer, length - 4);
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflated(List<Wire.Seen> frames) throws DataFormatException {
        List<byte[]> payloads = new ArrayList<>();
        frames.forEach(frame -> payloads.add(frame.payload()));
        payloads.add(hex("00 00 ff ff"));
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(concat(payloads.toArray(byte[][]::new)));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] buffer = new byte[1000];
            for (int count; (count = inflater.inflate(buffer)) > 0; ) {
                all.write(buffer, 0, count);
            }
            return all.toByteArray();
        } finally {
            inflater.end();
        }
    }
}
