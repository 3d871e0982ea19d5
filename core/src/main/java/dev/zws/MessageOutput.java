package dev.zws;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One message, written piece by piece as fragments of up to {@value #FRAGMENT} bytes. {@link #finish()} ends it; only then has
 * it been sent. {@link #close()} without {@code finish()} means that the rest will never come: the connection is closed with
 * 1011 rather than passing a part off as the whole.
 *
 * <p>One thread at a time. While it is open, data messages of other threads wait for it; pings, pongs and closes do not.
 */
public final class MessageOutput extends OutputStream {
    private static final int FRAGMENT = 16 * 1024;

    private final Sender sender;
    private final MessageType type;
    private final Utf8Validator utf8 = new Utf8Validator();
    private final boolean validate;
    private final byte[] fragment = new byte[FRAGMENT];
    private int length;
    private Opcode opcode;
    private boolean ended;

    MessageOutput(Sender sender, MessageType type, boolean validate) {
        this.sender = sender;
        this.type = type;
        this.opcode = type.opcode();
        this.validate = validate && type == MessageType.TEXT;
    }

    /** Text or binary. */
    public MessageType type() {
        return type;
    }

    /**
     * Adds bytes to the message. Those of a text message are UTF-8, and may be cut anywhere.
     *
     * @throws IllegalArgumentException for text that is not UTF-8; nothing of this call was added, and the message cannot be
     *     finished any more
     * @throws IllegalStateException after {@link #finish()} or {@link #close()}
     */
    @Override
    public void write(byte[] source, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, source.length);
        requireOpen();
        if (count > FRAGMENT - length) {
            sender.requireRoomForStream();
        }
        if (validate && !utf8.accept(source, offset, count)) {
            throw new IllegalArgumentException("the text is not UTF-8; close this message, which cannot be finished");
        }
        int from = offset;
        int left = count;
        while (left > 0) {
            if (length == FRAGMENT) {
                send(false, false);
            }
            int piece = Math.min(left, FRAGMENT - length);
            System.arraycopy(source, from, fragment, length, piece);
            length += piece;
            from += piece;
            left -= piece;
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /**
     * A writer for the text of a text message; flush it before {@link #finish()}.
     *
     * @throws IllegalStateException for a binary message
     */
    public Writer writer() {
        if (type != MessageType.TEXT) {
            throw new IllegalStateException("a binary message has no text; write its bytes");
        }
        return new OutputStreamWriter(this, StandardCharsets.UTF_8.newEncoder()); // which reports a lone surrogate
    }

    /** Sends what was written so far as a fragment, and flushes the connection; does nothing after the end. */
    @Override
    public void flush() throws IOException {
        if (ended) {
            return; // a writer() that is closed after finish() flushes once more
        }
        if (length > 0) {
            sender.requireRoomForStream();
            send(false, true);
        } else {
            sender.flush();
        }
    }

    /**
     * Sends the last fragment and flushes: the message is complete, and others may send.
     *
     * @throws IllegalStateException when the text ends within a character, or after {@link #close()}
     */
    public void finish() throws IOException {
        requireOpen();
        if (!utf8.isComplete()) {
            throw new IllegalStateException("the text ends within a character; write the rest of it first");
        }
        sender.requireRoomForStream();
        send(true, true);
        ended = true;
    }

    private void send(boolean fin, boolean flush) throws IOException {
        sender.fragment(type, opcode, fin, fragment, length, flush);
        opcode = Opcode.CONTINUATION;
        length = 0;
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("this message has ended; begin another with writeStream()");
        }
    }

    /** Does nothing after {@link #finish()}; without it, closes the connection with 1011. */
    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            sender.abandon();
        }
    }
}
