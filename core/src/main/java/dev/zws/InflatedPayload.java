package dev.zws;

/**
 * The payload of compressed messages as it inflates: between {@link FrameReader}, which has the bytes, and {@link Receiver}, which
 * wants the message. Here its failures become those of the connection, and text is followed. The reading thread only.
 */
final class InflatedPayload {
    private static final byte[] NONE = new byte[0];
    private static final String NOT_INFLATED = "a compressed message could not be inflated";

    private final FrameReader frames;
    private final Compression compression;
    private final Ending ending;

    /** What later messages may refer to is not known. */
    private boolean historyLost;

    InflatedPayload(FrameReader frames, Compression compression, Ending ending) {
        this.frames = frames;
        this.compression = compression;
        this.ending = ending;
    }

    /** A compressed message is read frame by frame, and not inflated. */
    void passBy() {
        historyLost = keepsHistory();
    }

    /** @throws IllegalStateException when a message that begins may refer to one that was not inflated */
    void requireHistory() {
        if (historyLost) {
            throw new IllegalStateException(
                    "messages may refer to a compressed one that was read frame by frame: go on reading frames");
        }
    }

    /** A compressed message begins. */
    void begin() throws WebSocketException {
        boolean begun;
        try {
            begun = compression.incoming().begin();
        } catch (RuntimeException | Error e) {
            throw failed(e);
        }
        if (!begun) {
            throw frames.fail(Violation.OUT_OF_DECOMPRESSORS, "too many compressed messages are arriving at once");
        }
    }

    /** Takes {@code count} available bytes of the active frame; they stay where they are until {@link #read} returns 0. */
    void take(int count) throws WebSocketException {
        int at = frames.takeInPlace(count);
        try {
            compression.incoming().input(frames.array(), at, count);
        } catch (WebSocketException | RuntimeException | Error e) {
            throw failed(e);
        }
    }

    /** Inflates up to {@code length} bytes, at least 1, of what was taken; 0 when there are none. */
    int read(byte[] target, int offset, int length) throws WebSocketException {
        int count = inflate(target, offset, length);
        if (!frames.follow(target, offset, count, false)) {
            throw frames.failText(length());
        }
        return count;
    }

    /** As {@link #read}, of a message that nobody will see. */
    int skip(byte[] scratch) throws WebSocketException {
        return inflate(scratch, 0, scratch.length);
    }

    private int inflate(byte[] target, int offset, int length) throws WebSocketException {
        try {
            return compression.incoming().inflate(target, offset, length);
        } catch (WebSocketException | RuntimeException | Error e) {
            throw failed(e);
        }
    }

    /** Whether what was taken gives at least one byte more. */
    boolean more() throws WebSocketException {
        try {
            return compression.incoming().more();
        } catch (WebSocketException | RuntimeException | Error e) {
            throw failed(e);
        }
    }

    /** The last byte was taken, and all of it was read: the message has to end here, and not within a character. */
    void end() throws WebSocketException {
        endDropped();
        if (!frames.follow(NONE, 0, 0, true)) {
            throw frames.failText(length());
        }
    }

    /** As {@link #end}, of a message whose text nobody has followed (RFC 7692, 7.2.2). */
    void endDropped() throws WebSocketException {
        try {
            compression.incoming().end();
        } catch (WebSocketException | RuntimeException | Error e) {
            throw failed(e);
        }
    }

    /**
     * The peer broke a rule; or the codec was given back meanwhile, because the connection has ended; or the engine failed. This ends
     * the connection, too: what is missing of the message now would not be noticed later.
     */
    private WebSocketException failed(Throwable cause) throws ConnectionFailedException {
        return switch (cause) {
            case ProtocolException broken -> frames.fail(broken);
            case WebSocketException closed -> {
                ending.requireNotFailed();
                yield closed;
            }
            case RuntimeException e -> {
                frames.lost(NOT_INFLATED, e);
                throw e;
            }
            default -> {
                frames.lost(NOT_INFLATED, cause);
                throw (Error) cause; // nothing else is caught
            }
        };
    }

    /** Makes room for {@code size} bytes of the message, {@code used} of which are there; no memory for them ends the connection, too. */
    void grow(Assembly assembly, int size, int used) {
        try {
            assembly.grow(size, used);
        } catch (OutOfMemoryError e) {
            frames.lost(NOT_INFLATED, e);
            throw e;
        }
    }

    /** How many bytes the message has become so far. */
    long length() {
        return compression.incoming().inflated();
    }

    private boolean keepsHistory() {
        return compression.incoming().keepsHistory();
    }

    /** Whether the rest of a message that is dropped may be dropped as it came: not when later ones may refer to it. */
    boolean dropsUnseen(boolean closing) {
        if (closing) {
            compression.releaseIncoming();
        } else if (keepsHistory()) {
            return false;
        } else {
            compression.incoming().abandon();
        }
        return true;
    }
}
