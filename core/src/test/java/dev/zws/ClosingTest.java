package dev.zws;

import static dev.zws.Conn.Config.DEFAULT;
import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Running.start;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.frames;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The closing handshake over real sockets (RFC 6455, 7.1; B-11.39, B-10.156): who says what, who ends first, how it ended. */
@Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
class ClosingTest {
    private static final Duration AMPLE = Duration.ofSeconds(8);
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final CloseStatus BYE = new CloseStatus(4001, "bye");
    private static final CloseStatus CIAO = new CloseStatus(4002, "ciao");

    // ---- one side closes, the other answers

    @ParameterizedTest
    @CsvSource({
        "SOCKET, SERVER", "SOCKET, CLIENT", "CHANNEL, SERVER", "CHANNEL, CLIENT",
        "TLS, SERVER", "TLS, CLIENT", "STREAMS, SERVER", "STREAMS, CLIENT"
    })
    void closeIsAnsweredAndBothSidesEndClean(Loopback.Kind kind, Role role) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn ours = link.conn(role, DEFAULT);
            Conn theirs = link.peerConn(Wire.other(role), DEFAULT);
            FutureTask<Boolean> peer = async(() -> {
                assertThat(theirs.readMessage().text()).isEqualTo("last");
                assertThat(theirs.readMessage()).isNull();
                return theirs.close(CIAO, AMPLE);
            });
            ours.writeText("last");
            assertThat(ours.close(BYE, AMPLE)).isTrue();
            assertThat(peer.get()).isTrue();
            assertClosed(ours, BYE); // the answer repeats it
            assertClosed(theirs, BYE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothCloseAtOnceAndBothEndClean(Loopback.Kind kind) throws Exception {
        for (int round = 0; round < 20; round++) {
            try (Loopback link = Loopback.open(kind)) {
                Conn ours = link.conn(round % 2 == 0 ? SERVER : CLIENT, DEFAULT);
                Conn theirs = link.peerConn(Wire.other(ours.role()), DEFAULT);
                CyclicBarrier barrier = new CyclicBarrier(2);
                FutureTask<Boolean> peer = async(() -> {
                    barrier.await();
                    return theirs.close(CIAO, AMPLE);
                });
                barrier.await();
                assertThat(ours.close(BYE, AMPLE)).isTrue();
                assertThat(peer.get()).isTrue();
                assertThat(ours.state()).isEqualTo(Conn.State.CLOSED);
                assertThat(theirs.state()).isEqualTo(Conn.State.CLOSED);
                assertThat(ours.closeStatus()).isIn(CIAO, BYE);
                assertThat(theirs.closeStatus()).isIn(CIAO, BYE);
                assertThat(List.of(ours.closeStatus(), theirs.closeStatus()))
                        .as("one of them at least was first")
                        .isNotEqualTo(List.of(BYE, CIAO));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeWithDataInFlightBothWaysLosesNothingThatWasSentBeforeIt(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn ours = link.conn(SERVER, DEFAULT);
            Conn theirs = link.peerConn(CLIENT, DEFAULT);
            FutureTask<Integer> weSend = async(() -> sendUntilClosed(ours));
            FutureTask<Integer> theySend = async(() -> sendUntilClosed(theirs));
            FutureTask<Integer> theyRead = async(() -> {
                int read = readUntilClosed(theirs);
                assertThat(theirs.close(CIAO, AMPLE)).isTrue();
                return read;
            });
            for (int i = 0; i < 20; i++) {
                assertThat(ours.readMessage().length()).isEqualTo(3_000);
            }
            FutureTask<Boolean> closing = async(() -> ours.close(BYE, AMPLE));
            int weRead = 20 + readUntilClosed(ours);
            assertThat(closing.get()).isTrue();
            assertThat(theyRead.get()).isEqualTo(weSend.get());
            assertThat(weRead).isEqualTo(theySend.get());
            assertClosed(ours, BYE);
            assertClosed(theirs, BYE);
        }
    }

    private static int sendUntilClosed(Conn conn) throws IOException {
        byte[] message = bytes(3_000);
        for (int sent = 0; ; sent++) {
            try {
                conn.sendBinary(message);
            } catch (ConnectionClosedException e) {
                return sent;
            }
        }
    }

    private static int readUntilClosed(Conn conn) throws IOException {
        int read = 0;
        for (Message message; (message = conn.readMessage()) != null; read++) {
            assertThat(message.bytes()).isEqualTo(bytes(3_000));
        }
        return read;
    }

    // ---- who reads, who closes

    @ParameterizedTest
    @EnumSource
    void whileAnotherThreadReadsItGetsTheMessagesBeforeTheCloseAndThenNull(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            List<String> read = new ArrayList<>();
            Running reader = start(() -> {
                for (Message message; (message = conn.readMessage()) != null; ) {
                    read.add(message.text());
                }
            });
            link.awaitReading();
            FutureTask<Boolean> closing = async(() -> conn.close(BYE, AMPLE));
            assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
            link.send(concat(text(CLIENT, "a"), text(CLIENT, "b"), Wire.close(CLIENT, 4001, "")));
            assertThat(link.in().read()).isEqualTo(-1);
            link.plainPeer.close();
            assertThat(closing.get()).isTrue();
            assertThat(reader.join()).isNull();
            assertThat(read).containsExactly("a", "b");
            assertClosed(conn, new CloseStatus(4001, ""));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereNobodyReadsTheCloserDropsWhatIsInFlight(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            Running peer = start(() -> {
                for (int i = 0; i < 20; i++) {
                    link.send(concat(frame(CLIENT, 0x02, bytes(5_000)), frame(CLIENT, 0x80, bytes(20_000))));
                }
                assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
                link.send(Wire.close(CLIENT, 1000, "ok"));
                assertThat(link.in().read()).isEqualTo(-1);
                link.plainPeer.close();
            });
            assertThat(conn.close(BYE, AMPLE)).isTrue();
            assertThat(peer.join()).isNull();
            assertClosed(conn, new CloseStatus(1000, "ok"));
            assertThat(conn.readMessage()).isNull();
        }
    }

    @Test
    void threadThatComesToReadWhileAnotherClosesWaitsForThat() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            FutureTask<Boolean> closing = async(() -> conn.close(BYE, AMPLE));
            assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
            link.awaitReading(); // the closer, who has taken over
            List<Message> read = new ArrayList<>();
            Running late = start(() -> read.add(conn.readMessage()));
            late.awaitWaiting();
            link.send(concat(text(CLIENT, "dropped"), Wire.close(CLIENT, 1000, "")));
            assertThat(link.in().read()).isEqualTo(-1);
            link.plainPeer.close();
            assertThat(closing.get()).isTrue();
            assertThat(late.join()).isNull();
            assertThat(read).containsOnlyNulls();
        }
    }

    @Test
    void ofManyThatCloseTheFirstSpeaksAndAllLearnHowItEnded() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
                Conn conn = link.conn(SERVER, DEFAULT);
                CyclicBarrier barrier = new CyclicBarrier(3);
                List<FutureTask<Boolean>> closers = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    CloseStatus status = new CloseStatus(4000 + i, "");
                    Duration timeout = AMPLE.minusSeconds(i);
                    closers.add(async(() -> {
                        barrier.await();
                        return conn.close(status, timeout);
                    }));
                }
                assertThat(readFrame(link)).matches("88 0fa[012]");
                link.send(Wire.close(CLIENT, 1000, ""));
                assertThat(link.in().read()).as("no second Close").isEqualTo(-1);
                link.plainPeer.close();
                for (FutureTask<Boolean> closer : closers) {
                    assertThat(closer.get()).isTrue();
                }
                assertClosed(conn, CloseStatus.NORMAL);
            }
        }
    }

    @Test
    void closerWithLittleTimeGivesUpAloneAndTheFirstGoesOn() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            FutureTask<Boolean> first = async(() -> conn.close(BYE, AMPLE));
            assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
            assertThat(conn.close(CIAO, Duration.ofMillis(20))).isFalse();
            assertThat(conn.close(CIAO, Duration.ZERO)).isFalse();
            assertThat(conn.state()).isEqualTo(Conn.State.CLOSING);
            link.send(Wire.close(CLIENT, 1000, ""));
            assertThat(link.in().read()).isEqualTo(-1);
            link.plainPeer.close();
            assertThat(first.get()).isTrue();
            assertThat(conn.close(CIAO, Duration.ZERO))
                    .as("by then it has ended")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void peerThatNeverAnswersIsCutWhenTheTimeIsOver(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            assertThat(conn.close(BYE, SHORT)).isFalse();
            assertThat(conn.state()).isEqualTo(Conn.State.FAILED);
            assertThat(conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
            assertThatThrownBy(conn::readMessage)
                    .isInstanceOfSatisfying(
                            ConnectionTimeoutException.class,
                            e -> assertThat(e.overdue()).isEqualTo(Overdue.CLOSE));
            assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
            assertThat(link.ours.isClosed()).isTrue();
        }
    }

    // ---- with a stream open

    @ParameterizedTest
    @EnumSource
    void messageLeftOpenByTheCloserIsCutOffByTheClose(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            MessageOutput out = conn.writeStream(MessageType.TEXT);
            out.write('a');
            out.flush();
            FutureTask<byte[]> peer = async(() -> {
                link.send(Wire.close(CLIENT, 1000, ""));
                byte[] all = link.receiveAll();
                link.plainPeer.close();
                return all;
            });
            assertThat(conn.close(BYE, AMPLE)).isTrue();
            assertThatThrownBy(out::finish).isInstanceOf(ConnectionClosedException.class);
            out.close();
            assertThat(frames(peer.get()).toString()).isEqualTo("[01 'a', 88 0fa1627965]");
        }
    }

    @Test
    void messageThatIsStillToBeReadIsDroppedAndItsInputDoesNotPretendThatItEnded() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            link.send(frame(CLIENT, 0x02, bytes(100)));
            MessageInput in = conn.readStream();
            assertThat(in.readNBytes(60)).isEqualTo(Arrays.copyOf(bytes(100), 60));
            Running peer = start(() -> {
                link.send(concat(frame(CLIENT, 0x80, bytes(100)), Wire.close(CLIENT, 1000, "")));
                link.receiveAll();
                link.plainPeer.close();
            });
            assertThat(conn.close(BYE, AMPLE)).isTrue();
            assertThat(peer.join()).isNull();
            assertThatThrownBy(() -> in.read()).isInstanceOf(ConnectionClosedException.class);
        }
    }

    @Test
    void whileAnotherThreadReadsAStreamItGetsTheRestOfIt() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            link.send(frame(CLIENT, 0x02, bytes(100)));
            FutureTask<byte[]> reading = new FutureTask<>(() -> {
                byte[] all = conn.readStream().readAllBytes();
                assertThat(conn.readMessage()).isNull();
                return all;
            });
            Running reader = start(reading::run);
            link.awaitReading();
            FutureTask<Boolean> closing = async(() -> conn.close(BYE, AMPLE));
            assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
            link.send(concat(frame(CLIENT, 0x80, bytes(50)), Wire.close(CLIENT, 1000, "")));
            assertThat(link.in().read()).isEqualTo(-1);
            link.plainPeer.close();
            assertThat(closing.get()).isTrue();
            assertThat(reader.join()).isNull();
            assertThat(reading.get()).isEqualTo(concat(bytes(100), bytes(50)));
        }
    }

    @Test // then the opener, which closes, must not read beside it
    void streamThatWasHandedToAnotherThreadIsThatThreadsToRead() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            link.send(frame(CLIENT, 0x02, bytes(100)));
            MessageInput in = conn.readStream();
            FutureTask<byte[]> reading = new FutureTask<>(in::readAllBytes);
            Running reader = start(reading::run);
            link.awaitReading();
            Running peer = start(() -> {
                assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
                link.send(concat(frame(CLIENT, 0x80, bytes(50)), Wire.close(CLIENT, 1000, "")));
                assertThat(link.in().read()).isEqualTo(-1);
                link.plainPeer.close();
            });
            long begun = System.nanoTime();
            assertThat(conn.close(BYE, Duration.ofSeconds(4))).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            assertThat(peer.join()).isNull();
            assertThat(reader.join()).isNull();
        }
    }

    // ---- after the peer's Close, after a failure

    @ParameterizedTest
    @EnumSource
    void afterThePeersCloseThereIsNothingLeftToSay(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            link.send(Wire.close(CLIENT, 4001, "bye"));
            assertThat(conn.readMessage()).isNull();
            FutureTask<byte[]> peer = receiveAllAndClose(link);
            assertThat(conn.close(CIAO, AMPLE)).isTrue();
            assertThat(frames(peer.get()).toString()).isEqualTo("[88 0fa1627965]");
            assertClosed(conn, BYE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereTheAnswerIsLeftToTheCallerItIsTheCallersClose(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT.withAutoReplyClose(false));
            link.send(Wire.close(CLIENT, 4001, "bye"));
            assertThat(conn.readMessage()).isNull();
            assertThat(conn.state()).isEqualTo(Conn.State.CLOSING);
            FutureTask<byte[]> peer = receiveAllAndClose(link);
            assertThat(conn.close(CIAO, AMPLE)).isTrue();
            assertThat(frames(peer.get()).toString()).isEqualTo("[88 0fa26369616f]");
            assertClosed(conn, BYE);
        }
    }

    @ParameterizedTest // RFC 6455, 7.1.7
    @CsvSource({"SOCKET, SERVER", "SOCKET, CLIENT", "CHANNEL, SERVER", "TLS, SERVER", "TLS, CLIENT"})
    void afterAViolationThePeerWithDataUnderWayReadsOurCloseAndThenTheEnd(Loopback.Kind kind, Role role)
            throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(role, DEFAULT);
            FutureTask<byte[]> peer = async(() -> {
                link.send(hex("ff ff"));
                link.send(bytes(Loopback.MUCH)); // a reset would end this, or the reading, with an exception
                byte[] all = link.receiveAll();
                link.plainPeer.close();
                return all;
            });
            assertThatThrownBy(conn::readMessage).isInstanceOf(ProtocolException.class);
            assertThat(conn.close(BYE, AMPLE)).isFalse();
            assertThat(frames(peer.get()).toString()).isEqualTo("[88 03ea]");
            assertLost(conn);
            assertThatThrownBy(conn::readMessage).isInstanceOf(ProtocolException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"SOCKET, false", "SOCKET, true", "CHANNEL, true", "TLS, true"})
    void whatIsQueuedUnreadDoesNotDestroyOurClose(Loopback.Kind kind, boolean anotherReads) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            FutureTask<byte[]> peer = async(() -> {
                for (int i = 0; i < 10; i++) {
                    link.send(frame(CLIENT, 0x82, bytes(60_000)));
                }
                link.send(concat(Wire.close(CLIENT, 1000, ""), bytes(100))); // and more, which nobody may mind
                byte[] all = link.receiveAll();
                link.plainPeer.close();
                return all;
            });
            FutureTask<Integer> reading = new FutureTask<>(() -> {
                int read = 1;
                while (conn.readMessage() != null) {
                    read++;
                }
                return read;
            });
            assertThat(anotherReads ? conn.readMessage().length() : 60_000).isEqualTo(60_000);
            if (anotherReads) {
                Running unused = start(reading::run);
            }
            assertThat(conn.close(BYE, AMPLE)).isTrue();
            assertThat(frames(peer.get()).toString()).startsWith("[88 0").doesNotContain(",");
            assertClosed(conn, CloseStatus.NORMAL);
        }
    }

    @ParameterizedTest
    @EnumSource
    void peerThatEndsWithoutACloseIsNoCleanEnd(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            link.plainPeer.shutdownOutput();
            assertThat(conn.close(BYE, AMPLE)).isFalse();
            assertLost(conn);
            assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
        }
    }

    @ParameterizedTest
    @EnumSource
    void peerThatEndsInsteadOfAnsweringIsNoCleanEnd(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(CLIENT, DEFAULT);
            FutureTask<Boolean> closing = async(() -> conn.close(BYE, AMPLE));
            assertThat(link.in().read()).isEqualTo(0x88);
            link.plainPeer.shutdownOutput();
            assertThat(closing.get()).isFalse();
            assertLost(conn);
        }
    }

    @ParameterizedTest
    @EnumSource
    void peerThatWasResetIsNoCleanEndWhetherOrNotTheCloseCouldStillBeSent(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            conn.writeText("unsent");
            link.reset();
            try {
                assertThat(conn.close(BYE, AMPLE)).isFalse();
            } catch (ConnectionLostException e) {
                assertThat(e).hasMessageContaining("the stream failed");
            }
            assertLost(conn);
            assertThat(conn.close(BYE, AMPLE)).isFalse();
            assertThat(link.ours.isClosed()).isTrue();
        }
    }

    // ---- who ends the stream first

    @ParameterizedTest // RFC 6455, 7.1.1
    @EnumSource
    void serverEndsTheStreamFirst(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            FutureTask<Boolean> closing = async(() -> conn.close(BYE, AMPLE));
            assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
            link.send(Wire.close(CLIENT, 1000, ""));
            assertThat(link.in().read())
                    .as("the end, although this side has not ended")
                    .isEqualTo(-1);
            link.plainPeer.close();
            assertThat(closing.get()).isTrue();
        }
    }

    @ParameterizedTest // RFC 6455, 7.1.1; a bare pair of streams cannot be timed, so its end is not waited for
    @EnumSource(names = "STREAMS", mode = EnumSource.Mode.EXCLUDE)
    void clientWaitsForTheServerToEndTheStream(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(CLIENT, DEFAULT);
            FutureTask<Boolean> closing = async(() -> conn.close(BYE, AMPLE));
            byte[] close = link.in().readNBytes(2 + 4 + 5);
            assertThat(frames(close).toString()).isEqualTo("[88 0fa1627965]");
            link.send(Wire.close(SERVER, 1000, ""));
            link.peer.setSoTimeout(100);
            assertThatThrownBy(() -> link.in().read())
                    .as("what the client does while the server has not ended")
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(closing.isDone()).isFalse();
            link.peer.setSoTimeout(0);
            link.peer.shutdownOutput();
            assertThat(link.in().read()).isEqualTo(-1);
            assertThat(closing.get()).isTrue();
            assertClosed(conn, CloseStatus.NORMAL);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "STREAMS", mode = EnumSource.Mode.EXCLUDE)
    void clientWaitsForTheServersEndNoLongerThanItsTimeAndIsClean(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn conn = link.conn(CLIENT, DEFAULT);
            link.send(Wire.close(SERVER, 1000, ""));
            assertThat(conn.close(BYE, SHORT)).isTrue();
            assertThat(frames(link.receiveAll()).toString()).isEqualTo("[88 0fa1627965]");
            assertThat(link.ours.isClosed()).isTrue();
        }
    }

    // ---- misuse

    @Test
    void whatCannotBeSentClosesNothing() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            assertThatThrownBy(() -> conn.close(BYE, Duration.ofNanos(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> conn.close(new CloseStatus(4000, "é".repeat(62)), AMPLE))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(conn.state()).isEqualTo(Conn.State.OPEN);
            conn.sendText("still here");
            assertThat(readFrame(link)).isEqualTo("81 'still here'");
        }
    }

    @Test
    void threadThatIsInterruptedWhileItClosesCutsAndStaysInterrupted() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, DEFAULT);
            Running reader = start(conn::readMessage);
            link.awaitReading();
            boolean[] interrupted = new boolean[1];
            Running closer = start(() -> {
                assertThat(conn.close(BYE, Duration.ofDays(1))).isFalse();
                interrupted[0] = Thread.currentThread().isInterrupted();
            });
            assertThat(readFrame(link)).isEqualTo("88 0fa1627965");
            closer.thread().interrupt();
            assertThat(closer.join()).isNull();
            assertThat(interrupted[0]).isTrue();
            assertThat(reader.join()).isInstanceOf(ConnectionTimeoutException.class);
            assertThat(link.ours.isClosed()).isTrue();
        }
    }

    // ---- helpers

    private static void assertClosed(Conn conn, CloseStatus status) {
        assertThat(conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(conn.closeStatus()).isEqualTo(status);
    }

    private static void assertLost(Conn conn) {
        assertThat(conn.state()).isEqualTo(Conn.State.FAILED);
        assertThat(conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
    }

    /** The next frame that the peer gets from a server, with up to 125 bytes of payload. */
    private static String readFrame(Loopback link) throws IOException {
        byte[] header = link.in().readNBytes(2);
        return frames(concat(header, link.in().readNBytes(header[1]))).get(0).toString();
    }

    private static FutureTask<byte[]> receiveAllAndClose(Loopback link) {
        return async(() -> {
            byte[] all = link.receiveAll();
            link.plainPeer.close();
            return all;
        });
    }

    private static <T> FutureTask<T> async(Callable<T> callable) {
        FutureTask<T> task = new FutureTask<>(callable);
        Thread.ofVirtual().start(task);
        return task;
    }
}
