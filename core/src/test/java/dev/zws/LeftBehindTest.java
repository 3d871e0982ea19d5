package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Running.start;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What one thread leaves to another that holds the lock or waits for it: pongs, a Close, flushes. */
@Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class LeftBehindTest {
    private static final byte[] LARGE = bytes(100_000);
    private static final Conn.Config UNHURRIED =
            Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxControlFramesPerSecond(Integer.MAX_VALUE));

    /** A server over a gate, reading from an open non-blocking source. */
    private static final class Gated {
        final Gate gate;
        final Pieces in = Pieces.whole(new byte[0]).open();
        final Conn conn;

        Gated(Gate gate) {
            this.gate = gate;
            this.conn = new Conn(
                    null,
                    null,
                    ByteReader.of(in),
                    ByteWriter.of(gate),
                    new DefaultRuntimeHooks(),
                    SERVER,
                    Conn.Config.DEFAULT,
                    () -> 0,
                    () -> 0);
        }

        /** Starts a sender and waits until it is stopped at the gate, holding permit and lock. */
        Running stopped(Running.Work work) throws InterruptedException {
            Running running = start(work);
            gate.awaitReached();
            return running;
        }
    }

    // ---- what the reader leaves behind when a writer is stopped

    @Test // B-11.40
    void newestPongIsSentAtTheEndOfTheFrameThatWasBeingWritten() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running sender = g.stopped(() -> g.conn.sendBinary(LARGE));
        for (String ping : List.of("1", "2", "3")) {
            g.in.add(frame(CLIENT, 0x89, ping));
            assertThat(g.conn.pollMessage()).isNull();
        }
        g.gate.open();
        assertThat(sender.join()).isNull();
        assertThat(g.gate.tape.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x82, 0x8a);
        assertThat(g.gate.tape.frames().get(1).text()).isEqualTo("3");
    }

    @Test // the writer has nothing left to flush then: the pong must not wait for somebody else's
    void pongLeftBehindDuringAFlushIsFlushedToo() throws Exception {
        Gated g = new Gated(Gate.atFlush());
        Running sender = g.stopped(() -> g.conn.sendText("x"));
        g.in.add(frame(CLIENT, 0x89, "!"));
        assertThat(g.conn.pollMessage()).isNull();
        g.gate.open();
        assertThat(sender.join()).isNull();
        assertThat(g.gate.tape.seen()).containsExactly("81 'x'", "8a 21");
    }

    @Test // B-11.30
    void flushThatTheReaderWantedIsDoneByTheWriterThatWasInItsWay() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        g.conn.writeText("answer of the reader");
        Running pinger = g.stopped(() -> {
            g.conn.writeBinary(LARGE);
            g.conn.writePing(new byte[0]);
        });
        assertThat(g.conn.pollMessage()).isNull();
        g.gate.open();
        assertThat(pinger.join()).isNull();
        assertThat(g.gate.tape.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x81, 0x82);
        assertThat(g.gate.tape.flushes()).isEqualTo(1);
    }

    @Test
    void replyToACloseIsSentAtTheEndOfTheFrameThatWasBeingWritten() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running sender = g.stopped(() -> g.conn.sendBinary(LARGE));
        Running queued = start(() -> g.conn.sendText("too late")).awaitWaiting();
        g.in.add(frame(CLIENT, 0x89, "!")).add(close(CLIENT, 1000, ""));
        assertThat(g.conn.pollMessage()).isNull();
        assertThat(g.conn.state()).isEqualTo(Conn.State.CLOSING);
        g.gate.open();
        assertThat(sender.join()).isNull();
        assertThat(queued.join()).isInstanceOf(ConnectionClosedException.class);
        assertThat(g.conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(g.gate.tape.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x82, 0x8a, 0x88);
    }

    @Test
    void firstCloseLeftBehindIsTheOneThatIsSent() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running sender = g.stopped(() -> g.conn.sendBinary(LARGE));
        g.in.add(close(CLIENT, 4001, ""));
        assertThat(g.conn.pollMessage()).isNull();
        Running closer = start(g.conn::close).awaitWaiting();
        g.gate.open();
        assertThat(sender.join()).isNull();
        assertThat(closer.join()).isNull();
        assertThat(g.gate.tape.frames().get(1).payload()).isEqualTo(hex("0fa1"));
        assertThat(g.gate.tape.frames()).hasSize(2);
    }

    @Test
    void whatIsLeftBehindWhileAnotherLeavesTheLockIsStillDone() throws Exception {
        Gated g = new Gated(Gate.atFlush());
        g.conn.writeText("waiting");
        Running closer = g.stopped(g.conn::close);
        g.in.add(frame(CLIENT, 0x89, "!")).add(close(CLIENT, 4001, ""));
        assertThat(g.conn.pollMessage()).isNull();
        g.gate.open();
        assertThat(closer.join()).isNull();
        assertThat(g.conn.state()).isEqualTo(Conn.State.CLOSED);
        assertThat(g.gate.tape.seen()).containsExactly("81 'waiting'", "88 03e8");
    }

    @Test // an interrupted sender flushes, because one before it may have left that to it
    void pongLeftBehindWhileAnotherLeavesTheLockIsSent() throws Exception {
        Gated g = new Gated(Gate.atFlush());
        MessageOutput out = g.conn.writeStream(MessageType.TEXT);
        g.conn.writePing(utf8("waiting"));
        Running interrupted = start(() -> g.conn.sendText("x")).awaitWaiting();
        interrupted.thread().interrupt();
        g.gate.awaitReached();
        g.in.add(frame(CLIENT, 0x89, "!"));
        assertThat(g.conn.pollMessage()).isNull();
        g.gate.open();
        assertThat(interrupted.join()).isInstanceOf(InterruptedIOException.class);
        assertThat(g.gate.tape.seen()).containsExactly("89 77616974696e67", "8a 21");
        out.finish();
    }

    @Test
    void pongLeftBehindIsNotSentAfterACloseThatPassesIt() throws Exception {
        Gated g = new Gated(Gate.atFlush());
        Running closer = g.stopped(() -> {
            g.conn.writeClose(CloseStatus.NORMAL);
            g.conn.flush();
        });
        g.in.add(frame(CLIENT, 0x89, "!"));
        assertThat(g.conn.pollMessage()).isNull();
        g.gate.open();
        assertThat(closer.join()).isNull();
        assertThat(g.gate.tape.seen()).containsExactly("88 03e8");
    }

    @Test
    void violationIsReportedAtOnceAndAnsweredAtTheEndOfTheFrame() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running sender = g.stopped(() -> g.conn.sendBinary(LARGE));
        g.in.add(frame(CLIENT, 0x89, "!")).add(hex("81 00"));
        assertThatThrownBy(g.conn::pollMessage).isInstanceOf(ProtocolException.class);
        g.gate.open();
        assertThat(sender.join()).isNull();
        assertThat(g.gate.tape.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x82, 0x88);
        assertThat(g.gate.tape.frames().get(1).payload()).isEqualTo(hex("03ea"));
    }

    @Test
    void pongLeftBehindIsForgottenWhenTheConnectionIsLost() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running sender = g.stopped(() -> g.conn.sendBinary(LARGE));
        g.in.add(frame(CLIENT, 0x89, "!"));
        assertThat(g.conn.pollMessage()).isNull();
        g.conn.abort();
        g.gate.open();
        assertThat(sender.join()).isNull();
        assertThat(g.gate.tape.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x82);
    }

    @Test // a sink may fail once and take more later: that would reach the peer behind a gap
    void nothingMoreIsWrittenToASinkThatFailed() throws Exception {
        Gated g = new Gated(Gate.atWrite().failing());
        g.conn.writeText("waiting");
        Running sender = g.stopped(() -> g.conn.sendText("x"));
        g.in.add(frame(CLIENT, 0x89, "!")).add(close(CLIENT, 1000, ""));
        assertThat(g.conn.pollMessage()).isNull();
        g.gate.open();
        assertThat(sender.join()).isInstanceOf(ConnectionLostException.class);
        assertThat(g.gate.tape.written()).isEmpty();
        assertThat(g.conn.closeStatus()).isEqualTo(CloseStatus.NORMAL);
        assertThat(g.conn.drain()).isTrue();
        g.conn.close();
        assertThat(g.gate.tape.written()).isEmpty();
    }

    @Test
    void violationIsNotAnsweredOverASinkThatFailedMeanwhile() throws Exception {
        Gated g = new Gated(Gate.atWrite().failing());
        Running sender = g.stopped(() -> g.conn.sendText("x"));
        g.in.add(hex("81 00"));
        assertThatThrownBy(g.conn::pollMessage).isInstanceOf(ProtocolException.class);
        g.gate.open();
        assertThat(sender.join()).isInstanceOf(ProtocolException.class); // the first cause
        assertThat(g.conn.wantsWrite()).isFalse();
        assertThat(g.conn.drain()).isTrue();
        assertThat(g.gate.tape.written()).isEmpty();
        assertThatThrownBy(g.conn::pollMessage).isInstanceOf(ProtocolException.class);
    }

    @Test // a second, or until it is interrupted
    void closeAfterAViolationGivesUpOnASenderThatIsStuck() throws Exception {
        for (boolean interrupted : new boolean[] {false, true}) {
            Gated g = new Gated(Gate.atWrite());
            Running sender = g.stopped(() -> g.conn.sendBinary(LARGE));
            g.in.add(hex("81 00"));
            assertThatThrownBy(g.conn::pollMessage).isInstanceOf(ProtocolException.class);
            boolean[] stillInterrupted = new boolean[1];
            Running closer = start(() -> {
                        g.conn.close();
                        stillInterrupted[0] = Thread.currentThread().isInterrupted();
                    })
                    .awaitWaiting();
            if (interrupted) {
                closer.thread().interrupt();
            }
            assertThat(closer.join()).isNull();
            assertThat(stillInterrupted[0]).isEqualTo(interrupted);
            assertThat(g.gate.tape.written()).isEmpty();
            g.gate.open();
            assertThat(sender.join()).isNull();
        }
    }

    // ---- who flushes

    @Test
    void ofSendersInARowTheLastOneFlushesForAll() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running first = g.stopped(() -> g.conn.sendBinary(LARGE));
        Running second = start(() -> g.conn.sendText("second")).awaitWaiting();
        g.gate.open();
        assertThat(first.join()).isNull();
        assertThat(second.join()).isNull();
        assertThat(g.gate.tape.frames()).hasSize(2);
        assertThat(g.gate.tape.flushes()).isEqualTo(1);
    }

    @Test
    void flushLeftToASenderThatOnlyBuffersIsDone() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running first = g.stopped(() -> g.conn.sendBinary(LARGE));
        Running second = start(() -> g.conn.writeText("second")).awaitWaiting();
        g.gate.open();
        assertThat(first.join()).isNull();
        assertThat(second.join()).isNull();
        assertThat(g.gate.tape.frames()).hasSize(2);
        assertThat(g.gate.tape.flushes()).isEqualTo(1);
    }

    @Test
    void flushLeftToASenderThatIsRefusedIsDone() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running first = g.stopped(() -> g.conn.sendBinary(LARGE));
        Running second = start(() -> g.conn.sendText(hex("ff"), 0, 1)).awaitWaiting();
        g.gate.open();
        assertThat(first.join()).isNull();
        assertThat(second.join()).isInstanceOf(IllegalArgumentException.class);
        assertThat(g.gate.tape.frames()).hasSize(1);
        assertThat(g.gate.tape.flushes()).isEqualTo(1);
    }

    @Test
    void flushLeftToAFrameIsDone() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running first = g.stopped(() -> g.conn.sendBinary(LARGE));
        Running second = start(() -> g.conn.writeFrame(Opcode.TEXT, false, utf8("a"), 0, 1))
                .awaitWaiting();
        g.gate.open();
        assertThat(first.join()).isNull();
        assertThat(second.join()).isNull();
        assertThat(g.gate.tape.frames()).hasSize(2);
        assertThat(g.gate.tape.flushes()).isEqualTo(1);
    }

    @Test // it may stay open for long, with others waiting behind it
    void flushLeftToAStreamIsDoneWhenTheStreamBegins() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running first = g.stopped(() -> g.conn.sendBinary(LARGE));
        MessageOutput[] out = new MessageOutput[1];
        Running second =
                start(() -> out[0] = g.conn.writeStream(MessageType.TEXT)).awaitWaiting();
        Running third = start(() -> g.conn.sendText("third")).awaitWaiting();
        g.gate.open();
        assertThat(first.join()).isNull();
        assertThat(second.join()).isNull();
        assertThat(g.gate.tape.flushes()).isEqualTo(1);
        assertThat(g.gate.tape.frames()).hasSize(1);
        out[0].finish();
        assertThat(third.join()).isNull();
        assertThat(g.gate.tape.frames()).hasSize(3);
    }

    @Test
    void flushLeftToASenderThatIsInterruptedIsDone() throws Exception {
        Gated g = new Gated(Gate.atWrite());
        Running first = g.stopped(() -> g.conn.sendBinary(LARGE));
        Running second = start(() -> g.conn.sendText("second")).awaitWaiting();
        second.thread().interrupt();
        assertThat(second.join()).isInstanceOf(InterruptedIOException.class);
        g.gate.open();
        assertThat(first.join()).isNull();
        assertThat(g.gate.tape.frames()).hasSize(1);
        assertThat(g.gate.tape.flushes()).isPositive();
    }

    @Test // B-11.30
    void whatTheReaderWroteAndLeftBehindIsOutBeforeItWaitsHoweverTheThreadsRun() throws Exception {
        int rounds = 3_000;
        int[] texts = new int[1];
        int[] pongs = new int[1];
        ByteWriter.Sink counting = (source, offset, length) -> {
            for (int i = offset; i < offset + length; i++) {
                texts[0] += source[i] == (byte) 0x81 ? 1 : 0;
                pongs[0] += source[i] == (byte) 0x8a ? 1 : 0;
            }
            return length;
        };
        Pieces in = Pieces.whole(new byte[0]).open();
        Conn conn = new Conn(
                null,
                null,
                ByteReader.of(in),
                ByteWriter.of(counting),
                new DefaultRuntimeHooks(),
                SERVER,
                UNHURRIED,
                () -> 0,
                () -> 0);
        CyclicBarrier barrier = new CyclicBarrier(2);
        AtomicBoolean reading = new AtomicBoolean();
        Running pinger = start(() -> {
            for (int round = 0; round < rounds; round++) {
                barrier.await();
                while (reading.get()) {
                    conn.writePing(new byte[0]);
                }
                barrier.await();
            }
        });
        for (int round = 1; round <= rounds; round++) {
            in.add(frame(CLIENT, 0x89, ""));
            reading.set(true);
            barrier.await();
            conn.writeText("x");
            assertThat(conn.pollMessage()).isNull();
            reading.set(false);
            barrier.await();
            assertThat(texts[0]).isEqualTo(round);
            assertThat(pongs[0]).isEqualTo(round);
        }
        assertThat(pinger.join()).isNull();
    }
}
