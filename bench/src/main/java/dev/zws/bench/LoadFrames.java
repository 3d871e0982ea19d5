package dev.zws.bench;

import dev.zws.PerMessageDeflate;
import dev.zws.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a run, made once: the masked frames that are sent, one behind the other, and the payloads that have to come back.
 * After the last frame a connection goes on with that of {@link #loop()}. Immutable; each connection works on views of its own.
 */
final class LoadFrames {
    /** Up to this many bytes are sent before anything is read: less than a socket holds, so nobody waits for the other in turn. */
    static final int MAX_ROW = 32 * 1024;

    static final int BINARY = 0x82;

    private static final byte[] KEY = {0x11, 0x22, 0x33, 0x44};
    private static final int TEXT = 0x81;
    private static final int COMPRESSED = 0x40;
    private static final int PONG = 0x8A;
    private static final int CLOSE = 0x88;
    private static final byte[] NORMAL = {0x03, (byte) 0xE8};

    /** More than fill a window of 32 KiB, but for the smallest messages. */
    private static final int MESSAGES = 64;

    private static final int LEVEL = 1;
    private static final int TAIL = 4;
    private static final int SLACK = 64;

    private final ByteBuffer requests;
    private final int[] ends;
    private final int loop;
    private final int first;
    private final boolean referring;
    private final List<byte[]> payloads;

    private LoadFrames(List<byte[]> frames, int loop, int first, boolean referring, List<byte[]> payloads) {
        ends = new int[frames.size()];
        int length = 0;
        for (int i = 0; i < ends.length; i++) {
            length += frames.get(i).length;
            ends[i] = length;
        }
        requests = ByteBuffer.allocateDirect(length);
        frames.forEach(requests::put);
        this.loop = loop;
        this.first = first;
        this.referring = referring;
        this.payloads = payloads;
    }

    /**
     * What is sent on a connection where {@code agreed} holds, null for no compression.
     *
     * @throws IOException when the run is one with compression, and there is none, or one that these frames cannot keep to
     */
    static LoadFrames of(Load load, @Nullable PerMessageDeflate agreed) throws IOException {
        if (load.compression() == Load.Compression.NONE) {
            return plain(load);
        }
        if (agreed == null) {
            throw new IOException("the server does not agree to permessage-deflate");
        }
        if (agreed.windowBits(Role.CLIENT) < 15) {
            throw new IOException("the server wants a window of " + agreed.windowBits(Role.CLIENT)
                    + " bits, and this client always uses 15");
        }
        return deflated(load.messageSize(), agreed);
    }

    /** The same message again and again. */
    private static LoadFrames plain(Load load) {
        byte[] payload = payload(load.messageSize(), load.text());
        int first = load.text() ? TEXT : BINARY;
        byte[] frame = masked(first, payload);
        List<byte[]> row = new ArrayList<>();
        for (int i = Math.clamp(MAX_ROW / frame.length, 1, load.pipeline()); i > 0; i--) {
            row.add(frame);
        }
        return new LoadFrames(row, 0, first, false, List.of(payload));
    }

    /**
     * Different messages of JSON. With context takeover they are compressed twice: only in the second row does the first message
     * refer to the last one, as in every later row.
     */
    private static LoadFrames deflated(int size, PerMessageDeflate agreed) {
        boolean takeover = agreed.takeover(Role.CLIENT);
        Random random = new Random(1);
        List<byte[]> payloads = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            payloads.add(Trades.json(size, random));
        }
        int first = TEXT | COMPRESSED;
        List<byte[]> frames = new ArrayList<>();
        Deflater deflater = new Deflater(LEVEL, true);
        try {
            for (int i = 0; i < (takeover ? 2 * MESSAGES : MESSAGES); i++) {
                frames.add(masked(first, deflated(deflater, payloads.get(i % MESSAGES))));
                if (!takeover) {
                    deflater.reset();
                }
            }
        } finally {
            deflater.end();
        }
        return new LoadFrames(
                frames, takeover ? MESSAGES : 0, first, agreed.takeover(Role.SERVER), List.copyOf(payloads));
    }

    /** RFC 7692, 7.2.1. */
    private static byte[] deflated(Deflater deflater, byte[] payload) {
        deflater.setInput(payload);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] piece = new byte[payload.length + SLACK];
        int length;
        do {
            length = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            whole.write(piece, 0, length);
        } while (length == piece.length);
        return Arrays.copyOf(whole.toByteArray(), whole.size() - TAIL);
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

    static ByteBuffer pong(byte[] payload) {
        return ByteBuffer.wrap(masked(PONG, payload));
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

    /** All frames. */
    ByteBuffer requests() {
        return requests.duplicate().clear();
    }

    /** How many frames there are. */
    int count() {
        return ends.length;
    }

    /** Where the frame of this index begins. */
    int start(int frame) {
        return frame == 0 ? 0 : ends[frame - 1];
    }

    /** Where the frame of this index ends. */
    int end(int frame) {
        return ends[frame];
    }

    /** What comes after the last. */
    int loop() {
        return loop;
    }

    int longest() {
        int longest = 0;
        for (int i = 0; i < ends.length; i++) {
            longest = Math.max(longest, end(i) - start(i));
        }
        return longest;
    }

    /** How an answer begins. */
    int first() {
        return first;
    }

    boolean isCompressed() {
        return (first & COMPRESSED) != 0;
    }

    /** Whether a compressed answer may refer to those before. */
    boolean answersRefer() {
        return referring;
    }

    /** What the answer of this number, from 0, has to say. */
    byte[] payload(long answer) {
        return payloads.get((int) (answer % payloads.size()));
    }
}
