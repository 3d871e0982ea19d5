package dev.zws;

import static dev.zws.ReferenceConn.MISUSE;
import static dev.zws.ReferenceConn.require;
import static dev.zws.Wire.concat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/** What a {@link ReferenceReader} reads: the frames on their way, of whose bytes so many have been delivered, and the rules of each. */
class ReferenceFrames {
    final ReferenceConn conn;
    final Limits limits;

    // what has arrived
    final Queue<InTransit> arriving = new ArrayDeque<>();
    final Queue<Integer> pieces = new ArrayDeque<>();
    int buffered;
    boolean ended;

    // the active frame, and its message
    InTransit active;
    int remaining;
    MessageType open;
    MessageType type;
    boolean compressed;
    int fragments;
    long messageLength;
    byte[] text = {};
    int controlFrames;
    long now;
    long windowStart;

    ReferenceFrames(ReferenceConn conn) {
        this.conn = conn;
        this.limits = conn.config.limits();
    }

    // ---- told by the conversation

    void onItsWay(InTransit frame) {
        arriving.add(frame);
    }

    void delivered(int count) {
        pieces.add(count);
    }

    void ended() {
        ended = true;
    }

    void clockMoves(long nanos) {
        now += nanos;
    }

    boolean frameActive() {
        return active != null;
    }

    int frameRemaining() {
        return remaining;
    }

    MessageType openMessage() {
        return open;
    }

    // ---- bytes

    int fill() {
        if (pieces.isEmpty()) {
            if (ended) {
                conn.lost();
            }
            return 0;
        }
        int count = pieces.remove();
        buffered += count;
        return count;
    }

    /** The source does not block, so what has to wait is misuse. */
    void await() {
        conn.flushNow();
        conn.requireNotFailed();
        require(fill() > 0, MISUSE);
    }

    boolean isHeaderThere() {
        InTransit next = arriving.peek();
        if (next == null || buffered < next.headerLength()) {
            return false;
        }
        Violation broken = next.broken(conn.role, conn.deflate, open != null, limits.maxFramePayload());
        if (broken != null) {
            conn.fail(broken);
        }
        return true;
    }

    boolean isWhole() {
        return buffered >= arriving.element().bytes().length;
    }

    void enter() {
        active = arriving.element();
        buffered -= active.headerLength();
        remaining = (int) active.announced();
        if (active.isControl()) {
            countControlFrame();
            return;
        }
        if (active.opcode() != 0) {
            type = active.opcode() == 1 ? MessageType.TEXT : MessageType.BINARY;
            compressed = active.rsv1();
            fragments = 0;
            messageLength = 0;
            text = new byte[0];
        }
        if (++fragments > limits.maxFragments()) {
            conn.fail(Violation.TOO_MANY_FRAGMENTS);
        }
    }

    void countControlFrame() {
        if (++controlFrames > limits.maxControlFramesPerSecond()) {
            if (now - windowStart < 1_000_000_000L) {
                conn.fail(Violation.TOO_MANY_CONTROL_FRAMES);
            }
            windowStart = now;
            controlFrames = 1;
        }
    }

    int available() {
        return Math.min(remaining, buffered);
    }

    /** Takes payload as it travels, unmasked. */
    byte[] take(int count) {
        byte[] payload = active.payload();
        int at = payload.length - remaining;
        skip(count);
        byte[] taken = Arrays.copyOfRange(payload, at, at + count);
        if (!active.isControl()) {
            text = concat(text, taken);
        }
        return taken;
    }

    void skip(int count) {
        buffered -= count;
        remaining -= count;
        messageLength += active.isControl() ? 0 : count;
    }

    boolean isTextBad() {
        int lacking = InTransit.lacking(text);
        boolean judged = type == MessageType.TEXT && conn.config.validateUtf8() && !compressed;
        return judged && (lacking < 0 || lacking > 0 && active.fin() && remaining == 0);
    }

    /** Ends the active frame; true when a message ends with it. */
    boolean finish() {
        InTransit frame = arriving.remove();
        active = null;
        if (frame.opcode() == 8) {
            receivedClose(frame.payload());
        }
        if (!frame.isControl()) {
            open = frame.fin() ? null : type;
        }
        if (open == null) {
            messageLength = 0;
        }
        return frame.fin() && !frame.isControl();
    }

    void receivedClose(byte[] payload) {
        open = null;
        conn.closeReceived = true;
        Violation broken = InTransit.brokenClose(payload, conn.config.validateUtf8());
        if (broken != null) {
            conn.fail(broken);
        }
        conn.received = payload.length == 0
                ? CloseStatus.NO_STATUS
                : new CloseStatus(
                        (payload[0] & 0xFF) << 8 | payload[1] & 0xFF,
                        Wire.text(Arrays.copyOfRange(payload, 2, payload.length)));
    }
}
