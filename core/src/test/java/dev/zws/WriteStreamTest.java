package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WriteStreamTest {
    private static final int FRAGMENT = 16 * 1024;

    // ---- fragments

    @ParameterizedTest
    @EnumSource
    void shortMessageIsOneFrame(Role role) throws IOException {
        Fixture f = Fixture.of(role, Conn.Config.DEFAULT);
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        assertThat(out.type()).isEqualTo(MessageType.TEXT);
        out.write(utf8("He"));
        out.write('l');
        out.write(utf8("..lo.."), 2, 2);
        assertThat(f.out.written()).isEmpty();
        out.finish();
        assertThat(f.out.seen()).containsExactly("81 'Hello'");
        assertThat(f.out.flushes()).isEqualTo(1);
    }

    @ParameterizedTest // 16384 bytes a fragment, and no empty one at the end
    @CsvSource({"0, 1", "1, 1", "16383, 1", "16384, 1", "16385, 2", "32768, 2", "100000, 7"})
    void longMessageIsCutIntoFragments(int length, int frames) throws IOException {
        Fixture f = Fixture.client();
        MessageOutput out = f.conn.writeStream(MessageType.BINARY);
        out.write(bytes(length));
        out.finish();
        assertThat(f.out.frames()).hasSize(frames);
        for (int i = 0; i < frames; i++) {
            Wire.Seen frame = f.out.frames().get(i);
            assertThat(frame.firstByte()).isEqualTo((i == 0 ? 0x02 : 0x00) | (i == frames - 1 ? 0x80 : 0));
            assertThat(frame.payload()).hasSize(i == frames - 1 ? length - i * FRAGMENT : FRAGMENT);
            assertThat(frame.masked()).isTrue();
        }
        assertThat(concat(f.out.frames().stream().map(Wire.Seen::payload).toArray(byte[][]::new)))
                .isEqualTo(bytes(length));
    }

    @Test
    void fragmentIsFilledBeforeItIsSent() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.BINARY);
        out.write(bytes(FRAGMENT - 1));
        out.write(bytes(2));
        out.finish();
        assertThat(f.out.frames()).extracting(seen -> seen.payload().length).containsExactly(FRAGMENT, 1);
    }

    @Test
    void flushWithNothingOfTheMessageFlushesTheConnection() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        f.conn.writePing(utf8("!"));
        out.flush();
        assertThat(f.out.seen()).containsExactly("89 21");
    }

    @Test
    void flushSendsWhatThereIsAndNothingWhenThereIsNone() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.flush();
        out.write('a');
        out.flush();
        out.flush();
        assertThat(f.out.seen()).containsExactly("01 'a'");
        out.write('b');
        out.flush();
        out.finish();
        assertThat(f.out.seen()).containsExactly("01 'a'", "00 'b'", "80 ''");
    }

    @Test
    void rangesAreChecked() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        assertThatThrownBy(() -> out.write(new byte[2], 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        out.finish();
        assertThat(f.out.seen()).containsExactly("81 ''");
    }

    @Test // B-3.3, B-3.50
    void controlFramesMayPassBetweenFragments() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.write('a');
        out.flush();
        f.conn.writePing(utf8("1"));
        f.conn.writePong(utf8("2"));
        out.write('b');
        out.finish();
        f.conn.sendText("next");
        assertThat(f.out.seen()).containsExactly("01 'a'", "89 31", "8a 32", "80 'b'", "81 'next'");
    }

    @Test
    void streamGoesOnOverASinkThatTakesNothing() throws IOException {
        Fixture f = Fixture.server();
        f.out.takes(0);
        MessageOutput out = f.conn.writeStream(MessageType.BINARY);
        out.write(bytes(40_000));
        out.finish();
        f.out.takes(Long.MAX_VALUE);
        assertThat(f.conn.drain()).isTrue();
        assertThat(f.out.frames()).hasSize(3);
    }

    // ---- text

    @ParameterizedTest // B-11.6
    @EnumSource
    void textMayBeCutAnywhere(Role role) throws IOException {
        byte[] text = utf8("é€\uD83D\uDE00");
        Fixture f = Fixture.of(role, Conn.Config.DEFAULT);
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        for (byte b : text) {
            out.write(b);
            out.flush();
        }
        out.finish();
        assertThat(concat(f.out.frames().stream().map(Wire.Seen::payload).toArray(byte[][]::new)))
                .isEqualTo(text);
        assertThat(f.out.frames()).hasSize(text.length + 1);
    }

    @Test
    void textThatIsNotUtf8IsRefusedAndTheMessageCannotBeFinished() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.write('a');
        assertThatThrownBy(() -> out.write(hex("62 ff"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.write('c')).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(out::finish).isInstanceOf(IllegalStateException.class);
        out.flush();
        out.close();
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x01, 0x88);
        assertThat(f.out.frames().get(0).text()).isEqualTo("a");
    }

    @Test
    void messageThatEndsWithinACharacterIsNotFinishedUntilTheRestIsThere() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.write(hex("e2 82"));
        assertThatThrownBy(out::finish)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("within a character");
        out.write(0xac);
        out.finish();
        assertThat(f.out.seen()).containsExactly("81 '€'");
    }

    @Test
    void binaryIsNotCheckedNorTextWhenTheCheckIsOff() throws IOException {
        Fixture f = Fixture.of(Role.SERVER, Conn.Config.DEFAULT.withValidateUtf8(false));
        for (MessageType type : MessageType.values()) {
            MessageOutput out = f.conn.writeStream(type);
            out.write(hex("ff"));
            out.finish();
        }
        Fixture strict = Fixture.server();
        MessageOutput out = strict.conn.writeStream(MessageType.BINARY);
        out.write(hex("ff"));
        out.finish();
        assertThat(f.out.written()).isEqualTo(hex("81 01 ff 82 01 ff"));
        assertThat(strict.out.written()).isEqualTo(hex("82 01 ff"));
    }

    @Test
    void writerWritesTheText() throws IOException {
        Fixture f = Fixture.server();
        try (MessageOutput out = f.conn.writeStream(MessageType.TEXT);
                Writer writer = out.writer()) {
            writer.write("Hé");
            writer.write("\uD83D\uDE00");
            writer.flush();
            out.finish();
        }
        assertThat(f.out.seen()).containsExactly("01 'Hé\uD83D\uDE00'", "80 ''");
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
    }

    @Test
    void writerReportsALoneSurrogate() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        Writer writer = out.writer();
        assertThatThrownBy(() -> {
                    writer.write("\uDE00");
                    writer.flush();
                })
                .isInstanceOf(CharacterCodingException.class);
    }

    @Test
    void binaryMessageHasNoWriter() throws IOException {
        MessageOutput out = Fixture.server().conn.writeStream(MessageType.BINARY);
        assertThatThrownBy(out::writer).isInstanceOf(IllegalStateException.class);
    }

    // ---- the end

    @Test
    void afterTheEndNothingCanBeWrittenAndCloseDoesNothing() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.finish();
        assertThatThrownBy(() -> out.write('a')).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(out::finish).isInstanceOf(IllegalStateException.class);
        out.flush();
        out.close();
        f.conn.sendText("next");
        assertThat(f.out.seen()).containsExactly("81 ''", "81 'next'");
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
    }

    @Test
    void messageClosedUnfinishedEndsTheConnectionRatherThanFakingAnEnd() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.write('a');
        out.flush();
        out.write('b');
        out.close();
        out.close();
        assertThat(f.out.seen().get(0)).isEqualTo("01 'a'");
        assertThat(f.out.frames().get(1).payload()).startsWith(hex("03f3"));
        assertThat(f.out.frames()).hasSize(2);
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSING);
        assertThatThrownBy(() -> out.write('c')).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f.conn.sendText("x")).isInstanceOf(ConnectionClosedException.class);
        assertThatThrownBy(() -> f.conn.writeStream(MessageType.TEXT)).isInstanceOf(ConnectionClosedException.class);
    }

    @Test // B-3.54
    void closeSentMeanwhileEndsTheMessage() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.write('a');
        out.flush();
        f.conn.writeClose(CloseStatus.NORMAL);
        out.write('b');
        assertThatThrownBy(out::flush).isInstanceOf(ConnectionClosedException.class);
        assertThatThrownBy(out::finish).isInstanceOf(ConnectionClosedException.class);
        out.close();
        f.conn.flush();
        assertThat(f.out.seen()).containsExactly("01 'a'", "88 03e8");
    }

    @Test
    void messageClosedUnfinishedAfterALossWritesNothing() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = streamWithAFullBuffer(f);
        f.conn.abort();
        f.out.takes(Long.MAX_VALUE);
        out.close();
        assertThat(f.out.written()).isEmpty();
    }

    /** A stream over a sink that takes nothing, with so much waiting that the next frame must push some of it out. */
    static MessageOutput streamWithAFullBuffer(Fixture f) throws IOException {
        f.out.takes(0);
        MessageOutput out = f.conn.writeStream(MessageType.BINARY);
        out.write(bytes(65_510)); // and four headers of four bytes
        out.flush();
        return out;
    }

    @Test
    void lossOfTheSinkEndsTheMessage() throws IOException {
        Fixture f = Fixture.server();
        f.out.takes(0).thenFails();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.write('a');
        assertThatThrownBy(out::finish).isInstanceOf(ConnectionLostException.class);
        assertThatThrownBy(out::finish).isInstanceOf(ConnectionLostException.class);
        out.close();
        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
        assertThatThrownBy(() -> f.conn.writeStream(MessageType.TEXT)).isInstanceOf(ConnectionLostException.class);
    }
}
