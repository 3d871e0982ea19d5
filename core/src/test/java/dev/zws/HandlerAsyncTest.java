package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.close;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Handler#runAsync}: several handlers at the same time (B-7.50 to B-7.64, B-11.32). */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HandlerAsyncTest {
    private static final Handler.AsyncOptions DEFAULT = Handler.AsyncOptions.DEFAULT;
    private static final Handler.AsyncOptions ORDERED = DEFAULT.withOrdered(true);
    private static final Executor VIRTUAL = Handler.VIRTUAL_THREADS;

    // ---- at the same time

    @ParameterizedTest
    @EnumSource
    void handlersRunBesideEachOtherAndRespondAsTheyAreDone(Role role) throws Exception {
        AsyncSession s = new AsyncSession(role, AsyncSession.messages(Wire.other(role), "1", "2", "3"))
                .run(DEFAULT, VIRTUAL, AsyncSession::gated);
        s.awaitBegun(3);
        int answered = 0;
        for (String name : List.of("3", "1", "2")) {
            s.open(name);
            s.awaitSent(++answered);
        }
        Outcome outcome = s.close();
        assertThat(s.out.seen()).containsExactly("81 '3'", "81 '1'", "81 '2'", "88 03e8");
        assertThat(s.out.frames()).allMatch(seen -> seen.masked() == (role == CLIENT));
        assertThat(outcome).isEqualTo(new Outcome(true, CloseStatus.NORMAL, 3, 3, 0, null));
    }

    @ParameterizedTest // B-10.120, B-10.121, B-10.122: what was written first leaves first, although its handler ends
    // last
    @ValueSource(booleans = {false, true})
    void responsesLeaveInTheOrderInWhichTheyWereWritten(boolean chunked) throws Exception {
        for (int round = 0; round < 32; round++) {
            AsyncSession s = new AsyncSession("first", "second").run(DEFAULT.withStageLength(1), VIRTUAL, context -> {
                String text = context.message().text();
                if (text.equals("second")) {
                    context.state().gate("written").await();
                }
                if (chunked) {
                    context.respond(MessageType.TEXT, List.of(utf8(text), utf8("!")));
                } else {
                    context.respond(text);
                }
                if (text.equals("first")) {
                    context.state().open("written");
                    context.state().gate("second is done").await();
                }
                return Response.NONE;
            });
            s.awaitSent(chunked ? 4 : 2);
            s.open("second is done");
            s.close();
            assertThat(s.out.seen())
                    .startsWith(
                            chunked
                                    ? new String[] {"01 'first'", "80 '!'", "01 'second'", "80 '!'"}
                                    : new String[] {"81 'first'", "81 'second'"});
        }
    }

    @ParameterizedTest // B-11.32, a
    @EnumSource
    void orderedResponsesLeaveInTheOrderOfTheRequests(Role role) throws Exception {
        AsyncSession s = new AsyncSession(role, AsyncSession.messages(Wire.other(role), "1", "2", "3", "4"))
                .run(ORDERED, VIRTUAL, AsyncSession::gated);
        s.awaitBegun(4);
        s.open("4", "2");
        s.feed.awaitReader();
        assertThat(s.out.written()).isEmpty();
        s.open("1");
        s.awaitSent(2);
        s.open("3");
        s.awaitSent(4);
        s.close();
        assertThat(s.out.seen()).containsExactly("81 '1'", "81 '2'", "81 '3'", "81 '4'", "88 03e8");
    }

    @Test
    void orderedHandlerThatRespondsItselfWaitsForItsTurn() throws Exception {
        AsyncSession s = new AsyncSession("1", "2").run(ORDERED, VIRTUAL, context -> {
            String text = context.message().text();
            if (text.equals("1")) {
                context.respond("1a");
                context.state().gate("1").await();
            }
            context.respond(MessageType.TEXT, List.of(utf8(text), utf8("b")));
            return Response.text(text + "c");
        });
        s.awaitBegun(2);
        s.open("1");
        s.awaitSent(5);
        s.close();
        assertThat(s.out.seen()).containsExactly("81 '1a'", "81 '1b'", "81 '1c'", "81 '2b'", "81 '2c'", "88 03e8");
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "true, 1", "false, 3", "true, 3", "true, 64"})
    void thousandMessagesAreEachAnsweredOnce(boolean ordered, int inFlight) throws Exception {
        String[] texts = new String[1000];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = "message " + i;
        }
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AsyncSession s = new AsyncSession(texts)
                .run(DEFAULT.withOrdered(ordered).withMaxInFlight(inFlight), VIRTUAL, context -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    context.respond(context.message());
                    now.decrementAndGet();
                    return Response.NONE;
                });
        s.awaitSent(texts.length);
        Outcome outcome = s.close();
        List<String> seen = s.out.frames().stream().map(Wire.Seen::text).toList();
        seen = seen.subList(0, texts.length);
        if (ordered) {
            assertThat(seen).containsExactly(texts);
        } else {
            assertThat(seen).containsExactlyInAnyOrder(texts);
        }
        assertThat(most.get()).isLessThanOrEqualTo(inFlight);
        assertThat(outcome.messages()).isEqualTo(1000);
        assertThat(outcome.responses()).isEqualTo(1000);
    }

    @Test // B-7.50
    void readerWaitsWhileAsManyAreInFlightAsMay() throws Exception {
        AsyncSession s = new AsyncSession("1", "2").run(DEFAULT.withMaxInFlight(2), VIRTUAL, AsyncSession::gated);
        s.awaitBegun(2);
        s.feed.give(text(CLIENT, "3")).awaitTaken();
        s.loop.awaitWaiting();
        assertThat(s.begun.tryAcquire()).isFalse();
        s.open("2");
        s.awaitBegun(1);
        s.open("1", "3");
        s.awaitSent(3);
        s.close();
        assertThat(s.out.seen()).startsWith("81 '2'").contains("81 '1'", "81 '3'");
    }

    @Test // B-7.51
    void everyHandlerHasACopyOfItsMessageForAsLongAsItRuns() throws Exception {
        AsyncSession s = new AsyncSession("aaaa", "bbbb").run(DEFAULT, VIRTUAL, context -> {
            context.state().gate("all").await();
            return Response.text(context.message().text());
        });
        s.awaitBegun(2);
        s.feed.give(text(CLIENT, "cccc"));
        s.awaitBegun(1);
        s.open("all");
        s.awaitSent(3);
        s.close();
        assertThat(s.out.seen().subList(0, 3)).containsExactlyInAnyOrder("81 'aaaa'", "81 'bbbb'", "81 'cccc'");
    }

    @Test // B-11.32, d; nothing else comes that would have it flushed
    void everyResponseIsFlushedWhenItsHandlerIsDone() throws Exception {
        AsyncSession s = new AsyncSession("1").run(DEFAULT, VIRTUAL, context -> {
            context.state().feed.awaitReader();
            context.respond("a");
            context.conn().writeText("b");
            return Response.NONE;
        });
        s.awaitSent(2);
        s.close();
        assertThat(s.out.seen()).containsExactly("81 'a'", "81 'b'", "88 03e8");
    }

    @Test // also of one that fails, where nothing is said for it
    void whatAHandlerHadWrittenWhenItFailedIsFlushed() throws Exception {
        AsyncSession s = new AsyncSession("1").run(DEFAULT.withCloseOnHandlerError(false), VIRTUAL, context -> {
            context.state().feed.awaitReader();
            context.respond("a");
            throw new IOException("no");
        });
        s.awaitSent(1);
        s.feed.end();
        s.loop.join();
        assertThat(s.out.seen()).containsExactly("81 'a'");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersThatAreReadyTogetherLeaveInOneWrite(boolean ordered) throws Exception {
        BlockingQueue<Runnable> threads = new LinkedBlockingQueue<>();
        AsyncSession s = new AsyncSession("1", "2", "3", "4", "5", "6", "7", "8")
                .runRelayed(
                        DEFAULT.withMaxInFlight(8).withOrdered(ordered),
                        threads::add,
                        context -> Response.text(context.message().text()));
        s.feed.awaitReader();
        threads.take().run();
        assertThat(s.out.writes()).isEqualTo(1);
        assertThat(s.out.seen())
                .containsExactly("81 '1'", "81 '2'", "81 '3'", "81 '4'", "81 '5'", "81 '6'", "81 '7'", "81 '8'");
        s.close();
    }

    @Test // although it shares its thread with the one before
    void answerDoesNotWaitForTheHandlerAfterItThatHangs() throws Exception {
        BlockingQueue<Runnable> threads = new LinkedBlockingQueue<>();
        AsyncSession s = new AsyncSession("quick", "hangs", "behind").runRelayed(DEFAULT, threads::add, context -> {
            String text = context.message().text();
            if (text.equals("hangs")) {
                context.state().open("hanging");
                context.state().gate("hangs").await();
            }
            return Response.text(text);
        });
        s.feed.awaitReader();
        Running first = Running.start(threads.take()::run);
        s.gate("hanging").await();
        assertThat(s.out.written()).isEmpty();
        threads.take().run();
        assertThat(s.out.seen()).containsExactly("81 'quick'", "81 'behind'");
        s.open("hangs");
        assertThat(first.join()).isNull();
        s.awaitSent(3);
        s.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "single"})
    void noAnswerWaitsForAHandlerThatHangs(String kind) throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor();
        for (int round = 0; round < 32; round++) {
            AsyncSession s = new AsyncSession("quick", "hangs")
                    .run(
                            DEFAULT,
                            kind.equals("virtual") ? VIRTUAL : single,
                            context -> context.message().text().equals("hangs")
                                    ? AsyncSession.gated(context)
                                    : Response.text("quick"));
            s.awaitSent(1);
            assertThat(s.out.seen()).containsExactly("81 'quick'");
            s.open("hangs");
            s.awaitSent(2);
            s.close();
        }
        single.shutdown();
    }

    @ParameterizedTest // the response of another handler, sent by the one before it
    @ValueSource(booleans = {false, true})
    void orderedAnswerDoesNotWaitForTheResponseAfterItThatHangs(boolean relayed) throws Exception {
        AsyncSession s = new AsyncSession("1", "2");
        SliceHandler<AsyncSession> handler = context -> {
            if (context.message().text().equals("1")) {
                context.state().gate("1").await();
                return Response.text("1");
            }
            context.state().open("2 is done");
            return sending -> {
                try {
                    s.gate("2").await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                sending.respond("2");
            };
        };
        Executor threads = Thread::startVirtualThread;
        if (relayed) {
            s.runRelayed(ORDERED, threads, handler);
        } else {
            s.run(ORDERED, threads, handler);
        }
        s.gate("2 is done").await();
        s.open("1");
        s.awaitSent(1);
        assertThat(s.out.seen()).containsExactly("81 '1'");
        s.open("2");
        s.awaitSent(2);
        s.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sinkThatFailsUnexpectedlyIsAFailureOfTheHandler(boolean closeOnHandlerError) throws Exception {
        Throwable thrown =
                overASinkThatFails(DEFAULT.withCloseOnHandlerError(closeOnHandlerError), context -> Response.text("1"));
        assertThat(thrown).isInstanceOf(HandlerException.class).hasRootCauseMessage("no");
        assertThat(thrown.getSuppressed()).isEmpty();
    }

    @Test
    void sinkThatFailsAfterAHandlerDidIsSuppressed() throws Exception {
        Throwable thrown = overASinkThatFails(DEFAULT.withCloseOnHandlerError(false), context -> {
            context.respond("1");
            throw new IOException("handler");
        });
        assertThat(thrown).isInstanceOf(HandlerException.class).hasRootCauseMessage("handler");
        assertThat(thrown.getSuppressed()).singleElement().asString().endsWith("no");
    }

    @Test // once the loop had ended, nobody would be told
    void flushUnderWayWhenTheLoopEndsMayStillFailIt() throws Exception {
        CountDownLatch flushing = new CountDownLatch(1);
        Semaphore gate = new Semaphore(0);
        Feed feed = new Feed().give(text(CLIENT, "1"));
        ByteWriter writer = ByteWriter.of((source, offset, length) -> {
            flushing.countDown();
            gate.acquireUninterruptibly();
            throw new IllegalArgumentException("no");
        });
        Conn conn = Conn.server(ByteReader.of(feed), writer, Conn.Config.DEFAULT);
        Running loop = Running.start(() -> Handler.runAsync(DEFAULT, VIRTUAL, conn, "", context -> {
            feed.awaitReader(); // who waits already, and so will not flush
            return Response.text("1");
        }));
        flushing.await();
        feed.end();
        loop.awaitWaitingIn(Relay.class);
        gate.release();
        assertThat(loop.join()).isInstanceOf(HandlerException.class).hasRootCauseMessage("no");
    }

    private static Throwable overASinkThatFails(Handler.AsyncOptions options, SliceHandler<String> handler)
            throws Exception {
        Feed feed = new Feed().give(text(CLIENT, "1"));
        ByteWriter writer = ByteWriter.of((source, offset, length) -> {
            throw new IllegalArgumentException("no");
        });
        Conn conn = Conn.server(ByteReader.of(feed), writer, Conn.Config.DEFAULT);
        Running loop = Running.start(() -> Handler.runAsync(options, VIRTUAL, conn, "", context -> {
            feed.awaitReader(); // who waits already, and so will not flush
            return handler.handle(context);
        }));
        while (conn.state() != Conn.State.FAILED) {
            Thread.onSpinWait();
        }
        feed.end();
        return loop.join();
    }

    // ---- the peer ends it

    @Test // B-7.56, B-11.32, b
    void peersCloseIsAnsweredAtOnceAndNothingFollowsIt() throws Exception {
        AsyncSession s = new AsyncSession("1").run(DEFAULT, VIRTUAL, AsyncSession::gated);
        s.awaitBegun(1);
        s.feed.give(close(CLIENT, 4001, "bye"));
        s.awaitSent(1);
        s.open("1");
        assertThat(s.outcome()).isEqualTo(new Outcome(true, new CloseStatus(4001, "bye"), 1, 0, 0, null));
        assertThat(s.out.seen()).containsExactly("88 0fa1627965");
    }

    @Test // B-7.55: improved, the stream's end without a Close is a failure
    void handlersMayFinishAfterTheStreamHasEnded() throws Exception {
        AtomicInteger finished = new AtomicInteger();
        AsyncSession s = new AsyncSession("1").run(DEFAULT, VIRTUAL, context -> {
            Response response = AsyncSession.gated(context);
            finished.incrementAndGet();
            return response;
        });
        s.awaitBegun(1);
        s.feed.end();
        s.loop.awaitWaiting();
        s.open("1");
        Outcome outcome = s.outcome();
        assertThat(outcome.failure()).isInstanceOf(ConnectionLostException.class);
        assertThat(outcome.status()).isEqualTo(CloseStatus.ABNORMAL);
        assertThat(finished.get()).isEqualTo(1);
        assertThat(outcome.unfinished()).isZero();
    }

    @Test // B-7.57: improved, the mapped Close is sent (B-11.33)
    void violationIsAnsweredAndLaterResponsesAreRefused() throws Exception {
        AsyncSession s = new AsyncSession("1").run(DEFAULT, VIRTUAL, AsyncSession::gated);
        s.awaitBegun(1);
        s.feed.give(hex("81 00"));
        s.awaitSent(1);
        s.open("1");
        assertThat(s.outcome().status().code()).isEqualTo(1002);
        assertThat(s.out.seen()).containsExactly("88 03ea");
    }

    // ---- a handler fails

    @ParameterizedTest // B-10.123, B-7.58
    @EnumSource
    void handlerThatThrowsSendsOne1011AndItsExceptionComesOut(Role role) throws Exception {
        Role peer = Wire.other(role);
        AsyncSession s = new AsyncSession(role, text(peer, "a")).run(DEFAULT, VIRTUAL, context -> {
            throw new IllegalStateException("no");
        });
        s.awaitSent(1);
        s.feed.give(close(peer, 1011, ""));
        assertThat(s.failure()).hasRootCauseMessage("no");
        assertThat(s.out.seen()).containsExactly("88 03f3");
        assertThat(s.out.frames()).allMatch(seen -> seen.masked() == (role == CLIENT));
    }

    @ParameterizedTest // B-10.124, B-10.125
    @ValueSource(booleans = {false, true})
    void ofTwoHandlersThatFailOneIsToldToThePeerAndBothComeOut(boolean ordered) throws Exception {
        for (int round = 0; round < 32; round++) {
            AsyncSession s = new AsyncSession("1", "2").run(DEFAULT.withOrdered(ordered), VIRTUAL, context -> {
                context.state().gate("both").await();
                throw new IllegalStateException(context.message().text());
            });
            s.awaitBegun(2);
            s.open("both");
            s.awaitSent(1);
            s.feed.give(close(CLIENT, 1011, ""));
            HandlerException failure = s.failure();
            List<String> all = new ArrayList<>(List.of(failure.getCause().getMessage()));
            for (Throwable other : failure.getSuppressed()) {
                all.add(other.getMessage());
            }
            assertThat(all).containsExactlyInAnyOrder("1", "2");
            assertThat(s.out.seen()).containsExactly("88 03f3");
        }
    }

    @Test
    void errorInAHandlerIsAFailureLikeAnyOther() throws Exception {
        AsyncSession s = new AsyncSession("1").run(DEFAULT, VIRTUAL, context -> {
            throw new StackOverflowError("deep");
        });
        s.awaitSent(1);
        s.feed.end();
        assertThat(s.failure()).hasCauseInstanceOf(StackOverflowError.class);
        assertThat(s.out.seen()).containsExactly("88 03f3");
    }

    @Test // B-7.59: improved
    void responseThatCannotBeSentIsAFailureOfTheHandler() throws Exception {
        for (Handler.AsyncOptions options : List.of(DEFAULT, ORDERED)) {
            AsyncSession s = new AsyncSession("1").run(options, VIRTUAL, context -> Response.text("\ud800"));
            s.awaitSent(1);
            s.feed.end();
            assertThat(s.failure()).hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(s.out.seen()).containsExactly("88 03f3");
        }
    }

    @Test
    void afterAFailureNothingIsBegunAndNothingSent() throws Exception {
        AsyncSession s = new AsyncSession("slow", "bad", "waits").run(DEFAULT.withMaxInFlight(2), VIRTUAL, context -> {
            if (context.message().text().equals("bad")) {
                context.state().gate("slow has begun").await();
                throw new IOException("bad");
            }
            context.state().open("slow has begun");
            return AsyncSession.gated(context);
        });
        s.awaitSent(1);
        s.open("slow");
        s.feed.end();
        assertThat(s.failure()).hasRootCauseMessage("bad");
        assertThat(s.begun.availablePermits()).isEqualTo(2);
        assertThat(s.out.seen()).containsExactly("88 03f3");
    }

    @ParameterizedTest // B-11.32, c; B-7.60: improved. The peer answers the Close, or it is late
    @CsvSource({"true, 50_000", "false, 200"})
    void readerThatWaitsForThePeerIsWokenByAHandlersFailure(boolean answers, String closeMillis) throws Exception {
        long nanos = Long.parseLong(closeMillis.replace("_", "")) * 1_000_000;
        Conn.Config config = Conn.Config.DEFAULT.withDeadlines(Deadlines.DEFAULT.withCloseNanos(nanos));
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, config);
            link.send(text(CLIENT, "a"));
            Running loop = Running.start(() -> Handler.runAsync(DEFAULT, VIRTUAL, conn, "", context -> {
                link.awaitReading();
                throw new IOException("no");
            }));
            assertThat(link.in().readNBytes(4)).isEqualTo(hex("88 02 03f3"));
            if (answers) {
                link.send(close(CLIENT, 1011, ""));
                link.peer.shutdownOutput(); // which the server waits for
            }
            assertThat(loop.join()).isInstanceOf(HandlerException.class).hasRootCauseMessage("no");
            conn.close();
            assertThat(link.receiveAll()).isEmpty();
        }
    }

    @Test // B-10.116
    void handlerThatThrowsMayLeaveTheRestToTheCaller() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        Executor executor = task -> VIRTUAL.execute(() -> {
            task.run();
            failed.countDown();
        });
        AsyncSession s = new AsyncSession("bad").run(DEFAULT.withCloseOnHandlerError(false), executor, context -> {
            context.state().feed.awaitReader(); // who does not wait yet ends without another message
            throw new IOException("no");
        });
        failed.await();
        s.feed.give(text(CLIENT, "lost"), text(CLIENT, "kept"));
        assertThat(s.failure()).hasRootCauseMessage("no");
        assertThat(s.conn.state()).isEqualTo(Conn.State.OPEN);
        assertThat(s.out.written()).isEmpty();
        assertThat(s.begun.availablePermits()).isEqualTo(1);
        assertThat(s.conn.readMessage().text()).isEqualTo("kept");
    }

    @Test // or the close would wait for the peer's Close, and the reader, who should find it, for a handler
    void handlersThatCloseDoNotKeepTheReaderFromThePeersClose() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, Conn.Config.DEFAULT);
            CountDownLatch full = new CountDownLatch(1);
            AtomicReference<Object> closed = new AtomicReference<>();
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            Running loop = Running.start(() ->
                    outcome.complete(Handler.runAsync(DEFAULT.withMaxInFlight(1), VIRTUAL, conn, "", context -> {
                        full.await();
                        closed.set(context.conn().close(new CloseStatus(4000, ""), Duration.ofSeconds(50)));
                        return Response.text("refused");
                    })));
            link.send(Wire.concat(text(CLIENT, "1"), text(CLIENT, "2"), text(CLIENT, "3")));
            loop.awaitWaiting(); // for a place for the second
            full.countDown();
            assertThat(link.in().readNBytes(4)).isEqualTo(hex("88 02 0fa0"));
            link.send(close(CLIENT, 4000, ""));
            link.peer.shutdownOutput(); // which the server waits for
            assertThat(loop.join()).isNull();
            assertThat(outcome.join()).isEqualTo(new Outcome(true, new CloseStatus(4000, ""), 1, 0, 0, null));
            assertThat(closed.get()).isEqualTo(true);
        }
    }

    @Test
    void loopOverAConnectionThatHasSentACloseHandlesNothing() throws Exception {
        AsyncSession s = new AsyncSession();
        s.conn.writeClose(CloseStatus.NORMAL);
        s.feed.give(text(CLIENT, "late"));
        s.run(DEFAULT, VIRTUAL, AsyncSession::gated);
        assertThat(s.close().messages()).isZero();
    }

    @Test
    void largeMessageIsHandledLikeAnyOtherAndItsBufferIsLetGoOf() throws Exception {
        byte[] large = Wire.bytes(200_000);
        AsyncSession s = new AsyncSession(SERVER, Wire.frame(CLIENT, 0x82, large), text(CLIENT, "small"))
                .run(
                        DEFAULT.withMaxInFlight(1),
                        VIRTUAL,
                        context -> Response.bytes(context.message().bytes()));
        s.awaitSent(2);
        s.close();
        assertThat(s.out.frames().getFirst().payload()).isEqualTo(large);
        assertThat(s.out.seen()).element(1).isEqualTo("81 'small'");
    }
}
