package dev.zws.validation;

import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.Message;
import dev.zws.Opcode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its opening to its end: a thread sends while another compares what comes back. It ends by the closing handshake,
 * and then nothing may be missing; or by a fault, and then what came before has to be right.
 */
final class SoakTalk {
    /** Messages that may be under way. */
    private static final int IN_FLIGHT = 8;

    private static final int PAUSE_EVERY = 64;
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(30);
    private static final int ROOM_MILLIS = 250;
    private static final int ROOM_TRIES = 240;
    private static final int HALF_FRAME = 8 + 1000;
    private static final CloseStatus[] GOODBYES = {
        CloseStatus.NORMAL,
        CloseStatus.NO_STATUS,
        new CloseStatus(1001, "bye"),
        new CloseStatus(4999, "Auf Wiedersehen 👋")
    };

    // a server pings after 30 s of silence, waits for 20 s, says goodbye for 2 s: Deadlines.DEFAULT
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int PATIENT_EVERY = 8;
    private static final Duration DEAF = Duration.ofSeconds(10);
    private static final Duration PATIENT_STALL =
            DEAF.plusMillis(PATIENCE_MILLIS).plusSeconds(10);
    private static final long LONGEST_STALL = TimeUnit.SECONDS.toNanos(3);

    private final SoakLoad load;
    private final String name;
    private final SoakPeer.Line line;
    private final SoakMessages sending;
    private final SoakMessages expected;
    private final SplittableRandom random;
    private final SoakSender sender;

    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicReference<@Nullable SoakFault> fault = new AtomicReference<>();
    private final CountDownLatch readerEnded = new CountDownLatch(1);
    private final CountDownLatch stallEnded = new CountDownLatch(1);
    private volatile boolean stalled;
    private volatile CloseStatus goodbye = CloseStatus.NORMAL;
    private volatile @Nullable Exception sendingFailed;

    /** How many had been sent when the last ping was; -1 before the first. */
    private long sentWhenPinged = -1;

    SoakTalk(SoakLoad load, String name, SoakPeer.Line line, long seed) {
        this.load = load;
        this.name = name;
        this.line = line;
        this.sending = new SoakMessages(load.corpus(), name, seed);
        this.expected = new SoakMessages(load.corpus(), name, seed);
        this.random = new SplittableRandom(~seed);
        this.sender = new SoakSender(line.conn(), random, this::mayPing);
    }

    /** Talks until the load is over or somebody kills it. Returns how it ended. */
    SoakFault run() throws SoakFailure, InterruptedException {
        Thread writer = Thread.ofVirtual().start(this::sendAll);
        SoakFailure readingFailed = null;
        try {
            readAll();
        } catch (SoakFailure e) {
            readingFailed = e;
            line.conn().abort(); // or whoever closes would wait for this thread to read on
        } finally {
            readerEnded.countDown();
            room.release(IN_FLIGHT);
            writer.join();
            line.conn().abort();
        }
        requireNoFailure(readingFailed, sendingFailed);
        return Objects.requireNonNullElse(fault.get(), SoakFault.CLOSE);
    }

    /** Where both failed, the one is the other's reason. Whatever was cut off, nothing but an IOException may come of it. */
    private void requireNoFailure(@Nullable SoakFailure reading, @Nullable Exception sending) throws SoakFailure {
        if (sending instanceof SoakFailure failure) {
            throw failure;
        }
        if (sending instanceof RuntimeException) {
            throw failure("sending failed: " + sending, sending);
        }
        if (reading != null) {
            throw sending == null
                    ? reading
                    : new SoakFailure(reading.getMessage() + "; sending failed: " + sending, reading);
        }
        if (sending != null && !isCut()) {
            throw failure("sending failed: " + sending, sending);
        }
    }

    /** From any thread: has it end so, unless its end has begun. Returns whether it will. */
    boolean kill(SoakFault how) {
        if (!fault.compareAndSet(null, how)) {
            return false;
        }
        load.counts().killed(how);
        try {
            if (how == SoakFault.RESET) {
                expectLog();
                line.reset();
            } else if (how == SoakFault.FIN) {
                expectLog();
                line.fin();
            }
        } catch (IOException e) {
            // it has ended by itself meanwhile, which its reader sees
        }
        return true;
    }

    /** Frees whoever waits in it: the load has failed already. */
    void abandon() {
        stallEnded.countDown();
        line.conn().abort();
    }

    private void expectLog() {
        load.log().expect(line.below().getLocalPort());
    }

    private boolean isCut() {
        SoakFault how = fault.get();
        return how != null && how.abrupt;
    }

    private SoakFailure failure(String what, @Nullable Throwable cause) {
        return new SoakFailure("connection " + name + ": " + what, cause);
    }

    // ---- the thread that reads

    private void readAll() throws SoakFailure, InterruptedException {
        try {
            for (Message echo; (echo = line.conn().readMessage()) != null; ) {
                check(echo);
                room.release();
                if (stalled) {
                    stallEnded.await();
                }
            }
        } catch (IOException e) {
            if (!isCut()) {
                String why = e + (e.getCause() == null ? "" : ", for " + e.getCause());
                throw failure("reading failed after " + received + " of " + sent + " messages: " + why, e);
            }
            return;
        }
        requireWholeEnd();
    }

    private void check(Message echo) throws SoakFailure {
        expected.advance();
        if (received.incrementAndGet() > sent.get()) {
            throw failure("more came back than was sent, which were " + sent + " messages", null);
        }
        String difference = expected.difference(echo);
        if (difference != null) {
            throw new SoakFailure(difference);
        }
        load.counts().echoed(echo.length());
    }

    private void requireWholeEnd() throws SoakFailure {
        if (isCut()) {
            return;
        }
        CloseStatus said = line.conn().closeStatus();
        if (fault.get() == null || !goodbye.equals(said)) {
            throw failure("the server closed with " + said + "; this side's Close, if any, was " + goodbye, null);
        }
        if (received.get() != sent.get() && !load.settings().answersAreDroppedAtTheClose()) {
            throw failure("of " + sent + " messages " + received + " came back before the server's Close", null);
        }
    }

    // ---- the thread that sends

    private void sendAll() {
        try {
            while (isOpenEnded()) {
                if (random.nextInt(PAUSE_EVERY) == 0) {
                    line.conn().flush();
                    load.awaitOver(Duration.ofNanos(random.nextLong(LONGEST_PAUSE)));
                }
                if (awaitRoom()) {
                    sendNext();
                }
            }
            line.conn().flush();
            SoakFault how = fault.compareAndExchange(null, SoakFault.CLOSE);
            end(how == null ? SoakFault.CLOSE : how);
        } catch (IOException | RuntimeException | SoakFailure e) {
            sendingFailed = e;
            if (!isCut() || !(e instanceof IOException)) {
                line.conn().abort();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stallEnded.countDown();
        }
    }

    /** False when there is something else to do than to send on. */
    private boolean awaitRoom() throws IOException, InterruptedException, SoakFailure {
        if (room.tryAcquire()) {
            return true;
        }
        line.conn().flush();
        for (int i = 0; i < ROOM_TRIES && isOpenEnded(); i++) {
            if (room.tryAcquire(ROOM_MILLIS, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        if (isOpenEnded()) {
            throw failure("no message came back for a minute, after " + received + " of " + sent, null);
        }
        return false;
    }

    /** True as long as nothing says that it should end. */
    private boolean isOpenEnded() {
        return !load.isOver() && fault.get() == null && readerEnded.getCount() > 0;
    }

    private void sendNext() throws IOException {
        sending.advance();
        sent.incrementAndGet();
        sender.send(sending);
    }

    /** Only when a message came back that was sent behind the last ping: then its pong did, too. */
    private boolean mayPing() {
        if (sentWhenPinged >= received.get()) {
            return false;
        }
        sentWhenPinged = sent.get();
        load.counts().pinged();
        return true;
    }

    private void end(SoakFault how) throws IOException, InterruptedException, SoakFailure {
        switch (how) {
            case RESET, FIN -> {} // whoever asked for it has done it
            case CLOSE, HALF_HANDSHAKE -> close();
            case HALF_FRAME -> breakOffFrame();
            case STALL -> stall();
        }
    }

    private void close() throws IOException, SoakFailure {
        goodbye = GOODBYES[random.nextInt(GOODBYES.length)];
        boolean clean = line.conn().close(goodbye, CLOSE_TIME);
        if (clean && sentWhenPinged >= 0 && line.conn().roundTripNanos() < 0) {
            throw failure("a ping was not answered before the server's Close", null);
        }
        if (!clean && readerEnded.getCount() > 0) { // else the reader knows why
            throw failure("the closing handshake was not done within " + CLOSE_TIME.toSeconds() + " s", null);
        }
    }

    private void breakOffFrame() throws IOException {
        Conn conn = line.conn();
        boolean within = random.nextBoolean();
        if (within) {
            conn.writeFrame(Opcode.BINARY, false, new byte[] {1, 2, 3}, 0, 3);
            conn.flush();
        }
        // final, masked with zeros, of 1000 bytes
        byte[] frame = ByteBuffer.allocate(HALF_FRAME)
                .put((byte) (0x80 | (within ? Opcode.CONTINUATION : Opcode.BINARY).code()))
                .put((byte) (0x80 | 126))
                .putShort((short) 1000)
                .array();
        expectLog();
        OutputStream out = line.socket().getOutputStream();
        out.write(frame, 0, 1 + random.nextInt(HALF_FRAME - 1));
        out.flush();
        if (random.nextBoolean()) {
            line.reset();
        } else {
            line.fin();
        }
    }

    /** Asks for more and reads none of it. Some wait for the server to lose its patience, when there is time. */
    private void stall() throws IOException, InterruptedException, SoakFailure {
        expectLog();
        stalled = true;
        for (int i = 1 + random.nextInt(IN_FLIGHT); i > 0 && room.tryAcquire(); i--) {
            sendNext();
        }
        line.conn().flush();
        if (random.nextInt(PATIENT_EVERY) == 0 && load.timeLeft().compareTo(PATIENT_STALL) > 0) {
            awaitGivenUp();
        } else {
            load.awaitOver(Duration.ofNanos(random.nextLong(LONGEST_STALL)));
        }
        line.reset();
    }

    private void awaitGivenUp() throws IOException, SoakFailure, InterruptedException {
        if (load.awaitOver(DEAF)) {
            return;
        }
        line.below().setSoTimeout(PATIENCE_MILLIS);
        InputStream in = line.socket().getInputStream();
        byte[] dropped = new byte[64 * 1024];
        try {
            while (in.read(dropped) >= 0) {
                // until the server ends it
            }
        } catch (SocketTimeoutException e) {
            throw new SoakFailure("connection " + name + " was silent, and the server did not give it up", e);
        } catch (IOException e) {
            // so it was ended by a reset
        }
        load.counts().gaveUp();
    }
}
