package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link Handler#run}: one message after the other (B-7.1 to B-7.10, B-7.40 to B-7.44). */
@Timeout(60)
class HandlerTest {
    private static final Handler.Options DEFAULT = Handler.Options.DEFAULT;
    private static final SliceHandler<Object> ECHO = context -> {
        context.respond(context.message());
        return Response.NONE;
    };

    private static Outcome run(Fixture f, SliceHandler<Object> handler) throws IOException {
        return Handler.run(DEFAULT, f.conn, "state", handler);
    }

    private static Fixture asked(Role role, String... texts) {
        byte[][] frames = new byte[texts.length + 1][];
        Role peer = Wire.other(role);
        for (int i = 0; i < texts.length; i++) {
            frames[i] = text(peer, texts[i]);
        }
        frames[texts.length] = close(peer, 1000, "bye");
        return Fixture.of(role, Conn.Config.DEFAULT, frames);
    }

    // ---- what a handler is given

    @ParameterizedTest // B-10.108
    @EnumSource
    void whatAHandlerReturnsIsSentWithTheTypeOfItsRequest(Role role) throws IOException {
        Fixture f = Fixture.of(
                role,
                Conn.Config.DEFAULT,
                text(Wire.other(role), "ab"),
                frame(Wire.other(role), 0x82, "cd"),
                close(Wire.other(role), 1000, "bye"));
        Outcome outcome = run(f, context -> Response.bytes(context.message().bytes()));
        assertThat(f.out.seen()).containsExactly("81 'ab'", "82 'cd'", "88 03e8627965");
        assertThat(f.out.frames()).allMatch(seen -> seen.masked() == (role == CLIENT));
        assertThat(outcome).isEqualTo(new Outcome(true, new CloseStatus(1000, "bye"), 2, 2, 0, null));
    }

    @ParameterizedTest // B-10.109
    @EnumSource
    void responseMayHaveATypeOfItsOwn(Role role) throws IOException {
        Fixture f = asked(role, "a", "b");
        run(f, context -> context.message().text().equals("a") ? Response.binary(utf8("x")) : Response.text("grün"));
        assertThat(f.out.seen()).startsWith("82 'x'", "81 'grün'");
    }

    @Test // B-10.110: no scratch is needed
    void messageThatStandsWholeIsLentAndAnyOtherIsAssembled() throws IOException {
        byte[] large = bytes(100_000);
        Fixture f = Fixture.server(
                text(CLIENT, "ping"),
                frame(CLIENT, 0x01, "in "),
                frame(CLIENT, 0x80, "two"),
                frame(CLIENT, 0x82, large),
                close(CLIENT, 1000, ""));
        List<byte[]> arrays = new ArrayList<>();
        run(f, context -> {
            arrays.add(context.message().borrowedArray());
            return Response.bytes(context.message().bytes());
        });
        assertThat(f.out.seen()).startsWith("81 'ping'", "81 'in two'");
        assertThat(f.out.frames().get(2).payload()).isEqualTo(large);
        assertThat(arrays.get(1)).isNotSameAs(arrays.get(0));
    }

    @Test // B-1.63
    void stateIsTypedAndTheSameForEveryMessage() throws IOException {
        Fixture f = asked(SERVER, "1", "2", "39");
        AtomicInteger sum = new AtomicInteger();
        Handler.run(DEFAULT, f.conn, sum, context -> {
            int value = Integer.parseInt(context.message().text());
            return Response.text(String.valueOf(context.state().addAndGet(value)));
        });
        assertThat(f.out.seen()).startsWith("81 '1'", "81 '3'", "81 '42'");
    }

    @Test // B-10.114
    void handlerHasTheConnectionAndMayThrowWhatItLikes() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, Conn.Config.DEFAULT);
            link.send(concat(text(CLIENT, "where?"), close(CLIENT, 1000, "")));
            link.peer.shutdownOutput(); // which the server waits for
            SliceHandler<Object> checked = context -> {
                if (context.message().length() == 0) {
                    throw new Exception("checked");
                }
                return Response.text(
                        context.conn().role() + " " + context.conn().upgrade().target());
            };
            Handler.run(DEFAULT, conn, "", checked);
            conn.close();
            assertThat(Wire.frames(link.receiveAll())).first().hasToString("81 'SERVER /'");
        }
    }

    @Test
    void messageIsLentUntilItsResponseWasSent() throws IOException {
        Fixture f = asked(SERVER, "kept");
        Message[] kept = new Message[1];
        run(f, context -> {
            kept[0] = context.message();
            return context2 -> context2.respond(kept[0]);
        });
        assertThat(f.out.seen()).startsWith("81 'kept'");
        assertThatThrownBy(kept[0]::text).isInstanceOf(IllegalStateException.class);
    }

    // ---- what it answers

    @Test // B-7.9
    void handlerRespondsAsOftenAsItLikesAndWhatItReturnsComesLast() throws IOException {
        Fixture f = asked(SERVER, "go");
        Outcome outcome = run(f, context -> {
            context.respond("one");
            context.respond(utf8("two"));
            context.respond(MessageType.BINARY, utf8("-three-"), 1, 5);
            context.respond(Response.chunks(List.of(utf8("fo"), utf8("ur"))));
            return Response.text("five");
        });
        assertThat(f.out.seen())
                .containsExactly("81 'one'", "81 'two'", "82 'three'", "81 'four'", "81 'five'", "88 03e8627965");
        assertThat(outcome.responses()).isEqualTo(5);
    }

    @ParameterizedTest // B-10.117
    @EnumSource
    void noneSendsNothing(Role role) throws IOException {
        Fixture f = asked(role, "a", "b");
        Outcome outcome = run(f, context -> Response.NONE);
        assertThat(f.out.seen()).containsExactly("88 03e8627965");
        assertThat(outcome.messages()).isEqualTo(2);
        assertThat(outcome.responses()).isZero();
    }

    @Test // B-7.41
    void emptyBytesAreAnEmptyMessage() throws IOException {
        Fixture f = asked(SERVER, "a");
        run(f, context -> Response.bytes(new byte[0]));
        assertThat(f.out.seen()).startsWith("81 ''");
    }

    private record Sum(long value) implements Response {
        @Override
        public void respondTo(HandlerContext<?> context) throws IOException {
            context.respond("sum " + value);
        }
    }

    @Test // B-1.67
    void typeOfTheApplicationMayBeAResponse() throws IOException {
        Fixture f = asked(SERVER, "a");
        run(f, context -> new Sum(7));
        assertThat(f.out.seen()).startsWith("81 'sum 7'");
    }

    private static List<byte[]> chunks(String joined) {
        return Arrays.stream(joined.split(",", -1)).map(Wire::utf8).toList();
    }

    private static List<String> sentAs(Role role, int stage, Response response) throws IOException {
        Fixture f = asked(role, "go");
        Handler.run(DEFAULT.withStageLength(stage), f.conn, "", context -> response);
        assertThat(f.out.frames()).allMatch(seen -> seen.masked() == (role == CLIENT));
        return f.out.seen().subList(0, f.out.seen().size() - 1);
    }

    @ParameterizedTest // B-10.111, B-10.112, B-7.42, B-7.43; a client masks each frame from its own beginning
    @MethodSource("roles")
    void chunksUpToTheStageAreOneFrameAndOverItAFrameEach(Role role) throws IOException {
        Response abcdef = Response.chunks(chunks("a,bc,def"));
        assertThat(sentAs(role, 6, abcdef)).containsExactly("81 'abcdef'");
        assertThat(sentAs(role, 5, abcdef)).containsExactly("01 'a'", "00 'bc'", "80 'def'");
        assertThat(sentAs(role, 1, Response.chunks(MessageType.BINARY, chunks("a,,bc,"))))
                .containsExactly("02 'a'", "00 ''", "00 'bc'", "80 ''");
        assertThat(sentAs(role, 1, Response.chunks(chunks("alone")))).containsExactly("81 'alone'");
        assertThat(sentAs(role, 1, Response.chunks(List.of()))).containsExactly("81 ''");
    }

    static Role[] roles() {
        return Role.values();
    }

    @Test // B-10.107, B-1.60
    void stageOfZeroIsTheLongestMessage() throws IOException {
        Conn.Config small = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxMessagePayload(4));
        Fixture f = Fixture.of(SERVER, small, text(CLIENT, "go"), text(CLIENT, "on"), close(CLIENT, 1000, ""));
        run(f, context -> Response.chunks(chunks(context.message().text().equals("go") ? "ab,cd" : "ab,cde")));
        assertThat(f.out.seen()).startsWith("81 'abcd'", "01 'ab'", "80 'cde'");
    }

    @ParameterizedTest // B-7.43 did not check: improved
    @CsvSource({"0", "1"})
    void chunksOfATextAreUtf8AsAWholeAndMayBeCutWithinACharacter(int stage) throws IOException {
        byte[] umlaut = utf8("ü");
        List<byte[]> cut = List.of(new byte[] {umlaut[0]}, new byte[] {umlaut[1]});
        assertThat(String.join("", sentAs(SERVER, stage, Response.chunks(cut)))).hasSizeGreaterThan(3);
        Fixture f = asked(SERVER, "go");
        assertThatThrownBy(() -> Handler.run(
                        DEFAULT.withStageLength(stage), f.conn, "", context -> Response.chunks(cut.subList(0, 1))))
                .isInstanceOf(HandlerException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(f.out.seen()).containsExactly("88 03f3");
    }

    // ---- when output leaves

    @Test // B-7.10
    void answersToABatchOfRequestsAreOneWrite() throws IOException {
        Fixture f = asked(SERVER, "1", "2", "3", "4");
        int[] writes = new int[1];
        f.in.beforeEach(() -> writes[0] = f.out.writes());
        run(f, ECHO);
        assertThat(f.out.writes()).isEqualTo(1);
        assertThat(writes[0]).isZero();
    }

    @Test // B-11.30
    void answersGoOutBeforeTheRestOfAHalfFrameIsWaitedFor() throws IOException {
        byte[] two = concat(text(CLIENT, "first"), text(CLIENT, "second"));
        Pieces in = Pieces.cut(two, two.length - 3).add(close(CLIENT, 1000, ""));
        Fixture f = Fixture.of(SERVER, in);
        List<List<String>> sentBefore = new ArrayList<>();
        in.beforeEach(() -> sentBefore.add(f.out.seen()));
        run(f, ECHO);
        assertThat(sentBefore).startsWith(List.of(), List.of("81 'first'"));
    }

    @Test
    void withoutAutoFlushTheHandlerDecidesWhatLeaves() throws IOException {
        Pieces in = Pieces.whole(text(CLIENT, "a"))
                .add(text(CLIENT, "b"))
                .add(text(CLIENT, "c"))
                .add(close(CLIENT, 1000, ""));
        Fixture f = Fixture.of(SERVER, in);
        List<Integer> framesBefore = new ArrayList<>();
        in.beforeEach(() -> framesBefore.add(f.out.seen().size()));
        Handler.run(DEFAULT.withAutoFlush(false), f.conn, "", context -> {
            context.respond(context.message());
            if (context.message().text().equals("b")) {
                context.flush();
            }
            return Response.NONE;
        });
        assertThat(framesBefore).containsExactly(0, 0, 2, 2);
        assertThat(f.out.seen()).hasSize(4);
    }

    @Test
    void withoutAutoFlushAPongLeavesAllTheSame() throws IOException {
        Pieces in = Pieces.whole(concat(text(CLIENT, "a"), frame(CLIENT, 0x89, "!")))
                .add(text(CLIENT, "b"))
                .add(close(CLIENT, 1000, ""));
        Fixture f = Fixture.of(SERVER, in);
        List<Integer> framesBefore = new ArrayList<>();
        in.beforeEach(() -> framesBefore.add(f.out.seen().size()));
        Handler.run(DEFAULT.withAutoFlush(false), f.conn, "", ECHO);
        assertThat(framesBefore).containsExactly(0, 2, 2);
    }

    @Test // what the loop changed it changes back
    void afterALoopWithoutAutoFlushTheConnectionFlushesAsBefore() throws IOException {
        Pieces in = Pieces.whole(text(CLIENT, "a")).add(text(CLIENT, "b")).add(text(CLIENT, "c"));
        Fixture f = Fixture.of(SERVER, in);
        Handler.Options options = DEFAULT.withAutoFlush(false).withCloseOnHandlerError(false);
        assertThatThrownBy(() -> Handler.run(options, f.conn, "", context -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(HandlerException.class);
        f.conn.writeText("x");
        f.conn.readMessage();
        assertThat(f.out.seen()).containsExactly("81 'x'");
    }

    // ---- a handler that fails

    @ParameterizedTest // B-10.115, B-7.7; and an Error ends one connection, not more
    @MethodSource("roles")
    void handlerThatThrowsClosesWith1011AndItsOwnExceptionIsTheCause(Role role) {
        for (Throwable thrown :
                List.of(new IllegalStateException("no"), new IOException("no"), new OutOfMemoryError())) {
            Fixture f = asked(role, "a", "b");
            HandlerException failure = catchThrowableOfType(
                    HandlerException.class,
                    () -> run(f, context -> {
                        context.respond("before");
                        if (thrown instanceof Exception e) {
                            throw e;
                        }
                        throw (Error) thrown;
                    }));
            assertThat(failure).hasCause(thrown).hasMessageContaining(thrown.toString());
            assertThat(f.out.seen()).containsExactly("81 'before'", "88 03f3");
        }
    }

    @ParameterizedTest // B-10.116
    @MethodSource("roles")
    void handlerThatThrowsMayLeaveTheRestToTheCaller(Role role) throws IOException {
        Fixture f = asked(role, "bad", "good");
        SliceHandler<Object> picky = context -> {
            if (context.message().text().equals("bad")) {
                throw new IOException("picky");
            }
            return Response.bytes(context.message().bytes());
        };
        Handler.Options options = DEFAULT.withCloseOnHandlerError(false);
        assertThatThrownBy(() -> Handler.run(options, f.conn, "", picky)).isInstanceOf(HandlerException.class);
        assertThat(f.out.seen()).isEmpty();
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
        assertThat(Handler.run(options, f.conn, "", picky).clean()).isTrue();
        assertThat(f.out.seen()).containsExactly("81 'good'", "88 03e8627965");
    }

    @Test // B-7.8 gave no 1011: improved (B-11.33)
    void responseThatCannotBeSentIsAFailureOfTheHandler() {
        List<Response> bad = List.of(
                Response.text("\ud800"),
                Response.bytes(new byte[] {(byte) 0xff}),
                context -> {
                    throw new IOException("no");
                },
                context -> {
                    throw new ArithmeticException();
                });
        for (Response response : bad) {
            Fixture f = asked(SERVER, "a");
            assertThatThrownBy(() -> run(f, context -> response)).isInstanceOf(HandlerException.class);
            assertThat(f.out.seen()).containsExactly("88 03f3");
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void handlerThatReturnsNullIsToldWhatToReturn() {
        Fixture f = asked(SERVER, "a");
        assertThatThrownBy(() -> run(f, context -> null))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Response.NONE");
        assertThat(f.out.seen()).containsExactly("88 03f3");
    }

    @Test
    void interruptedHandlerLeavesItsThreadInterrupted() {
        Fixture f = asked(SERVER, "a");
        assertThatThrownBy(() -> run(f, context -> {
                    throw new InterruptedException();
                }))
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatAnotherConnectionThrowsIsAFailureOfTheHandler() throws IOException {
        Fixture other = Fixture.server();
        other.conn.writeClose(CloseStatus.NORMAL);
        Fixture f = asked(SERVER, "a");
        assertThatThrownBy(() -> run(f, context -> {
                    other.conn.sendText("x");
                    return Response.NONE;
                }))
                .hasCauseInstanceOf(ConnectionClosedException.class);
        assertThat(f.out.seen()).containsExactly("88 03f3");
    }

    @Test
    void messageThatAHandlerLeftUnfinishedIsAFailure() {
        Fixture f = asked(SERVER, "a");
        assertThatThrownBy(() -> run(f, context -> {
                    context.conn().writeStream(MessageType.TEXT).write('x');
                    return Response.text("y");
                }))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("MessageOutput");
        assertThat(f.out.seen()).containsExactly("88 03f3");
    }

    // ---- how it ends

    @Test // B-11.34
    void endWithoutACloseIsNotClean() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "a"));
        Outcome outcome = run(f, ECHO);
        assertThat(outcome.clean()).isFalse();
        assertThat(outcome.status()).isEqualTo(CloseStatus.ABNORMAL);
        assertThat(outcome.failure()).isInstanceOf(ConnectionLostException.class);
        assertThat(outcome.messages()).isEqualTo(1);
    }

    @ParameterizedTest // B-11.33, B-4.40: also in the middle of a message
    @CsvSource({"81 00, 1002", "81 81 00000000 ff, 1007", "82 ff 7fffffffffffffff 00000000, 1009"})
    void violationIsAnsweredAndIsTheOutcome(String frame, int code) throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "a"), hex(frame));
        Outcome outcome = run(f, ECHO);
        assertThat(outcome.status()).isEqualTo(new CloseStatus(code, ""));
        assertThat(outcome.failure()).isInstanceOf(ProtocolException.class);
        assertThat(f.out.seen())
                .containsExactly(
                        "81 'a'", "88 " + Integer.toHexString(0x10000 + code).substring(1));
    }

    @Test // B-4.40
    void messageOverTheLimitOfADrainingConnectionIs1009() throws IOException {
        Conn.Config draining = Conn.Config.DEFAULT.withLimits(
                Limits.DEFAULT.withMaxMessagePayload(3).withOversize(Limits.Oversize.DRAIN));
        Fixture f = Fixture.of(SERVER, draining, text(CLIENT, "four"), text(CLIENT, "a"));
        Outcome outcome = run(f, ECHO);
        assertThat(outcome.failure()).isInstanceOf(MessageTooLargeException.class);
        assertThat(outcome.status().code()).isEqualTo(1009);
        assertThat(f.out.seen()).containsExactly("88 03f1");
    }

    @ParameterizedTest
    @MethodSource("roles")
    void handlerThatSendsACloseIsGivenNothingMoreAndThePeersCloseEndsTheLoop(Role role) throws IOException {
        Fixture f = asked(role, "last", "late", "later");
        Outcome outcome = run(f, context -> {
            context.conn().writeClose(new CloseStatus(4000, "enough"));
            return Response.text("refused");
        });
        assertThat(f.out.seen()).containsExactly("88 0fa0656e6f756768");
        assertThat(outcome).isEqualTo(new Outcome(true, new CloseStatus(1000, "bye"), 1, 0, 0, null));
    }

    @Test
    void handlerMayCloseTheConnectionItself() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, Conn.Config.DEFAULT);
            link.send(concat(text(CLIENT, "end"), text(CLIENT, "late"), close(CLIENT, 4001, "")));
            link.peer.shutdownOutput(); // which the server waits for
            boolean[] clean = new boolean[1];
            Outcome outcome = Handler.run(DEFAULT, conn, "", context -> {
                clean[0] = context.conn().close(new CloseStatus(4001, ""), Duration.ofSeconds(50));
                return Response.text("refused");
            });
            assertThat(clean[0]).isTrue();
            assertThat(outcome).isEqualTo(new Outcome(true, new CloseStatus(4001, ""), 1, 0, 0, null));
            assertThat(Wire.frames(link.receiveAll())).singleElement().hasToString("88 0fa1");
        }
    }

    @Test // B-7.56; however it is wrapped
    void handlerThatMeetsTheEndOfItsOwnConnectionHasNotFailed() throws IOException {
        Fixture f = asked(SERVER, "a");
        Outcome outcome = run(f, context -> {
            context.conn().writeClose(CloseStatus.NORMAL);
            try {
                context.respond("refused");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Response.NONE;
        });
        assertThat(outcome.clean()).isTrue();
    }

    @Test
    void handlerThatMeetsAFailedConnectionEndsTheLoopWithThatFailure() throws IOException {
        Fixture f = asked(SERVER, "a", "b");
        Outcome outcome = run(f, context -> {
            context.conn().abort();
            context.respond("refused");
            return Response.NONE;
        });
        assertThat(outcome.failure())
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("aborted");
        assertThat(outcome.messages()).isEqualTo(1);
    }

    @Test
    void misuseOfTheConnectionComesOutAsItIsAndSaysNothing() throws IOException {
        Fixture f = asked(SERVER, "a");
        f.conn.beginFrame();
        assertThatThrownBy(() -> run(f, ECHO)).isInstanceOf(IllegalStateException.class);
        assertThat(f.out.written()).isEmpty();
        f.conn.discardFrame();
        assertThat(run(f, ECHO).clean()).isTrue();
    }

    @Test
    @SuppressWarnings("NullAway")
    void handlerIsRequiredBeforeAnythingIsRead() {
        Fixture f = asked(SERVER, "a");
        assertThatThrownBy(() -> run(f, null)).isInstanceOf(NullPointerException.class);
        assertThat(f.out.written()).isEmpty();
        assertThat(f.conn.state()).isEqualTo(Conn.State.OPEN);
    }

    @Test
    void optionsHaveRangesAndDefaults() {
        assertThat(DEFAULT).isEqualTo(new Handler.Options(true, 0, true)); // B-1.56
        assertThat(Handler.AsyncOptions.DEFAULT) // B-1.57
                .isEqualTo(new Handler.AsyncOptions(4, false, true, 0, 10_000_000_000L));
        assertThatThrownBy(() -> DEFAULT.withStageLength(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stageLength");
        Handler.AsyncOptions async = Handler.AsyncOptions.DEFAULT;
        assertThatThrownBy(() -> async.withMaxInFlight(0)) // B-1.59
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxInFlight");
        assertThatThrownBy(() -> async.withStageLength(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> async.withEndNanos(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(async.withMaxInFlight(7).withOrdered(true).withCloseOnHandlerError(false))
                .isEqualTo(new Handler.AsyncOptions(7, true, false, 0, 10_000_000_000L));
    }
}
