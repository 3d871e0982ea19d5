package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.close;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloseTest {
    private static final Conn.Config DEFAULT = Conn.Config.DEFAULT;
    private static final byte[] NONE = new byte[0];

    // ---- the state

    @ParameterizedTest // B-10.156
    @EnumSource
    void peersCloseIsAnsweredAndBothAreDone(Role role) throws IOException {
        Fixture f = Fixture.of(role, DEFAULT, close(Wire.other(role), 1001, "bye"));
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
        assertThat(f.conn.closeStatus()).isNull();
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(f.conn.closeStatus()).isEqualTo(new CloseStatus(1001, "bye"));
    }

    @ParameterizedTest // B-10.156, B-3.8
    @EnumSource
    void ourCloseIsAnsweredAndWhatThePeerSentBeforeIsStillRead(Role role) throws IOException {
        Role peer = Wire.other(role);
        Fixture f = Fixture.of(role, DEFAULT, text(peer, "still"), frame(peer, 0x89, "!"), close(peer, 1000, ""));
        f.conn.writeClose(new CloseStatus(4000, "enough"));
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSING);
        assertThat(f.conn.closeStatus()).isNull();
        assertThat(f.conn.readMessage().text()).isEqualTo("still");
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(f.conn.closeStatus()).isEqualTo(CloseStatus.NORMAL);
        assertThat(f.out.seen()).containsExactly("88 0fa0656e6f756768");
    }

    @Test
    void ourCloseIsOutWhenTheReaderHasSeenThePeers() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "x"), close(CLIENT, 1000, ""));
        assertThat(f.conn.readMessage().text()).isEqualTo("x");
        f.conn.writeClose(new CloseStatus(4000, ""));
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(f.out.seen()).containsExactly("88 0fa0");
    }

    @Test // RFC 6455, 7.1.5
    void endOfTheStreamAfterOurCloseButBeforeThePeersIsALoss() throws IOException {
        Fixture f = Fixture.server();
        f.conn.writeClose(CloseStatus.NORMAL);
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ConnectionLostException.class);
        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
        assertThat(f.conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
        assertThat(f.out.seen()).containsExactly("88 03e8");
    }

    @Test // B-11.9
    void closeReadAsAFrameCountsAndIsNotAnswered() throws IOException {
        Fixture f = Fixture.server(close(CLIENT, 1000, "bye"));
        assertThat(f.conn.readFrame(new byte[9]).bytes()).isEqualTo(hex("03e8627965"));
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSING);
        assertThat(f.conn.closeStatus()).isEqualTo(new CloseStatus(1000, "bye"));
        assertThat(f.out.written()).isEmpty();
        f.conn.writeClose(CloseStatus.NORMAL);
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
    }

    // ---- after a Close

    @Test // B-3.5, B-10.66
    void afterOurCloseNothingIsWritten() throws IOException {
        Fixture f = Fixture.client(hex("81 01 41"));
        Message message = f.conn.readMessage();
        f.conn.writeClose(CloseStatus.NORMAL);
        List<ThrowingCallable> writes = List.of(
                () -> f.conn.writeText("x"),
                () -> f.conn.sendText("x"),
                () -> f.conn.writeText(NONE, 0, 0),
                () -> f.conn.sendText(ByteBuffer.allocate(0)),
                () -> f.conn.writeBinary(NONE),
                () -> f.conn.sendBinary(NONE, 0, 0),
                () -> f.conn.writeBinary(ByteBuffer.allocateDirect(0)),
                () -> f.conn.write(message),
                () -> f.conn.writeStream(MessageType.BINARY),
                () -> f.conn.writePing(NONE),
                () -> f.conn.writePong(NONE),
                () -> f.conn.writeClose(CloseStatus.NORMAL),
                () -> f.conn.writeFrame(Opcode.TEXT, true, NONE, 0, 0),
                () -> f.conn.writeFrame(Opcode.CONTINUATION, true, NONE, 0, 0),
                () -> f.conn.writeFrame(Opcode.CLOSE, true, NONE, 0, 0));
        for (ThrowingCallable write : writes) {
            assertThatThrownBy(write).isInstanceOf(ConnectionClosedException.class);
        }
        assertThatThrownBy(() -> f.conn.writePing(new byte[126])).isInstanceOf(IllegalArgumentException.class);
        f.conn.flush();
        assertThat(f.out.seen()).containsExactly("88 03e8");
    }

    @Test // B-11.9, B-2.15, B-2.68
    void afterThePeersCloseNothingIsRead() throws IOException {
        Fixture f = Fixture.server(close(CLIENT, 1000, ""), text(CLIENT, "x"), hex("ff ff ff"));
        assertThat(f.conn.readMessage()).isNull();
        for (Reading reading : Reading.values()) {
            assertThat(reading.next(f.conn)).isNull();
        }
        assertThatThrownBy(f.conn::beginFrame).isInstanceOf(ConnectionClosedException.class);
        assertThatThrownBy(f.conn::readFrameBorrowed).isInstanceOf(ConnectionClosedException.class);
        assertThatThrownBy(() -> f.conn.readFrame(NONE)).isInstanceOf(ConnectionClosedException.class);
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(f.out.seen()).containsExactly("88 03e8");
    }

    // ---- what a Close says

    @ParameterizedTest // B-2.70, B-10.68, B-10.155, B-11.13
    @CsvSource({
        "88 01 03, 1002",
        "88 02 0000, 1002",
        "88 02 03e7, 1002",
        "88 02 03ec, 1002",
        "88 02 03ed, 1002",
        "88 02 03ee, 1002",
        "88 02 03f7, 1002",
        "88 02 0bb7, 1002",
        "88 02 1388, 1002",
        "88 02 ffff, 1002",
        "88 03 03ed ff, 1002",
        "88 03 03e8 ff, 1007",
        "88 04 03e8 c328, 1007",
        "88 03 03e8 c3, 1007"
    })
    void malformedCloseIsAViolationAndNotEchoed(String wire, int code) {
        for (Reading reading : Reading.values()) {
            Fixture f = Fixture.of(CLIENT, DEFAULT, reading.source(Pieces.whole(hex(wire))));
            assertThatThrownBy(() -> reading.next(f.conn))
                    .isInstanceOfSatisfying(
                            ProtocolException.class,
                            e -> assertThat(e.closeCode()).isEqualTo(code));
            assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
            assertThat(f.conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
            assertThat(f.out.frames())
                    .singleElement()
                    .extracting(Wire.Seen::payload)
                    .isEqualTo(new byte[] {3, (byte) code});
        }
    }

    @Test // B-11.9
    void malformedCloseIsAViolationFrameByFrame() throws IOException {
        Fixture f = Fixture.client(hex("88 03 03e8 ff"));
        f.conn.beginFrame();
        f.conn.readFrameChunk(new byte[2], 0, 2);
        assertThatThrownBy(() -> f.conn.readFrameChunk(new byte[2], 0, 2)).isInstanceOf(ProtocolException.class);
        assertThat(f.out.seen()).containsExactly("88 03ef");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1003, 1007, 1014, 3000, 4999})
    void closeReadInPiecesKeepsItsCodeAndReason(int code) throws IOException {
        for (int cut = 0; cut <= 9; cut++) {
            Fixture f = Fixture.server(close(CLIENT, code, "goodbye"));
            f.conn.beginFrame();
            f.conn.readFrameChunk(new byte[9], 0, cut);
            if (f.conn.frameActive()) {
                f.conn.discardFrame();
            }
            assertThat(f.conn.closeStatus()).as("cut at %d", cut).isEqualTo(new CloseStatus(code, "goodbye"));
        }
    }

    @Test // B-3.51, B-3.52, B-10.66
    void closeIsWrittenWithItsCodeAndReasonOrEmpty() throws IOException {
        Fixture f = Fixture.server();
        assertThatThrownBy(() -> f.conn.writeClose(new CloseStatus(1000, "r".repeat(124))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> f.conn.writeClose(new CloseStatus(1000, "\uD83D")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> f.conn.writeClose(CloseStatus.ABNORMAL)).isInstanceOf(IllegalArgumentException.class);
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
        f.conn.writeClose(new CloseStatus(1000, "r".repeat(123)));
        assertThat(f.out.written()).as("not flushed").isEmpty(); // B-3.53
        f.conn.flush();
        assertThat(f.out.frames().get(0).payload()).hasSize(125).startsWith(hex("03e8 7272"));

        Fixture empty = Fixture.server();
        empty.conn.writeClose(CloseStatus.NO_STATUS);
        empty.conn.flush();
        assertThat(empty.out.written()).isEqualTo(hex("88 00"));
    }

    @Test // B-3.53, B-11.11
    void closeThatCouldNotBeWrittenWasNotSent() {
        Fixture f = Fixture.server();
        f.out.takes(0);
        assertThatThrownBy(() -> {
                    f.conn.writeBinary(new byte[65_500]);
                    f.out.thenFails();
                    f.conn.writeClose(new CloseStatus(1000, "r".repeat(123)));
                })
                .isInstanceOf(ConnectionLostException.class);
        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
        assertThat(f.conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
    }

    // ---- close() and abort()

    /** A pair of streams that notes how it is ended. */
    private static final class Pair {
        final List<String> calls = new ArrayList<>();
        final ByteArrayOutputStream wire = new ByteArrayOutputStream();
        boolean broken;
        final Transport transport = Transport.of(
                new ByteArrayInputStream(NONE),
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        write(new byte[] {(byte) b}, 0, 1);
                    }

                    @Override
                    public void write(byte[] source, int offset, int length) throws IOException {
                        if (broken) {
                            throw new IOException("the pair is broken");
                        }
                        wire.write(source, offset, length);
                    }

                    @Override
                    public void flush() throws IOException {
                        if (broken || !calls.isEmpty()) {
                            throw new IOException("the pair is closed");
                        }
                    }

                    @Override
                    public void close() {
                        calls.add("out closed");
                    }
                },
                () -> calls.add("closed"));
        final Conn conn = new Conn(
                transport,
                null,
                transport.reader(),
                transport.writer(),
                new DefaultRuntimeHooks(),
                SERVER,
                DEFAULT,
                () -> 0,
                () -> 0);
    }

    @Test
    void connectionOverAnUpgradedTransportOwnsIt() throws IOException {
        for (Role role : Role.values()) {
            Pair pair = new Pair();
            Upgrade upgrade = new Upgrade("/", "/", null, Headers.NONE, null);
            try (Conn conn = role == SERVER
                    ? Conn.server(pair.transport, upgrade, DEFAULT)
                    : Conn.client(pair.transport, upgrade, DEFAULT)) {
                assertThat(conn.role()).isEqualTo(role);
            }
            assertThat(Wire.frames(pair.wire.toByteArray()))
                    .extracting(Wire.Seen::masked)
                    .containsExactly(role == CLIENT);
            assertThat(pair.calls).containsExactly("out closed", "closed");
        }
    }

    @Test // B-11.39
    void closeSendsWhatWaitsAndACloseAndEndsTheTransport() throws IOException {
        Pair pair = new Pair();
        pair.conn.writeText("last");
        pair.conn.close();
        assertThat(pair.wire.toByteArray()).isEqualTo(hex("81 04 6c617374 88 02 03e8"));
        assertThat(pair.calls).containsExactly("out closed", "closed");
        assertThat(pair.conn.state()).isEqualTo(Conn.State.FAILED); // the stream ended without the peer's Close
    }

    @Test
    void secondCloseDoesNothing() throws IOException {
        Pair pair = new Pair();
        pair.conn.close();
        pair.conn.close();
        assertThat(pair.wire.toByteArray()).isEqualTo(hex("88 02 03e8"));
        assertThat(pair.calls).containsExactly("out closed", "closed");
        assertThat(pair.conn.state()).isEqualTo(Conn.State.FAILED); // the stream ended without the peer's Close
    }

    @Test
    void closeAfterTheClosingHandshakeSendsNoSecondClose() throws IOException {
        Fixture f = Fixture.server(close(CLIENT, 1001, ""));
        assertThat(f.conn.readMessage()).isNull();
        f.conn.close();
        assertThat(f.out.seen()).containsExactly("88 03e9");
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
    }

    @Test
    void closeFlushesTheCloseThatWasWrittenBefore() throws IOException {
        Fixture f = Fixture.server();
        f.conn.writeClose(new CloseStatus(4000, ""));
        f.conn.close();
        assertThat(f.out.seen()).containsExactly("88 0fa0");
    }

    @Test
    void closeOfAFailedConnectionOnlyEndsTheTransport() throws IOException {
        Pair pair = new Pair();
        assertThatThrownBy(pair.conn::readMessage).isInstanceOf(ConnectionLostException.class);
        pair.conn.close();
        assertThat(pair.wire.toByteArray()).isEmpty();
        assertThat(pair.calls).containsExactly("out closed", "closed");
    }

    @Test
    void closeThatCannotFlushSaysSoAndStillEndsTheTransport() throws IOException {
        Pair pair = new Pair();
        pair.conn.writeText("lost");
        pair.broken = true;
        assertThatThrownBy(pair.conn::close)
                .isInstanceOf(ConnectionLostException.class)
                .hasRootCauseMessage("the pair is broken");
        assertThat(pair.calls).containsExactly("out closed", "closed");
        pair.conn.close();
    }

    @ParameterizedTest // whether it comes whole or in pieces
    @ValueSource(booleans = {false, true})
    void closeDropsTheRestOfAControlFrameThatTheCallerHasBegun(boolean inPieces) throws IOException {
        byte[] wire = Wire.concat(frame(CLIENT, 0x89, "ping!"), text(CLIENT, "x"), close(CLIENT, 4001, "bye"));
        InputStream in = Pieces.stream(inPieces ? Pieces.single(wire) : Pieces.whole(wire));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Conn conn =
                Conn.server(Transport.of(in, out, () -> {}), new Upgrade("/", "/", null, Headers.NONE, null), DEFAULT);
        assertThat(conn.beginFrame().opcode()).isEqualTo(Opcode.PING);
        conn.readFrameChunk(new byte[1], 0, 1);
        conn.close();
        assertThat(conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(conn.closeStatus()).isEqualTo(new CloseStatus(4001, "bye"));
        assertThat(out.toByteArray()).isEqualTo(hex("88 02 03e8")); // and no pong: the ping was the caller's
    }

    @Test
    void closeOverABorrowedPairClosesNeither() throws IOException {
        Fixture f = Fixture.server();
        f.conn.close();
        assertThat(f.out.seen()).containsExactly("88 03e8");
        f.out.write(utf8("x"), 0, 1); // still ours
    }

    @Test
    void abortEndsTheTransportAtOnceAndFailsTheConnection() throws IOException {
        Pair pair = new Pair();
        pair.conn.writeText("never sent");
        pair.conn.abort();
        assertThat(pair.wire.toByteArray()).isEmpty();
        assertThat(pair.calls).containsExactly("closed");
        assertThat(pair.conn.state()).isEqualTo(Conn.State.FAILED);
        assertThat(pair.conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
        assertThat(pair.conn.wantsWrite()).isFalse();
        assertThatThrownBy(() -> pair.conn.sendText("x"))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("aborted");
        assertThatThrownBy(pair.conn::readMessage)
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("aborted");
        pair.conn.close();
        assertThat(pair.wire.toByteArray()).isEmpty();
    }

    @Test
    void abortOverABorrowedPairEndsTheConnectionOnly() {
        Fixture f = Fixture.server(text(CLIENT, "x"));
        f.conn.abort();
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ConnectionLostException.class);
        assertThat(f.in.exhausted()).isFalse();
    }

    @Test
    void timeoutMayBeLongerThanAnyClock() throws IOException {
        Fixture f = Fixture.server(close(CLIENT, 1000, ""));
        assertThat(f.conn.readMessage()).isNull();
        assertThat(f.conn.close(CloseStatus.NORMAL, Duration.ofSeconds(Long.MAX_VALUE)))
                .isTrue();
    }

    @Test
    void deadlineThatPassesAfterTheStreamWasLostSaysNothing() {
        Fixture f = Fixture.server();
        f.conn.abort();
        assertThat(f.conn.frameWriter.expire(Overdue.IDLE).overdue()).isEqualTo(Overdue.IDLE);
        assertThat(f.out.written()).isEmpty();
        assertThatThrownBy(f.conn::flush).isInstanceOf(ConnectionLostException.class);
    }

    @Test
    void readerThatDoesNotFlushByItselfDoesSoWhenMuchWaits() throws IOException {
        Conn.Config config = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withOutputHighWater(10));
        Fixture f = Fixture.open(SERVER, config);
        f.conn.frameWriter.autoFlush(false);
        f.conn.writeText("a few");
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.out.written()).isEmpty();
        f.conn.writeText("and a few more");
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.out.seen()).containsExactly("81 'a few'", "81 'and a few more'");
    }
}
