package dev.zws;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The loop of {@link Handler#runAsync}: the connection's reading thread puts each message into a slot and has a thread of the executor
 * handle it; with no slot free, it waits, unless the connection ends meanwhile.
 *
 * <p>What ends it is decided once: by the first handler that fails, or by the end of the reading. After the former nothing more is sent
 * but one Close.
 */
final class AsyncLoop<S> {
    /** A buffer up to this size is kept for the next message of its slot; a larger one is let go. */
    private static final int KEPT_BUFFER = 64 * 1024;

    private static final byte[] NONE = new byte[0];

    private final Handler.AsyncOptions options;
    private final Executor executor;

    /** The executor, when it is one that flushes what its tasks have written. */
    private final @Nullable Relay relay;

    private final Conn conn;
    private final S state;
    private final SliceHandler<S> handler;
    private final LoopEnd end;
    private final @Nullable ResponseOrder<Slot> order;
    private final Slots<Slot> slots;
    private final AtomicReference<@Nullable HandlerException> failure = new AtomicReference<>();

    /** Nothing is begun any more, and no response is sent. */
    private volatile boolean stopped;

    private long messages;

    /** A message while it is handled, and until its response is sent. */
    private final class Slot implements Runnable, SliceContext.Turn {
        private final SliceContext<S> context = new SliceContext<>(conn, state, options.stageLength(), this);
        private final Message message = new Message();
        private final HandlerThread thread = new HandlerThread();

        /** An executor may throw and run it all the same, then or later: it is run, or given up, once. */
        private final AtomicBoolean awaited = new AtomicBoolean();

        private byte[] buffer = NONE;
        private long number;
        private Response response = Response.NONE;

        void fill(Message arrived, long number) {
            int length = arrived.length();
            if (buffer.length < length) {
                buffer = new byte[length];
            }
            System.arraycopy(arrived.borrowedArray(), arrived.offset(), buffer, 0, length);
            message.show(arrived.type(), buffer, 0, length);
            context.show(message);
            this.number = number;
            awaited.set(true);
        }

        @Override
        public void run() {
            if (!awaited.getAndSet(false)) {
                return;
            }
            boolean first = false;
            boolean interrupted;
            thread.enter();
            try {
                if (!stopped) {
                    response = handler.handle(context);
                }
            } catch (Throwable e) { // of any kind: the peer is told
                first = failed(e);
            } finally {
                interrupted = thread.leave(); // some streams fail or close on whoever comes interrupted
            }
            first |= order == null ? send(this) : sendDue(order);
            if (first) {
                wakeReader();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean sendDue(ResponseOrder<Slot> order) {
            boolean first = false;
            for (Slot due = order.offer(number, this); due != null; due = order.next()) {
                if (due != this) {
                    flush(); // a response of the application may take its time
                }
                first |= send(due);
            }
            return first;
        }

        /** What a response waits for. */
        @Override
        public void await() throws IOException {
            if (order != null) {
                order.await(number);
            }
            if (stopped) {
                throw new ConnectionClosedException("the loop has ended: nothing more is sent");
            }
        }

        void release() {
            message.expire();
            response = Response.NONE;
            if (buffer.length > KEPT_BUFFER) {
                buffer = NONE;
            }
            slots.giveBack(this);
        }
    }

    /** @param relayed {@code executor} begins every task soon, however many others wait, so that these may flush for each other */
    AsyncLoop(
            Handler.AsyncOptions options,
            Executor executor,
            boolean relayed,
            Conn conn,
            S state,
            SliceHandler<S> handler) {
        this.options = options;
        this.relay = relayed ? new Relay(executor, this::flush) : null;
        this.executor = relay == null ? Objects.requireNonNull(executor, "executor") : relay;
        this.conn = conn;
        this.state = state;
        this.handler = Objects.requireNonNull(handler, "handler");
        this.end = new LoopEnd(conn, options.closeOnHandlerError());
        this.order = options.ordered() ? new ResponseOrder<>(options.maxInFlight()) : null;
        this.slots = new Slots<>(options.maxInFlight(), Slot::new);
    }

    Outcome run() throws IOException {
        WebSocketException readFailure = null;
        int unfinished;
        try {
            read();
        } catch (WebSocketException e) {
            end.readFailed(e);
            readFailure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while all handlers were busy");
        } finally {
            unfinished = awaitHandlers();
            conn.frameWriter.whenOver(() -> {});
            conn.frameWriter.flushSoon(); // B-11.32, d
        }
        HandlerException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return Outcome.of(conn, messages, responses(), unfinished, readFailure);
    }

    /** After a Close what comes is dropped, and not waited with: a handler may be waiting for the peer's Close. */
    private void read() throws IOException, InterruptedException {
        conn.frameWriter.whenOver(slots::end);
        if (end.isSaid()) {
            slots.end();
        }
        for (Message message; !stopped && (message = conn.readMessage()) != null; ) {
            if (slots.isExhausted()) {
                conn.frameWriter.flushLate(); // pongs, say: this may take a while
            }
            Slot slot = slots.take();
            if (slot != null) {
                start(slot, message);
            }
        }
    }

    private void start(Slot slot, Message message) {
        slot.fill(message, messages++);
        try {
            executor.execute(slot);
        } catch (RuntimeException | Error e) { // it refuses, or has no thread
            failed(e);
            if (slot.awaited.getAndSet(false)) {
                slot.release();
            }
        }
    }

    /** Sends the response of {@code slot} and frees it. True when that was the first failure. */
    private boolean send(Slot slot) {
        boolean first = false;
        try {
            if (!stopped) {
                slot.context.respond(slot.response);
            }
            if (relay == null) {
                conn.frameWriter.flushLate(); // what the handler itself has written, too
            }
        } catch (Throwable e) { // of any kind: the peer is told
            first = failed(e);
        }
        slot.release();
        return first;
    }

    /** Sends out what handlers have written. */
    private void flush() {
        try {
            conn.frameWriter.flushLate();
        } catch (Throwable e) { // of any kind: the peer is told
            if (failed(e)) {
                wakeReader();
            }
        }
    }

    /** False when it is not a handler's failure, or not the first. */
    private boolean failed(Throwable thrown) {
        if (end.isOfConnection(thrown)) {
            return false;
        }
        boolean first = !stopped && failure.compareAndSet(null, new HandlerException(thrown));
        if (first) {
            stop();
            end.sayHandlerFailed();
        } else if (thrown instanceof RuntimeException || thrown instanceof Error) { // others come from being stopped
            HandlerException before = failure.get();
            if (before != null) {
                before.addSuppressed(thrown);
            }
        }
        return first;
    }

    private void stop() {
        stopped = true;
        slots.end();
        if (order != null) {
            order.stop().forEach(Slot::release);
        }
    }

    /** Has the reader find the peer's answer to our Close, or, when that is late, the end of the stream. */
    private void wakeReader() {
        if (!options.closeOnHandlerError()) {
            return;
        }
        try {
            conn.close();
        } catch (IOException | RuntimeException e) {
            // what could not be sent is the reader's to find
        }
    }

    /** Returns how many have not ended in time: they have it once, and once more when they are interrupted. */
    private int awaitHandlers() {
        long begun = System.nanoTime();
        int left = slots.awaitAll(options.endNanos());
        boolean interrupted = Thread.interrupted();
        long due = Watch.after(Watch.after(begun, options.endNanos()), options.endNanos());
        if (relay != null && left == 0) {
            flush(); // the last answers; once it has stopped nobody would be told that they could not be sent
            relay.end(due - System.nanoTime());
        }
        stop();
        if (left > 0) {
            slots.made().forEach(slot -> slot.thread.interrupt());
            left = slots.awaitAll(options.endNanos());
            if (relay != null) {
                relay.end(left > 0 ? 0 : due - System.nanoTime());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return left;
    }

    private long responses() {
        long sum = 0;
        for (Slot slot : slots.made()) {
            sum += slot.context.responses();
        }
        return sum;
    }
}
