package dev.zws;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;

/**
 * One frame on its way, for {@link ReferenceReader}: the rules of its header, written down a second time.
 *
 * @param bytes header and payload as they travel
 * @param plain what the payload inflates to; null when its message is not compressed
 */
@SuppressWarnings("ArrayRecordComponent")
record InTransit(byte[] bytes, byte[] plain) {
    private static final Set<Integer> OPCODES = Set.of(0, 1, 2, 8, 9, 10);

    int opcode() {
        return bytes[0] & 0x0F;
    }

    boolean fin() {
        return (bytes[0] & 0x80) != 0;
    }

    boolean rsv1() {
        return (bytes[0] & 0x40) != 0;
    }

    boolean isControl() {
        return opcode() >= 8;
    }

    private boolean masked() {
        return (bytes[1] & 0x80) != 0;
    }

    private int size() {
        return bytes[1] & 0x7F;
    }

    int headerLength() {
        return 2 + (size() == 126 ? 2 : size() == 127 ? 8 : 0) + (masked() ? 4 : 0);
    }

    long announced() {
        ByteBuffer header = ByteBuffer.wrap(bytes);
        return size() == 126 ? header.getShort(2) & 0xFFFF : size() == 127 ? header.getLong(2) : size();
    }

    byte[] payload() {
        byte[] payload = Arrays.copyOfRange(bytes, headerLength(), bytes.length);
        return masked() ? Wire.masked(payload, Arrays.copyOfRange(bytes, headerLength() - 4, headerLength())) : payload;
    }

    /** The first rule of B-2.12 that the header breaks, or null. */
    Violation broken(Role reader, boolean deflate, boolean messageOpen, long most) {
        if ((bytes[0] & 0x30) != 0 || rsv1() && !deflate) {
            return Violation.RESERVED_BITS_SET;
        }
        if (!OPCODES.contains(opcode())) {
            return Violation.UNKNOWN_OPCODE;
        }
        if (masked() != (reader == Role.SERVER)) {
            return Violation.MASK_BIT_INVALID;
        }
        if (size() == 126 && announced() < 126 || size() == 127 && announced() < 0x10000) {
            return Violation.INVALID_FRAME_LENGTH;
        }
        if (announced() > most) {
            return Violation.FRAME_TOO_LARGE;
        }
        return isControl() ? brokenControl() : brokenSequence(messageOpen);
    }

    private Violation brokenControl() {
        if (!fin()) {
            return Violation.CONTROL_FRAME_FRAGMENTED;
        }
        if (rsv1()) {
            return Violation.RESERVED_BITS_SET;
        }
        return announced() > 125 ? Violation.CONTROL_FRAME_TOO_LARGE : null;
    }

    private Violation brokenSequence(boolean messageOpen) {
        if (opcode() == 0) {
            return rsv1() ? Violation.RESERVED_BITS_SET : messageOpen ? null : Violation.UNEXPECTED_CONTINUATION;
        }
        return messageOpen ? Violation.EXPECTED_CONTINUATION : null;
    }

    /** How many bytes the last character lacks (RFC 3629, 4); -1 when the text cannot become good any more. */
    static int lacking(byte[] text) {
        int lacking = 0;
        int low = 0x80;
        int high = 0xBF;
        for (byte signed : text) {
            int b = signed & 0xFF;
            if (lacking > 0) {
                if (b < low || b > high) {
                    return -1;
                }
                lacking--;
                low = 0x80;
                high = 0xBF;
            } else if (b >= 0x80) {
                lacking = b >= 0xC2 && b <= 0xDF ? 1 : b >= 0xE0 && b <= 0xEF ? 2 : b >= 0xF0 && b <= 0xF4 ? 3 : -1;
                if (lacking < 0) {
                    return -1;
                }
                low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
                high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
            }
        }
        return lacking;
    }

    /** What is wrong with the payload of a Close, or null. */
    static Violation brokenClose(byte[] payload, boolean validateUtf8) {
        if (payload.length == 0) {
            return null;
        }
        if (payload.length == 1) {
            return Violation.INVALID_CLOSE_PAYLOAD;
        }
        int code = ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        boolean known = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006) || code >= 3000 && code <= 4999;
        if (!known) {
            return Violation.INVALID_CLOSE_CODE;
        }
        byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
        return validateUtf8 && lacking(reason) != 0 ? Violation.INVALID_UTF8 : null;
    }
}
