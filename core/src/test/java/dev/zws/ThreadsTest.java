package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Running.start;
import static dev.zws.Wire.close;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages stay whole, and who waits for a turn is let go. */
@Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class ThreadsTest {
    // ---- messages stay whole

    @ParameterizedTest // B-11.43
    @EnumSource
    void messagesOfManyThreadsAStreamAndPingsNeverMix(Role role) throws Exception {
        Fixture f = Fixture.of(role, Conn.Config.DEFAULT);
        List<Running> all = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        for (int t = 0; t < 4; t++) {
            String name = "sender " + t + " ";
            boolean flush = t % 2 == 0;
            all.add(start(() -> {
                go.await();
                for (int i = 0; i < 200; i++) {
                    if (flush) {
                        f.conn.sendText(name + i);
                    } else {
                        f.conn.writeText(name + i);
                    }
                }
            }));
        }
        for (int t = 0; t < 2; t++) {
            String name = "stream " + t + " ";
            all.add(start(() -> {
                go.await();
                for (int i = 0; i < 50; i++) {
                    MessageOutput out = f.conn.writeStream(MessageType.TEXT);
                    for (byte b : utf8(name + i)) {
                        out.write(b);
                        out.flush();
                    }
                    out.finish();
                }
            }));
        }
        all.add(start(() -> {
            go.await();
            for (int i = 0; i < 300; i++) {
                f.conn.writePing(utf8("p" + i));
            }
        }));
        go.countDown();
        for (Running running : all) {
            assertThat(running.join()).isNull();
        }
        f.conn.flush();
        assertEachMessageIsWhole(f.out.frames());
    }

    private static void assertEachMessageIsWhole(List<Wire.Seen> frames) {
        List<String> messages = new ArrayList<>();
        List<String> pings = new ArrayList<>();
        StringBuilder open = null;
        for (Wire.Seen frame : frames) {
            if (frame.firstByte() == 0x89) {
                pings.add(frame.text());
                continue;
            }
            boolean first = (frame.firstByte() & 0x0F) == 1;
            assertThat(first).isEqualTo(open == null);
            open = first ? new StringBuilder() : open;
            open.append(frame.text());
            if ((frame.firstByte() & 0x80) != 0) {
                messages.add(open.toString());
                open = null;
            }
        }
        assertThat(pings).hasSize(300);
        assertThat(messages).hasSize(900).doesNotHaveDuplicates();
        for (int t = 0; t < 4; t++) {
            assertThat(messages).containsSubsequence(numbered("sender " + t + " ", 200));
        }
        for (int t = 0; t < 2; t++) {
            assertThat(messages).containsSubsequence(numbered("stream " + t + " ", 50));
        }
    }

    private static List<String> numbered(String name, int count) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(name + i);
        }
        return all;
    }

    @Test
    void messageWaitsForTheStreamBeforeItAndAPingDoesNot() throws Exception {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        out.write('a');
        out.flush();
        Running sender = start(() -> f.conn.sendText("after")).awaitWaiting();
        Running pinger = start(() -> f.conn.writePing(utf8("!")));
        assertThat(pinger.join()).isNull();
        out.write('b');
        out.finish();
        assertThat(sender.join()).isNull();
        assertThat(f.out.seen()).containsExactly("01 'a'", "89 21", "80 'b'", "81 'after'");
    }

    @Test
    void streamMayBeFinishedByAnotherThreadThanTheOneThatBeganIt() throws Exception {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        assertThat(start(out::finish).join()).isNull();
        f.conn.sendText("next");
        assertThat(f.out.seen()).containsExactly("81 ''", "81 'next'");
    }

    @Test
    void threadThatHasAStreamOpenIsToldSoInsteadOfWaitingForItself() throws IOException {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        assertThatThrownBy(() -> f.conn.sendText("x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("MessageOutput");
        assertThatThrownBy(() -> f.conn.writeBinary(new byte[0])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f.conn.writeStream(MessageType.TEXT)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f.conn.writeFrame(Opcode.TEXT, true, new byte[0], 0, 0))
                .isInstanceOf(IllegalStateException.class);
        f.conn.writePing(new byte[0]);
        out.finish();
        f.conn.sendText("x");
        assertThat(f.out.seen()).containsExactly("89 ", "81 ''", "81 'x'");
    }

    // ---- who waits and is let go

    @Test
    void interruptWhileWaitingForATurnSendsNothingAndChangesNothing() throws Exception {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        boolean[] stillInterrupted = new boolean[1];
        Running waiting = start(() -> {
                    try {
                        f.conn.sendText("never");
                    } finally {
                        stillInterrupted[0] = Thread.currentThread().isInterrupted();
                    }
                })
                .awaitWaiting();
        waiting.thread().interrupt();
        assertThat(waiting.join()).isInstanceOf(InterruptedIOException.class);
        assertThat(stillInterrupted[0]).isTrue();
        out.finish();
        f.conn.sendText("next");
        assertThat(f.out.seen()).containsExactly("81 ''", "81 'next'");
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
    }

    private enum End {
        VIOLATION(ProtocolException.class) {
            @Override
            void come(Fixture f) {
                assertThatThrownBy(f.conn::readMessage).isInstanceOf(ProtocolException.class);
            }
        },
        LOSS(ConnectionLostException.class) {
            @Override
            void come(Fixture f) {
                f.out.takes(0).thenFails();
                assertThatThrownBy(() -> {
                            f.conn.writePing(new byte[0]);
                            f.conn.flush();
                        })
                        .isInstanceOf(ConnectionLostException.class);
            }
        },
        ABORT(ConnectionLostException.class) {
            @Override
            void come(Fixture f) {
                f.conn.abort();
            }
        },
        OUR_CLOSE(ConnectionClosedException.class) {
            @Override
            void come(Fixture f) throws IOException {
                f.conn.writeClose(CloseStatus.NORMAL);
            }
        },
        END(ConnectionClosedException.class) {
            @Override
            void come(Fixture f) throws IOException {
                f.conn.close();
            }
        };

        private final Class<? extends Throwable> refusal;

        End(Class<? extends Throwable> refusal) {
            this.refusal = refusal;
        }

        abstract void come(Fixture f) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void everybodyWhoWaitsForATurnIsRefusedWhenTheConnectionEnds(End end) throws Exception {
        Fixture f = Fixture.server(hex("81 00"));
        MessageOutput out = f.conn.writeStream(MessageType.TEXT);
        List<Running> waiting = List.of(
                start(() -> f.conn.sendText("x")).awaitWaiting(),
                start(() -> f.conn.writeBinary(new byte[0])).awaitWaiting(),
                start(() -> f.conn.writeStream(MessageType.TEXT)).awaitWaiting(),
                start(() -> f.conn.writeFrame(Opcode.BINARY, true, new byte[0], 0, 0))
                        .awaitWaiting());
        end.come(f);
        for (Running running : waiting) {
            assertThat(running.join()).isInstanceOf(end.refusal);
        }
        assertThatThrownBy(out::finish).isInstanceOf(end.refusal);
        out.close();
        assertThatThrownBy(() -> f.conn.sendText("x")).isInstanceOf(end.refusal);
    }

    @Test
    void waitersAreRefusedAlsoWhenTheCloseCannotBeWritten() throws Exception {
        Fixture f = Fixture.server(hex("81 00"));
        MessageOutput out = WriteStreamTest.streamWithAFullBuffer(f);
        Running waiting = start(() -> f.conn.sendText("x")).awaitWaiting();
        f.reader.fill();
        f.out.thenFails();
        assertThatThrownBy(f.conn::readMessage).isInstanceOf(ProtocolException.class);
        assertThat(waiting.join()).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(out::finish).isInstanceOf(ProtocolException.class);
        assertThat(f.out.written()).isEmpty();
    }

    @Test // RFC 6455, 5.5.1
    void ofManyClosersExactlyOneSendsAClose() throws Exception {
        for (int round = 0; round < 20; round++) {
            Fixture f = Fixture.server(close(CLIENT, 1000, "peer"));
            List<Running> all = new ArrayList<>();
            CountDownLatch go = new CountDownLatch(1);
            for (int t = 0; t < 16; t++) {
                int code = 4000 + t;
                boolean whole = t % 2 == 0;
                all.add(start(() -> {
                    go.await();
                    if (whole) {
                        f.conn.close();
                    } else {
                        f.conn.writeClose(new CloseStatus(code, ""));
                    }
                }));
            }
            go.countDown();
            assertThat(f.conn.readMessage()).isNull();
            for (Running running : all) {
                assertThat(running.join())
                        .satisfiesAnyOf(
                                e -> assertThat(e).isNull(),
                                e -> assertThat(e).isInstanceOf(ConnectionClosedException.class));
            }
            f.conn.flush();
            assertThat(f.out.frames())
                    .singleElement()
                    .extracting(Wire.Seen::firstByte)
                    .isEqualTo(0x88);
            assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSED);
        }
    }

    @Test // B-11.32
    void noDataFollowsACloseHoweverTheThreadsRun() throws Exception {
        for (int round = 0; round < 50; round++) {
            Fixture f = Fixture.server(text(CLIENT, "x"), frame(CLIENT, 0x89, "!"), close(CLIENT, 1000, ""));
            CountDownLatch go = new CountDownLatch(1);
            Running sender = start(() -> {
                go.await();
                while (true) {
                    f.conn.sendText("data");
                }
            });
            go.countDown();
            f.conn.readMessage();
            assertThat(f.conn.readMessage()).isNull();
            assertThat(sender.join()).isInstanceOf(ConnectionClosedException.class);
            List<String> seen = f.out.seen();
            assertThat(seen.indexOf("88 03e8")).isEqualTo(seen.size() - 1);
        }
    }
}
