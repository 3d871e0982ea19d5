package dev.zws;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The bytes of frames, made and taken apart without the code under test. */
final class Wire {
    /** The key of RFC 6455, 5.7. */
    static final byte[] KEY = hex("37 fa 21 3d");

    static final int FIN = 0x80;
    static final int RSV1 = 0x40;

    private Wire() {}

    static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** {@code count} bytes that repeat no short pattern. */
    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (29 * i + 11 + (i >> 8));
        }
        return bytes;
    }

    /** A frame as {@code from} sends it: masked with {@link #KEY} by a client. */
    static byte[] frame(Role from, int firstByte, byte[] payload) {
        return concat(header(from, firstByte, payload.length), from == Role.CLIENT ? masked(payload, KEY) : payload);
    }

    static byte[] frame(Role from, int firstByte, String payload) {
        return frame(from, firstByte, utf8(payload));
    }

    /** A final text frame. */
    static byte[] text(Role from, String text) {
        return frame(from, 0x81, text);
    }

    static byte[] close(Role from, int code, String reason) {
        return frame(from, 0x88, concat(new byte[] {(byte) (code >> 8), (byte) code}, utf8(reason)));
    }

    /** The header of a frame that announces {@code length} bytes, in the shortest form. */
    static byte[] header(Role from, int firstByte, long length) {
        ByteBuffer header = ByteBuffer.allocate(14);
        int mask = from == Role.CLIENT ? 0x80 : 0;
        header.put((byte) firstByte);
        if (length <= 125) {
            header.put((byte) (mask | (int) length));
        } else if (length <= 0xFFFF) {
            header.put((byte) (mask | 126)).putShort((short) length);
        } else {
            header.put((byte) (mask | 127)).putLong(length);
        }
        if (from == Role.CLIENT) {
            header.put(KEY);
        }
        byte[] bytes = new byte[header.position()];
        header.flip().get(bytes);
        return bytes;
    }

    static byte[] masked(byte[] payload, byte[] key) {
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= key[i % 4];
        }
        return masked;
    }

    /** One frame as it was seen on the wire, unmasked. */
    @SuppressWarnings("ArrayRecordComponent")
    record Seen(int firstByte, boolean masked, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Such as {@code "81 'Hi'"}, {@code "88 03ea"}: first byte, then text for data and hex for control frames. */
        @Override
        public String toString() {
            boolean control = (firstByte & 8) != 0;
            return HexFormat.of().toHexDigits((byte) firstByte)
                    + (control ? " " + HexFormat.of().formatHex(payload) : " '" + text() + "'");
        }
    }

    /** Takes whole frames apart; fails on a rest that is no whole frame. */
    static List<Seen> frames(byte[] wire) {
        List<Seen> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(wire);
        while (in.hasRemaining()) {
            int first = in.get() & 0xFF;
            int second = in.get() & 0xFF;
            int size = second & 0x7F;
            long length = size == 126 ? in.getShort() & 0xFFFF : size == 127 ? in.getLong() : size;
            byte[] key = new byte[4];
            boolean masked = (second & 0x80) != 0;
            if (masked) {
                in.get(key);
            }
            byte[] payload = new byte[Math.toIntExact(length)];
            in.get(payload);
            frames.add(new Seen(first, masked, masked(payload, key)));
        }
        return frames;
    }

    static Role other(Role role) {
        return role == Role.SERVER ? Role.CLIENT : Role.SERVER;
    }
}
