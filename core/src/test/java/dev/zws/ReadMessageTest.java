package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadMessageTest {
    private static final Conn.Config LAX = Conn.Config.DEFAULT.withValidateUtf8(false);

    // ---- what a message is

    @Test // B-10.35
    void serverReadsMaskedText() throws IOException {
        Message message = Fixture.server(hex("81 82 37fa213d 7f93")).conn.readMessage();
        assertThat(message.type()).isEqualTo(MessageType.TEXT);
        assertThat(message.text()).isEqualTo("Hi");
        assertThat(message.bytes()).isEqualTo(hex("48 69"));
        assertThat(message.length()).isEqualTo(2);
    }

    @Test // B-2.35
    void clientReadsUnmaskedBinary() throws IOException {
        Message message = Fixture.client(hex("82 03 00 80 ff")).conn.readMessage();
        assertThat(message.type()).isEqualTo(MessageType.BINARY);
        assertThat(message.bytes()).isEqualTo(hex("00 80 ff"));
    }

    @ParameterizedTest // RFC 6455, 5.7
    @CsvSource({
        "CLIENT, 81 05 48656c6c6f",
        "SERVER, 81 85 37fa213d 7f9f4d5158",
        "CLIENT, 01 03 48656c 80 02 6c6f",
        "CLIENT, 01 03 48656c 89 05 48656c6c6f 80 02 6c6f"
    })
    void examplesOfTheRfcReadAsHello(Role role, String wire) throws IOException {
        assertThat(Fixture.of(role, Conn.Config.DEFAULT, hex(wire))
                        .conn
                        .readMessage()
                        .text())
                .isEqualTo("Hello");
    }

    @ParameterizedTest // B-2.10, B-10.48
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 200_000})
    void payloadsOfEveryLengthFormAreReadByBothRoles(int length) throws IOException {
        for (Role role : Role.values()) {
            Fixture f = Fixture.of(role, Conn.Config.DEFAULT, frame(Wire.other(role), 0x82, bytes(length)));
            assertThat(f.conn.readMessage().bytes()).as("%s", role).isEqualTo(bytes(length));
        }
    }

    @ParameterizedTest // B-2.81, B-10.74
    @CsvSource({"TEXT, 81 00", "BINARY, 82 00", "TEXT, 01 00 80 00", "BINARY, 02 00 00 00 00 00 80 00"})
    void emptyMessagesAreDelivered(MessageType type, String wire) throws IOException {
        Message message = Fixture.client(hex(wire)).conn.readMessage();
        assertThat(message.type()).isEqualTo(type);
        assertThat(message.length()).isZero();
        assertThat(message.bytes()).isEmpty();
    }

    @Test
    void messagesThatArriveTogetherAreReadOneByOne() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "a"), frame(CLIENT, 0x82, "b"), text(CLIENT, "c"));
        assertThat(f.conn.readMessage().text()).isEqualTo("a");
        assertThat(f.conn.readMessage().bytes()).isEqualTo(utf8("b"));
        assertThat(f.conn.readMessage().text()).isEqualTo("c");
    }

    @Test
    void binaryMessageHasNoText() throws IOException {
        Message message = Fixture.client(hex("82 01 41")).conn.readMessage();
        assertThatThrownBy(message::text)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bytes()");
    }

    // ---- fragments

    @Test // B-10.38, B-10.75, B-2.62, B-2.63, B-2.71
    void fragmentsAreJoinedAndControlFramesBetweenThemDealtWith() throws IOException {
        Fixture f = Fixture.server(
                frame(CLIENT, 0x01, "Hel"),
                frame(CLIENT, 0x89, "!"),
                frame(CLIENT, 0x8A, "?"),
                frame(CLIENT, 0x80, "lo"));
        assertThat(f.conn.readMessage().text()).isEqualTo("Hello");
        f.conn.flush();
        assertThat(f.out.written()).isEqualTo(hex("8a 01 21"));
    }

    @Test // B-10.154
    void characterMayBeCutBetweenFragments() throws IOException {
        for (int cut = 0; cut <= 4; cut++) {
            byte[] smiley = hex("f0 9f 98 80");
            Fixture f = Fixture.client(
                    frame(SERVER, 0x01, Arrays.copyOf(smiley, cut)),
                    frame(SERVER, 0x80, Arrays.copyOfRange(smiley, cut, 4)));
            assertThat(f.conn.readMessage().text()).isEqualTo("\uD83D\uDE00");
        }
    }

    @Test // B-10.76, B-2.61, B-12.7
    void messageBegunFrameByFrameGoesOnWithItsTail() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "Hel"), frame(CLIENT, 0x00, "l"), frame(CLIENT, 0x80, "o"));
        assertThat(f.conn.readFrame(new byte[8]).bytes()).isEqualTo(utf8("Hel"));
        Message tail = f.conn.readMessage();
        assertThat(tail.type()).isEqualTo(MessageType.TEXT);
        assertThat(tail.text()).isEqualTo("lo");
    }

    @Test // B-2.83
    void characterMayBeCutBetweenFrameLevelAndMessageLevel() throws IOException {
        Fixture f = Fixture.client(hex("01 01 c3"), hex("80 01 a9"), hex("81 01 41"));
        f.conn.readFrame(new byte[1]);
        assertThat(f.conn.readMessage().bytes()).isEqualTo(hex("a9"));
        assertThat(f.conn.readMessage().text()).isEqualTo("A");
    }

    @ParameterizedTest // B-2.83
    @ValueSource(strings = {"80 00", "80 01 41"})
    void textThatWentWrongFrameByFrameFailsAtMessageLevel(String rest) throws IOException {
        Fixture f = Fixture.client(hex("01 02 c328"), hex(rest));
        f.conn.readFrame(new byte[2]);
        assertThatThrownBy(f.conn::readMessage)
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.violation()).isEqualTo(Violation.INVALID_UTF8));
    }

    // ---- where the bytes are

    @Test // B-2.34, B-10.69, B-10.70, B-2.93
    void messageThatStandsWholeInTheBufferIsLentFromThere() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "borrowed"));
        Message message = f.conn.readMessage();
        assertThat(message.borrowedArray()).isSameAs(f.reader.array());
        assertThat(message.offset()).isEqualTo(6);
        assertThat(message.text()).isEqualTo("borrowed");
    }

    @Test // B-10.70, B-2.92
    void fragmentedMessageIsAssembledElsewhere() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "bor"), frame(CLIENT, 0x80, "rowed"));
        Message message = f.conn.readMessage();
        assertThat(message.borrowedArray()).isNotSameAs(f.reader.array());
        assertThat(message.text()).isEqualTo("borrowed");
    }

    @ParameterizedTest // B-2.92
    @EnumSource
    void messageLargerThanTheReadersCeilingIsAssembled(Role role) throws IOException {
        Pieces in = Pieces.whole(frame(Wire.other(role), 0x82, bytes(5_000)));
        Fixture f = new Fixture(role, Conn.Config.DEFAULT, in, 256);
        assertThat(f.conn.readMessage().bytes()).isEqualTo(bytes(5_000));
    }

    @Test
    void smallAssemblyIsUsedAgainAndLargeOneLetGo() throws IOException {
        Fixture f = Fixture.client(
                frame(SERVER, 0x02, bytes(64 * 1024 + 1)), hex("80 00"),
                frame(SERVER, 0x02, "b"), hex("80 00"),
                frame(SERVER, 0x02, "c"), hex("80 00"));
        byte[] large = f.conn.readMessage().borrowedArray();
        byte[] second = f.conn.readMessage().borrowedArray();
        byte[] third = f.conn.readMessage().borrowedArray();
        assertThat(second).isNotSameAs(large).hasSizeLessThanOrEqualTo(4096);
        assertThat(third).isSameAs(second);
    }

    @Test // B-2.40
    void lentBytesMayBeChangedInPlace() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41"), hex("81 01 42"));
        Message message = f.conn.readMessage();
        message.borrowedArray()[message.offset()] = 'x';
        assertThat(message.text()).isEqualTo("x");
        assertThat(f.conn.readMessage().text()).isEqualTo("B");
    }

    // ---- how long they live

    @Test // B-2.40
    void everyAccessorThrowsOnceTheNextReadHasBegun() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41"), hex("89 00"), hex("81 01 42"), close(SERVER, 1000, ""));
        Message first = f.conn.readMessage();
        f.conn.writePong(new byte[0]); // a write takes nothing back
        assertThat(first.text()).isEqualTo("A");
        f.conn.beginFrame();
        assertExpired(first);
        f.conn.discardFrame();

        Message second = f.conn.readMessage();
        assertThat(second).isSameAs(first);
        assertThat(second.text()).isEqualTo("B");
        assertThat(f.conn.readMessage()).isNull();
        assertExpired(second);
    }

    @Test
    void messageExpiresAlsoWhenTheNextReadFails() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41"));
        Message message = f.conn.readMessage();
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ConnectionLostException.class);
        assertExpired(message);
    }

    private static void assertExpired(Message message) {
        assertThatThrownBy(message::type).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(message::text).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(message::bytes).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(message::length).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(message::offset).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(message::borrowedArray).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(message::copy)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lent until the next read");
    }

    @Test
    void copyLivesOn() throws IOException {
        Fixture f = Fixture.client(hex("81 02 4869"), hex("82 01 42"));
        Message copy = f.conn.readMessage().copy();
        f.conn.readMessage();
        assertThat(copy.type()).isEqualTo(MessageType.TEXT);
        assertThat(copy.text()).isEqualTo("Hi");
        assertThat(copy.copy().bytes()).isEqualTo(utf8("Hi"));
    }

    // ---- text

    @Test // B-10.33, B-10.60, B-2.74
    void invalidUtf8FailsUnlessTheCheckIsOff() throws IOException {
        byte[] bad = hex("81 02 c328");
        assertThatThrownBy(Fixture.client(bad).conn::readMessage)
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("INVALID_UTF8");
        Message message = Fixture.of(CLIENT, LAX, bad).conn.readMessage();
        assertThat(message.bytes()).isEqualTo(hex("c328"));
        assertThat(message.text()).isEqualTo("\uFFFD(");
    }

    @Test // B-2.75
    void binaryIsNeverCheckedAsText() throws IOException {
        assertThat(Fixture.client(hex("82 02 c328")).conn.readMessage().bytes()).isEqualTo(hex("c328"));
    }

    @Test
    void textThatEndsWithinACharacterFailsUnlessTheCheckIsOff() throws IOException {
        byte[] cut = hex("01 01 41 80 02 e282");
        assertThatThrownBy(Fixture.client(cut).conn::readMessage)
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("INVALID_UTF8");
        assertThat(Fixture.of(CLIENT, LAX, cut).conn.readMessage().bytes()).isEqualTo(hex("41e282"));
    }

    @Test
    void textAfterOneThatWasCutOffByTheCallersChoiceIsCheckedAfresh() throws IOException {
        Fixture f = Fixture.client(hex("81 03 c3a941"), hex("81 01 42"), hex("81 02 c328"), hex("81 01 43"));
        MessageInput input = f.conn.readStream();
        assertThat(input.read()).isEqualTo(0xC3);
        input.close();
        assertThat(f.conn.readMessage().text()).isEqualTo("B");
        f.conn.readFrame(new byte[2]);
        assertThat(f.conn.readMessage().text()).isEqualTo("C");
    }

    // ---- when output goes

    @Test // B-10.39, B-10.151
    void everythingWrittenGoesOutBeforeTheReaderWaits() throws IOException {
        Fixture f = Fixture.of(SERVER, Pieces.single(concat(frame(CLIENT, 0x89, "!"), text(CLIENT, "x"))));
        f.conn.writeText("earlier");
        assertThat(f.out.written()).isEmpty();
        f.conn.readMessage();
        assertThat(f.out.seen()).containsExactly("81 'earlier'", "8a 21");
    }

    @Test // B-10.39
    void pongGoesOutBeforeTheReaderWaitsWithinAMessage() throws IOException {
        Fixture f = Fixture.open(SERVER, Conn.Config.DEFAULT, frame(CLIENT, 0x01, "Hel"), frame(CLIENT, 0x89, "!"));
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(IllegalStateException.class);
        assertThat(f.out.seen()).containsExactly("8a 21");
    }

    @Test // B-10.152, B-1.51
    void nothingIsFlushedWhileMessagesStandInTheBuffer() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "1"), text(CLIENT, "2"), text(CLIENT, "3"), close(CLIENT, 1000, ""));
        for (int i = 1; i <= 3; i++) {
            f.conn.writeText(f.conn.readMessage().text() + "!");
            assertThat(f.out.writes()).isZero();
        }
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.out.seen()).containsExactly("81 '1!'", "81 '2!'", "81 '3!'", "88 03e8");
        assertThat(f.out.flushes()).isEqualTo(1);
    }

    // ---- misuse

    @Test // B-2.60, B-2.90, B-12.4
    void readMessageWhileAFrameIsActiveChangesNothing() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "Hi"), text(CLIENT, "next"));
        f.conn.beginFrame();
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::pollMessage).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::readStream).isInstanceOf(IllegalStateException.class);
        byte[] target = new byte[2];
        assertThat(f.conn.readFrameAll(target)).isEqualTo(2);
        assertThat(target).isEqualTo(utf8("Hi"));
        assertThat(f.conn.readMessage().text()).isEqualTo("next");
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
    }

    @Test
    void misuseTakesNoLentBytesBack() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41"), hex("02 01 42"));
        Message message = f.conn.readMessage();
        assertThatThrownBy(() -> f.conn.readFrameAll(new byte[9])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::discardFrame).isInstanceOf(IllegalStateException.class);
        assertThat(message.text()).isEqualTo("A");
    }

    @Test
    void blockingReadOverASourceThatHasNothingIsRefusedAndCanBePolledOn() throws IOException {
        Fixture f = Fixture.open(SERVER, Conn.Config.DEFAULT, frame(CLIENT, 0x01, "Hel"));
        assertThatThrownBy(f.conn::readMessage)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pollMessage()");
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
        f.in.add(frame(CLIENT, 0x80, "lo"));
        assertThat(f.conn.pollMessage().text()).isEqualTo("Hello");
    }
}
