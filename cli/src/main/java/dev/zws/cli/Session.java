package dev.zws.cli;

import dev.zws.CloseCode;
import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.ConnectionClosedException;
import dev.zws.ConnectionFailedException;
import dev.zws.Message;
import dev.zws.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One open connection of {@code zws connect}, until it is closed: sends what a {@link Source} has while it shows what comes.
 *
 * <p>Three threads: that of {@link #run} waits for whatever happens first; one receives and shows; one runs the source. The last
 * two are daemons, because a read of standard input cannot be ended.
 */
final class Session {
    /** How long the peer may take to answer a Close. */
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
    /** The same when the process is being ended. */
    private static final Duration EXIT_CLOSE_WAIT = Duration.ofSeconds(1);
    /** How long an interrupted source may take to tidy up; a read of standard input takes no notice. */
    private static final Duration SOURCE_WAIT = Duration.ofMillis(500);

    /** Where what is sent comes from. */
    interface Source {
        /**
         * Sends all there is, on a thread of its own, which is interrupted when the session ends before.
         *
         * @throws IOException when the source fails, or the connection
         */
        void sendTo(Session session) throws IOException;
    }

    /** Where what is received goes. */
    interface Display {
        /** Called by the receiving thread, one message at a time. */
        void show(Message message) throws IOException;
    }

    /**
     * How a session ended.
     *
     * @param failed whether something went wrong
     * @param remark one line about it, for people to read; null when there is nothing to say
     */
    record Outcome(boolean failed, @Nullable String remark) {}

    private final Conn conn;
    private final Display display;
    /** Complete when the peer's Close was read; exceptionally so when the connection failed. */
    private final CompletableFuture<@Nullable Void> received = new CompletableFuture<>();
    /** Complete when there is nothing more to send. */
    private final CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();
    /** Complete when this side wants to end at once. */
    private final CompletableFuture<@Nullable Void> left = new CompletableFuture<>();
    /** What went wrong other than the connection, first of all. */
    private final AtomicReference<@Nullable IOException> trouble = new AtomicReference<>();

    /** The display has failed. Of the receiving thread. */
    private boolean blind;

    private volatile long lastArrival = System.nanoTime();
    /** This side was the first to close. */
    private volatile boolean closing;
    /** The source may end. */
    private volatile boolean over;

    Session(Conn conn, Display display) {
        this.conn = conn;
        this.display = display;
    }

    // ---- for sources

    /** Sends one text message now. A text that is none is an {@link IllegalArgumentException}. */
    void send(String text) throws IOException {
        conn.sendText(text);
    }

    /** Puts one text message into the output buffer. A text that is not UTF-8 is an {@link IllegalArgumentException}. */
    void write(byte[] utf8, int length) throws IOException {
        conn.writeText(utf8, 0, length);
    }

    void flush() throws IOException {
        conn.flush();
    }

    /** Ends the session without waiting for the source or for answers; while it is closing, without waiting for that. Any thread. */
    void leave() {
        boolean impatient = closing;
        left.complete(null);
        if (impatient) {
            conn.abort();
        }
    }

    // ---- the course of a session

    /**
     * Lets the source send everything, waits until no message has come for the time of {@code quiet}, and closes with 1000; the peer
     * may close before. When the process is ended meanwhile, by Ctrl-C or a signal, the peer gets a Close too.
     */
    Outcome run(Source source, Duration quiet) throws InterruptedException {
        Thread hook = new Thread(() -> close(EXIT_CLOSE_WAIT), "close");
        Runtime.getRuntime().addShutdownHook(hook);
        Thread receiver = Thread.ofPlatform().daemon().name("receive").start(this::receive);
        Thread sender = Thread.ofPlatform().daemon().name("send").start(() -> send(source));
        try {
            await(CompletableFuture.anyOf(received, sent, left), Long.MAX_VALUE);
            awaitQuiet(TimeUnit.NANOSECONDS.convert(quiet));
        } finally {
            close(CLOSE_WAIT);
            over = true;
            sender.interrupt();
            sender.join(SOURCE_WAIT);
            receiver.join(SOURCE_WAIT);
            unregister(hook);
        }
        return outcome();
    }

    private static void unregister(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending already
        }
    }

    private void receive() {
        try {
            for (Message message; (message = conn.readMessage()) != null; ) {
                lastArrival = System.nanoTime();
                show(message);
            }
            received.complete(null);
        } catch (IOException | RuntimeException e) {
            received.completeExceptionally(e);
        }
    }

    /** What cannot be shown ends the session, not the connection: the Close is still exchanged. */
    private void show(Message message) {
        if (blind) {
            return;
        }
        try {
            display.show(message);
        } catch (IOException e) {
            blind = true;
            trouble.compareAndSet(null, new IOException("standard output: " + e.getMessage(), e));
            left.complete(null);
        }
    }

    private void send(Source source) {
        try {
            source.sendTo(this);
        } catch (ConnectionClosedException | ConnectionFailedException e) {
            // the receiver learns why
        } catch (IOException e) {
            sourceFailed(e);
        } catch (RuntimeException e) {
            sourceFailed(new IOException(e.toString(), e));
        } finally {
            sent.complete(null);
        }
    }

    /** One that is interrupted because the session is over may fail of that. */
    private void sourceFailed(IOException e) {
        if (!over) {
            trouble.compareAndSet(null, e);
        }
    }

    private void awaitQuiet(long quiet) throws InterruptedException {
        long begin = System.nanoTime();
        CompletableFuture<Object> end = CompletableFuture.anyOf(received, left);
        while (!end.isDone() && trouble.get() == null && conn.state() != Conn.State.FAILED) {
            long now = System.nanoTime();
            long remaining = quiet - Math.min(now - begin, now - lastArrival);
            if (remaining <= 0) {
                return;
            }
            await(end, remaining);
        }
    }

    /** However it ends. */
    private static void await(CompletableFuture<?> future, long nanos) throws InterruptedException {
        try {
            future.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // whoever asks looks at the futures
        }
    }

    // ---- the end

    /**
     * Sends a Close with 1000, unless one was sent, and awaits the peer's while what still comes is shown; then ends the stream. A
     * peer that takes longer than {@code patience} over this, or takes no output, is cut off.
     */
    private void close(Duration patience) {
        if (conn.state() == Conn.State.OPEN) {
            closing = true;
        }
        Thread closer = Thread.startVirtualThread(this::closeInGoodOrder);
        try {
            if (!closer.join(patience)) {
                conn.abort();
            }
        } catch (InterruptedException e) {
            conn.abort();
            Thread.currentThread().interrupt();
        }
    }

    private void closeInGoodOrder() {
        try (conn) {
            if (conn.state() == Conn.State.OPEN) {
                conn.writeClose(CloseStatus.NORMAL);
                conn.flush();
            }
            if (conn.state() != Conn.State.FAILED) {
                await(received, Long.MAX_VALUE);
            }
        } catch (IOException | InterruptedException e) {
            // the peer has closed meanwhile, or the stream is lost: the receiver tells
        }
    }

    private Outcome outcome() {
        IOException reason = trouble.get();
        if (reason != null) {
            return new Outcome(true, reason.getMessage());
        }
        Throwable failure = received.isCompletedExceptionally() ? received.exceptionNow() : null;
        CloseStatus status = conn.closeStatus();
        if (failure == null && status != null) {
            boolean failed = !isClean(status.code());
            return new Outcome(failed, closing && !failed ? null : "closed by the peer: " + describe(status));
        }
        if (closing && !(failure instanceof ProtocolException)) {
            return new Outcome(true, "the peer did not answer the Close");
        }
        return new Outcome(true, failure == null ? null : "the connection failed: " + explain(failure));
    }

    /** What happened, and what the system says of it. */
    static String explain(Throwable failure) {
        Throwable cause = failure.getCause();
        while (cause instanceof ConnectionFailedException) { // the same, thrown again
            cause = cause.getCause();
        }
        String detail = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return Objects.requireNonNullElse(
                        failure.getMessage(), failure.getClass().getSimpleName())
                + detail;
    }

    private static boolean isClean(int code) {
        return code == CloseCode.NORMAL_CLOSURE || code == CloseCode.GOING_AWAY || code == CloseCode.NO_STATUS;
    }

    private static String describe(CloseStatus status) {
        String code = status.code() == CloseCode.NO_STATUS ? "no code" : String.valueOf(status.code());
        return status.reason().isEmpty() ? code : code + " " + Printable.line(status.reason());
    }
}
