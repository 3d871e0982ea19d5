package dev.zws.validation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What has passed in one direction of a connection: the head, then the frames; of data frames only the headers are kept. */
final class InteropTape {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final String HEAD_END = "\r\n\r\n";
    private static final int SHORT_LENGTHS = 126;
    private static final int MASK_LENGTH = 4;
    private static final int SHOWN_FRAMES = 8;
    private static final HexFormat HEX = HexFormat.of().withUpperCase().withDelimiter(" ");

    /**
     * A frame.
     *
     * @param header as bytes, without its mask
     * @param payload of a control frame, unmasked; empty for data
     */
    record Frame(int opcode, boolean fin, boolean rsv1, long length, String header, ByteBuffer payload) {
        boolean isData() {
            return opcode < CLOSE;
        }

        boolean isPongTo(Frame ping) {
            return opcode == PONG && payload.equals(ping.payload);
        }

        /** Of a Close; 1005 for none (RFC 6455, 7.1.5). */
        int code() {
            return payload.remaining() < Short.BYTES ? 1005 : payload.getShort(0) & 0xFFFF;
        }

        @Override
        public String toString() {
            byte[] shown = new byte[payload.remaining()];
            payload.duplicate().get(shown);
            return shown.length == 0 ? header : header + " + " + HEX.formatHex(shown);
        }
    }

    private final List<Frame> frames = new ArrayList<>();
    private String head = "";
    private byte[] rest = {};
    private long skip;

    synchronized void take(byte[] chunk, int count) {
        int skipped = (int) Math.min(skip, count);
        skip -= skipped;
        byte[] all = Arrays.copyOf(rest, rest.length + count - skipped);
        System.arraycopy(chunk, skipped, all, rest.length, count - skipped);
        rest = all;
        if (head.isEmpty() && !takeHead()) {
            return;
        }
        while (skip == 0 && takeFrame()) {
            // until what is left is less than one
        }
    }

    private boolean takeHead() {
        String text = new String(rest, ISO_8859_1);
        int end = text.indexOf(HEAD_END);
        if (end >= 0) {
            head = text.substring(0, end + HEAD_END.length());
            rest = Arrays.copyOfRange(rest, head.length(), rest.length);
        }
        return end >= 0;
    }

    /** False when it needs more. */
    private boolean takeFrame() {
        if (rest.length < 2) {
            return false;
        }
        int length7 = rest[1] & 0x7F;
        int lengthBytes = length7 < SHORT_LENGTHS ? 0 : length7 == SHORT_LENGTHS ? Short.BYTES : Long.BYTES;
        int maskAt = 2 + lengthBytes;
        boolean masked = (rest[1] & 0x80) != 0;
        int header = maskAt + (masked ? MASK_LENGTH : 0);
        int opcode = rest[0] & 0x0F;
        if (rest.length < header || (opcode >= CLOSE && rest.length < header + length7)) {
            return false;
        }
        long length = lengthBytes == 0
                ? length7
                : lengthBytes == Short.BYTES
                        ? ByteBuffer.wrap(rest, 2, Short.BYTES).getShort() & 0xFFFF
                        : ByteBuffer.wrap(rest, 2, Long.BYTES).getLong();
        byte[] payload = opcode < CLOSE ? new byte[0] : Arrays.copyOfRange(rest, header, header + length7);
        for (int i = 0; masked && i < payload.length; i++) {
            payload[i] ^= rest[maskAt + i % MASK_LENGTH];
        }
        frames.add(new Frame(
                opcode,
                (rest[0] & 0x80) != 0,
                (rest[0] & 0x40) != 0,
                length,
                HEX.formatHex(rest, 0, maskAt),
                ByteBuffer.wrap(payload)));
        int here = (int) Math.min(length, rest.length - header);
        rest = Arrays.copyOfRange(rest, header + here, rest.length);
        skip = length - here;
        return true;
    }

    /** With the empty line that ends it; empty while it is not whole. */
    synchronized String head() {
        return head;
    }

    /** All values of a header, in their order. */
    List<String> header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return head().lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .toList();
    }

    synchronized List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** Whether a frame has passed whole. */
    synchronized boolean hasWholeFrame() {
        return !frames.isEmpty() && skip == 0;
    }

    long compressed() {
        return frames().stream().filter(Frame::rsv1).count();
    }

    boolean fragmented() {
        return frames().stream().anyMatch(frame -> !frame.fin());
    }

    /** The last frames, as bytes: headers without their masks. */
    String end() {
        List<Frame> all = frames();
        return all.stream()
                .skip(Math.max(0, all.size() - SHOWN_FRAMES))
                .map(Frame::toString)
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
