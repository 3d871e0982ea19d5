package dev.zws;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The loop of {@link Handler#runAsync}: the connection's reading thread puts each message into a slot and has a thread of the executor
 * handle it; with no slot free, it waits.
 *
 * <p>What ends it is decided once: by the first handler that fails, or by the end of the reading. After the former nothing more is sent
 * but one Close, and what is still read is dropped.
 */
final class AsyncLoop<S> {
    /** A buffer up to this size is kept for the next message of its slot; a larger one is let go. */
    private static final int KEPT_BUFFER = 64 * 1024;

    private static final byte[] NONE = new byte[0];

    private final Handler.AsyncOptions options;
    private final Executor executor;
    private final Conn conn;
    private final S state;
    private final SliceHandler<S> handler;
    private final LoopEnd end;
    private final @Nullable ResponseOrder<Slot> order;

    private final Semaphore free;
    private final ArrayBlockingQueue<Slot> idle;
    private final List<Slot> slots = new ArrayList<>();
    private final AtomicReference<@Nullable HandlerException> failure = new AtomicReference<>();

    /** Nothing is begun any more, and no response is sent. */
    private volatile boolean stopped;

    private long messages;

    /** A message while it is handled, and until its response is sent. */
    private final class Slot implements Runnable, SliceContext.Turn {
        private final SliceContext<S> context = new SliceContext<>(conn, state, options.stageLength(), this);
        private final Message message = new Message();
        private byte[] buffer = NONE;
        private long number;
        private Response response = Response.NONE;

        private final HandlerThread thread = new HandlerThread();

        void fill(Message arrived, long number) {
            int length = arrived.length();
            if (buffer.length < length) {
                buffer = new byte[length];
            }
            System.arraycopy(arrived.borrowedArray(), arrived.offset(), buffer, 0, length);
            message.show(arrived.type(), buffer, 0, length);
            context.show(message);
            this.number = number;
            response = Response.NONE;
        }

        @Override
        public void run() {
            boolean first = false;
            thread.enter();
            try {
                if (!stopped) {
                    response = handler.handle(context);
                }
            } catch (Throwable e) { // of any kind: the peer is told
                first = failed(e);
            } finally {
                thread.leave();
            }
            first |= order == null ? send(this) : sendDue(order);
            if (first && options.closeOnHandlerError()) {
                wakeReader();
            }
        }

        private boolean sendDue(ResponseOrder<Slot> order) {
            boolean first = false;
            for (Slot due = order.offer(number, this); due != null; due = order.next()) {
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
    }

    AsyncLoop(Handler.AsyncOptions options, Executor executor, Conn conn, S state, SliceHandler<S> handler) {
        this.options = options;
        this.executor = executor;
        this.conn = conn;
        this.state = state;
        this.handler = handler;
        this.end = new LoopEnd(conn, options.closeOnHandlerError());
        this.order = options.ordered() ? new ResponseOrder<>() : null;
        this.free = new Semaphore(options.maxInFlight());
        this.idle = new ArrayBlockingQueue<>(options.maxInFlight());
    }

    Outcome run() throws IOException {
        WebSocketException readFailure = null;
        int unfinished;
        try {
            for (Message message; (message = conn.readMessage()) != null; ) {
                if (!stopped && !end.isSaid()) {
                    start(message);
                }
            }
        } catch (WebSocketException e) {
            end.readFailed(e);
            readFailure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while all handlers were busy");
        } finally {
            unfinished = awaitHandlers();
            conn.frameWriter.flushSoon(); // B-11.32, d
        }
        HandlerException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return Outcome.of(conn, messages, responses(), unfinished, readFailure);
    }

    private void start(Message message) throws InterruptedException {
        if (!free.tryAcquire()) {
            conn.frameWriter.flushLate();
            free.acquire();
        }
        if (stopped) {
            free.release();
            return;
        }
        Slot slot = idle.poll();
        if (slot == null) {
            slot = new Slot();
            slots.add(slot);
        }
        slot.fill(message, messages++);
        try {
            executor.execute(slot);
        } catch (RejectedExecutionException e) {
            failed(e);
            release(slot);
        }
    }

    /** Sends the response of {@code slot} and frees it. True when that was the first failure. */
    private boolean send(Slot slot) {
        boolean first = false;
        try {
            if (!stopped) {
                slot.context.respond(slot.response);
                conn.frameWriter.flushLate();
            }
        } catch (Throwable e) { // of any kind: the peer is told
            first = failed(e);
        }
        release(slot);
        return first;
    }

    private void release(Slot slot) {
        slot.message.expire();
        if (slot.buffer.length > KEPT_BUFFER) {
            slot.buffer = NONE;
        }
        idle.offer(slot);
        free.release();
    }

    /** False when it is not a handler's failure, or not the first. */
    private boolean failed(Throwable thrown) {
        if (stopped || end.isOfConnection(thrown)) {
            return false;
        }
        HandlerException cause = new HandlerException(thrown);
        if (!failure.compareAndSet(null, cause)) {
            return false;
        }
        stop();
        end.sayHandlerFailed();
        return true;
    }

    private void stop() {
        stopped = true;
        if (order != null) {
            order.stop();
        }
    }

    /** Has the reader find the peer's answer to our Close, or, when that is late, the end of the stream. */
    private void wakeReader() {
        try {
            conn.close();
        } catch (IOException e) {
            // what could not be sent is the reader's to find
        }
    }

    /** Returns how many have not ended in time. */
    private int awaitHandlers() {
        boolean interrupted = Thread.interrupted();
        try {
            if (interrupted || !free.tryAcquire(options.maxInFlight(), options.endNanos(), TimeUnit.NANOSECONDS)) {
                stop();
                slots.forEach(slot -> slot.thread.interrupt());
                if (!free.tryAcquire(options.maxInFlight(), options.endNanos(), TimeUnit.NANOSECONDS)) {
                    return options.maxInFlight() - free.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            interrupted = true;
            return options.maxInFlight() - free.drainPermits();
        } finally {
            stop();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return 0;
    }

    private long responses() {
        long sum = 0;
        for (Slot slot : slots) {
            sum += slot.context.responses();
        }
        return sum;
    }
}
