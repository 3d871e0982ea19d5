package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What follows from a peer that is silent or slow, with a clock of the test's: as a selector loop sees it, and without a watchdog. */
class LivenessTest {
    private static final Deadlines DEADLINES = new Deadlines(600, 1_000, 300, 200, 400, 50);
    private static final Conn.Config CONFIG = Conn.Config.DEFAULT.withDeadlines(DEADLINES);
    private static final byte[] NONCE = hex("37fa213d 37fa213d");

    private static Fixture polling(Deadlines deadlines, byte[]... input) {
        return Fixture.open(SERVER, CONFIG.withDeadlines(deadlines), input);
    }

    private static void assertOverdue(Overdue overdue, Fixture f) {
        assertThatThrownBy(f.conn::pollMessage)
                .isInstanceOfSatisfying(
                        ConnectionTimeoutException.class,
                        e -> assertThat(e.overdue()).isEqualTo(overdue));
        assertThatThrownBy(f.conn::pollMessage).isInstanceOf(ConnectionTimeoutException.class);
        assertThat(f.conn.closeStatus()).isEqualTo(CloseStatus.ABNORMAL);
    }

    private static void assertQuiet(Fixture f) throws IOException {
        assertThat(f.conn.pollMessage()).isNull();
    }

    // ---- pings

    @Test
    void silentPeerIsPingedOnceAndThenGivenUp() throws IOException {
        Fixture f = polling(DEADLINES);
        assertQuiet(f);
        f.now += 299;
        assertQuiet(f);
        assertThat(f.out.written()).isEmpty();
        f.now += 1;
        assertQuiet(f);
        f.now += 199;
        assertQuiet(f);
        assertThat(f.out.seen()).containsExactly("89 37fa213d37fa213d");
        f.now += 1;
        assertOverdue(Overdue.PONG, f);
        assertThat(f.out.seen()).containsExactly("89 37fa213d37fa213d", "88 03e9");
    }

    @Test
    void pongTellsTheRoundTripAndKeepsTheConnection() throws IOException {
        Fixture f = polling(DEADLINES);
        assertThat(f.conn.roundTripNanos()).isEqualTo(-1);
        for (int round = 1; round <= 5; round++) {
            assertQuiet(f);
            f.now += 300;
            assertQuiet(f);
            f.now += 7 * round;
            f.in.add(frame(CLIENT, 0x8A, NONCE));
            assertQuiet(f);
            assertThat(f.conn.roundTripNanos()).isEqualTo(7 * round);
        }
        assertThat(f.out.frames()).hasSize(5);
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
    }

    @Test
    void anythingThatArrivesShowsThatThePeerIsThere() throws IOException {
        Fixture f = polling(DEADLINES);
        assertQuiet(f);
        f.now += 300;
        assertQuiet(f);
        f.now += 199;
        f.in.add(text(CLIENT, "busy"));
        assertThat(f.conn.pollMessage().text()).isEqualTo("busy");
        assertQuiet(f);
        f.now += 299;
        assertQuiet(f);
        assertThat(f.out.frames()).hasSize(1);
    }

    @Test // a peer could answer before it was asked
    void onlyThePongOfOurPingTellsTheRoundTrip() throws IOException {
        Fixture f = polling(DEADLINES, frame(CLIENT, 0x8A, NONCE));
        assertQuiet(f);
        f.conn.sendPing();
        f.in.add(frame(CLIENT, 0x8A, ""))
                .add(frame(CLIENT, 0x8A, hex("37fa213d 37fa213e")))
                .add(frame(CLIENT, 0x8A, hex("37fa213d 37fa213d 00")));
        assertQuiet(f);
        assertThat(f.conn.roundTripNanos()).isEqualTo(-1);
        f.now += 5;
        f.in.add(frame(CLIENT, 0x8A, NONCE)).add(frame(CLIENT, 0x8A, NONCE));
        assertQuiet(f);
        f.now += 5;
        assertQuiet(f);
        assertThat(f.conn.roundTripNanos()).isEqualTo(5);
    }

    @Test
    void pingGoesUnansweredForEverWithoutAPongDeadline() throws IOException {
        Fixture f = polling(DEADLINES.withPongNanos(0).withIdleNanos(0));
        assertQuiet(f);
        f.now += 300;
        assertQuiet(f);
        f.now += 1_000_000_000_000L;
        assertQuiet(f);
        assertThat(f.out.frames()).hasSize(1);
    }

    @Test
    void noPingFollowsAClose() throws IOException {
        Fixture f = polling(DEADLINES);
        f.conn.writeClose(CloseStatus.NORMAL);
        f.conn.flush();
        assertQuiet(f);
        f.now += 300;
        assertQuiet(f);
        assertThat(f.out.seen()).containsExactly("88 03e8");
        assertThatThrownBy(f.conn::sendPing).isInstanceOf(ConnectionClosedException.class);
    }

    // ---- the end

    @Test // a selector loop that was busy, or that polls only what is readable
    void whatLiesInTheSocketIsReadBeforeTheClockIsLookedAt() throws IOException {
        Fixture f = polling(DEADLINES);
        assertQuiet(f);
        f.now += 2_000;
        f.in.add(text(CLIENT, "in time"));
        assertThat(f.conn.pollMessage().text()).isEqualTo("in time");
    }

    @Test // with SO_TIMEOUT, or a budget that hooks enforce
    void waitGoesOnWhenASingleReadTimesOut() {
        int[] reads = {0};
        long[] now = {1_000};
        Conn conn = new Conn(
                null,
                null,
                ByteReader.of((target, offset, length) -> {
                    reads[0]++;
                    now[0] += 100;
                    throw new SocketTimeoutException("Read timed out");
                }),
                ByteWriter.of(new Tape()),
                new DefaultRuntimeHooks(),
                SERVER,
                CONFIG.withDeadlines(DEADLINES.withPingNanos(0)),
                () -> 0,
                () -> now[0]);
        assertThatThrownBy(() -> {
                    while (true) {
                        readUnlessItTimesOut(conn);
                    }
                })
                .isInstanceOfSatisfying(
                        ConnectionTimeoutException.class,
                        e -> assertThat(e.overdue()).isEqualTo(Overdue.IDLE));
        assertThat(reads[0]).isBetween(10, 12);
    }

    @Test // a watched stream that has a timeout of its own
    void watchedReadThatTimesOutMayBeTriedAgain() throws IOException {
        int[] reads = {0};
        byte[] late = text(CLIENT, "late");
        InputStream in = Pieces.stream((target, offset, length) -> {
            if (reads[0]++ < 2) {
                throw new SocketTimeoutException("Read timed out");
            }
            System.arraycopy(late, 0, target, offset, late.length);
            return late.length;
        });
        try (Watchdog watchdog = Watchdog.start()) {
            Transport transport =
                    Transport.of(in, OutputStream.nullOutputStream(), () -> {}).watchedBy(watchdog);
            Upgrade upgrade = new Upgrade("/", "/", null, Headers.NONE, null);
            Conn conn = Conn.server(transport, upgrade, Conn.Config.DEFAULT);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(conn::readMessage).isInstanceOf(WebSocketTimeoutException.class);
            }
            assertThat(conn.readMessage().text()).isEqualTo("late");
            conn.abort();
        }
    }

    private static void readUnlessItTimesOut(Conn conn) throws IOException {
        try {
            conn.readMessage();
        } catch (WebSocketTimeoutException e) {
            // and again
        }
    }

    @Test
    void pingsThatComeInTwoPiecesForEverAreFine() throws IOException {
        Fixture f = polling(DEADLINES.withPingNanos(0));
        byte[] ping = frame(CLIENT, 0x89, "!");
        for (int round = 0; round < 50; round++) {
            f.in.add(Arrays.copyOf(ping, 3));
            assertQuiet(f);
            f.now += 500;
            f.in.add(Arrays.copyOfRange(ping, 3, ping.length));
            assertQuiet(f);
        }
        assertThat(f.out.frames()).hasSize(50);
    }

    @Test
    void silentPeerThatIsNotPingedIsIdle() throws IOException {
        Fixture f = polling(DEADLINES.withPingNanos(0));
        assertQuiet(f);
        f.now += 999;
        assertQuiet(f);
        f.now += 1;
        assertOverdue(Overdue.IDLE, f);
        assertThat(f.out.seen()).containsExactly("88 03e9");
    }

    @Test // B-11.38
    void messageMustBecomeWholeHoweverOftenBytesArrive() throws IOException {
        Fixture f = polling(DEADLINES);
        byte[] slow = text(CLIENT, "a message that takes its time");
        for (int at = 0; at < 6; at++) {
            f.in.add(Arrays.copyOfRange(slow, at, at + 1));
            assertQuiet(f);
            f.now += 100;
        }
        assertOverdue(Overdue.MESSAGE, f);
        assertThat(f.out.seen()).containsExactly("88 03f0");
    }

    @Test
    void timeBetweenMessagesIsNotHeldAgainstTheNext() throws IOException {
        Fixture f = polling(DEADLINES.withIdleNanos(0).withPingNanos(0));
        byte[] message = text(CLIENT, "Hi");
        for (int round = 0; round < 5; round++) {
            f.now += 10_000;
            assertQuiet(f);
            f.in.add(Arrays.copyOf(message, 3));
            assertQuiet(f);
            f.now += 500;
            f.in.add(Arrays.copyOfRange(message, 3, message.length));
            assertThat(f.conn.pollMessage().text()).isEqualTo("Hi");
        }
    }

    @Test // wantsRead() is false then, and what has come lies in the socket
    void timeInWhichTooMuchOutputWaitsIsNotHeldAgainstThePeer() throws IOException {
        Limits limits = Limits.DEFAULT.withOutputHighWater(10);
        byte[] message = text(CLIENT, "Hi");
        Fixture f = Fixture.open(SERVER, CONFIG.withLimits(limits), Arrays.copyOf(message, 4));
        assertQuiet(f);
        f.out.takes(0);
        f.conn.writeBinary(new byte[20]);
        assertQuiet(f);
        f.now += 10_000;
        f.out.takes(Long.MAX_VALUE);
        f.conn.drain();
        f.in.add(Arrays.copyOfRange(message, 4, message.length));
        assertThat(f.conn.pollMessage().text()).isEqualTo("Hi");
    }

    @Test // or a peer that is never waited for would be cut off
    void eachMessageHasItsOwnTimeHoweverTheyAreCut() throws IOException {
        Fixture f = polling(DEADLINES.withIdleNanos(0).withPingNanos(0));
        byte[] message = text(CLIENT, "Hi");
        f.in.add(Arrays.copyOf(message, 4));
        assertQuiet(f);
        for (int round = 0; round < 10; round++) {
            f.now += 500;
            byte[] endAndBegin = Wire.concat(Arrays.copyOfRange(message, 4, message.length), Arrays.copyOf(message, 4));
            f.in.add(endAndBegin);
            assertThat(f.conn.pollMessage().text()).isEqualTo("Hi");
            assertQuiet(f);
        }
    }

    @Test // B-11.38: what arrives too late is looked at, even where nobody can be freed
    void withoutAWatchdogBytesThatTrickleAreCutOffAllTheSame() {
        for (Reading reading : Reading.values()) {
            byte[] slow = Wire.concat(frame(CLIENT, 0x01, "a message"), frame(CLIENT, 0x80, " of two frames"));
            Fixture f = Fixture.of(
                    SERVER, CONFIG.withDeadlines(DEADLINES.withPingNanos(0)), reading.source(Pieces.single(slow)));
            f.in.beforeEach(() -> f.now += 100);
            assertThatThrownBy(() -> reading.next(f.conn))
                    .as("%s", reading)
                    .isInstanceOfSatisfying(
                            ConnectionTimeoutException.class,
                            e -> assertThat(e.overdue()).isEqualTo(Overdue.MESSAGE));
            assertThat(f.out.seen()).as("%s", reading).containsExactly("88 03f0");
        }
    }

    @Test
    void streamHasItsTimeAnewForEachFullMeasureOfBytes() throws IOException {
        int measure = 64 * 1024;
        Conn.Config config = CONFIG.withLimits(Limits.DEFAULT.withMaxMessagePayload(0));
        byte[] one = frame(CLIENT, 0x82, new byte[4 * measure]);
        byte[] upload = Wire.concat(one, one); // the second as the first
        Pieces pieces = Pieces.whole(new byte[0]);
        for (int at = 0; at < upload.length; at += 8 * 1024) {
            pieces.add(Arrays.copyOfRange(upload, at, Math.min(upload.length, at + 8 * 1024)));
        }
        Fixture f = Fixture.of(SERVER, config, pieces);
        pieces.beforeEach(() -> f.now += 30); // 64 KiB take less than 600, all of it more
        for (int i = 0; i < 2; i++) {
            assertThat(f.conn.readStream().readAllBytes()).hasSize(4 * measure);
        }
    }

    @Test
    void withoutDeadlinesThePeerMayTakeForEver() throws IOException {
        Fixture f = polling(Deadlines.NONE, Arrays.copyOf(text(CLIENT, "Hi"), 4));
        for (int round = 0; round < 5; round++) {
            assertQuiet(f);
            f.now += Long.MAX_VALUE / 8;
        }
        assertThat(f.out.written()).isEmpty();
    }

    // ---- a peer that does not read, over a non-blocking sink

    @Test
    void peerThatTakesNothingIsGivenUp() throws IOException {
        Fixture f = polling(DEADLINES);
        f.out.takes(0);
        f.conn.sendText("Hi");
        f.now += 400;
        f.conn.drain();
        f.now += 1;
        assertThatThrownBy(f.conn::flush)
                .isInstanceOfSatisfying(
                        ConnectionTimeoutException.class,
                        e -> assertThat(e.overdue()).isEqualTo(Overdue.WRITE));
        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
        assertThat(f.conn.wantsWrite()).isFalse();
    }

    @Test // progress that is made while a message is put in counts, too
    void peerThatTakesMuchButNeverAllIsNotGivenUp() throws IOException {
        Fixture f = polling(DEADLINES);
        f.out.takes(0);
        f.conn.writeBinary(new byte[1_000]);
        f.conn.drain();
        for (int round = 0; round < 10; round++) {
            f.now += 300;
            f.out.takes(64 * 1024);
            f.conn.writeBinary(new byte[64 * 1024]);
            f.conn.drain();
        }
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
    }

    @Test
    void peerThatTakesALittleIsNotGivenUp() throws IOException {
        Fixture f = polling(DEADLINES);
        f.out.takes(0);
        f.conn.sendText("something longer");
        for (int round = 0; round < 5; round++) {
            f.now += 399;
            f.out.takes(1);
            f.conn.drain();
        }
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
    }

    @Test
    void withoutATimeForPongsASilentPeerIsPingedOnceAndStays() throws IOException {
        Fixture f = polling(Deadlines.NONE.withPingNanos(300));
        assertQuiet(f);
        for (int round = 0; round < 5; round++) {
            f.now += 1_000;
            assertQuiet(f);
        }
        assertThat(f.out.seen()).containsExactly("89 37fa213d37fa213d");
    }

    @Test
    void pauseOfAReaderThatWaitsForNoMessageIsNotCounted() throws IOException {
        Conn.Config small = CONFIG.withDeadlines(Deadlines.NONE.withMessageNanos(600))
                .withLimits(Limits.DEFAULT.withOutputHighWater(10));
        Fixture f = Fixture.open(SERVER, small);
        assertQuiet(f);
        f.out.takes(0);
        f.conn.writeText("more than ten bytes");
        assertQuiet(f);
        assertThat(f.conn.wantsRead()).isFalse();
        f.now += 10_000;
        f.out.takes(Long.MAX_VALUE);
        f.in.add(text(CLIENT, "late"));
        assertThat(f.conn.pollMessage().text()).isEqualTo("late");
    }
}
