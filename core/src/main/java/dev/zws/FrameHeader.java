package dev.zws;

import java.util.Objects;

/**
 * The header of one frame (RFC 6455, 5.2). It knows bytes and rules, no stream.
 *
 * <p>A connection has one and decodes every header into it, so what {@link Conn#beginFrame} returns shows the next frame as soon
 * as the next one is begun. Read it on the thread that reads the connection.
 *
 * <p>The header is complete before any rule is applied (B-2.11); then the fourteen checks of B-2.12 run in their order and the
 * first that fails names the violation.
 */
public final class FrameHeader {
    /** Two bytes, eight of extended length, four of mask. */
    static final int MAX_LENGTH = 14;
    /** RFC 6455, 5.5. */
    static final int MAX_CONTROL_PAYLOAD = 125;

    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;
    private static final int RSV2_RSV3 = 0x30;
    private static final int MASK = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private boolean fin;
    private boolean compressed;
    private Opcode opcode = Opcode.CONTINUATION;
    private boolean masked;
    private int maskKey;
    private long payloadLength;
    private int length;

    FrameHeader() {}

    /** True for the last frame of a message. */
    public boolean fin() {
        return fin;
    }

    /** RSV1: the message that this frame begins is compressed (RFC 7692, 6). */
    public boolean compressed() {
        return compressed;
    }

    /** What kind of frame it is. */
    public Opcode opcode() {
        return opcode;
    }

    /** True when it came masked, as every client's does; reads unmask it. */
    public boolean masked() {
        return masked;
    }

    /** The payload's length in bytes, 0 to 2^63 - 1. */
    public long payloadLength() {
        return payloadLength;
    }

    /** The header's own length on the wire: 2, 4, 6, 8, 10 or 14 bytes (B-2.10). */
    public int length() {
        return length;
    }

    /** The masking key as a big-endian number; 0 when the frame is not masked. */
    int maskKey() {
        return maskKey;
    }

    /** How long a header with this second byte is. */
    static int length(byte second) {
        int size = second & 0x7F;
        int extended = size == LENGTH_16 ? Short.BYTES : size == LENGTH_64 ? Long.BYTES : 0;
        return 2 + extended + ((second & MASK) != 0 ? Integer.BYTES : 0);
    }

    /**
     * Decodes the complete header at {@code offset} and checks it.
     *
     * @param role which end this side is
     * @param compression whether RSV1 has been given a meaning in the handshake
     * @param messageOpen whether a fragmented message is under way
     * @param maxPayload the longest payload allowed, in bytes
     * @throws ProtocolException the first rule broken; the fields then hold nothing of use
     */
    void decode(byte[] array, int offset, Role role, boolean compression, boolean messageOpen, long maxPayload)
            throws ProtocolException {
        int first = array[offset];
        byte second = array[offset + 1];
        length = length(second);
        fin = (first & FIN) != 0;
        compressed = (first & RSV1) != 0;
        masked = (second & MASK) != 0;
        maskKey = masked ? (int) Bytes.INT.get(array, offset + length - Integer.BYTES) : 0;
        if ((first & RSV2_RSV3) != 0) { // 1
            throw violation(Violation.RESERVED_BITS_SET, "RSV2 or RSV3 is set");
        }
        if (compressed && !compression) { // 2
            throw violation(Violation.RESERVED_BITS_SET, "RSV1 is set but no extension was negotiated");
        }
        opcode = known(first); // 3
        if (masked != (role == Role.SERVER)) { // 4
            throw violation(Violation.MASK_BIT_INVALID, masked ? "a server must not mask" : "a client must mask");
        }
        payloadLength = payloadLength(array, offset + 2, second & 0x7F); // 5, 6, 7
        if (payloadLength > maxPayload) { // 8
            throw violation(
                    Violation.FRAME_TOO_LARGE,
                    "a frame of " + payloadLength + " bytes, at most " + maxPayload + " are taken");
        }
        if (opcode.isControl()) {
            checkControl(); // 9, 10, 11
        } else {
            checkSequence(messageOpen); // 12, 13, 14
        }
    }

    private static Opcode known(int first) throws ProtocolException {
        Opcode opcode = Opcode.of(first);
        if (opcode == null) {
            throw violation(Violation.UNKNOWN_OPCODE, "opcode 0x" + Integer.toHexString(first & 0x0F));
        }
        return opcode;
    }

    /** RFC 6455, 5.2: the minimal number of bytes must be used, and the top bit of the 64-bit form must be 0. */
    private static long payloadLength(byte[] array, int offset, int size) throws ProtocolException {
        if (size < LENGTH_16) {
            return size;
        }
        if (size == LENGTH_16) {
            int length = (short) Bytes.SHORT.get(array, offset) & 0xFFFF;
            if (length < LENGTH_16) { // 5
                throw violation(Violation.INVALID_FRAME_LENGTH, length + " in the 16-bit form");
            }
            return length;
        }
        long length = (long) Bytes.LONG.get(array, offset);
        if (length < 0) { // 6
            throw violation(Violation.INVALID_FRAME_LENGTH, "the top bit of a 64-bit length is set");
        }
        if (length <= 0xFFFF) { // 7
            throw violation(Violation.INVALID_FRAME_LENGTH, length + " in the 64-bit form");
        }
        return length;
    }

    /** RFC 6455, 5.5: control frames are short and never fragmented; RFC 7692, 6.1: nor compressed. */
    private void checkControl() throws ProtocolException {
        if (!fin) { // 9
            throw violation(Violation.CONTROL_FRAME_FRAGMENTED, opcode + " without FIN");
        }
        if (compressed) { // 10
            throw violation(Violation.RESERVED_BITS_SET, "RSV1 is set on " + opcode);
        }
        if (payloadLength > MAX_CONTROL_PAYLOAD) { // 11
            throw violation(Violation.CONTROL_FRAME_TOO_LARGE, opcode + " with " + payloadLength + " bytes");
        }
    }

    /** RFC 6455, 5.4: fragments of one message follow each other; RFC 7692, 6.1: RSV1 is on the first only. */
    private void checkSequence(boolean messageOpen) throws ProtocolException {
        boolean continuation = opcode == Opcode.CONTINUATION;
        if (continuation && compressed) { // 12
            throw violation(Violation.RESERVED_BITS_SET, "RSV1 is set on a continuation");
        }
        if (continuation && !messageOpen) { // 13
            throw violation(Violation.UNEXPECTED_CONTINUATION, "no message is open");
        }
        if (!continuation && messageOpen) { // 14
            throw violation(Violation.EXPECTED_CONTINUATION, opcode + " while a message is open");
        }
    }

    private static ProtocolException violation(Violation violation, String detail) {
        return new ProtocolException(violation, detail);
    }

    /**
     * Writes a header in its shortest form (B-3.15, B-3.16) and returns its length. {@code array} must have room for 14 bytes.
     *
     * @param masked whether {@code key} follows the length
     */
    static int encode(
            byte[] array,
            int offset,
            Opcode opcode,
            boolean fin,
            boolean compressed,
            long payloadLength,
            boolean masked,
            int key) {
        Objects.checkFromIndexSize(offset, MAX_LENGTH, array.length);
        array[offset] = (byte) (opcode.code() | (fin ? FIN : 0) | (compressed ? RSV1 : 0));
        int mask = masked ? MASK : 0;
        int at = offset + 2;
        if (payloadLength < LENGTH_16) {
            array[offset + 1] = (byte) (mask | (int) payloadLength);
        } else if (payloadLength <= 0xFFFF) {
            array[offset + 1] = (byte) (mask | LENGTH_16);
            Bytes.SHORT.set(array, at, (short) payloadLength);
            at += Short.BYTES;
        } else {
            array[offset + 1] = (byte) (mask | LENGTH_64);
            Bytes.LONG.set(array, at, payloadLength);
            at += Long.BYTES;
        }
        if (masked) {
            Bytes.INT.set(array, at, key);
            at += Integer.BYTES;
        }
        return at - offset;
    }

    @Override
    public String toString() {
        return opcode + (fin ? " FIN" : "") + (compressed ? " RSV1" : "") + (masked ? " masked " : " ") + payloadLength
                + " bytes";
    }
}
