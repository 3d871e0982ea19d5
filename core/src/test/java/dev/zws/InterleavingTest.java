package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Two or three threads on one connection, in every order in which a thread is held up at most so often before it takes a lock or
 * uses the stream, and in some more orders picked by seeds. Whatever the order: at most one Close and nothing after it, no half
 * frame, nobody waits for ever, and everyone is told the same (B-11.8, B-11.32, B-11.43).
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class InterleavingTest {
    private static final CloseStatus BYE = new CloseStatus(4001, "");
    private static final CloseStatus CIAO = new CloseStatus(4002, "");
    private static final Duration AMPLE = Duration.ofSeconds(50);
    private static final byte[] LARGE = bytes(70_000);

    // ---- the connection closes

    @Test
    void closeAndWrite() throws Exception {
        explore(3, run -> {
            run.start(null);
            run.sends("a", () -> run.conn.sendText("a"));
            run.turns.add("closer", () -> run.conn.close(BYE, AMPLE));
        });
    }

    @Test
    void closeAndALargeMessageThatIsOnlyBuffered() throws Exception {
        explore(2, run -> {
            run.start(null);
            run.sends(LARGE, () -> run.conn.writeBinary(LARGE));
            run.turns.add("closer", () -> run.conn.close(BYE, AMPLE));
            run.turns.add("pinger", () -> run.conn.writePing(utf8("p")));
        });
    }

    @Test
    void closeAndAStream() throws Exception {
        explore(2, run -> {
            run.start(null);
            run.turns.add("stream", () -> {
                try (MessageOutput out = run.conn.writeStream(MessageType.TEXT)) {
                    out.write('s');
                    out.flush();
                    out.finish();
                }
            });
            run.sends("a", () -> run.conn.sendText("a"));
            run.turns.add("closer", () -> run.conn.close(BYE, AMPLE));
        });
    }

    @Test
    void twoCloseAndOneWrites() throws Exception {
        explore(2, run -> {
            run.start(null);
            run.turns.add("closer", () -> run.conn.close(BYE, AMPLE));
            run.turns.add("another", () -> run.conn.close(CIAO, AMPLE));
            run.sends("a", () -> run.conn.sendText("a"));
        });
    }

    @Test
    void closeAndReadWhileThePeerAnswers() throws Exception {
        explore(2, run -> {
            run.withTransport(text(CLIENT, "in flight"), Run.AFTER_OUR_CLOSE, Wire.close(CLIENT, 4001, ""));
            run.turns.add("reader", () -> {
                while (run.conn.readMessage() != null) {}
            });
            run.turns.add("closer", () -> assertThat(run.conn.close(BYE, AMPLE)).isTrue());
        });
    }

    @Test
    void closeAndReadAndWriteWhileThePeerClosesToo() throws Exception {
        explore(2, run -> {
            run.withTransport(frame(CLIENT, 0x89, "!"), Wire.close(CLIENT, 4003, ""));
            run.turns.add("reader", () -> {
                while (run.conn.readMessage() != null) {}
            });
            run.sends("a", () -> run.conn.sendText("a"));
            run.turns.add("closer", () -> assertThat(run.conn.close(BYE, AMPLE)).isTrue());
        });
    }

    @Test
    void twoCloseAndNobodyReads() throws Exception {
        explore(2, run -> {
            run.withTransport(text(CLIENT, "in flight"), Wire.close(CLIENT, 4003, ""));
            run.turns.add("closer", () -> assertThat(run.conn.close(BYE, AMPLE)).isTrue());
            run.turns.add(
                    "another", () -> assertThat(run.conn.close(CIAO, AMPLE)).isTrue());
            run.sends("a", () -> run.conn.sendText("a"));
        });
    }

    // ---- permit and control frames

    @Test
    void messageStreamAndControlFrames() throws Exception {
        explore(2, run -> {
            run.start(null, frame(CLIENT, 0x89, "1"), frame(CLIENT, 0x89, "2"), Wire.close(CLIENT, 1000, ""));
            run.turns.add("stream", () -> {
                MessageOutput out = run.conn.writeStream(MessageType.TEXT);
                out.write('s');
                out.flush();
                out.finish();
            });
            run.sends("a", () -> run.conn.sendText("a"));
            run.turns.add("reader", () -> assertThat(run.conn.readMessage()).isNull());
        });
    }

    @Test
    void twoSendersAndAPingThatIsAnswered() throws Exception {
        explore(2, run -> {
            run.start(null, frame(CLIENT, 0x89, "1"), text(CLIENT, "x"));
            run.expects(0x8a);
            run.sends("a", () -> run.conn.sendText("a"));
            run.sends("b", () -> run.conn.sendText("b"));
            run.turns.add("reader", () -> {
                assertThat(run.conn.readMessage().text()).isEqualTo("x");
                run.conn.flush();
            });
        });
    }

    @Test
    void senderThatIsBusyWithOnePongWhenTheNextIsDue() throws Exception {
        explore(3, run -> {
            run.start(null, frame(CLIENT, 0x89, "1"), frame(CLIENT, 0x89, "2"), hex("81 00"));
            run.sends("a", () -> run.conn.sendText("a"));
            run.turns.add("reader", () -> run.conn.readMessage());
        });
    }

    // ---- failure

    @Test
    void violationAndWrite() throws Exception {
        explore(3, run -> {
            run.start(null, frame(CLIENT, 0x89, "1"), hex("81 00"));
            run.sends("a", () -> run.conn.sendText("a"));
            run.turns.add("reader", () -> run.conn.readMessage());
        });
    }

    @Test
    void violationAndCloseAndWrite() throws Exception {
        explore(2, run -> {
            run.withTransport(hex("81 00"));
            run.sends("a", () -> run.conn.sendText("a"));
            run.turns.add("reader", () -> run.conn.readMessage());
            run.turns.add("closer", () -> run.conn.close(BYE, AMPLE));
        });
    }

    @Test
    void failingSinkAndTwoWritersAndAReader() throws Exception {
        explore(2, run -> {
            run.start(() -> run.writes >= 1, frame(CLIENT, 0x89, "1"), Wire.close(CLIENT, 1000, ""));
            run.sends("a", () -> run.conn.sendText("a"));
            run.sends("b", () -> run.conn.sendText("b"));
            run.turns.add("reader", () -> run.conn.readMessage());
        });
    }

    @Test
    void abortAndFlushAndWrite() throws Exception {
        explore(2, run -> {
            run.withTransport(Run.AFTER_OUR_CLOSE);
            run.sends("a", () -> {
                run.conn.writeText("a");
                run.conn.flush();
            });
            run.sends("b", () -> run.conn.sendText("b"));
            run.turns.add("aborter", () -> run.conn.abort());
        });
    }

    @Test
    void abortAndCloseAndRead() throws Exception {
        explore(1, run -> {
            run.withTransport(Run.AFTER_OUR_CLOSE, Wire.close(CLIENT, 1000, ""));
            run.turns.add("reader", () -> run.conn.readMessage());
            run.turns.add("closer", () -> run.conn.close(BYE, Duration.ofMillis(10))); // it really waits for a reader
            run.turns.add("aborter", () -> run.conn.abort());
        });
    }

    // ---- all the orders

    private static void explore(int preemptions, Consumer<Run> scenario) throws Exception {
        Turns.explore(preemptions, (choices, name) -> once(choices, name, scenario));
    }

    private static void once(Turns.Choices choices, Object name, Consumer<Run> scenario) throws Exception {
        Run run = new Run(new Turns(choices));
        scenario.accept(run);
        boolean ended = run.turns.run();
        try {
            assertThat(ended).as("everyone came to an end").isTrue();
            run.check();
        } catch (AssertionError e) {
            throw new AssertionError("in schedule " + name + ": " + e.getMessage() + " " + run, e);
        }
    }

    private interface Broken {
        boolean now();
    }

    /** One schedule: the connection, what it is fed, and what was seen of it. */
    private static final class Run {
        /** Stands in the input where the peer waits for our Close. */
        static final byte[] AFTER_OUR_CLOSE = {};

        @SuppressWarnings("ArrayRecordComponent")
        private record Sent(byte[] payload, Turns.Worker worker) {}

        final Turns turns;
        Conn conn;
        int writes;
        private final Queue<byte[]> input = new ArrayDeque<>();
        private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
        private final List<Sent> sent = new ArrayList<>();
        private boolean unflushed;
        private boolean broken;
        private boolean cut;

        private int[] expected = {0x88};

        Run(Turns turns) {
            this.turns = turns;
        }

        /** These frames must be on the wire, unless it was cut; if not said otherwise, a Close. */
        void expects(int... firstBytes) {
            expected = firstBytes;
        }

        void start(Broken breaks, byte[]... pieces) {
            input.addAll(List.of(pieces));
            control(new Conn(
                    null,
                    null,
                    ByteReader.of(this::read),
                    ByteWriter.of(sink(breaks == null ? () -> false : breaks)),
                    new DefaultRuntimeHooks(),
                    SERVER,
                    Conn.Config.DEFAULT,
                    () -> 0,
                    () -> 0));
        }

        void withTransport(byte[]... pieces) {
            input.addAll(List.of(pieces));
            ByteWriter.Sink sink = sink(() -> cut);
            InputStream in = Pieces.stream(this::read);
            OutputStream out = new OutputStream() {
                @Override
                public void write(byte[] source, int offset, int length) throws IOException {
                    sink.write(source, offset, length);
                }

                @Override
                public void write(int b) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public void flush() throws IOException {
                    sink.flush();
                }
            };
            Upgrade upgrade = new Upgrade("/", "/", null, Headers.NONE, null);
            control(Conn.server(Transport.of(in, out, () -> cut = true), upgrade, Conn.Config.DEFAULT));
        }

        private void control(Conn made) {
            conn = made;
            try {
                turns.control(made);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("a field was renamed", e);
            }
        }

        void sends(String text, Turns.Work work) {
            sends(utf8(text), work);
        }

        void sends(byte[] payload, Turns.Work work) {
            sent.add(new Sent(payload, turns.add("sender of " + payload.length, work)));
        }

        @SuppressWarnings("ReferenceEquality") // that array, not one with the same bytes
        private int read(byte[] target, int offset, int length) throws IOException {
            turns.point();
            if (input.peek() == AFTER_OUR_CLOSE) {
                turns.until(() -> cut || frames(true).stream().anyMatch(seen -> seen.firstByte() == 0x88));
                input.remove();
            }
            if (cut) {
                throw new IOException("cut");
            }
            byte[] piece = input.poll();
            if (piece == null) {
                return -1;
            }
            System.arraycopy(piece, 0, target, offset, piece.length);
            return piece.length;
        }

        private ByteWriter.Sink sink(Broken breaks) {
            return new ByteWriter.Sink() {
                @Override
                public int write(byte[] source, int offset, int length) throws IOException {
                    turns.point();
                    if (breaks.now()) {
                        broken = true;
                        throw new IOException("broken");
                    }
                    writes++;
                    unflushed = true;
                    wire.write(source, offset, length);
                    return length;
                }

                @Override
                public void flush() {
                    turns.point();
                    unflushed = false;
                }
            };
        }

        /** What holds whatever the order. */
        void check() throws Exception {
            Throwable failure = failureNow();
            boolean lost = broken || cut || failure instanceof ConnectionLostException;
            List<Wire.Seen> frames = frames(lost);
            List<Integer> opcodes =
                    frames.stream().map(seen -> seen.firstByte() & 0x0F).toList();
            int close = opcodes.indexOf(8);
            assertThat(close).as("a Close is the last frame").isIn(-1, opcodes.size() - 1);
            for (Sent message : sent) {
                checkSent(message, frames, lost);
            }
            if (!lost) {
                assertThat(unflushed).as("something was left unflushed").isFalse();
                for (int firstByte : expected) {
                    assertThat(frames).extracting(Wire.Seen::firstByte).contains(firstByte);
                }
            }
            checkState(failure, close >= 0, lost);
            checkOutcomes(failure);
        }

        private void checkSent(Sent message, List<Wire.Seen> frames, boolean lost) {
            long seen = frames.stream()
                    .filter(frame -> Arrays.equals(frame.payload(), message.payload))
                    .count();
            Throwable thrown = message.worker.thrown;
            if (thrown == null && !lost) {
                assertThat(seen).as("message that was sent").isEqualTo(1);
            } else if (thrown instanceof ConnectionClosedException) {
                assertThat(seen).as("message that was refused").isZero();
            } else {
                assertThat(seen).isLessThanOrEqualTo(1);
            }
        }

        private void checkState(Throwable failure, boolean closeSent, boolean lost) {
            Conn.State state = conn.state();
            assertThat(state == Conn.State.FAILED).isEqualTo(failure != null);
            if (state == Conn.State.CLOSED && !lost) {
                assertThat(closeSent).isTrue();
            }
            if (state == Conn.State.OPEN) {
                assertThat(closeSent).isFalse();
            }
            CloseStatus status = conn.closeStatus();
            assertThat(status == null)
                    .as("status " + status + " in state " + state)
                    .isEqualTo(state == Conn.State.OPEN || state == Conn.State.CLOSING);
        }

        /** Nobody may throw what is not of the family, and every failure leads back to the first. */
        private void checkOutcomes(Throwable failure) {
            for (Turns.Worker worker : turns.workers()) {
                Throwable thrown = worker.thrown;
                if (thrown instanceof ConnectionFailedException) {
                    assertThat(first(thrown)).as(worker.name).isSameAs(first(failure));
                } else if (thrown != null) {
                    assertThat(thrown).as(worker.name).isInstanceOf(ConnectionClosedException.class);
                }
            }
        }

        private Throwable failureNow() {
            try {
                conn.flush();
                return null;
            } catch (IOException e) {
                return e;
            }
        }

        private static Throwable first(Throwable failure) {
            Throwable first = failure;
            while (first != null && first.getCause() instanceof ConnectionFailedException cause) {
                first = cause;
            }
            return first;
        }

        /** The frames on the wire; when it was cut, only whole ones. */
        private List<Wire.Seen> frames(boolean lenient) {
            byte[] all = wire.toByteArray();
            return Wire.frames(lenient ? Arrays.copyOf(all, wholeFrames(ByteBuffer.wrap(all))) : all);
        }

        private static int wholeFrames(ByteBuffer in) {
            int whole = 0;
            while (in.remaining() >= 2) {
                int size = in.get(in.position() + 1) & 0x7F;
                int header = size == 126 ? 4 : size == 127 ? 10 : 2;
                if (in.remaining() < header) {
                    break;
                }
                long length = size == 126
                        ? in.getShort(in.position() + 2) & 0xFFFF
                        : size == 127 ? in.getLong(in.position() + 2) : size;
                if (in.remaining() < header + length) {
                    break;
                }
                in.position((int) (in.position() + header + length));
                whole = in.position();
            }
            return whole;
        }

        @Override
        public String toString() {
            List<String> ends = turns.workers().stream()
                    .map(worker -> worker.name + ": " + worker.thrown)
                    .toList();
            return conn.state() + " " + conn.closeStatus() + " " + wire.size() + " bytes " + ends;
        }
    }
}
