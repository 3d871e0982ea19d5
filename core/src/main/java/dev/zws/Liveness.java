package dev.zws;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows how long the reader has waited for the peer, and what follows from it: a ping, or the end. Only waiting counts, so a busy
 * application is not held against its peer.
 *
 * <p>While the reader waits in a blocking source, a watchdog looks here. Over a non-blocking one the reader looks itself, each time
 * that it finds nothing.
 */
final class Liveness implements Watch.Overrun {
    private static final long LEAST_PERIOD = 64 * 1024;
    private static final long UNKNOWN = -1;
    /** A blocking source gave up: the wait goes on. */
    static final int TIMED_OUT = -2;

    private final Deadlines deadlines;
    /** A streamed message gets its time anew for as many bytes. */
    private final long period;

    private final LongSupplier nanoClock;
    private final FrameWriter writer;
    private final MaskKeys nonces;
    private final Consumer<Overdue> end;
    private @Nullable Watch watch;

    /** The last look found nothing: the wait goes on. */
    private boolean dry;

    private long waitedForMessage;
    private long renewedAt;

    // written by the reader, read by the watchdog
    private volatile long waitingSince;
    private volatile long messageDue = Watch.NEVER;

    /** Which wait, by its beginning, a ping was sent in; and when something must have arrived. */
    private volatile long pingedIn = Watch.NEVER;

    private volatile long pongDue = Watch.NEVER;

    private record Ping(long nonce, long sentAt) {}

    private volatile @Nullable Ping unanswered;
    private volatile long roundTripNanos = UNKNOWN;

    /** @param end what is done about what is overdue, on a virtual thread while the reader waits; never called without a watch */
    Liveness(Conn.Config config, LongSupplier nanoClock, FrameWriter writer, MaskKeys nonces, Consumer<Overdue> end) {
        this.deadlines = config.deadlines();
        this.period = Math.max(LEAST_PERIOD, config.limits().maxMessagePayload());
        this.nanoClock = nanoClock;
        this.writer = writer;
        this.nonces = nonces;
        this.end = end;
    }

    void watchedBy(Transport transport) {
        watch = transport.watch(this);
    }

    // ---- told by the reader

    /** The next wait is for another message, or for a control frame between messages. */
    void messageEnded() {
        waitedForMessage = 0;
        renewedAt = 0;
    }

    /** The reader will ask for nothing for a while: that is not held against the peer. */
    void pauses() {
        if (dry) {
            dry = false;
            if (messageDue != Watch.NEVER) {
                waitedForMessage += nanoClock.getAsLong() - waitingSince;
            }
        }
    }

    /** The reader asks the source for bytes. */
    void waits(boolean withinMessage, long messageLength) {
        if (!dry) {
            boolean timed = withinMessage && deadlines.messageNanos() > 0;
            messageDue = Watch.NEVER;
            if (!timed && watch == null) {
                return;
            }
            if (messageLength - renewedAt >= period) {
                renewedAt = messageLength;
                waitedForMessage = 0;
            }
            long now = nanoClock.getAsLong();
            waitingSince = now;
            if (timed) {
                messageDue = Watch.after(now, deadlines.messageNanos() - waitedForMessage);
            }
        }
        if (watch != null) {
            watch.arm(nextDue());
        }
    }

    /** The source has answered, with as many bytes, or nothing, or -1 for its end and for a failure. */
    void waited(int read) throws ConnectionTimeoutException {
        if (watch != null) {
            watch.disarm();
        }
        if (read == 0 || read == TIMED_OUT) {
            foundNothing(read == 0);
        } else {
            dry = false;
            if (read > 0 && messageDue != Watch.NEVER) {
                long now = nanoClock.getAsLong();
                waitedForMessage += now - waitingSince;
                if (now - messageDue > 0) {
                    throw writer.expire(Overdue.MESSAGE);
                }
            }
        }
    }

    /** The wait goes on, or has gone on for too long. */
    private void foundNothing(boolean polled) throws ConnectionTimeoutException {
        long now = nanoClock.getAsLong();
        if (!dry) {
            dry = true;
            if (messageDue == Watch.NEVER && watch == null) {
                waitingSince = now;
            }
        }
        Overdue overdue = overdue(now);
        if (overdue != null) {
            throw writer.expire(overdue);
        }
        if (polled && isPingDue(now)) { // a reader that blocks must not wait for the frame lock; its watchdog pings
            sendAndTime(notePing());
        }
    }

    // ---- what is due

    @Override
    public long passed(long now) {
        Overdue overdue = overdue(now);
        if (overdue != null) {
            Thread.startVirtualThread(() -> end.accept(overdue));
            return Watch.NEVER;
        }
        if (isPingDue(now)) {
            long wait = notePing();
            Thread.startVirtualThread(() -> sendAndTime(wait));
        }
        return nextDue();
    }

    private @Nullable Overdue overdue(long now) {
        if (isDue(messageDue, now)) {
            return Overdue.MESSAGE;
        }
        if (isDue(idleDue(), now)) {
            return Overdue.IDLE;
        }
        return hasPinged() && isDue(pongDue, now) ? Overdue.PONG : null;
    }

    private static boolean isDue(long moment, long now) {
        return moment != Watch.NEVER && now - moment >= 0;
    }

    private long nextDue() {
        return Watch.sooner(messageDue, Watch.sooner(idleDue(), hasPinged() ? pongLook() : pingDue()));
    }

    /** When the pong is due; while the ping still waits for other frames to be written, when to look again. */
    private long pongLook() {
        return pongDue != Watch.NEVER || deadlines.pongNanos() == 0
                ? pongDue
                : Watch.after(nanoClock.getAsLong(), deadlines.pongNanos());
    }

    private long idleDue() {
        return afterSilence(deadlines.idleNanos());
    }

    private long pingDue() {
        return writer.closeSent() ? Watch.NEVER : afterSilence(deadlines.pingNanos());
    }

    private long afterSilence(long nanos) {
        return nanos == 0 ? Watch.NEVER : Watch.after(waitingSince, nanos);
    }

    private boolean isPingDue(long now) {
        return !hasPinged() && isDue(pingDue(), now);
    }

    private boolean hasPinged() {
        return pingedIn == waitingSince;
    }

    // ---- pings of our own

    /** Notes that a ping is on its way. Returns the wait that it is sent in. */
    private long notePing() {
        pongDue = Watch.NEVER;
        pingedIn = waitingSince;
        return pingedIn;
    }

    /** Sends a ping, if that is still possible; the time for its pong begins when it has left. */
    private void sendAndTime(long wait) {
        try {
            sendPing();
            if (deadlines.pongNanos() > 0 && pingedIn == wait) {
                pongDue = Watch.after(nanoClock.getAsLong(), deadlines.pongNanos());
            }
        } catch (IOException | IllegalStateException e) {
            // recorded, or too much output waits: then the write deadline is what ends this
        }
    }

    /** Sends a ping whose pong tells the round-trip time. */
    void sendPing() throws IOException {
        long nonce = (long) nonces.next() << Integer.SIZE | nonces.next(); // or a peer could answer before it was asked
        unanswered = new Ping(nonce, nanoClock.getAsLong());
        writer.ping(ByteBuffer.allocate(Long.BYTES).putLong(nonce).array());
    }

    void receivedPong(byte[] array, int offset, int length) {
        Ping ping = unanswered;
        if (ping != null
                && length == Long.BYTES
                && ByteBuffer.wrap(array, offset, length).getLong() == ping.nonce) {
            unanswered = null;
            roundTripNanos = nanoClock.getAsLong() - ping.sentAt;
        }
    }

    long roundTripNanos() {
        return roundTripNanos;
    }
}
