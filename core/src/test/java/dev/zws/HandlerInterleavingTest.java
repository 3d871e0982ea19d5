package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Wire.close;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * The reader of {@link Handler#runAsync} and two or three handlers, in every order in which a thread is held up at most so often
 * before it takes a lock, waits or uses the stream, and in some more orders picked by seeds. Whatever the order: the loop ends, no
 * slot is lost, there is at most one Close with nothing after it, and what was sent was flushed (B-7.56 to B-7.60, B-11.32).
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class HandlerInterleavingTest {
    private static final Handler.AsyncOptions DEFAULT = Handler.AsyncOptions.DEFAULT.withMaxInFlight(2);
    private static final Handler.AsyncOptions ORDERED = DEFAULT.withOrdered(true);

    private static Response fail(SliceContext<Run> context) throws IOException {
        throw new IOException(context.message().text());
    }

    private static Response echo(SliceContext<Run> context) throws IOException {
        context.respond(context.message());
        return Response.NONE;
    }

    // ---- the races

    @Test // B-10.124
    void twoHandlersThatFail() throws Exception {
        for (Handler.AsyncOptions options : List.of(DEFAULT, ORDERED)) {
            explore(1, run -> {
                run.input(text(CLIENT, "a"), text(CLIENT, "b"), Run.AFTER_OUR_CLOSE, close(CLIENT, 1011, ""));
                run.loop(options, 2, HandlerInterleavingTest::fail);
                run.expects = () -> {
                    assertThat(run.thrown).isInstanceOf(HandlerException.class);
                    assertThat(run.sent()).containsExactly("88 03f3");
                };
            });
        }
    }

    @Test // B-11.32, c: the reader waits for the peer, who waits for our Close
    void readerAgainstAHandlerThatFails() throws Exception {
        explore(2, run -> {
            run.input(text(CLIENT, "a"), Run.AFTER_OUR_CLOSE, close(CLIENT, 1011, ""));
            run.loop(DEFAULT, 1, HandlerInterleavingTest::fail);
            run.expects = () -> {
                assertThat(run.thrown).isInstanceOf(HandlerException.class);
                assertThat(run.sent()).containsExactly("88 03f3");
            };
        });
    }

    @Test // B-11.32, b
    void peersCloseAgainstReplies() throws Exception {
        for (Handler.AsyncOptions options : List.of(DEFAULT, ORDERED)) {
            explore(1, run -> {
                run.input(text(CLIENT, "a"), text(CLIENT, "b"), close(CLIENT, 1000, ""));
                run.loop(options, 2, HandlerInterleavingTest::echo);
                run.expects = () -> {
                    assertThat(run.outcome.clean()).isTrue();
                    assertThat(run.outcome.unfinished()).isZero();
                    assertThat(run.sent()).last().hasToString("88 03e8");
                    assertThat(run.outcome.responses()).isEqualTo(run.sent().size() - 1);
                };
            });
        }
    }

    @Test
    void peersCloseAgainstAHandlerThatFails() throws Exception {
        explore(2, run -> {
            run.input(text(CLIENT, "a"), close(CLIENT, 1000, ""));
            run.loop(DEFAULT, 1, HandlerInterleavingTest::fail);
            run.expects = () -> {
                assertThat(run.thrown).isInstanceOf(HandlerException.class);
                assertThat(run.sent()).singleElement().asString().isIn("88 03e8", "88 03f3");
            };
        });
    }

    @Test
    void violationAgainstRepliesAndAHandlerThatFails() throws Exception {
        explore(1, run -> {
            run.input(text(CLIENT, "a"), text(CLIENT, "fail"), hex("81 00"));
            run.loop(DEFAULT, 2, context -> context.message().length() > 1 ? fail(context) : echo(context));
            run.expects = () -> assertThat(run.sent()).last().asString().isIn("88 03ea", "88 03f3");
        });
    }

    @Test // B-11.32, a: three requests, two in flight, one of them responds itself
    void orderedReplies() throws Exception {
        explore(1, run -> {
            run.input(text(CLIENT, "1"), text(CLIENT, "2"), text(CLIENT, "3"));
            run.input(Run.AFTER_THREE_ANSWERS, close(CLIENT, 1000, ""));
            run.loop(
                    ORDERED,
                    2,
                    context -> context.message().text().equals("2")
                            ? echo(context)
                            : Response.text(context.message().text()));
            run.expects = () -> {
                assertThat(run.outcome).isEqualTo(new Outcome(true, CloseStatus.NORMAL, 3, 3, 0, null));
                assertThat(run.sent()).containsExactly("81 '1'", "81 '2'", "81 '3'", "88 03e8");
            };
        });
    }

    @Test
    void orderedRepliesAgainstAHandlerThatFails() throws Exception {
        explore(1, run -> {
            run.input(text(CLIENT, "1"), text(CLIENT, "fail"), text(CLIENT, "3"));
            run.input(Run.AFTER_OUR_CLOSE, close(CLIENT, 1011, ""));
            run.loop(ORDERED, 2, context -> context.message().length() > 1 ? fail(context) : echo(context));
            run.expects = () -> {
                assertThat(run.thrown).hasRootCauseMessage("fail");
                assertThat(run.sent()).isIn(List.of("81 '1'", "88 03f3"), List.of("88 03f3"));
            };
        });
    }

    @Test // the reader, who has no slot for the second message, must not keep the first handler from the peer's Close
    void handlerThatClosesAgainstAReaderWithoutASlot() throws Exception {
        explore(2, run -> {
            run.input(text(CLIENT, "a"), text(CLIENT, "b"), Run.AFTER_OUR_CLOSE, close(CLIENT, 4000, ""));
            run.loop(DEFAULT.withMaxInFlight(1), 1, context -> {
                context.conn().writeClose(new CloseStatus(4000, ""));
                context.flush();
                run.turns.until(() -> context.conn().state() == Conn.State.CLOSED);
                return Response.NONE;
            });
            run.expects = () -> {
                assertThat(run.outcome).isEqualTo(new Outcome(true, new CloseStatus(4000, ""), 1, 0, 0, null));
                assertThat(run.sent()).containsExactly("88 0fa0");
            };
        });
    }

    // ---- all the orders

    private static void explore(int preemptions, Consumer<Run> scenario) throws Exception {
        for (boolean relayed : new boolean[] {false, true}) {
            Turns.explore(preemptions, (choices, name) -> once(choices, name, relayed, scenario));
        }
    }

    private static void once(Turns.Choices choices, Object name, boolean relayed, Consumer<Run> scenario)
            throws Exception {
        Run run = new Run(new Turns(choices), relayed);
        scenario.accept(run);
        boolean ended = run.turns.run();
        try {
            assertThat(ended).as("everyone came to an end").isTrue();
            run.check();
        } catch (AssertionError e) {
            throw new AssertionError("in schedule " + name + ": " + e.getMessage() + " " + run.sent(), e);
        }
    }

    /** One schedule: a loop, the threads of its executor, what it is fed, and what was seen of it. */
    private static final class Run {
        /** Stand in the input where the peer waits. */
        static final byte[] AFTER_OUR_CLOSE = {};

        static final byte[] AFTER_THREE_ANSWERS = {};

        final Turns turns;
        private final boolean relayed;
        Outcome outcome;
        Throwable thrown;
        Runnable expects;
        private final Queue<byte[]> input = new ArrayDeque<>();
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
        private int flushed;
        private boolean over;

        Run(Turns turns, boolean relayed) {
            this.turns = turns;
            this.relayed = relayed;
        }

        void input(byte[]... pieces) {
            input.addAll(List.of(pieces));
        }

        void loop(Handler.AsyncOptions options, int threads, SliceHandler<Run> handler) {
            Conn conn = Conn.server(ByteReader.of(this::read), ByteWriter.of(sink()), Conn.Config.DEFAULT);
            AsyncLoop<Run> loop = new AsyncLoop<>(options, tasks::add, relayed, conn, this, handler);
            try {
                turns.control(conn);
                turns.control(loop);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("a field was renamed", e);
            }
            turns.add("reader", () -> {
                try {
                    outcome = loop.run();
                } catch (HandlerException e) {
                    thrown = e;
                } finally {
                    over = true;
                }
            });
            for (int i = 0; i < threads; i++) {
                turns.add("handler " + i, this::work);
            }
        }

        /** A thread of the executor. */
        private void work() {
            while (true) {
                turns.until(() -> !tasks.isEmpty() || over);
                Runnable task = tasks.poll();
                if (task != null) {
                    task.run();
                } else if (over) {
                    return;
                }
            }
        }

        @SuppressWarnings("ReferenceEquality") // these arrays, not others with the same bytes
        private int read(byte[] target, int offset, int length) {
            turns.point();
            if (input.peek() == AFTER_OUR_CLOSE) {
                input.remove();
                turns.until(() -> flushed().stream().anyMatch(frame -> frame.startsWith("88")));
            } else if (input.peek() == AFTER_THREE_ANSWERS) {
                input.remove();
                turns.until(() -> flushed().size() == 3);
            }
            byte[] piece = input.poll();
            if (piece == null) {
                return -1;
            }
            System.arraycopy(piece, 0, target, offset, piece.length);
            return piece.length;
        }

        private ByteWriter.Sink sink() {
            return new ByteWriter.Sink() {
                @Override
                public int write(byte[] source, int offset, int length) {
                    turns.point();
                    wire.write(source, offset, length);
                    return length;
                }

                @Override
                public void flush() {
                    turns.point();
                    flushed = wire.size();
                }
            };
        }

        private List<String> flushed() {
            return flushed < wire.size() ? List.of() : sent();
        }

        /** Every frame on the wire. */
        List<String> sent() {
            return Wire.frames(wire.toByteArray()).stream()
                    .map(Wire.Seen::toString)
                    .toList();
        }

        /** What holds whatever the order. */
        void check() {
            for (Turns.Worker worker : turns.workers()) {
                assertThat(worker.thrown).as(worker.name).isNull();
            }
            assertThat(tasks).isEmpty();
            assertThat(flushed).as("flushed").isEqualTo(wire.size());
            List<String> sent = sent();
            int close = sent.indexOf(sent.stream()
                    .filter(frame -> frame.startsWith("88"))
                    .findFirst()
                    .orElseThrow());
            assertThat(close).as("a Close is the last frame").isEqualTo(sent.size() - 1);
            assertThat(outcome == null).isEqualTo(thrown != null);
            expects.run();
        }
    }
}
