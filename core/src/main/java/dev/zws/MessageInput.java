package dev.zws;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/**
 * One message, pulled piece by piece, however large and in however many frames: nothing is assembled. It is an
 * {@link InputStream} of the payload; text is checked as it passes, so bad UTF-8 fails at its first bad byte. Pings between the
 * frames are answered on the way.
 *
 * <p>Belongs to the connection's reading thread, and while it is open the connection reads nothing else. Read it to its end or
 * close it. {@link Limits#maxStreamedPayload} bounds its length.
 */
public final class MessageInput extends InputStream {
    private final Receiver receiver;
    private final MessageType type;
    private final byte[] one = new byte[1];

    MessageInput(Receiver receiver, MessageType type) {
        this.receiver = receiver;
        this.type = type;
    }

    /** Text or binary. */
    public MessageType type() {
        return type;
    }

    /**
     * Reads what is there, at least one byte, and waits only when there is none.
     *
     * @return how many bytes were read; -1 at the end of the message; 0 only when {@code length} is 0
     * @throws ConnectionClosedException when the peer's Close cuts the message off
     * @throws ConnectionFailedException when the peer broke a rule or the stream ended
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return receiver.readStreamed(this, target, offset, length);
    }

    @Override
    public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /**
     * The text of a text message.
     *
     * @throws IllegalStateException for a binary message
     */
    public Reader reader() {
        if (type != MessageType.TEXT) {
            throw new IllegalStateException("a binary message has no text; read its bytes");
        }
        return new InputStreamReader(this, StandardCharsets.UTF_8);
    }

    /**
     * Drops what is left of the message, so that the connection can read the next one; does nothing at its end. More than
     * {@link Limits#drainBudget} bytes are not waited for: the connection fails with 1009 instead.
     */
    @Override
    public void close() throws IOException {
        receiver.discardStreamed(this);
    }
}
