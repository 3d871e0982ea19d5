package dev.zws.bench;

import java.nio.ByteBuffer;

/**
 * The bytes of a run, made once: the masked frame that is sent, several in a row, and the answer that has to come. Immutable; each
 * connection works on views of its own.
 */
final class LoadFrames {
    /** Up to this many bytes are sent before anything is read: less than a socket holds, so nobody waits for the other in turn. */
    static final int MAX_ROW = 32 * 1024;

    private static final byte[] KEY = {0x11, 0x22, 0x33, 0x44};
    private static final int TEXT = 0x81;
    static final int BINARY = 0x82;
    private static final int CLOSE = 0x88;
    private static final byte[] NORMAL = {0x03, (byte) 0xE8};

    private final ByteBuffer requests;
    private final ByteBuffer response;
    private final int requestLength;
    private final int headerLength;

    LoadFrames(Load load) {
        byte[] payload = payload(load.messageSize(), load.text());
        int first = load.text() ? TEXT : BINARY;
        byte[] request = masked(first, payload);
        requestLength = request.length;
        int row = Math.clamp(MAX_ROW / requestLength, 1, load.pipeline());
        requests = ByteBuffer.allocateDirect(row * requestLength);
        for (int i = 0; i < row; i++) {
            requests.put(request);
        }
        headerLength = headerLength(payload.length);
        response = ByteBuffer.allocateDirect(headerLength + payload.length);
        response.put(unmasked(first, payload));
    }

    /** B-9.41; a text has to be UTF-8, which the strict server looks at, so that is of printable characters. */
    static byte[] payload(int size, boolean text) {
        byte[] payload = new byte[size];
        for (int i = 0; i < size; i++) {
            int value = 17 * (i & 0xFFFF) + 31;
            payload[i] = (byte) (text ? ' ' + value % 95 : value);
        }
        return payload;
    }

    /** A Close with 1000. */
    static ByteBuffer close() {
        return ByteBuffer.wrap(masked(CLOSE, NORMAL));
    }

    /** As a client sends it. */
    static byte[] masked(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(headerLength(payload.length) + KEY.length + payload.length);
        putHeader(frame, first, payload.length, 0x80);
        frame.put(KEY);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ KEY[i & 3]));
        }
        return frame.array();
    }

    /** As a server sends it. */
    static byte[] unmasked(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(headerLength(payload.length) + payload.length);
        putHeader(frame, first, payload.length, 0);
        return frame.put(payload).array();
    }

    private static int headerLength(int length) {
        return length <= 125 ? 2 : length <= 0xFFFF ? 4 : 10;
    }

    private static void putHeader(ByteBuffer frame, int first, int length, int mask) {
        frame.put((byte) first);
        if (length <= 125) {
            frame.put((byte) (mask | length));
        } else if (length <= 0xFFFF) {
            frame.put((byte) (mask | 126)).putShort((short) length);
        } else {
            frame.put((byte) (mask | 127)).putLong(length);
        }
    }

    /** As many frames in a row as are sent with one call. */
    ByteBuffer requests() {
        return requests.duplicate().clear();
    }

    /** One answer. */
    ByteBuffer response() {
        return response.duplicate().clear();
    }

    int requestLength() {
        return requestLength;
    }

    int responseLength() {
        return response.capacity();
    }

    int headerLength() {
        return headerLength;
    }
}
