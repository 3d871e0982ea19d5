package dev.zws;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A whole message. A connection has one object for all of its messages, and its bytes are lent: use them on the reading thread
 * before it reads on, or {@link #copy()} the message, or take its {@link #text()} or {@link #bytes()}. Once the next read has
 * begun, every accessor throws {@link IllegalStateException}; a copy lives on.
 */
public final class Message extends Lent {
    private MessageType type = MessageType.BINARY;

    Message() {}

    Message show(MessageType type, byte[] array, int offset, int length) {
        this.type = type;
        lend(array, offset, length);
        return this;
    }

    /** Text or binary. */
    public MessageType type() {
        requireCurrent();
        return type;
    }

    /**
     * The text, to keep. Malformed UTF-8 cannot reach this point unless {@link Conn.Config#validateUtf8} is off; it then shows as
     * replacement characters.
     *
     * @throws IllegalStateException for a binary message, which has none
     */
    public String text() {
        requireCurrent();
        if (type != MessageType.TEXT) {
            throw new IllegalStateException("a binary message has no text; use bytes()");
        }
        return new String(borrowedArray(), offset(), length(), UTF_8);
    }

    /** The same message with bytes of its own, which no read takes back. */
    public Message copy() {
        return new Message().show(type(), bytes(), 0, length());
    }
}
