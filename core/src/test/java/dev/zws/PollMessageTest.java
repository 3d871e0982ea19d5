package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PollMessageTest {
    private static final Conn.Config DEFAULT = Conn.Config.DEFAULT;

    // ---- input

    @Test
    void nothingArrivedGivesNullAndChangesNothing() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT);
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
        assertThat(f.conn.closeStatus()).isNull();
        assertThat(f.conn.wantsWrite()).isFalse();
    }

    @ParameterizedTest // B-10.151
    @EnumSource
    void messageIsGivenWithItsLastByteAndNotBefore(Role role) throws IOException {
        Role peer = Wire.other(role);
        byte[] wire = concat(
                frame(peer, 0x01, "He"), frame(peer, 0x89, "!"), frame(peer, 0x00, ""), frame(peer, 0x80, "llo"));
        Fixture f = Fixture.open(role, DEFAULT);
        for (int i = 0; i < wire.length - 1; i++) {
            f.in.add(new byte[] {wire[i]});
            assertThat(f.conn.pollMessage()).as("after %d bytes", i + 1).isNull();
        }
        f.in.add(new byte[] {wire[wire.length - 1]});
        assertThat(f.conn.pollMessage().text()).isEqualTo("Hello");
        assertThat(f.out.seen()).containsExactly("8a 21");
    }

    @Test
    void largeMessageIsKeptWhileItIsPolled() throws IOException {
        byte[] wire = frame(SERVER, 0x82, bytes(200_000));
        Fixture f = Fixture.open(CLIENT, DEFAULT);
        for (int at = 0; at < wire.length; at += 1_000) {
            assertThat(f.conn.pollMessage()).isNull();
            f.in.add(Arrays.copyOfRange(wire, at, Math.min(wire.length, at + 1_000)));
        }
        assertThat(f.conn.pollMessage().bytes()).isEqualTo(bytes(200_000));
    }

    @Test // no selector would say again that there is more
    void sourceThatNoSelectorWatchesIsReadForAsLongAsItHasSomething() throws IOException {
        Fixture f = Fixture.of(SERVER, Pieces.single(text(CLIENT, "of more than sixteen pieces")));
        assertThat(f.conn.pollMessage().text()).isEqualTo("of more than sixteen pieces");
    }

    @Test
    void messagesThatArriveTogetherAreGivenOneByOneWithoutAskingTheSourceAgain() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("81 01 41 81 01 42"));
        assertThat(f.conn.pollMessage().text()).isEqualTo("A");
        f.in.thenFails();
        assertThat(f.conn.pollMessage().text()).isEqualTo("B");
        assertThatThrownBy(f.conn::pollMessage).isInstanceOf(ConnectionLostException.class);
    }

    @Test
    void messageLentBeforeNeverShowsTheNextOneHalfArrived() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("81 01 41 81 02 42"));
        Message message = f.conn.pollMessage();
        assertThat(f.conn.pollMessage()).isNull();
        assertThatThrownBy(message::bytes).isInstanceOf(IllegalStateException.class);
        f.in.add(hex("c3"));
        assertThatThrownBy(f.conn::pollMessage).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(message::bytes).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void endOfTheStreamIsALossAlsoWhenPolled() {
        Fixture f = Fixture.server();
        assertThatThrownBy(f.conn::pollMessage).isInstanceOf(ConnectionLostException.class);
        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
        assertThat(f.conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
    }

    // ---- what another kind of read makes of a message half polled

    @Test
    void blockingReadFinishesWhatPollBegan() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("01 02 4865 80 03 6c"));
        assertThat(f.conn.pollMessage()).isNull();
        f.in.add(hex("6c6f"));
        assertThat(f.conn.readMessage().text()).isEqualTo("Hello");
    }

    @Test
    void whatWasPolledMovesIntoTheArrayOfTheReadThatFinishesIt() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("01 02 4865 80 03 6c"));
        assertThat(f.conn.pollMessage()).isNull();
        f.in.add(hex("6c6f"));
        byte[] target = new byte[5];
        assertThat(f.conn.readMessage(target).borrowedArray()).isSameAs(target);
        assertThat(target).isEqualTo(hex("48656c6c6f"));
    }

    @Test
    void whatWasPutIntoAnArrayMovesOnWhenTheRestIsPolled() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("01 02 4865 80 03 6c"));
        assertThatThrownBy(() -> f.conn.readMessage(new byte[9])).isInstanceOf(IllegalStateException.class);
        f.in.add(hex("6c6f"));
        assertThat(f.conn.pollMessage().text()).isEqualTo("Hello");
    }

    @Test
    void messageHalfPolledIsDroppedWhenItDoesNotFitTheArray() throws IOException {
        for (int size = 0; size <= 4; size++) {
            Fixture f = Fixture.open(CLIENT, DEFAULT, hex("01 02 4865 80 03 6c"));
            assertThat(f.conn.pollMessage()).isNull();
            f.in.add(hex("6c6f 81 01 41"));
            byte[] target = new byte[size];
            assertThatThrownBy(() -> f.conn.readMessage(target)).isInstanceOf(MessageTooLargeException.class);
            assertThat(f.conn.readMessage(target.length == 0 ? new byte[1] : target)
                            .text())
                    .isEqualTo("A");
        }
    }

    @Test
    void messageThatIsBeingDroppedStaysDroppedWhoeverReadsOn() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("01 02 4865"));
        byte[] one = new byte[1];
        assertThatThrownBy(() -> f.conn.readMessage(one)).isInstanceOf(IllegalStateException.class);
        f.in.add(hex("00 03 6c6c"));
        assertThat(f.conn.pollMessage()).isNull();
        f.in.add(hex("6f 80 01"));
        assertThatThrownBy(() -> f.conn.readMessage(new byte[0])).isInstanceOf(IllegalStateException.class);
        f.in.add(hex("21 81 01 41"));
        assertThatThrownBy(f.conn::pollMessage)
                .isInstanceOfSatisfying(
                        MessageTooLargeException.class,
                        e -> assertThat(e.limit()).isEqualTo(1));
        assertThat(f.conn.pollMessage().text()).isEqualTo("A");
    }

    @Test
    void framesAndStreamsAreRefusedWhileAMessageIsHalfPolled() throws IOException {
        Fixture f = Fixture.open(CLIENT, DEFAULT, hex("01 02 4865 80 03 6c"));
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.conn.openMessage()).isEqualTo(MessageType.TEXT);
        assertThatThrownBy(f.conn::beginFrame).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::readFrameBorrowed).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::discardFrame).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(f.conn::readStream).isInstanceOf(IllegalStateException.class);
        f.in.add(hex("6c6f"));
        assertThat(f.conn.pollMessage().text()).isEqualTo("Hello");
    }

    // ---- output

    @Test
    void whatWaitsIsWrittenOutBeforeTheSourceIsAsked() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT, frame(CLIENT, 0x89, "!"));
        f.conn.writeText("earlier");
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.out.seen()).containsExactly("81 'earlier'", "8a 21");
        assertThat(f.conn.wantsWrite()).isFalse();
    }

    @Test
    void aboveTheHighWaterMarkNothingIsReadUntilTheSinkTakesSome() throws IOException {
        Fixture f = Fixture.open(
                SERVER,
                DEFAULT.withLimits(Limits.DEFAULT.withOutputHighWater(10)),
                text(CLIENT, "a"),
                text(CLIENT, "b"));
        f.out.takes(0);
        assertThat(f.conn.pollMessage().text()).isEqualTo("a");
        f.conn.writeText("more than ten");
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.conn.wantsWrite()).isTrue();
        assertThat(f.reader.buffered()).isEqualTo(7);
        f.out.takes(5);
        assertThat(f.conn.pollMessage().text()).isEqualTo("b");
    }

    @Test // or a loop that waits for input next would wait for ever: the message is here already
    void messageInTheBufferIsGivenAtOnceWhenTheSinkTakesEverythingAfterAll() throws IOException {
        Fixture f = Fixture.open(
                SERVER,
                DEFAULT.withLimits(Limits.DEFAULT.withOutputHighWater(10)),
                text(CLIENT, "a"),
                text(CLIENT, "b"));
        assertThat(f.conn.pollMessage().text()).isEqualTo("a");
        f.conn.writeText("more than ten");
        assertThat(f.conn.pollMessage().text()).isEqualTo("b");
        assertThat(f.out.seen()).containsExactly("81 'more than ten'");
    }

    @Test // B-11.40
    void peerThatSendsPingsAndReadsNothingIsNotReadOn() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT.withLimits(Limits.DEFAULT.withOutputHighWater(1000)));
        f.out.takes(0);
        byte[] ping = frame(CLIENT, 0x89, bytes(125));
        for (int i = 0; i < 500; i++) {
            f.in.add(ping);
        }
        for (int i = 0; i < 600; i++) {
            assertThat(f.conn.pollMessage()).isNull();
        }
        assertThat(f.in.exhausted()).isFalse();
        f.out.takes(Long.MAX_VALUE);
        f.conn.drain();
        assertThat(f.out.written()).hasSize(8 * 127);
    }

    // ---- the end

    @Test
    void afterTheClosePollGivesNullAndGoesOnWritingTheReply() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT, close(CLIENT, 1000, "bye"));
        f.out.takes(3);
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(f.conn.closeStatus()).isEqualTo(new CloseStatus(1000, "bye"));
        assertThat(f.conn.wantsWrite()).isTrue();
        f.out.takes(2);
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.out.written()).isEqualTo(hex("88 05 03e8 62"));
        f.out.takes(2);
        assertThat(f.conn.drain()).isTrue();
        assertThat(f.conn.wantsWrite()).isFalse();
        assertThat(f.out.seen()).containsExactly("88 03e8627965");
    }

    @Test
    void whatWaitsGoesOutAlsoWhenTheCloseIsNotAnswered() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT.withAutoReplyClose(false), text(CLIENT, "x"), close(CLIENT, 1000, ""));
        assertThat(f.conn.pollMessage().text()).isEqualTo("x");
        f.conn.writeText("answer");
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSING);
        assertThat(f.out.seen()).containsExactly("81 'answer'");
    }

    @Test
    void lastCloseIsDrainedAfterAFailure() {
        Fixture f = Fixture.open(SERVER, DEFAULT, hex("81 00"));
        f.out.takes(0);
        assertThatThrownBy(f.conn::pollMessage).isInstanceOf(ProtocolException.class);
        assertThat(f.conn.wantsWrite()).isTrue();
        assertThatThrownBy(f.conn::flush).isInstanceOf(ProtocolException.class);
        f.out.takes(Long.MAX_VALUE);
        assertThat(drain(f)).isTrue();
        assertThat(f.conn.wantsWrite()).isFalse();
        assertThat(f.out.written()).isEqualTo(hex("88 02 03ea"));
    }

    private static boolean drain(Fixture f) {
        try {
            return f.conn.drain();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void lossOfTheSinkIsReportedByTheNextPoll() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT, frame(CLIENT, 0x89, "!"));
        f.out.takes(0).thenFails();
        assertThatThrownBy(f.conn::pollMessage)
                .isInstanceOf(ConnectionLostException.class)
                .hasRootCauseMessage("the tape is broken");
        assertThat(f.conn.wantsWrite()).isFalse();
        assertThat(f.conn.drain()).isTrue();
    }
}
