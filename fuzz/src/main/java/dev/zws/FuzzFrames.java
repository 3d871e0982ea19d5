package dev.zws;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Frames made to an input's order: most are well-formed, so that the input need not find that out. */
final class FuzzFrames {
    private static final int[] FIRST_BYTES = {
        0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8A, 0x88, 0xC1, 0xC2, 0x41, 0x42, 0x81, 0x00, 0x80
    };
    private static final int[] REPEATS = {1, 1, 1, 2, 50, 300};

    private FuzzFrames() {}

    /** What the peer of {@code role} sends. */
    static byte[] of(Role role, FuzzInput in) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        while (in.hasMore()) {
            int shape = in.next();
            if (shape == 0xFF) {
                wire.writeBytes(in.piece());
                continue;
            }
            int first = shape == 0xFE ? in.next() : FIRST_BYTES[shape & 15];
            byte[] piece = in.piece();
            byte[] payload = (shape & 0xE0) == 0xA0 ? repeated(piece, REPEATS[in.below(REPEATS.length)]) : piece;
            if ((shape & 0xE0) == 0x60) {
                payload = deflated(payload);
            }
            wire.writeBytes(Wire.frame(Wire.other(role), first, payload));
        }
        return wire.toByteArray();
    }

    static byte[] repeated(byte[] piece, int times) {
        byte[] all = new byte[piece.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(piece, 0, all, i * piece.length, piece.length);
        }
        return all;
    }

    private static byte[] deflated(byte[] payload) {
        try (Deflated.Ended<Deflater> deflater = new Deflated.Ended<>(new Deflater(6, true), Deflater::end)) {
            byte[] made = Deflated.flush(deflater.it, payload);
            int tail = Deflated.TAIL.length;
            return made.length < tail ? made : Arrays.copyOf(made, made.length - tail);
        }
    }
}
