package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A connection that is fed, what it sent, and gates for its handlers, which the messages name. */
final class AsyncSession {
    final Role role;
    final Feed feed = new Feed();
    final Tape out = new Tape();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flushed = lock.newCondition();
    private int sent;
    final Conn conn;
    final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
    final Semaphore begun = new Semaphore(0);
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Running loop;

    AsyncSession(Role role, byte[]... bytes) {
        this.role = role;
        ByteReader reader = ByteReader.of(feed);
        ByteWriter writer = ByteWriter.of(new ByteWriter.Sink() {
            @Override
            public int write(byte[] source, int offset, int length) throws IOException {
                return out.write(source, offset, length);
            }

            @Override
            public void flush() {
                noteSent();
            }
        });
        conn = role == SERVER
                ? Conn.server(reader, writer, Conn.Config.DEFAULT)
                : Conn.client(reader, writer, Conn.Config.DEFAULT);
        if (bytes.length > 0) {
            feed.give(bytes);
        }
    }

    AsyncSession(String... texts) {
        this(SERVER, messages(CLIENT, texts));
    }

    AsyncSession run(Handler.AsyncOptions options, Executor executor, SliceHandler<AsyncSession> handler) {
        loop = Running.start(() -> outcome.complete(Handler.runAsync(options, executor, conn, this, context -> {
            begun.release();
            return handler.handle(context);
        })));
        return this;
    }

    /** As with virtual threads, but on threads of {@code executor}. */
    AsyncSession runRelayed(Handler.AsyncOptions options, Executor executor, SliceHandler<AsyncSession> handler) {
        loop = Running.start(
                () -> outcome.complete(new AsyncLoop<>(options, executor, true, conn, this, handler).run()));
        return this;
    }

    CountDownLatch gate(String name) {
        return gates.computeIfAbsent(name, n -> new CountDownLatch(1));
    }

    void open(String... names) {
        for (String name : names) {
            gate(name).countDown();
        }
    }

    /** Waits until that many more handlers have begun. */
    void awaitBegun(int handlers) throws InterruptedException {
        begun.acquire(handlers);
    }

    /** Ends with the peer's Close, and returns how the loop ended. */
    Outcome close() throws Exception {
        feed.give(Wire.close(Wire.other(role), 1000, ""));
        return outcome();
    }

    Outcome outcome() throws Exception {
        assertThat(loop.join()).isNull();
        return outcome.join();
    }

    HandlerException failure() throws Exception {
        Throwable thrown = loop.join();
        assertThat(thrown).isInstanceOf(HandlerException.class);
        return (HandlerException) thrown;
    }

    private void noteSent() {
        lock.lock();
        try {
            sent = out.frames().size();
            flushed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until that many frames in all were written and flushed. */
    void awaitSent(int frames) throws InterruptedException {
        lock.lock();
        try {
            while (sent < frames) {
                flushed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    static byte[][] messages(Role from, String... texts) {
        byte[][] frames = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            frames[i] = text(from, texts[i]);
        }
        return frames;
    }

    /** Echoes when the gate that the message names is open. */
    static Response gated(SliceContext<AsyncSession> context) throws Exception {
        String text = context.message().text();
        context.state().gate(text).await();
        return Response.text(text);
    }
}
