package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteTest {
    private static final Conn.Config DEFAULT = Conn.Config.DEFAULT;

    // ---- the bytes of a message

    @Test // B-10.37, B-3.17
    void serverWritesUnmasked() throws IOException {
        Fixture f = Fixture.server();
        f.conn.sendBinary(utf8("abc"));
        f.conn.sendText("Hi");
        f.conn.sendText("");
        assertThat(f.out.written()).isEqualTo(hex("82 03 616263 81 02 4869 81 00"));
    }

    @Test // B-10.40, B-3.20
    void clientWritesMaskedAndLeavesTheCallersBytesAlone() throws IOException {
        Fixture f = Fixture.client();
        byte[] hi = utf8("Hi");
        f.conn.sendText("Hi");
        f.conn.sendBinary(hi);
        f.conn.sendBinary(new byte[0]);
        assertThat(f.out.written()).isEqualTo(hex("81 82 37fa213d 7f93 82 82 37fa213d 7f93 82 80 37fa213d"));
        assertThat(hi).isEqualTo(utf8("Hi"));
    }

    @ParameterizedTest // B-3.15, B-3.16, B-3.31, B-10.65
    @CsvSource({
        "0, 82 00, 82 80",
        "125, 82 7d, 82 fd",
        "126, 82 7e 007e, 82 fe 007e",
        "65535, 82 7e ffff, 82 fe ffff",
        "65536, 82 7f 0000000000010000, 82 ff 0000000000010000",
        "300000, 82 7f 00000000000493e0, 82 ff 00000000000493e0"
    })
    void lengthIsWrittenInItsShortestForm(int length, String server, String client) throws IOException {
        Fixture s = Fixture.server();
        s.conn.sendBinary(bytes(length));
        assertThat(s.out.written()).isEqualTo(concat(hex(server), bytes(length)));
        Fixture c = Fixture.client();
        c.conn.sendBinary(bytes(length));
        assertThat(c.out.written()).isEqualTo(concat(hex(client), Wire.KEY, Wire.masked(bytes(length), Wire.KEY)));
    }

    @Test // B-3.21
    void everyFrameHasAFreshMask() throws IOException {
        int[] keys = {0x01020304, 0, 0xfffefdfc, 5};
        int[] next = {0};
        Tape tape = new Tape();
        ByteReader reader = ByteReader.of(Pieces.whole(new byte[0]));
        Conn conn = new Conn(
                null,
                null,
                reader,
                ByteWriter.of(tape),
                new DefaultRuntimeHooks(),
                CLIENT,
                DEFAULT,
                () -> keys[next[0]++],
                () -> 0);
        conn.sendText("AAAAA");
        conn.sendText("é");
        conn.writePing(utf8("A"));
        conn.writeClose(CloseStatus.NO_STATUS);
        conn.flush();
        assertThat(tape.written())
                .isEqualTo(hex("81 85 01020304 4043424540 81 82 00000000 c3a9 89 81 fffefdfc be 88 80 00000005"));
    }

    @Test // B-10.43, B-3.22, B-11.1
    void masksOfTwoConnectionsDiffer() throws IOException {
        byte[][] wires = new byte[2][];
        for (int i = 0; i < 2; i++) {
            Tape tape = new Tape();
            Conn conn = Conn.client(ByteReader.of(Pieces.whole(new byte[0])), ByteWriter.of(tape), DEFAULT);
            for (int frame = 0; frame < 4; frame++) {
                conn.sendBinary(new byte[0]);
            }
            wires[i] = tape.written();
        }
        assertThat(wires[0]).hasSize(24).isNotEqualTo(wires[1]);
    }

    @Test
    void borrowedPairOfAServerWritesUnmasked() throws IOException {
        Tape tape = new Tape();
        Conn conn = Conn.server(ByteReader.of(Pieces.whole(new byte[0])), ByteWriter.of(tape), DEFAULT);
        conn.sendText("Hi");
        assertThat(tape.written()).isEqualTo(hex("81 02 4869"));
        assertThat(conn.role()).isEqualTo(SERVER);
        assertThat(conn.config()).isSameAs(DEFAULT);
    }

    // ---- where the bytes come from

    @Test
    void partOfAnArrayIsWritten() throws IOException {
        byte[] source = utf8("..Hi.");
        Fixture f = Fixture.server();
        f.conn.writeText(source, 2, 2);
        f.conn.writeBinary(source, 2, 2);
        f.conn.sendText(source, 3, 1);
        f.conn.sendBinary(source, 5, 0);
        assertThat(f.out.seen()).containsExactly("81 'Hi'", "82 'Hi'", "81 'i'", "82 ''");
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "0, 4", "3, 1", "1, -1", "4, 0", "2147483647, 1"})
    void partOutsideTheArrayIsRefused(int offset, int length) throws IOException {
        Fixture f = Fixture.server();
        byte[] source = new byte[3];
        assertThatThrownBy(() -> f.conn.sendText(source, offset, length)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> f.conn.sendBinary(source, offset, length))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> f.conn.writeFrame(Opcode.PING, true, source, offset, length))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> f.conn.writeFrame(Opcode.TEXT, true, source, offset, length))
                .isInstanceOf(IndexOutOfBoundsException.class);
        f.conn.sendText("ok");
        assertThat(f.out.seen()).containsExactly("81 'ok'");
    }

    static List<ByteBuffer> buffersWithHi() {
        ByteBuffer direct = ByteBuffer.allocateDirect(5).put(1, utf8("Hi"));
        ByteBuffer heap = ByteBuffer.wrap(utf8(".Hi.."));
        ByteBuffer sliced = ByteBuffer.wrap(utf8("...Hi..")).slice(2, 5);
        return List.of(
                heap.position(1).limit(3),
                sliced.position(1).limit(3),
                direct.position(1).limit(3),
                heap.duplicate().asReadOnlyBuffer(),
                direct.duplicate().asReadOnlyBuffer());
    }

    @ParameterizedTest
    @MethodSource("buffersWithHi")
    void bufferIsWrittenFromPositionToLimitAndNotMoved(ByteBuffer buffer) throws IOException {
        Fixture f = Fixture.server();
        f.conn.writeText(buffer);
        f.conn.writeBinary(buffer);
        f.conn.sendText(buffer);
        f.conn.sendBinary(buffer);
        assertThat(f.out.seen()).containsExactly("81 'Hi'", "82 'Hi'", "81 'Hi'", "82 'Hi'");
        assertThat(buffer.position()).isEqualTo(1);
        assertThat(buffer.limit()).isEqualTo(3);
    }

    @Test
    void bufferWithNothingLeftIsAnEmptyMessage() throws IOException {
        Fixture f = Fixture.server();
        f.conn.sendBinary(ByteBuffer.allocate(0));
        f.conn.sendText(ByteBuffer.allocateDirect(0));
        assertThat(f.out.written()).isEqualTo(hex("82 00 81 00"));
    }

    // ---- text

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "\u007f\u0080\u07ff\u0800\uffff", "a\uD83D\uDE00b", "\uDBFF\uDFFF"})
    void textIsWrittenAsUtf8(String text) throws IOException {
        for (Role role : Role.values()) {
            Fixture f = Fixture.of(role, DEFAULT);
            f.conn.sendText(text);
            f.conn.sendText(CharBuffer.wrap(text));
            assertThat(f.out.frames()).hasSize(2).allMatch(seen -> seen.masked() == (role == CLIENT));
            assertThat(f.out.frames()).extracting(Wire.Seen::payload).containsOnly(utf8(text));
        }
    }

    @ParameterizedTest
    @EnumSource
    void longTextOfManyKindsOfCharactersIsWrittenWhole(Role role) throws IOException {
        String text = "aé€\uD83D\uDE00".repeat(20_001);
        Fixture f = Fixture.of(role, DEFAULT);
        f.conn.sendText(text);
        assertThat(f.out.frames())
                .singleElement()
                .extracting(Wire.Seen::payload)
                .isEqualTo(utf8(text));
    }

    @ParameterizedTest
    @CsvSource({"ab\uD83D, 2", "\uDE00ab, 0", "a\uD83Db, 1", "\uD83D\uDE00\uDE00, 2"})
    void loneSurrogateIsRefusedWithItsPlaceAndNothingWritten(String text, int index) throws IOException {
        Fixture f = Fixture.server();
        assertThatThrownBy(() -> f.conn.sendText(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("index " + index);
        assertThatThrownBy(() -> f.conn.writeText(text)).isInstanceOf(IllegalArgumentException.class);
        f.conn.sendText("ok");
        assertThat(f.out.seen()).containsExactly("81 'ok'");
    }

    @ParameterizedTest // B-3.30, B-10.66
    @ValueSource(strings = {"c328", "e282", "ff", "eda080", "c080", "f4908080", "41c3"})
    void bytesThatAreNotUtf8AreRefusedAsTextUnlessTheCheckIsOff(String hex) throws IOException {
        byte[] bad = HexFormat.of().parseHex(hex);
        Fixture f = Fixture.server();
        assertThatThrownBy(() -> f.conn.sendText(bad, 0, bad.length)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> f.conn.writeText(ByteBuffer.wrap(bad))).isInstanceOf(IllegalArgumentException.class);
        f.conn.sendText(utf8("é"), 0, 2);
        assertThat(f.out.seen()).containsExactly("81 'é'");

        Fixture lax = Fixture.of(SERVER, DEFAULT.withValidateUtf8(false));
        lax.conn.sendText(bad, 0, bad.length);
        assertThat(lax.out.frames())
                .singleElement()
                .extracting(Wire.Seen::payload)
                .isEqualTo(bad);
    }

    @Test
    void textThatChangesWhileItIsSentCutsTheConnectionOff() {
        CharSequence changing = new CharSequence() {
            private int asked;

            @Override
            public int length() {
                return 3;
            }

            @Override
            public char charAt(int index) {
                return asked++ < 3 ? 'a' : 'é';
            }

            @Override
            public CharSequence subSequence(int start, int end) {
                throw new UnsupportedOperationException();
            }
        };
        Fixture f = Fixture.server();
        assertThatThrownBy(() -> f.conn.sendText(changing)).isInstanceOf(IllegalStateException.class);
        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
        assertThatThrownBy(() -> f.conn.sendText("more"))
                .isInstanceOf(ConnectionLostException.class)
                .hasRootCauseMessage("the text was changed while it was being sent");
        assertThat(f.out.written()).isEmpty();
    }

    // ---- an echo

    @Test
    void messageIsWrittenWithItsTypeAsItWasRead() throws IOException {
        Fixture f = Fixture.client(hex("81 02 4869 02 01 00 80 01 ff 82 00"));
        f.conn.write(f.conn.readMessage());
        f.conn.write(f.conn.readMessage());
        Message copy = f.conn.readMessage().copy();
        f.conn.write(copy);
        f.conn.flush();
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x81, 0x82, 0x82);
        assertThat(f.out.frames()).extracting(Wire.Seen::payload).containsExactly(utf8("Hi"), hex("00ff"), hex(""));
    }

    @Test
    void messageThatIsLentNoLongerIsNotWritten() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41 82 01 42"));
        Message message = f.conn.readMessage();
        f.conn.beginFrame();
        assertThatThrownBy(() -> f.conn.write(message)).isInstanceOf(IllegalStateException.class);
        f.conn.flush();
        assertThat(f.out.written()).isEmpty();
    }

    @Test
    void echoOfUncheckedTextIsLeftUncheckedWhenTheCheckIsOff() throws IOException {
        Fixture f = Fixture.of(CLIENT, DEFAULT.withValidateUtf8(false), hex("81 01 ff"));
        f.conn.write(f.conn.readMessage());
        f.conn.flush();
        assertThat(f.out.frames())
                .singleElement()
                .extracting(Wire.Seen::payload)
                .isEqualTo(hex("ff"));
    }

    // ---- buffering

    @Test // B-10.152, B-1.51, B-10.44
    void writeBuffersAndFlushWritesOutAllOfItAtOnce() throws IOException {
        Fixture f = Fixture.server();
        f.conn.writeText("a");
        f.conn.writeBinary(utf8("b"));
        f.conn.writePing(utf8("c"));
        assertThat(f.out.writes()).isZero();
        assertThat(f.conn.wantsWrite()).isTrue();
        f.conn.flush();
        assertThat(f.conn.wantsWrite()).isFalse();
        assertThat(f.out.seen()).containsExactly("81 'a'", "82 'b'", "89 63");
        assertThat(f.out.writes()).isEqualTo(1);
        assertThat(f.out.flushes()).isEqualTo(1);
    }

    @Test
    void sendWritesAndFlushesWithWhatWaitedBefore() throws IOException {
        Fixture f = Fixture.server();
        f.conn.writeText("a");
        f.conn.sendText("b");
        assertThat(f.out.seen()).containsExactly("81 'a'", "81 'b'");
        assertThat(f.out.flushes()).isEqualTo(1);
    }

    @Test
    void flushWithNothingWaitingStillReachesTheSink() throws IOException {
        Fixture f = Fixture.server();
        f.conn.flush();
        assertThat(f.out.flushes()).isEqualTo(1);
        assertThat(f.out.writes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void nonBlockingSinkTakesAnyPartAndTheRestLater(Role role) throws IOException {
        Fixture f = Fixture.of(role, DEFAULT);
        f.out.takes(0);
        f.conn.sendBinary(bytes(100_000));
        assertThat(f.conn.wantsWrite()).isTrue();
        for (int taken = 0; !f.conn.drain(); taken++) {
            assertThat(taken).isLessThan(100);
            f.out.takes(4_000);
        }
        assertThat(f.out.frames())
                .singleElement()
                .extracting(Wire.Seen::payload)
                .isEqualTo(bytes(100_000));
        assertThat(f.conn.wantsWrite()).isFalse();
    }

    // ---- frames of the caller's own making

    @ParameterizedTest // B-10.65, B-3.3
    @EnumSource
    void fragmentsAndControlFramesBetweenThemAreWrittenAsTheyAre(Role role) throws IOException {
        Fixture f = Fixture.of(role, DEFAULT);
        byte[] abc = utf8("abc");
        f.conn.writeFrame(Opcode.TEXT, false, abc, 0, 1);
        f.conn.writeFrame(Opcode.PING, true, abc, 0, 0);
        f.conn.writeFrame(Opcode.CONTINUATION, false, abc, 1, 1);
        f.conn.writePong(utf8("!"));
        f.conn.writeFrame(Opcode.CONTINUATION, true, abc, 2, 1);
        f.conn.writeFrame(Opcode.BINARY, true, abc, 0, 3);
        f.conn.flush();
        assertThat(f.out.seen()).containsExactly("01 'a'", "89 ", "00 'b'", "8a 21", "80 'c'", "82 'abc'");
    }

    @Test // B-3.2, B-3.4, B-10.65
    void frameOutOfOrderIsRefusedAndNothingWritten() throws IOException {
        Fixture f = Fixture.server();
        byte[] none = new byte[0];
        assertThatThrownBy(() -> f.conn.writeFrame(Opcode.CONTINUATION, true, none, 0, 0))
                .isInstanceOf(IllegalStateException.class);
        f.conn.writeFrame(Opcode.BINARY, false, none, 0, 0);
        assertThatThrownBy(() -> f.conn.writeFrame(Opcode.TEXT, true, none, 0, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f.conn.writeFrame(Opcode.BINARY, false, none, 0, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f.conn.writeText("x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f.conn.sendBinary(none)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f.conn.writeStream(MessageType.TEXT)).isInstanceOf(IllegalStateException.class);
        f.conn.writeFrame(Opcode.CONTINUATION, true, none, 0, 0);
        f.conn.sendText("x");
        assertThat(f.out.seen()).containsExactly("02 ''", "80 ''", "81 'x'");
    }

    @Test // B-3.2, B-10.42, B-10.65
    void controlFrameIsNeitherFragmentedNorLong() {
        Fixture f = Fixture.server();
        for (Opcode opcode : List.of(Opcode.PING, Opcode.PONG, Opcode.CLOSE)) {
            assertThatThrownBy(() -> f.conn.writeFrame(opcode, false, new byte[2], 0, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> f.conn.writeFrame(opcode, true, new byte[126], 0, 126))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(f.conn.wantsWrite()).isFalse();
    }

    @Test // B-11.9, B-3.7
    void closeWrittenAsAFrameIsCheckedAndCounts() throws IOException {
        Fixture f = Fixture.server();
        for (String bad : List.of("03", "03ed", "03f7", "03e8ff")) {
            byte[] payload = hex(bad);
            assertThatThrownBy(() -> f.conn.writeFrame(Opcode.CLOSE, true, payload, 0, payload.length))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        f.conn.writeFrame(Opcode.CLOSE, true, hex("03e8 6279"), 0, 4);
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSING);
        assertThatThrownBy(() -> f.conn.writeFrame(Opcode.TEXT, true, hex(""), 0, 0))
                .isInstanceOf(ConnectionClosedException.class);
        assertThatThrownBy(() -> f.conn.writePing(hex(""))).isInstanceOf(ConnectionClosedException.class);
        f.conn.flush();
        assertThat(f.out.seen()).containsExactly("88 03e86279");
    }

    @Test // B-3.8
    void writingDoesNotMindWhatIsBeingRead() throws IOException {
        Fixture f = Fixture.client(hex("01 01 41 80 01 42"));
        f.conn.beginFrame();
        f.conn.sendText("in between");
        f.conn.discardFrame();
        f.conn.sendText("again");
        assertThat(f.conn.readMessage().text()).isEqualTo("B");
        assertThat(f.out.seen()).containsExactly("81 'in between'", "81 'again'");
    }
}
