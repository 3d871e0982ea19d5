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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadIntoArrayTest {
    private static final Conn.Config DEFAULT = Conn.Config.DEFAULT;

    private static void assertDropped(Fixture f, byte[] target) {
        assertThatThrownBy(() -> f.conn.readMessage(target))
                .isInstanceOfSatisfying(
                        MessageTooLargeException.class,
                        e -> assertThat(e.limit()).isEqualTo(target.length));
        assertThat(f.conn.frameActive()).isFalse();
        assertThat(f.conn.openMessage()).isNull();
    }

    // ---- what fits

    @ParameterizedTest
    @EnumSource
    void payloadIsPutAtTheStartOfTheArrayAndNothingBehindItIsTouched(Role role) throws IOException {
        byte[] target = utf8("..........");
        Message message =
                Fixture.of(role, DEFAULT, text(Wire.other(role), "Hello")).conn.readMessage(target);
        assertThat(message.borrowedArray()).isSameAs(target);
        assertThat(message.offset()).isZero();
        assertThat(message.text()).isEqualTo("Hello");
        assertThat(target).isEqualTo(utf8("Hello....."));
    }

    @Test // B-2.73
    void messageThatFillsTheArrayExactlyIsAccepted() throws IOException {
        byte[] target = new byte[5];
        assertThat(Fixture.server(text(CLIENT, "Hello"))
                        .conn
                        .readMessage(target)
                        .text())
                .isEqualTo("Hello");
        Fixture fragmented =
                Fixture.server(frame(CLIENT, 0x01, "Hel"), frame(CLIENT, 0x00, "lo"), frame(CLIENT, 0x80, ""));
        assertThat(fragmented.conn.readMessage(target).text()).isEqualTo("Hello");
    }

    @Test // B-2.81
    void emptyMessageFitsAnEmptyArray() throws IOException {
        Fixture f = Fixture.client(hex("81 00 02 00 80 00"));
        assertThat(f.conn.readMessage(new byte[0]).text()).isEmpty();
        assertThat(f.conn.readMessage(new byte[0]).bytes()).isEmpty();
    }

    @Test
    void eachReadMayBringItsOwnArrayOrNone() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41 81 01 42 81 01 43"));
        byte[] first = new byte[1];
        byte[] second = new byte[1];
        f.conn.readMessage(first);
        f.conn.readMessage(second);
        assertThat(f.conn.readMessage().text()).isEqualTo("C");
        assertThat(concat(first, second)).isEqualTo(utf8("AB"));
    }

    @Test
    void arrayIsRequired() {
        assertThatThrownBy(() -> Fixture.server().conn.readMessage(null)).isInstanceOf(NullPointerException.class);
    }

    // ---- what does not

    @ParameterizedTest // B-2.76, B-10.61
    @EnumSource
    void messageOneByteTooLongIsDroppedAndTheNextOneRead(Role role) throws IOException {
        Role peer = Wire.other(role);
        Fixture f = Fixture.of(role, DEFAULT, text(peer, "Hello!"), text(peer, "ok"));
        assertDropped(f, new byte[5]);
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
        assertThat(f.conn.readMessage(new byte[5]).text()).isEqualTo("ok");
        assertThat(f.out.written()).isEmpty();
    }

    @Test // B-2.72, B-10.62
    void fragmentedMessageIsDroppedToItsEndAndPingsInItAnswered() throws IOException {
        Fixture f = Fixture.server(
                frame(CLIENT, 0x01, "abc"),
                frame(CLIENT, 0x00, "de"),
                frame(CLIENT, 0x89, "!"),
                frame(CLIENT, 0x80, "f"),
                text(CLIENT, "ok"));
        assertDropped(f, new byte[4]);
        assertThat(f.conn.readMessage(new byte[4]).text()).isEqualTo("ok");
        f.conn.flush();
        assertThat(f.out.seen()).containsExactly("8a 21");
    }

    @Test // B-2.72: the room is looked at before a frame is read, so what was not stored is not judged
    void textThatDoesNotFitIsNotJudged() throws IOException {
        byte[] wire = hex("01 02 4142 80 03 ff4344 81 01 45");
        for (Pieces pieces : new Pieces[] {Pieces.whole(wire), Pieces.single(wire)}) {
            Fixture f = Fixture.of(CLIENT, pieces);
            assertDropped(f, new byte[4]);
            assertThat(f.conn.readMessage(new byte[4]).text()).isEqualTo("E");
        }
    }

    @Test
    void whatIsDroppedDoesNotDependOnHowTheBytesArrive() throws IOException {
        byte[] wire = hex("01 02 4142 80 06 434445464748 81 01 45");
        Conn.Config config = DEFAULT.withLimits(Limits.DEFAULT.withDrainBudget(5));
        for (int cut = 1; cut < wire.length; cut++) {
            Fixture f = Fixture.of(CLIENT, config, Pieces.cut(wire, cut));
            assertThatThrownBy(() -> f.conn.readMessage(new byte[4]))
                    .as("cut at %d", cut)
                    .isInstanceOf(ProtocolException.class);
            Fixture enough =
                    Fixture.of(CLIENT, config.withLimits(config.limits().withDrainBudget(6)), Pieces.cut(wire, cut));
            assertDropped(enough, new byte[4]);
        }
    }

    @Test // B-10.63
    void pongMetWhileDroppingGoesOutBeforeTheReaderWaits() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT, frame(CLIENT, 0x01, "too long"), frame(CLIENT, 0x89, "!"));
        f.conn.writeText("earlier");
        assertThatThrownBy(() -> f.conn.readMessage(new byte[4])).isInstanceOf(IllegalStateException.class);
        assertThat(f.out.seen()).containsExactly("81 'earlier'", "8a 21");
    }

    @Test // B-2.76, B-10.91
    void closeMetWhileDroppingEndsTheConnectionInstead() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "too long"), close(CLIENT, 1001, ""));
        assertThat(f.conn.readMessage(new byte[4])).isNull();
        assertThat(f.conn.openMessage()).isNull();
        assertThat(f.conn.closeStatus().code()).isEqualTo(1001);
        assertThat(f.out.seen()).containsExactly("88 03e9");
        assertThat(f.conn.readMessage(new byte[4])).isNull();
    }

    @Test // B-2.77
    void streamThatEndsWhileDroppingIsLost() {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "too long"));
        assertThatThrownBy(() -> f.conn.readMessage(new byte[4])).isInstanceOf(ConnectionLostException.class);
    }

    @Test // B-2.61
    void tailOfAMessageBegunFrameByFrameNeedsRoomOnlyForItself() throws IOException {
        Fixture f = Fixture.client(hex("01 03 48656c 80 02 6c6f 01 03 48656c 80 02 6c6f"));
        f.conn.readFrame(new byte[3]);
        assertThat(f.conn.readMessage(new byte[2]).text()).isEqualTo("lo");
        f.conn.readFrame(new byte[3]);
        assertDropped(f, new byte[1]);
    }

    @Test
    void arrayOfTheCallerIsFilledPieceByPieceFromABufferSmallerThanIt() throws IOException {
        Fixture f = new Fixture(SERVER, DEFAULT, Pieces.whole(frame(CLIENT, 0x82, bytes(5_000))), 256);
        assertThat(f.conn.readMessage(new byte[6_000]).bytes()).isEqualTo(bytes(5_000));
    }
}
