package dev.zws;

import static dev.zws.Conn.Config.DEFAULT;
import static dev.zws.Loopback.everywhere;
import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Running.start;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.frames;
import static dev.zws.Wire.header;
import static dev.zws.Wire.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that do not read, do not write, or hardly do, and the deadlines that end them (B-10.157, B-11.38). */
@Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
class StalledPeerTest {
    private static final long MILLI = 1_000_000;
    private static final long SHORT = 150 * MILLI;
    private static final Deadlines NONE = Deadlines.NONE.withCloseNanos(SHORT);
    private static final Deadlines WRITE = NONE.withWriteNanos(SHORT);
    private static final Deadlines IDLE = NONE.withIdleNanos(SHORT);
    private static final Deadlines MESSAGE = NONE.withMessageNanos(SHORT);
    private static final Deadlines PONG = NONE.withPingNanos(50 * MILLI).withPongNanos(100 * MILLI);

    @AutoClose
    private final Watchdog watchdog = Watchdog.start();

    private Conn watched(Loopback link, Deadlines deadlines) {
        link.transport.watchedBy(watchdog);
        return link.conn(SERVER, DEFAULT.withDeadlines(deadlines));
    }

    // ---- a peer that does not read

    @Test
    void writerWhosePeerDoesNotReadIsFreedAndToldWhy() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, WRITE);
            Running writer = start(virtual, () -> writeForEver(conn));
            assertOverdue(writer, Overdue.WRITE);
            assertFailed(conn);
        });
    }

    @Test
    void flushWhosePeerDoesNotReadIsFreedAndToldWhy() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, WRITE);
            Running flusher = start(virtual, () -> {
                while (true) {
                    conn.writeBinary(bytes(1_000));
                    conn.flush();
                }
            });
            assertOverdue(flusher, Overdue.WRITE);
            assertFailed(conn);
        });
    }

    @Test
    void uploadWhosePeerDoesNotReadIsFreedAndToldWhy() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, WRITE);
            Running uploader = start(virtual, () -> uploadForEver(conn));
            assertOverdue(uploader, Overdue.WRITE);
            assertFailed(conn);
        });
    }

    @Test // the reader sees the end of the stream, too: it must not be the one to say why
    void readerBesideAStalledWriterIsToldTheSame() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, WRITE);
            Running reader = start(virtual, conn::readMessage);
            link.awaitReading();
            Running writer = start(virtual, () -> writeForEver(conn));
            assertOverdue(reader, Overdue.WRITE);
            assertOverdue(writer, Overdue.WRITE);
            assertFailed(conn);
        });
    }

    @Test
    void replyToAPingFloodIsGivenUpWhenThePeerDoesNotRead() throws Exception {
        everywhere((link, virtual) -> {
            link.transport.watchedBy(watchdog);
            Limits manyPings = Limits.DEFAULT.withMaxControlFramesPerSecond(Integer.MAX_VALUE);
            Conn conn = link.conn(SERVER, DEFAULT.withLimits(manyPings).withDeadlines(WRITE));
            Running reader = start(virtual, conn::readMessage);
            Running flood = start(() -> {
                while (true) {
                    link.send(frame(CLIENT, 0x89, bytes(125)));
                }
            });
            assertOverdue(reader, Overdue.WRITE);
            assertThat(flood.join()).isInstanceOf(IOException.class);
        });
    }

    @Test
    void senderBehindAStalledOneWaitsNoLongerThanItsDeadline() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = link.conn(SERVER, DEFAULT.withDeadlines(WRITE)); // unwatched: the stalled one stays
            Running stalled = startStalled(link, virtual, conn);
            Running queued = start(virtual, () -> conn.sendText("behind"));
            assertThat(queued.join()).isInstanceOf(WebSocketTimeoutException.class);
            assertThat(conn.state()).isEqualTo(Conn.State.OPEN);
            conn.abort();
            assertThat(stalled.join()).isInstanceOf(ConnectionLostException.class);
        });
    }

    @Test
    void whoeverWaitsBehindAStalledWriterIsFreedWithIt() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, WRITE);
            Running stalled = startStalled(link, virtual, conn);
            List<Running> behind = List.of(
                    start(virtual, () -> conn.sendText("a message")),
                    start(virtual, () -> conn.writeStream(MessageType.TEXT)),
                    start(virtual, () -> conn.writePing(new byte[0])),
                    start(virtual, () -> conn.writeClose(CloseStatus.NORMAL)),
                    start(virtual, conn::flush));
            assertOverdue(stalled, Overdue.WRITE);
            for (Running running : behind) {
                assertThat(running.join())
                        .isInstanceOfAny(ConnectionTimeoutException.class, WebSocketTimeoutException.class);
            }
        });
    }

    // ---- a peer that does not write

    @Test
    void silentPeerIsToldThatWeGoAway() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, IDLE);
            Running reader = start(virtual, conn::readMessage);
            assertThat(frames(link.receiveAll()).toString()).isEqualTo("[88 03e9]");
            assertOverdue(reader, Overdue.IDLE);
            assertFailed(conn);
        });
    }

    @Test // it was late all the same
    void silentPeerThatAnswersTheGoodbyeWasLateAllTheSame() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, IDLE.withCloseNanos(8_000 * MILLI));
            Running reader = start(virtual, conn::readMessage);
            assertThat(frames(link.in().readNBytes(4)).toString()).isEqualTo("[88 03e9]");
            link.send(Wire.close(CLIENT, 1001, ""));
            link.plainPeer.shutdownOutput();
            assertOverdue(reader, Overdue.IDLE);
            assertThat(conn.state()).isEqualTo(Conn.State.FAILED);
        });
    }

    @Test
    void peerThatDoesNotAnswerAPingIsToldThatWeGoAway() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, PONG);
            Running reader = start(virtual, conn::readMessage);
            assertThat(frames(link.receiveAll()))
                    .extracting(Wire.Seen::firstByte)
                    .containsExactly(0x89, 0x88);
            assertOverdue(reader, Overdue.PONG);
            assertFailed(conn);
            assertThat(conn.roundTripNanos()).isEqualTo(-1);
        });
    }

    @Test
    void peerThatStopsInTheMiddleOfAMessageIsToldThatThisIsNotOn() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, MESSAGE);
            link.send(concat(header(CLIENT, 0x82, 1_000), bytes(10)));
            Running reader = start(virtual, conn::readMessage);
            assertThat(frames(link.receiveAll()).toString()).isEqualTo("[88 03f0]");
            assertOverdue(reader, Overdue.MESSAGE);
            assertFailed(conn);
        });
    }

    @Test
    void peerThatStopsBetweenFragmentsIsToldThatThisIsNotOn() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, MESSAGE);
            link.send(frame(CLIENT, 0x01, "half"));
            Running reader = start(virtual, () -> conn.readStream().readAllBytes());
            assertThat(frames(link.receiveAll()).toString()).isEqualTo("[88 03f0]");
            assertOverdue(reader, Overdue.MESSAGE);
        });
    }

    @Test
    void peerThatStopsInTheMiddleOfAHeaderIsToldThatThisIsNotOn() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, MESSAGE);
            link.send(hex("82"));
            Running reader = start(virtual, conn::readMessage);
            assertThat(frames(link.receiveAll()).toString()).isEqualTo("[88 03f0]");
            assertOverdue(reader, Overdue.MESSAGE);
        });
    }

    @Test
    void peerThatTricklesAMessageGainsNothingByIt() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = watched(link, MESSAGE.withIdleNanos(8_000 * MILLI));
            Running reader = start(virtual, () -> {
                try (conn) {
                    conn.readMessage();
                }
            });
            Running trickle = start(() -> trickle(link, header(CLIENT, 0x82, 1_000_000)));
            assertThat(frames(link.receiveAll()).toString()).isEqualTo("[88 03f0]");
            assertOverdue(reader, Overdue.MESSAGE);
            assertThat(trickle.join()).isInstanceOfAny(IOException.class, AssertionError.class);
        });
    }

    @Test // the watchdog's goodbye and the application's close meet: neither may cut the other short
    void uploaderThatGoesOnTooLateReadsItsCloseAndThenTheEnd() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
                Conn conn = watched(link, Deadlines.NONE.withMessageNanos(20 * MILLI));
                Running reader = start(() -> {
                    try (conn) {
                        conn.readMessage();
                    }
                });
                link.send(header(CLIENT, 0x82, 1_000_000));
                while (conn.state() == Conn.State.OPEN) {
                    Thread.onSpinWait();
                }
                link.send(new byte[100_000]); // which wakes the reader, and so the application
                link.plainPeer.shutdownOutput();
                assertThat(frames(link.receiveAll()).toString()).isEqualTo("[88 03f0]");
                assertOverdue(reader, Overdue.MESSAGE);
            }
        }
    }

    @Test
    void waitingForOneMessageIsNotHeldAgainstTheNext() throws Exception {
        Fixture f = Fixture.open(SERVER, DEFAULT.withDeadlines(NONE.withMessageNanos(100)));
        for (int i = 0; i < 5; i++) {
            for (byte[] frame : List.of(Wire.text(CLIENT, "x"), frame(CLIENT, 0x89, "!"))) {
                f.in.add(Arrays.copyOf(frame, 1));
                assertThat(f.conn.pollMessage()).isNull();
                f.now += 60;
                f.in.add(Arrays.copyOfRange(frame, 1, frame.length));
                assertThat(f.conn.pollMessage() != null).isEqualTo(frame[0] != (byte) 0x89);
            }
        }
    }

    /** Sends the beginning, then for ever a byte whenever the last one was taken. */
    private static void trickle(Loopback link, byte[] beginning) throws IOException {
        link.send(beginning);
        while (!link.ours.isClosed()) {
            while (!link.transport.reader().filling() && !link.ours.isClosed()) {
                Thread.onSpinWait();
            }
            link.send(new byte[1]);
        }
        throw new IOException("closed");
    }

    // ---- a peer that is there

    @ParameterizedTest
    @EnumSource
    void peerThatAnswersPingsStaysAlthoughItSaysNothingElse(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = watched(
                    link,
                    NONE.withIdleNanos(500 * MILLI).withPingNanos(40 * MILLI).withPongNanos(400 * MILLI));
            Running peer = start(() -> {
                for (int i = 0; i < 25; i++) { // two idle periods
                    byte[] ping = link.in().readNBytes(10);
                    assertThat(ping).startsWith(0x89, 8);
                    link.send(frame(CLIENT, 0x8a, frames(ping).get(0).payload()));
                }
                link.send(Wire.text(CLIENT, "still here"));
            });
            assertThat(conn.readMessage().text()).isEqualTo("still here");
            assertThat(peer.join()).isNull();
            assertThat(conn.roundTripNanos()).isBetween(1L, 10_000 * MILLI);
            assertThat(conn.state()).isEqualTo(Conn.State.OPEN);
        }
    }

    @Test
    void stalledPeersAreNoTroubleToAnyoneElseUnderTheSameWatchdog() throws Exception {
        List<Loopback> links = new ArrayList<>();
        try {
            List<Running> stalled = new ArrayList<>();
            List<Loopback.Kind> kinds = List.of(Loopback.Kind.values());
            for (int i = 0; i < 24; i++) {
                boolean virtual = i % 3 == 0;
                Loopback link = Loopback.open(kinds.get(i % 4));
                links.add(link);
                Deadlines mixed = i % 2 == 0 ? WRITE : MESSAGE;
                Conn conn = watched(link, mixed);
                if (i % 2 != 0) {
                    link.send(hex("82"));
                }
                stalled.add(start(virtual, i % 2 == 0 ? () -> writeForEver(conn) : conn::readMessage));
            }
            Loopback healthy = Loopback.open(Loopback.Kind.SOCKET);
            links.add(healthy);
            Conn conn = watched(healthy, NONE.withIdleNanos(5_000 * MILLI).withWriteNanos(5_000 * MILLI));
            Running echo = start(true, () -> {
                for (Message message; (message = conn.readMessage()) != null; ) {
                    conn.write(message);
                }
            });
            int rounds = 0;
            for (int left = stalled.size(); left > 0; rounds++) {
                healthy.send(Wire.text(CLIENT, "echo"));
                assertThat(frames(healthy.in().readNBytes(6)).toString()).isEqualTo("[81 'echo']");
                left = (int) stalled.stream()
                        .filter(running -> !running.end().isDone())
                        .count();
            }
            assertThat(rounds).isPositive();
            for (int i = 0; i < stalled.size(); i++) {
                assertOverdue(stalled.get(i), i % 2 == 0 ? Overdue.WRITE : Overdue.MESSAGE);
            }
            healthy.send(Wire.close(CLIENT, 1000, ""));
            assertThat(echo.join()).isNull();
        } finally {
            for (Loopback link : links) {
                link.close();
            }
        }
    }

    // ---- closing although somebody is stuck

    @Test
    void closeReturnsInTimeAlthoughAWriterIsStalled() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = link.conn(SERVER, DEFAULT.withDeadlines(NONE));
            Running stalled = startStalled(link, virtual, conn);
            assertClosesInTime(virtual, conn);
            assertOverdue(stalled, Overdue.CLOSE);
        });
    }

    @ParameterizedTest // or the kernel would keep it for minutes; a pair of streams cannot be reset
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STREAMS")
    void nothingIsKeptForAPeerThatTookNothingUntilCloseWasOver(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT.withDeadlines(NONE));
            startStalled(link, true, conn);
            assertClosesInTime(true, conn);
            assertThatThrownBy(link.plainPeer.getInputStream()::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @RepeatedTest(10) // and the thread that closes may find that before the timer's has cut the stream
    void nothingIsKeptEitherWhenTheTimerWasFirstToSayThatTimeIsOver() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.CHANNEL)) {
            Conn conn = link.conn(SERVER, DEFAULT.withDeadlines(NONE));
            startStalled(link, true, conn);
            conn.frameWriter.expire(Overdue.CLOSE);
            conn.close(CloseStatus.NORMAL, Duration.ZERO);
            assertThatThrownBy(link.plainPeer.getInputStream()::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest // the Close that says so is stuck behind what the peer does not take
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STREAMS")
    void nothingIsKeptForAPeerThatIsOverdueAndTookNothing(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = watched(link, MESSAGE);
            link.send(hex("82"));
            Running stalled = startStalled(link, true, conn);
            Running reader = start(true, conn::readMessage);
            assertOverdue(reader, Overdue.MESSAGE);
            assertOverdue(stalled, Overdue.MESSAGE);
            assertThatThrownBy(link.plainPeer.getInputStream()::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @Test
    void closeReturnsInTimeAlthoughAnUploadIsStalled() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = link.conn(SERVER, DEFAULT.withDeadlines(NONE));
            Running stalled = start(virtual, () -> uploadForEver(conn));
            assertThat(link.in().read()).isEqualTo(0x02);
            assertClosesInTime(virtual, conn);
            assertThat(stalled.join())
                    .isInstanceOfAny(ConnectionTimeoutException.class, ConnectionClosedException.class);
        });
    }

    @Test
    void closeReturnsInTimeAlthoughAReaderIsStalled() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = link.conn(CLIENT, DEFAULT.withDeadlines(NONE));
            Running reader = start(virtual, conn::readMessage);
            link.awaitReading();
            assertClosesInTime(virtual, conn);
            assertOverdue(reader, Overdue.CLOSE);
        });
    }

    @Test
    void closersReturnInTimeAlthoughAPieceOfAnUploadIsStalled() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = link.conn(SERVER, DEFAULT.withDeadlines(NONE));
            MessageOutput out = conn.writeStream(MessageType.BINARY);
            Running stalled = start(virtual, () -> out.write(bytes(Loopback.MUCH)));
            assertThat(link.in().read()).isEqualTo(0x02);
            List<Running> closers = List.of(
                    start(virtual, () -> assertClosesInTime(virtual, conn)),
                    start(virtual, () -> assertClosesInTime(virtual, conn)),
                    start(virtual, out::close));
            for (Running closer : closers) {
                assertThat(closer.join()).isNull();
            }
            assertThat(stalled.join()).isInstanceOf(IOException.class);
            assertFailed(conn);
        });
    }

    private static void assertClosesInTime(boolean virtual, Conn conn) throws Exception {
        Running closer = start(virtual, () -> {
            long begun = System.nanoTime();
            try {
                assertThat(conn.close(CloseStatus.NORMAL, Duration.ofNanos(SHORT)))
                        .isFalse();
            } catch (ConnectionTimeoutException e) { // what was written before could not be sent
                assertThat(e.overdue()).isEqualTo(Overdue.CLOSE);
            }
            assertThat(System.nanoTime() - begun).isLessThan(3_000 * MILLI);
        });
        assertThat(closer.join()).isNull();
    }

    @Test
    void abortFreesEveryone() throws Exception {
        everywhere((link, virtual) -> {
            Conn conn = link.conn(SERVER, DEFAULT.withDeadlines(Deadlines.NONE));
            List<Running> all = new ArrayList<>();
            all.add(start(virtual, conn::readMessage));
            link.awaitReading();
            all.add(startStalled(link, virtual, conn));
            all.add(start(virtual, () -> conn.sendText("queued")));
            all.add(start(virtual, () -> conn.writePing(new byte[0])));
            Running closer = start(virtual, () -> conn.close(CloseStatus.NORMAL, Duration.ofDays(1)));
            closer.awaitBlocked();
            conn.abort();
            for (Running running : all) {
                assertThat(running.join()).isInstanceOf(ConnectionLostException.class);
            }
            closer.join();
            assertThat(link.ours.isClosed()).isTrue();
        });
    }

    // ---- helpers

    private static void writeForEver(Conn conn) throws IOException {
        while (true) {
            conn.sendBinary(bytes(100_000));
        }
    }

    private static void uploadForEver(Conn conn) throws IOException {
        try (MessageOutput out = conn.writeStream(MessageType.BINARY)) {
            while (true) {
                out.write(bytes(10_000));
            }
        }
    }

    /** One message that does not fit the buffers of both ends: whoever sends it keeps its turn and the lock. */
    private static Running startStalled(Loopback link, boolean virtual, Conn conn) throws IOException {
        Running stalled = start(virtual, () -> conn.sendBinary(bytes(Loopback.MUCH)));
        while (link.plainPeer.getInputStream().available() < 5_000) { // more than TLS says by itself
            Thread.onSpinWait();
        }
        return stalled;
    }

    private static void assertOverdue(Running running, Overdue overdue) throws Exception {
        assertThat(running.join())
                .isInstanceOfSatisfying(
                        ConnectionTimeoutException.class,
                        e -> assertThat(e.overdue()).isEqualTo(overdue));
    }

    private static void assertFailed(Conn conn) {
        assertThat(conn.state()).isEqualTo(Conn.State.FAILED);
        assertThat(conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
    }
}
