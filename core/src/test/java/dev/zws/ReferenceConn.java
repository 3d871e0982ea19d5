package dev.zws;

import static dev.zws.Wire.concat;
import static dev.zws.Wire.utf8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One side of a connection as {@link Conn} promises it to be, without buffers, locks and codecs: what each call returns or throws, what
 * it puts on the wire, and when that is flushed. This is the sending half and the state; {@link ReferenceReader} reads.
 *
 * <p>Results are text, such as {@code "ok"}, {@code "IllegalStateException"} or the name of a {@link Violation}; what a call throws is
 * {@link Thrown} here.
 */
final class ReferenceConn {
    static final String MISUSE = "IllegalStateException";
    static final String BAD_ARGUMENT = "IllegalArgumentException";
    static final String CLOSED = "closed";
    static final String LOST = "lost";

    /** What the real call is to throw. */
    static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Thrown(String name) {
            super(name, null, false, false);
        }
    }

    /** A frame that was put, without RSV1: whether a message is compressed is the library's choice. */
    @SuppressWarnings("ArrayRecordComponent")
    record Put(int first, byte[] payload) {
        int length(Role sender) {
            return Wire.header(sender, first, payload.length).length + payload.length;
        }
    }

    final Role role;
    final Conn.Config config;
    final boolean deflate;

    String failure;
    boolean closeSent;
    boolean closeReceived;
    CloseStatus received;

    final List<Put> put = new ArrayList<>();
    int flushed;
    /** The sink takes nothing now. */
    boolean blocked;

    private boolean closeBegun;
    /** The type of the message that was begun with writeFrame. */
    private MessageType open;

    private MessageType streamed;
    private boolean streamEnded;
    private boolean streamBegun;
    private byte[] streamBuffer = {};
    private byte[] streamText = {};

    ReferenceConn(Role role, Conn.Config config, boolean deflate) {
        this.role = role;
        this.config = config;
        this.deflate = deflate;
    }

    /** The result of a call, thrown or returned. */
    static String result(Supplier<String> call) {
        try {
            return call.get();
        } catch (Thrown e) {
            return e.getMessage();
        }
    }

    static void require(boolean allowed, String otherwise) {
        if (!allowed) {
            throw new Thrown(otherwise);
        }
    }

    // ---- state

    Conn.State state() {
        if (failure != null) {
            return Conn.State.FAILED;
        }
        return closeSent && closeReceived
                ? Conn.State.CLOSED
                : closeSent || closeReceived ? Conn.State.CLOSING : Conn.State.OPEN;
    }

    CloseStatus closeStatus() {
        return received == null && failure != null ? CloseStatus.ABNORMAL : received;
    }

    boolean isLost() {
        return LOST.equals(failure);
    }

    void requireNotFailed() {
        require(failure == null, failure);
    }

    private void requireWritable() {
        requireNotFailed();
        require(!closeSent, CLOSED);
    }

    // ---- output

    int pending() {
        int pending = 0;
        for (Put frame : put.subList(flushed, put.size())) {
            pending += frame.length(role);
        }
        return pending;
    }

    void flushNow() {
        if (!blocked && !isLost()) {
            flushed = put.size();
        }
    }

    void put(int first, byte[] payload) {
        put.add(new Put(first, payload));
    }

    void replyClose(byte[] payload) {
        if (!closeSent && !isLost()) {
            put(0x88, payload);
            closeSent = true;
        }
        flushNow();
    }

    /** The peer broke a rule. */
    void fail(Violation violation) {
        if (failure == null) {
            failure = violation.name();
            replyClose(code(violation.closeCode()));
        }
        throw new Thrown(failure);
    }

    void lost() {
        if (failure == null) {
            failure = LOST;
        }
        throw new Thrown(failure);
    }

    static byte[] code(int code) {
        return ByteBuffer.allocate(2).putShort((short) code).array();
    }

    // ---- calls that send messages

    private void beginMessage() {
        requireTurn();
        requireWritable();
        require(open == null, MISUSE);
    }

    /** A thread with an open MessageOutput would wait for itself. */
    private void requireTurn() {
        require(streamed == null || streamEnded || closeSent || failure != null, MISUSE);
    }

    String text(String text, boolean flush) {
        require(!hasLoneSurrogate(text), BAD_ARGUMENT);
        beginMessage();
        put(0x81, utf8(text));
        return flushedIf(flush);
    }

    static boolean hasLoneSurrogate(String text) {
        return text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF);
    }

    String message(MessageType type, byte[] payload, boolean flush) {
        beginMessage();
        boolean judged = type == MessageType.TEXT && config.validateUtf8();
        require(!judged || InTransit.lacking(payload) == 0, BAD_ARGUMENT);
        put(0x80 | type.opcode().code(), payload);
        return flushedIf(flush);
    }

    private String flushedIf(boolean flush) {
        if (flush) {
            flushNow();
        }
        return "ok";
    }

    // ---- calls that send frames

    /** @param plain of a compressed message what it inflates to */
    String frame(Opcode opcode, boolean fin, boolean compressed, byte[] plain) {
        require(!compressed || deflate, MISUSE);
        require(!compressed || opcode.isData(), BAD_ARGUMENT);
        if (opcode.isControl()) {
            require(fin, BAD_ARGUMENT);
            return control(opcode, plain);
        }
        requireTurn();
        requireWritable();
        require((opcode == Opcode.CONTINUATION) == (open != null), MISUSE);
        put((fin ? 0x80 : 0) | opcode.code(), plain);
        open = fin ? null : open == null ? opcode.messageType() : open;
        return "ok";
    }

    String control(Opcode opcode, byte[] payload) {
        require(payload.length <= 125, BAD_ARGUMENT);
        require(opcode != Opcode.CLOSE || InTransit.brokenClose(payload, true) == null, BAD_ARGUMENT);
        requireWritable();
        put(0x80 | opcode.code(), payload);
        closeSent = opcode == Opcode.CLOSE || closeSent;
        return "ok";
    }

    private static byte[] encoded(CloseStatus status) {
        require(status.code() != CloseCode.ABNORMAL_CLOSURE, BAD_ARGUMENT);
        byte[] reason = utf8(status.reason());
        require(reason.length <= 123, BAD_ARGUMENT);
        return status.code() == CloseCode.NO_STATUS ? new byte[0] : concat(code(status.code()), reason);
    }

    String writeClose(CloseStatus status) {
        return control(Opcode.CLOSE, encoded(status));
    }

    String sendPing() {
        requireWritable();
        put(0x89, concat(Wire.KEY, Wire.KEY)); // the nonce comes from where the keys come from
        return flushedIf(true);
    }

    // ---- a message as a stream

    String writeStream(MessageType type) {
        beginMessage();
        streamed = type;
        streamEnded = false;
        streamBegun = false;
        streamBuffer = new byte[0];
        streamText = new byte[0];
        return "ok";
    }

    private boolean judgesStream() {
        return streamed == MessageType.TEXT && config.validateUtf8();
    }

    String streamWrite(byte[] bytes) {
        require(!streamEnded, MISUSE);
        streamText = concat(streamText, bytes);
        require(!judgesStream() || InTransit.lacking(streamText) >= 0, BAD_ARGUMENT);
        streamBuffer = concat(streamBuffer, bytes);
        return "ok";
    }

    String streamFlush() {
        if (streamEnded) {
            return "ok";
        }
        if (streamBuffer.length == 0) {
            return flush();
        }
        requireWritable();
        fragment(false);
        return "ok";
    }

    String streamFinish() {
        require(!streamEnded, MISUSE);
        require(!judgesStream() || InTransit.lacking(streamText) == 0, MISUSE);
        requireWritable();
        fragment(true);
        streamEnded = true;
        return "ok";
    }

    private void fragment(boolean fin) {
        put((fin ? 0x80 : 0) | (streamBegun ? 0 : streamed.opcode().code()), streamBuffer);
        streamBegun = true;
        streamBuffer = new byte[0];
        flushNow();
    }

    String streamClose() {
        if (!streamEnded) {
            streamEnded = true;
            replyClose(concat(code(1011), utf8("a message was left unfinished")));
        }
        return "ok";
    }

    // ---- the rest

    String flush() {
        requireNotFailed();
        flushNow();
        return "ok";
    }

    String drain() {
        flushNow();
        return String.valueOf(isLost() || flushed == put.size());
    }

    /** Over a borrowed pair: says Close, flushes, and leaves the reading to the caller. */
    String close(CloseStatus status) {
        byte[] payload = encoded(status);
        if (!closeBegun) {
            closeBegun = true;
            if (failure == null) {
                replyClose(payload);
            }
            flushNow();
        }
        return String.valueOf(state() == Conn.State.CLOSED);
    }

    String abort() {
        if (state() != Conn.State.CLOSED && failure == null) {
            failure = LOST;
        }
        return "ok";
    }
}
