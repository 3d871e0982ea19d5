package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadStreamTest {
    private static final Conn.Config DEFAULT = Conn.Config.DEFAULT;

    // ---- reading

    @ParameterizedTest // B-10.159
    @EnumSource
    void messageIsPulledThroughAnyNumberOfFragments(Role role) throws IOException {
        Role peer = Wire.other(role);
        Fixture f = Fixture.of(
                role,
                DEFAULT,
                frame(peer, 0x01, "He"),
                frame(peer, 0x00, ""),
                frame(peer, 0x00, "l"),
                frame(peer, 0x80, "lo"));
        MessageInput input = f.conn.readStream();
        assertThat(input.type()).isEqualTo(MessageType.TEXT);
        assertThat(input.readAllBytes()).isEqualTo(hex("48656c6c6f"));
        assertThat(input.read()).isEqualTo(-1);
        assertThat(input.read(new byte[1], 0, 1)).isEqualTo(-1);
    }

    @Test // B-11.41
    void readGivesWhatIsThereAndWaitsOnlyForNothing() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("82 05 0102"));
        MessageInput input = f.conn.readStream();
        byte[] target = new byte[9];
        assertThat(input.read(target, 1, 8)).isEqualTo(2);
        assertThat(target).isEqualTo(hex("00 01 02 00 00 00 00 00 00"));
        assertThatThrownBy(() -> input.read(target, 0, 9)).isInstanceOf(IllegalStateException.class);
        f.in.add(hex("0304"));
        assertThat(input.read(target, 0, 1)).isEqualTo(1);
        assertThat(input.read(target, 1, 1)).isEqualTo(1);
        f.in.add(hex("05"));
        assertThat(input.read(target, 2, 9 - 2)).isEqualTo(1);
        assertThat(input.read(target, 0, 9)).isEqualTo(-1);
        assertThat(Arrays.copyOf(target, 3)).isEqualTo(hex("03 04 05"));
    }

    @Test // B-11.42
    void readOfNoBytesGivesZeroAndWaitsForNothing() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("02 01 41"));
        MessageInput input = f.conn.readStream();
        assertThat(input.read(new byte[0], 0, 0)).isZero();
        assertThat(input.read()).isEqualTo('A');
        assertThat(input.read(new byte[0], 0, 0)).as("between fragments").isZero();
        f.in.add(hex("80 00"));
        assertThat(input.read()).isEqualTo(-1);
        assertThat(input.read(new byte[0], 0, 0)).as("at the end").isEqualTo(-1);
    }

    @Test
    void singleBytesAreUnsigned() throws IOException {
        MessageInput input = Fixture.client(hex("82 02 ff00")).conn.readStream();
        assertThat(input.read()).isEqualTo(255);
        assertThat(input.read()).isZero();
        assertThat(input.read()).isEqualTo(-1);
    }

    @Test // B-2.81, B-10.159
    void emptyMessagesEndAtOnce() throws IOException {
        Fixture f = Fixture.client(hex("81 00 02 00 00 00 80 00 81 01 41"));
        assertThat(f.conn.readStream().read()).isEqualTo(-1);
        assertThat(f.conn.readStream().read()).isEqualTo(-1);
        assertThat(f.conn.readMessage().text()).isEqualTo("A");
    }

    @Test
    void rangesAreChecked() throws IOException {
        MessageInput input = Fixture.client(hex("82 02 4142")).conn.readStream();
        assertThatThrownBy(() -> input.read(new byte[2], 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> input.read(new byte[2], -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(input.readAllBytes()).hasSize(2);
    }

    @Test // B-10.159
    void messageMayBeFarLargerThanOneThatIsAssembled() throws IOException {
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withMaxMessagePayload(10));
        Fixture f = new Fixture(SERVER, config, Pieces.whole(frame(CLIENT, 0x82, bytes(300_000))), 256);
        assertThat(f.conn.readStream().readAllBytes()).isEqualTo(bytes(300_000));
    }

    @Test
    void endedInputReadsNothingOfTheNextMessage() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41 81 01 42"));
        MessageInput first = f.conn.readStream();
        assertThat(first.read()).isEqualTo('A');
        MessageInput second = f.conn.readStream();
        assertThat(first.read()).isEqualTo(-1);
        first.close();
        assertThat(second.read()).isEqualTo('B');
    }

    @Test // B-2.61
    void messageBegunFrameByFrameStreamsItsTail() throws IOException {
        Fixture f = Fixture.client(hex("01 03 48656c 80 02 6c6f"));
        f.conn.readFrame(new byte[3]);
        MessageInput input = f.conn.readStream();
        assertThat(input.type()).isEqualTo(MessageType.TEXT);
        assertThat(input.readAllBytes()).isEqualTo(hex("6c6f"));
    }

    // ---- text

    @Test
    void readerGivesTheText() throws IOException {
        Fixture f = Fixture.client(hex("01 02 48c3 89 00 80 01 a9 82 00"));
        try (Reader reader = f.conn.readStream().reader()) {
            assertThat(reader.read()).isEqualTo('H');
            assertThat(reader.read()).isEqualTo('é');
            assertThat(reader.read()).isEqualTo(-1);
        }
        MessageInput binary = f.conn.readStream();
        assertThatThrownBy(binary::reader).isInstanceOf(IllegalStateException.class);
    }

    @Test // B-11.6, B-10.154
    void badTextFailsAtItsFirstBadByte() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("81 7e 7000 41c3"));
        MessageInput input = f.conn.readStream();
        assertThat(input.read(new byte[9], 0, 9)).isEqualTo(2);
        f.in.add(hex("28"));
        assertThatThrownBy(input::read).isInstanceOf(ProtocolException.class).hasMessageContaining("INVALID_UTF8");
        assertThatThrownBy(input::read).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(input::close).isInstanceOf(ProtocolException.class);
    }

    @Test
    void textThatEndsWithinACharacterFailsAndNeverLooksWhole() throws IOException {
        Fixture f = Fixture.client(hex("81 02 41c3"));
        MessageInput input = f.conn.readStream();
        assertThatThrownBy(() -> input.read(new byte[9], 0, 9)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> input.read(new byte[9], 0, 9)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(input::read).isInstanceOf(ProtocolException.class);
    }

    // ---- control frames

    @Test // B-2.62
    void pingBetweenFragmentsIsAnsweredBeforeTheReaderWaits() throws IOException {
        Fixture f = Fixture.open(
                SERVER, DEFAULT, frame(CLIENT, 0x89, "1"), frame(CLIENT, 0x01, "a"), frame(CLIENT, 0x89, "2"));
        MessageInput input = f.conn.readStream();
        assertThat(input.read()).isEqualTo('a');
        assertThatThrownBy(input::read).isInstanceOf(IllegalStateException.class);
        assertThat(f.out.seen()).containsExactly("8a 31", "8a 32");
        f.in.add(frame(CLIENT, 0x80, "b"));
        assertThat(input.read()).isEqualTo('b');
    }

    @Test // B-2.85, B-10.159
    void closeInTheMiddleIsAnErrorAndNotAnEnd() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "a"), close(CLIENT, 1001, "gone"));
        MessageInput input = f.conn.readStream();
        assertThat(input.read()).isEqualTo('a');
        assertThatThrownBy(input::read).isInstanceOf(ConnectionClosedException.class);
        assertThatThrownBy(input::read).isInstanceOf(ConnectionClosedException.class);
        input.close();
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(f.conn.closeStatus()).isEqualTo(new CloseStatus(1001, "gone"));
        assertThat(f.conn.readStream()).isNull();
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.out.seen()).containsExactly("88 03e9676f6e65");
    }

    @Test // B-2.68
    void closeInsteadOfAMessageGivesNull() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x8A, ""), close(CLIENT, 1000, ""));
        assertThat(f.conn.readStream()).isNull();
        assertThat(f.conn.readStream()).isNull();
    }

    // ---- closing the input

    @Test
    void closeDropsTheRestSoThatTheNextMessageCanBeRead() throws IOException {
        Fixture f = Fixture.server(
                frame(CLIENT, 0x01, "Hel"), frame(CLIENT, 0x89, "!"), frame(CLIENT, 0x80, "lo"), text(CLIENT, "ok"));
        try (MessageInput input = f.conn.readStream()) {
            assertThat(input.read()).isEqualTo('H');
        }
        assertThat(f.conn.readMessage().text()).isEqualTo("ok");
        f.conn.flush();
        assertThat(f.out.seen()).containsExactly("8a 21");
    }

    @Test
    void closeBetweenTwoFragmentsDropsTheRest() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("01 02 4142"));
        MessageInput input = f.conn.readStream();
        assertThat(input.readNBytes(2)).isEqualTo(hex("41 42"));
        f.in.add(hex("00 01 43 80 00 81 01 45"));
        input.close();
        assertThat(f.conn.readMessage().text()).isEqualTo("E");
    }

    @Test
    void closeWaitsForTheRest() throws IOException {
        Fixture f = Fixture.of(CLIENT, Pieces.single(hex("01 03 48656c 80 02 6c6f 81 01 41")));
        f.conn.readStream().close();
        assertThat(f.conn.readMessage().text()).isEqualTo("A");
    }

    @Test
    void closeAtTheEndAndCloseAgainDoNothing() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41 81 01 42"));
        MessageInput input = f.conn.readStream();
        assertThat(input.read()).isEqualTo('A');
        input.close();
        input.close();
        assertThat(f.conn.readMessage().text()).isEqualTo("B");
        input.close();
    }

    @Test
    void closeThatMeetsThePeersCloseIsDone() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "Hel"), close(CLIENT, 1000, ""));
        MessageInput input = f.conn.readStream();
        input.close();
        input.close();
        assertThatThrownBy(input::read).isInstanceOf(ConnectionClosedException.class);
        assertThat(f.conn.readMessage()).isNull();
    }

    @Test
    void closeOfAnEmptyMessageTakesIt() throws IOException {
        Fixture f = Fixture.client(hex("81 00 81 01 42"));
        f.conn.readStream().close();
        assertThat(f.conn.readMessage().text()).isEqualTo("B");
    }

    @Test
    void closeThatFindsNothingMoreThereCanBeRepeated() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("01 02 4142 00 02 43"));
        MessageInput input = f.conn.readStream();
        assertThatThrownBy(input::close).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::readMessage)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("MessageInput");
        f.in.add(hex("44 80 00 81 01 45"));
        input.close();
        assertThat(f.conn.readMessage().text()).isEqualTo("E");
    }

    // ---- one at a time

    @Test
    void nothingElseReadsWhileAMessageIsStreamed() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41 81 01 42"));
        MessageInput input = f.conn.readStream();
        assertThatThrownBy(f.conn::readMessage)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("MessageInput");
        assertThatThrownBy(f.conn::pollMessage).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::readStream).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::beginFrame).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::readFrameBorrowed).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::discardFrame).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f.conn.readFrameChunk(new byte[1], 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(input.read()).isEqualTo('A');
        assertThat(f.conn.readMessage().text()).isEqualTo("B");
    }

    @Test
    void messageLentBeforeIsTakenBackWhenAStreamBegins() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41 81 01 42"));
        Message message = f.conn.readMessage();
        f.conn.readStream();
        assertThatThrownBy(message::bytes).isInstanceOf(IllegalStateException.class);
    }
}
