package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.Conn;
import dev.zws.MessageOutput;
import dev.zws.MessageType;
import dev.zws.Opcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Sends messages in every way that there is, with pings between them and between their fragments. One thread's. */
final class SoakSender {
    private static final int WAYS = 10;
    private static final int MOST_PIECES = 20;
    private static final int PING_EVERY = 16;

    /** Whether a ping may go out now: one at a time, so that its pong is known by its own bytes. */
    interface Pings {
        boolean may();
    }

    private final Conn conn;
    private final SplittableRandom random;
    private final Pings pings;

    SoakSender(Conn conn, SplittableRandom random, Pings pings) {
        this.conn = conn;
        this.random = random;
        this.pings = pings;
    }

    /** May leave it in the buffer, so flush before waiting. */
    void send(SoakMessages messages) throws IOException {
        ping();
        byte[] payload = messages.bytes();
        MessageType type = messages.type();
        switch (random.nextInt(WAYS)) {
            case 0, 1, 2 -> write(type, payload, false);
            case 3, 4, 5 -> write(type, payload, true);
            case 6 -> sendBuffer(type, payload);
            case 7 -> stream(type, payload);
            case 8 -> frames(type, payload);
            default -> sendAsCharacters(type, payload);
        }
    }

    private void ping() throws IOException {
        if (random.nextInt(PING_EVERY) == 0 && pings.may()) {
            conn.sendPing();
        }
    }

    private void write(MessageType type, byte[] payload, boolean flush) throws IOException {
        if (type == MessageType.TEXT) {
            conn.writeText(payload, 0, payload.length);
        } else {
            conn.writeBinary(payload);
        }
        if (flush) {
            conn.flush();
        }
    }

    private void sendBuffer(MessageType type, byte[] payload) throws IOException {
        ByteBuffer buffer = random.nextBoolean()
                ? ByteBuffer.allocateDirect(payload.length).put(payload).flip()
                : ByteBuffer.wrap(payload).asReadOnlyBuffer();
        if (type == MessageType.TEXT) {
            conn.sendText(buffer);
        } else {
            conn.sendBinary(buffer);
        }
    }

    private void sendAsCharacters(MessageType type, byte[] payload) throws IOException {
        if (type == MessageType.TEXT) {
            conn.sendText(new String(payload, UTF_8));
        } else {
            conn.sendBinary(payload);
        }
    }

    /** In fragments of the library's making, and more wherever it is flushed. */
    private void stream(MessageType type, byte[] payload) throws IOException {
        try (MessageOutput out = conn.writeStream(type)) {
            int done = 0;
            for (int pieces = random.nextInt(MOST_PIECES); pieces > 0 && done < payload.length; pieces--) {
                int piece = random.nextInt(payload.length - done + 1);
                out.write(payload, done, piece);
                done += piece;
                if (random.nextBoolean()) {
                    out.flush();
                    ping();
                }
            }
            out.write(payload, done, payload.length - done);
            out.finish();
        }
    }

    /** In frames of our own, cut anywhere, also within a character, and some of them empty. */
    private void frames(MessageType type, byte[] payload) throws IOException {
        Opcode opcode = type.opcode();
        int done = 0;
        for (int pieces = random.nextInt(MOST_PIECES); pieces > 0; pieces--) {
            int piece = random.nextInt(4) == 0 ? 0 : random.nextInt(payload.length - done + 1);
            conn.writeFrame(opcode, false, payload, done, piece);
            opcode = Opcode.CONTINUATION;
            done += piece;
            ping();
        }
        conn.writeFrame(opcode, true, payload, done, payload.length - done);
        conn.flush();
    }
}
