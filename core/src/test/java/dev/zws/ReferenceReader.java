package dev.zws;

import static dev.zws.ReferenceConn.CLOSED;
import static dev.zws.ReferenceConn.MISUSE;
import static dev.zws.ReferenceConn.require;
import static dev.zws.Wire.concat;

import java.util.HexFormat;

/** The reading half of a {@link ReferenceConn}: what each reading call gives. Compressed frames must be delivered whole. */
final class ReferenceReader extends ReferenceFrames {
    private enum Step {
        NEED_INPUT,
        PROGRESS,
        MESSAGE,
        CLOSED
    }

    private enum Level {
        FRAMES,
        MESSAGE,
        STREAM
    }

    private static final int NO_ARRAY = -1;

    // what the caller is in the middle of
    private Level level = Level.FRAMES;
    private byte[] assembled = {};
    private int array = NO_ARRAY;
    private boolean dropping;
    private long budget;
    private String afterwards;
    private boolean streaming;
    private boolean stopped;
    private boolean historyLost;

    private final boolean keepsHistory;

    ReferenceReader(ReferenceConn conn, boolean keepsHistory) {
        super(conn);
        this.keepsHistory = keepsHistory;
    }

    boolean stopped() {
        return stopped;
    }

    boolean isStreaming() {
        return streaming;
    }

    /** Whether what comes next, or the rest of it, can be read frame by frame only. */
    boolean wantsFrames() {
        return level == Level.FRAMES && (active != null || open != null && compressed || historyLost);
    }

    // ---- steps

    private Step begin(Level entering) {
        if (!isHeaderThere()) {
            return Step.NEED_INPUT;
        }
        InTransit next = arriving.element();
        if (next.isControl()) {
            return isWhole() ? answerControl() : Step.NEED_INPUT;
        }
        require(!next.rsv1() || !historyLost, MISUSE);
        enter();
        if (level == Level.FRAMES) {
            level = entering;
        }
        if (dropping) {
            spend(active.headerLength());
        } else {
            admit();
        }
        return Step.PROGRESS;
    }

    private Step answerControl() {
        enter();
        InTransit frame = active;
        byte[] payload = take(remaining);
        finish();
        if (frame.opcode() == 9 && conn.config.autoPong() && !conn.closeSent) {
            conn.put(0x8A, payload);
        }
        if (frame.opcode() != 8) {
            return Step.PROGRESS;
        }
        endMessage();
        if (conn.config.autoReplyClose()) {
            conn.replyClose(payload);
        }
        return Step.CLOSED;
    }

    private void admit() {
        long limit = level == Level.STREAM ? limits.maxStreamedPayload() : limits.maxMessagePayload();
        if (compressed) {
            return; // limits of inflated messages have their own tests
        }
        if (remaining > limit - messageLength) {
            if (level == Level.STREAM || limits.oversize() == Limits.Oversize.FAIL) {
                conn.fail(Violation.MESSAGE_TOO_LARGE);
            }
            drop("too large, " + limit);
        } else {
            requireFit(remaining);
        }
    }

    private void requireFit(int more) {
        if (array != NO_ARRAY && !dropping && more > array - assembled.length) {
            drop("too large, " + array);
        }
    }

    private void drop(String report) {
        dropping = true;
        budget = limits.drainBudget();
        afterwards = report;
        assembled = new byte[0];
    }

    private void spend(int count) {
        budget -= count;
        if (budget < 0) {
            conn.fail(Violation.MESSAGE_TOO_LARGE);
        }
    }

    private Step advance() {
        if (active == null) {
            return begin(Level.MESSAGE);
        }
        int count = available();
        if (count == 0 && remaining > 0) {
            return Step.NEED_INPUT;
        }
        if (dropping) {
            spend(count);
            skip(count);
        } else if (compressed) {
            skip(count);
            assembled = concat(assembled, active.plain());
        } else {
            assembled = concat(assembled, take(count));
            if (isTextBad()) {
                conn.fail(Violation.INVALID_UTF8);
            }
        }
        return remaining == 0 ? endOfFrame() : Step.PROGRESS;
    }

    private Step endOfFrame() {
        if (!finish()) {
            return Step.PROGRESS;
        }
        streaming = false;
        String report = afterwards;
        String message = Reading.show(type, assembled);
        endMessage();
        require(report == null, report);
        last = message;
        return Step.MESSAGE;
    }

    /** The message that was read last. */
    private String last;

    private void endMessage() {
        level = Level.FRAMES;
        array = NO_ARRAY;
        assembled = new byte[0];
        dropping = false;
        afterwards = null;
    }

    // ---- whole messages

    /** False when the peer's Close was read. */
    private boolean enterMessageLevel(int target) {
        conn.requireNotFailed();
        require(level != Level.STREAM, MISUSE);
        if (level == Level.FRAMES) {
            require(active == null && (open == null || !compressed), MISUSE);
        }
        if (target != NO_ARRAY || array != NO_ARRAY) {
            byte[] moving = assembled;
            array = target;
            assembled = new byte[0];
            requireFit(compressed ? moving.length : moving.length + remaining);
            if (!dropping) {
                assembled = moving;
            }
        }
        return !conn.closeReceived;
    }

    String readMessage() {
        return readMessage(NO_ARRAY);
    }

    /** @param target how long the caller's array is */
    String readMessage(int target) {
        if (!enterMessageLevel(target)) {
            return "null";
        }
        for (Step step = advance(); step != Step.MESSAGE; step = advance()) {
            if (step == Step.CLOSED) {
                return "null";
            }
            if (step == Step.NEED_INPUT) {
                await();
            }
        }
        return last;
    }

    String pollMessage() {
        if (!enterMessageLevel(NO_ARRAY)) {
            stopped = false;
            conn.flushNow();
            return "null";
        }
        stopped = isAboveHighWater() && !flushesBelowHighWater();
        if (stopped) {
            return "null";
        }
        for (Step step = advance(); step != Step.MESSAGE; step = advance()) {
            if (step == Step.CLOSED) {
                conn.flushNow();
                return "null";
            }
            if (step == Step.NEED_INPUT) {
                stopped = !flushesBelowHighWater();
                if (stopped || fill() == 0) {
                    return "null";
                }
            }
        }
        return last;
    }

    private boolean isAboveHighWater() {
        return conn.pending() > limits.outputHighWater();
    }

    private boolean flushesBelowHighWater() {
        conn.flushNow();
        return !isAboveHighWater();
    }

    // ---- streamed messages

    String readStream() {
        conn.requireNotFailed();
        require(level != Level.MESSAGE, MISUSE);
        if (!enterMessageLevel(NO_ARRAY)) {
            return "null";
        }
        while (active == null) {
            Step step = begin(Level.STREAM);
            if (step == Step.CLOSED) {
                return "null";
            }
            if (step == Step.NEED_INPUT) {
                await();
            }
        }
        streaming = true;
        return type.toString();
    }

    /** The next bytes, or {@code "end"}. */
    String readStreamed(int length) {
        byte[] taken = nextStreamed(length);
        return taken == null ? "end" : HexFormat.of().formatHex(taken);
    }

    /** All that is there, then how that ended. */
    String readStreamedRest() {
        StringBuilder all = new StringBuilder();
        try {
            for (byte[] taken = nextStreamed(1000); taken != null; taken = nextStreamed(1000)) {
                all.append(HexFormat.of().formatHex(taken));
            }
            return all + " end";
        } catch (ReferenceConn.Thrown e) {
            return all + " " + e.getMessage();
        }
    }

    private byte[] nextStreamed(int length) {
        while (isStreamOpen()) {
            if (length == 0) {
                return new byte[0];
            }
            if (active == null) {
                if (begin(Level.STREAM) == Step.NEED_INPUT) {
                    await();
                }
            } else if (available() == 0 && remaining > 0) {
                await();
            } else {
                byte[] taken = compressed ? active.plain() : take(Math.min(length, available()));
                if (compressed) {
                    skip(remaining);
                } else if (isTextBad()) {
                    conn.fail(Violation.INVALID_UTF8);
                }
                if (remaining == 0) {
                    endOfFrame();
                }
                if (taken.length > 0) {
                    return taken;
                }
            }
        }
        return null;
    }

    private boolean isStreamOpen() {
        if (!streaming) {
            return false;
        }
        conn.requireNotFailed();
        require(!conn.closeReceived, CLOSED);
        return true;
    }

    String closeStreamed() {
        if (conn.closeReceived || !isStreamOpen()) {
            return "ok";
        }
        if (!dropping) {
            drop(null);
        }
        for (Step step = advance(); step != Step.MESSAGE && step != Step.CLOSED; step = advance()) {
            if (step == Step.NEED_INPUT) {
                await();
            }
        }
        return "ok";
    }

    // ---- frames

    private void enterFrames() {
        conn.requireNotFailed();
        require(level == Level.FRAMES, MISUSE);
    }

    private void awaitHeader() {
        enterFrames();
        require(active == null, MISUSE);
        require(!conn.closeReceived, CLOSED);
        while (!isHeaderThere()) {
            await();
        }
    }

    private void enterFrame() {
        enter();
        if (active.rsv1()) {
            historyLost = keepsHistory;
        }
    }

    String beginFrame() {
        awaitHeader();
        enterFrame();
        return "frame of " + active.announced();
    }

    private void requireActive() {
        enterFrames();
        require(active != null, MISUSE);
    }

    private int awaitPayload() {
        while (available() == 0 && remaining > 0) {
            await();
        }
        return available();
    }

    String readFrameChunk(int length) {
        requireActive();
        if (length == 0 && remaining > 0) {
            return "";
        }
        byte[] taken = take(Math.min(length, awaitPayload()));
        if (remaining == 0) {
            finish();
        }
        return HexFormat.of().formatHex(taken);
    }

    String readFrameAll(int room) {
        requireActive();
        require(remaining <= room, "too large, " + room);
        return HexFormat.of().formatHex(takeAll());
    }

    private byte[] takeAll() {
        byte[] all = {};
        while (remaining > 0) {
            all = concat(all, take(awaitPayload()));
        }
        finish();
        return all;
    }

    String discardFrame() {
        requireActive();
        takeAll();
        return "ok";
    }

    String readFrame(int room) {
        beginFrame();
        return readFrameAll(room);
    }

    String readFrameBorrowed() {
        awaitHeader();
        while (!isWhole()) {
            await();
        }
        enterFrame();
        return HexFormat.of().formatHex(takeAll());
    }
}
