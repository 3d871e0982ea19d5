package dev.zws;

import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * Handler loops: write a function from a message to a response, keep state in an object of your own, and choose how it runs.
 *
 * <ul>
 *   <li>{@link #run}: whole messages, one after the other, on the calling thread. Bytes are lent where they stand.
 *   <li>{@link #runStream}: each message is read while it arrives, however large, on the calling thread.
 *   <li>{@link #runAsync}: whole messages, several handlers at the same time on an executor, while the calling thread reads.
 *   <li>{@link #loop}: whole messages over a non-blocking source, driven by {@link SliceLoop#poll()}.
 * </ul>
 *
 * <p>A handler that blocks holds up its own connection in the first two, nobody in the third (until as many run as are admitted), and
 * every connection of the selector in the last.
 *
 * <p><b>Ends.</b> A loop ends with the peer's Close, which is answered, or when the connection fails, of which the peer is told with the
 * mapped code; either is an {@link Outcome}. A handler that throws ends it with a {@link HandlerException}, and the peer is told with
 * 1011, once. When a handler sends a Close itself, the loop drops what still comes, up to the peer's Close. To close the connection
 * afterwards is left to whoever opened it. Reading of another thread, and reading within a handler other than through its context, is misuse.
 */
public final class Handler {
    /** Runs each task on a virtual thread of its own. */
    public static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

    private static final long END_NANOS = 10_000_000_000L;
    private static final int MAX_IN_FLIGHT = 65_536;

    private Handler() {}

    /**
     * Handles messages one after the other until the connection ends.
     *
     * @throws HandlerException when the handler failed
     * @throws IOException only when this thread is interrupted while another one closes
     */
    public static <S> Outcome run(Options options, Conn conn, S state, SliceHandler<S> handler) throws IOException {
        return new SliceLoop<>(options, conn, state, handler).run();
    }

    /** As {@link #run}, with messages that are read while they arrive. */
    public static <S> Outcome runStream(Options options, Conn conn, S state, StreamHandler<S> handler)
            throws IOException {
        return new StreamLoop<>(options, conn, state, handler).run();
    }

    /**
     * Handles messages on {@code executor}, up to {@link AsyncOptions#maxInFlight} at the same time; the calling thread reads, and waits
     * while as many are in flight. Each handler has a copy of its message's bytes. The peer's Close is answered at once, and what
     * handlers respond later is refused. The first failure stops the reading, and what follows it is not sent. Returns when all handlers
     * have returned, or at most twice {@link AsyncOptions#endNanos} after the end of the reading.
     *
     * @param state shared by handlers that run at the same time
     * @param executor such as {@link #VIRTUAL_THREADS}: one of these goes on to the next message when its handler did not wait, and
     *     answers that are ready together leave together. Of other executors each message is a task, and is flushed by itself. It has
     *     to run every task that it takes: one that it drops counts as a handler that never returns. One that refuses a task, or
     *     fails, ends the loop as a handler that throws does. The thread of a handler that fails also does the closing handshake,
     *     which takes no longer than {@link Deadlines#closeNanos}
     * @throws HandlerException when a handler failed: the first, with what others threw as suppressed
     * @throws IOException only when this thread is interrupted
     */
    public static <S> Outcome runAsync(
            AsyncOptions options, Executor executor, Conn conn, S state, SliceHandler<S> handler) throws IOException {
        boolean relayed = VIRTUAL_THREADS.equals(executor); // which begins each task, however many others wait
        return new AsyncLoop<>(options, executor, relayed, conn, state, handler).run();
    }

    /**
     * A loop that is driven from outside, for a connection over a non-blocking source.
     *
     * @throws IllegalArgumentException without {@link Options#autoFlush}: what the sink did not take would not leave by itself
     */
    public static <S> SliceLoop<S> loop(Options options, Conn conn, S state, SliceHandler<S> handler) {
        if (!options.autoFlush()) {
            throw new IllegalArgumentException(
                    "a loop that is polled writes out what waits by itself: leave autoFlush on");
        }
        return new SliceLoop<>(options, conn, state, handler);
    }

    /**
     * How a loop behaves. Immutable; begin with {@link #DEFAULT} and change what differs.
     *
     * @param closeOnHandlerError a handler that throws closes the connection with 1011; otherwise nothing is sent, and the caller
     *     decides: it may begin another loop. What the handler of {@link #runStream} left unread is dropped then. Default: true
     * @param stageLength chunks up to this many bytes in all are sent as one frame; 0 means {@link Limits#maxMessagePayload}. At
     *     least 0. Default: 0
     * @param autoFlush output is written out before the loop waits for input; otherwise only when the handler flushes, or a pong or a
     *     Close is owed, or more than {@link Limits#outputHighWater} bytes wait. Default: true
     */
    public record Options(boolean closeOnHandlerError, int stageLength, boolean autoFlush) {
        /** Every default. */
        public static final Options DEFAULT = new Options(true, 0, true);

        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException for a value out of its range
         */
        @Provisional
        public Options {
            Limits.requireRange("stageLength", stageLength, 0, Integer.MAX_VALUE);
        }

        /** This with another {@code closeOnHandlerError}. */
        public Options withCloseOnHandlerError(boolean closeOnHandlerError) {
            return new Options(closeOnHandlerError, stageLength, autoFlush);
        }

        /** This with another {@code stageLength}. */
        public Options withStageLength(int stageLength) {
            return new Options(closeOnHandlerError, stageLength, autoFlush);
        }

        /** This with another {@code autoFlush}. */
        public Options withAutoFlush(boolean autoFlush) {
            return new Options(closeOnHandlerError, stageLength, autoFlush);
        }
    }

    /**
     * How {@link #runAsync} behaves. Immutable; begin with {@link #DEFAULT} and change what differs.
     *
     * @param maxInFlight how many messages are handled at the same time, at most; each holds a copy of its message. 1 to 65,536.
     *     Default: 4
     * @param ordered responses leave in the order of the requests: what a handler returns is kept until then, and a handler that
     *     calls {@code respond} waits until then, for which the executor must begin tasks in the order that it gets them. Otherwise
     *     they leave as the handlers respond. Default: false
     * @param closeOnHandlerError as in {@link Options}. Without it a reader that waits for the peer goes on waiting for its next
     *     message, which is lost. Default: true
     * @param stageLength as in {@link Options}. Default: 0
     * @param endNanos nanoseconds for the handlers that run when the loop ends; then their threads are interrupted, and get as long
     *     again. At least 1. Default: 10 s
     */
    public record AsyncOptions(
            int maxInFlight, boolean ordered, boolean closeOnHandlerError, int stageLength, long endNanos) {
        /** Every default. */
        public static final AsyncOptions DEFAULT = new AsyncOptions(4, false, true, 0, END_NANOS);

        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException for a value out of its range
         */
        @Provisional
        public AsyncOptions {
            Limits.requireRange("maxInFlight", maxInFlight, 1, MAX_IN_FLIGHT);
            Limits.requireRange("stageLength", stageLength, 0, Integer.MAX_VALUE);
            Limits.requireRange("endNanos", endNanos, 1, Long.MAX_VALUE);
        }

        /** This with another {@code maxInFlight}. */
        public AsyncOptions withMaxInFlight(int maxInFlight) {
            return new AsyncOptions(maxInFlight, ordered, closeOnHandlerError, stageLength, endNanos);
        }

        /** This with another {@code ordered}. */
        public AsyncOptions withOrdered(boolean ordered) {
            return new AsyncOptions(maxInFlight, ordered, closeOnHandlerError, stageLength, endNanos);
        }

        /** This with another {@code closeOnHandlerError}. */
        public AsyncOptions withCloseOnHandlerError(boolean closeOnHandlerError) {
            return new AsyncOptions(maxInFlight, ordered, closeOnHandlerError, stageLength, endNanos);
        }

        /** This with another {@code stageLength}. */
        public AsyncOptions withStageLength(int stageLength) {
            return new AsyncOptions(maxInFlight, ordered, closeOnHandlerError, stageLength, endNanos);
        }

        /** This with another {@code endNanos}. */
        public AsyncOptions withEndNanos(long endNanos) {
            return new AsyncOptions(maxInFlight, ordered, closeOnHandlerError, stageLength, endNanos);
        }
    }
}
