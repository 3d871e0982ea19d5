package dev.zws;

import static dev.zws.Conn.Config.DEFAULT;
import static dev.zws.Role.CLIENT;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The budgets of single calls to the stream, and the hooks that are told of them. */
class TimeoutTest {
    /** Hooks that write down every call; each look at the clock moves it by {@code step}. */
    private static final class Recorder implements RuntimeHooks {
        final List<String> calls = new ArrayList<>();
        long now = 10;
        long step;

        @Override
        public long nowNanos() {
            calls.add("now");
            long seen = now;
            now += step;
            return seen;
        }

        @Override
        public void setDeadline(IoPhase phase, long deadline) {
            calls.add(phase + " " + deadline);
        }

        @Override
        public void clearDeadline(IoPhase phase) {
            calls.add(phase + " cleared");
        }
    }

    private final Recorder hooks = new Recorder();
    private final Tape tape = new Tape();

    private Conn server(TimeoutConfig timeouts, ByteReader.Source source, ByteWriter.Sink sink) {
        return Conn.server(ByteReader.of(source), ByteWriter.of(sink), DEFAULT.withTimeouts(timeouts), hooks);
    }

    private Conn server(TimeoutConfig timeouts, byte[]... input) {
        return server(timeouts, Pieces.whole(Wire.concat(input)), tape);
    }

    @Test // B-1.23, B-10.13, B-6.6
    void defaultHooksKnowTheTimeAndEnforceNothing() {
        RuntimeHooks plain = new DefaultRuntimeHooks();
        long before = plain.nowNanos();
        for (IoPhase phase : IoPhase.values()) {
            plain.setDeadline(phase, before);
            plain.clearDeadline(phase);
        }
        assertThat(plain.nowNanos() - before).isNotNegative();
    }

    @Test // B-6.7, B-6.10, B-10.94
    void withoutABudgetNoHookIsCalled() throws IOException {
        Conn conn = server(TimeoutConfig.NONE, text(CLIENT, "Hi"));
        conn.write(conn.readMessage());
        conn.sendBinary(new byte[100_000]);
        conn.close();
        assertThat(hooks.calls).isEmpty();
    }

    @Test // B-6.2, B-6.3, B-6.11, B-10.93
    void readHasItsDeadlineSetAndCleared() throws IOException {
        Conn conn = server(TimeoutConfig.NONE.withReadNanos(20), text(CLIENT, "Hi"));
        assertThat(conn.readMessage().text()).isEqualTo("Hi");
        assertThat(hooks.calls).containsExactly("now", "READ 30", "now", "READ cleared");
    }

    @Test // B-6.2, B-6.3, B-6.11, B-10.93
    void writeHasItsDeadlineSetAndCleared() throws IOException {
        Conn conn = server(TimeoutConfig.NONE.withWriteNanos(20));
        conn.sendText("Hi");
        assertThat(hooks.calls).containsExactly("now", "WRITE 30", "now", "WRITE cleared");
        assertThat(tape.written()).isEqualTo(hex("81 02 4869"));
    }

    @Test // B-6.2, B-6.3, B-6.11, B-10.93
    void flushHasItsDeadlineSetAndCleared() throws IOException {
        Conn conn = server(TimeoutConfig.NONE.withFlushNanos(20));
        conn.sendText("Hi");
        assertThat(hooks.calls).containsExactly("now", "FLUSH 30", "now", "FLUSH cleared");
    }

    @Test // B-6.1, B-6.8: what gathered leaves in one call
    void messagesThatLeaveTogetherAreOneWrite() throws IOException {
        Conn conn = server(new TimeoutConfig(0, 20, 20));
        conn.writeText("one");
        conn.writeText("two");
        conn.writePing(new byte[0]);
        assertThat(hooks.calls).isEmpty();
        conn.flush();
        assertThat(hooks.calls)
                .containsExactly("now", "WRITE 30", "now", "WRITE cleared", "now", "FLUSH 30", "now", "FLUSH cleared");
    }

    @Test // B-6.2
    void deadlineFarAwayDoesNotOverflow() throws IOException {
        Conn conn = server(TimeoutConfig.NONE.withReadNanos(Long.MAX_VALUE), text(CLIENT, "Hi"));
        conn.readMessage();
        assertThat(hooks.calls.get(1)).isEqualTo("READ " + (10 + Long.MAX_VALUE / 2));
    }

    @Test // B-6.4, B-10.92, B-6.9
    void readThatComesLateIsReportedAndNothingIsLost() throws IOException {
        hooks.step = 5;
        Conn conn = server(TimeoutConfig.NONE.withReadNanos(4), text(CLIENT, "Hi"));
        assertThatThrownBy(conn::readMessage)
                .isInstanceOf(WebSocketTimeoutException.class)
                .hasMessage("a read took more than 4 nanoseconds");
        assertThat(conn.state()).isEqualTo(Conn.State.OPEN);
        assertThat(conn.readMessage().text()).isEqualTo("Hi");
    }

    @Test // B-6.4
    void callThatTakesExactlyItsBudgetIsFine() throws IOException {
        hooks.step = 5;
        Conn conn = server(new TimeoutConfig(5, 5, 5), text(CLIENT, "Hi"));
        conn.write(conn.readMessage());
        conn.flush();
        assertThat(tape.written()).isEqualTo(hex("81 02 4869"));
    }

    @Test // B-11.8: a retry would go on where the message was left
    void readsCutByTimeoutsAtEveryByteLoseNothing() throws IOException {
        hooks.step = 5;
        byte[] message = Wire.frame(CLIENT, 0x01, "in two");
        byte[] end = Wire.frame(CLIENT, 0x80, " frames");
        Conn conn = server(TimeoutConfig.NONE.withReadNanos(1), Pieces.single(Wire.concat(message, end)), tape);
        int timeouts = 0;
        String got = null;
        while (got == null) {
            try {
                got = conn.readMessage().text();
            } catch (WebSocketTimeoutException e) {
                timeouts++;
            }
        }
        assertThat(got).isEqualTo("in two frames");
        assertThat(timeouts).isEqualTo(message.length + end.length);
    }

    @Test // B-6.4, B-11.8: whether the peer has it all, nobody knows
    void writeThatComesBackLateFailsTheConnection() throws IOException {
        hooks.step = 5;
        Conn conn = server(TimeoutConfig.NONE.withWriteNanos(4), text(CLIENT, "Hi"));
        assertThatThrownBy(() -> conn.sendText("Hi")).isInstanceOfSatisfying(ConnectionTimeoutException.class, e -> {
            assertThat(e.overdue()).isEqualTo(Overdue.WRITE);
            assertThat(e.closeCode()).isEqualTo(1006);
        });
        assertThat(conn.state()).isEqualTo(Conn.State.FAILED);
        assertThatThrownBy(conn::readMessage).isInstanceOf(ConnectionTimeoutException.class);
        assertThat(hooks.calls).containsExactly("now", "WRITE 14", "now", "WRITE cleared");
    }

    @Test // B-6.4
    void flushThatComesBackLateFailsTheConnection() throws IOException {
        hooks.step = 5;
        Conn conn = server(TimeoutConfig.NONE.withFlushNanos(4));
        assertThatThrownBy(() -> conn.sendText("Hi"))
                .isInstanceOfSatisfying(
                        ConnectionTimeoutException.class,
                        e -> assertThat(e.overdue()).isEqualTo(Overdue.WRITE));
    }

    @Test // B-6.3, B-6.5, B-6.7
    void callThatFailsIsClearedAndRaisesItsOwnError() {
        hooks.step = 5;
        Conn reading = server(
                TimeoutConfig.NONE.withReadNanos(1),
                (target, offset, length) -> {
                    throw new IOException("reset");
                },
                tape);
        assertThatThrownBy(reading::readMessage)
                .isInstanceOf(ConnectionLostException.class)
                .hasRootCauseMessage("reset");
        Conn writing =
                server(TimeoutConfig.NONE.withWriteNanos(1), Pieces.whole(new byte[0]), (source, offset, length) -> {
                    throw new IOException("reset");
                });
        assertThatThrownBy(() -> writing.sendText("Hi"))
                .isInstanceOf(ConnectionLostException.class)
                .hasRootCauseMessage("reset");
        assertThat(hooks.calls).containsExactly("now", "READ 11", "READ cleared", "now", "WRITE 16", "WRITE cleared");
    }

    @Test // B-6.3
    void callThatFailsUncheckedIsClearedToo() {
        Conn conn =
                server(TimeoutConfig.NONE.withWriteNanos(1), Pieces.whole(new byte[0]), (source, offset, length) -> {
                    throw new IllegalStateException("a container's stream");
                });
        assertThatThrownBy(() -> conn.sendText("Hi")).isInstanceOf(IllegalStateException.class);
        assertThat(hooks.calls).containsExactly("now", "WRITE 11", "WRITE cleared");
    }

    @Test // or a large message would need a fast peer
    void deadlineOfAWriteIsForAPieceOfALargeMessage() throws IOException {
        Conn conn = server(TimeoutConfig.NONE.withWriteNanos(20));
        conn.sendBinary(new byte[1 << 20]);
        assertThat(hooks.calls.stream().filter("WRITE 30"::equals))
                .hasSizeGreaterThanOrEqualTo((1 << 20) / (128 * 1024));
    }

    @Test
    void secondConnectionOverABorrowedPairHasItsOwnBudgetsOnly() throws IOException {
        ByteReader reader = ByteReader.of(Pieces.whole(new byte[0]));
        ByteWriter writer = ByteWriter.of(tape);
        Conn.Config config = DEFAULT.withTimeouts(TimeoutConfig.NONE.withWriteNanos(20));
        Conn.server(reader, writer, config, hooks).sendText("Hi");
        Conn.server(reader, writer, config, hooks).sendText("Hi");
        assertThat(hooks.calls)
                .containsExactly("now", "WRITE 30", "now", "WRITE cleared", "now", "WRITE 30", "now", "WRITE cleared");
    }

    @Test // B-6.5 asks for a read failure; but nothing has failed
    void readTimeoutOfTheStreamItselfLeavesTheConnectionUsable() throws IOException {
        boolean[] timedOut = {false};
        Pieces pieces = Pieces.whole(text(CLIENT, "Hi"));
        Conn conn = server(
                TimeoutConfig.NONE,
                (target, offset, length) -> {
                    if (!timedOut[0]) {
                        timedOut[0] = true;
                        throw new SocketTimeoutException("Read timed out");
                    }
                    return pieces.read(target, offset, length);
                },
                tape);
        assertThatThrownBy(conn::readMessage)
                .isInstanceOf(WebSocketTimeoutException.class)
                .hasCauseInstanceOf(SocketTimeoutException.class);
        assertThat(conn.readMessage().text()).isEqualTo("Hi");
    }

    @Test // B-10.14, B-10.15: the compiler checks the rest
    void hooksAreRequired() {
        assertThatThrownBy(
                        () -> Conn.server(ByteReader.of(Pieces.whole(new byte[0])), ByteWriter.of(tape), DEFAULT, null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(
                        () -> Conn.client(ByteReader.of(Pieces.whole(new byte[0])), ByteWriter.of(tape), DEFAULT, null))
                .isInstanceOf(NullPointerException.class);
        assertThatCode(() -> Conn.client(ByteReader.of(Pieces.whole(new byte[0])), ByteWriter.of(tape), DEFAULT, hooks))
                .doesNotThrowAnyException();
    }
}
