package dev.zws.validation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Deflater;

/** The bytes of heads and frames (RFC 6455, 5.2), made without the library: nothing here knows what is allowed. */
final class Wire {
    /** The key of the masked examples in RFC 6455, 5.7. */
    private static final byte[] MASK = hex("37 fa 21 3d");

    private static final int MASKED = 0x80;
    private static final int TAIL_LENGTH = 4;

    private Wire() {}

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] times(int count, byte[] part) {
        byte[] all = new byte[count * part.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(part, 0, all, i * part.length, part.length);
        }
        return all;
    }

    /** Such a frame as clients send: masked. */
    static byte[] frame(int firstByte, byte[] payload) {
        return concat(header(firstByte, payload.length), masked(payload));
    }

    static byte[] frame(int firstByte, String payload) {
        return frame(firstByte, payload.getBytes(UTF_8));
    }

    /** Such a frame as servers send: not masked. */
    static byte[] plain(int firstByte, byte[] payload) {
        byte[] header = header(firstByte, payload.length);
        header[1] &= (byte) ~MASKED;
        return concat(Arrays.copyOf(header, header.length - MASK.length), payload);
    }

    static byte[] plain(int firstByte, String payload) {
        return plain(firstByte, payload.getBytes(UTF_8));
    }

    /** The header of a masked frame that announces {@code length} bytes, in the shortest form. */
    static byte[] header(int firstByte, long length) {
        ByteBuffer header = ByteBuffer.allocate(14).put((byte) firstByte);
        if (length <= 125) {
            header.put((byte) (MASKED | length));
        } else if (length <= 0xFFFF) {
            header.put((byte) (MASKED | 126)).putShort((short) length);
        } else {
            header.put((byte) (MASKED | 127)).putLong(length);
        }
        header.put(MASK);
        return Arrays.copyOf(header.array(), header.position());
    }

    /** The payload of a Close. */
    static byte[] status(int code, String reason) {
        return concat(new byte[] {(byte) (code >> 8), (byte) code}, reason.getBytes(UTF_8));
    }

    static byte[] masked(byte[] payload) {
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= MASK[i % MASK.length];
        }
        return masked;
    }

    /** A message compressed as RFC 7692, 7.2.1 says. */
    static byte[] deflated(byte[] message) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(message);
            byte[] made = new byte[message.length + 64];
            int length = deflater.deflate(made, 0, made.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(made, length - TAIL_LENGTH);
        } finally {
            deflater.end();
        }
    }

    static byte[] deflated(String message) {
        return deflated(message.getBytes(UTF_8));
    }
}
