package dev.zws;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One header: a decoder written a second time, straight from the table of B-2.12, names the same violation or gives the same fields;
 * what was accepted is encoded to the same bytes; and no header is accepted by both roles.
 */
final class FrameHeaderFuzz {
    private static final long[] LIMITS = {Long.MAX_VALUE, 0, 125, 126, 65_535, 65_536, 1L << 40};

    private FrameHeaderFuzz() {}

    static void run(byte[] input) throws ProtocolException {
        FuzzInput in = new FuzzInput(input);
        int choices = in.next();
        Role role = (choices & 1) == 0 ? Role.SERVER : Role.CLIENT;
        boolean compression = (choices & 2) != 0;
        boolean open = (choices & 4) != 0;
        long most = LIMITS[(choices >> 3) % LIMITS.length];
        int offset = in.below(4);
        byte[] bytes = in.rest();
        if (bytes.length < 2 || bytes.length < FrameHeader.length(bytes[1])) {
            return;
        }
        byte[] array = new byte[offset + bytes.length];
        System.arraycopy(bytes, 0, array, offset, bytes.length);

        FrameHeader header = new FrameHeader();
        Violation broken = decode(header, array, offset, role, compression, open, most);
        Holds.same(expected(bytes, role, compression, open, most), broken, "violation");
        Holds.same(payloadStart(bytes), header.length(), "length of the header");
        if (broken != null) {
            return;
        }
        byte[] again = new byte[FrameHeader.MAX_LENGTH + offset];
        int length = FrameHeader.encode(
                again,
                offset,
                header.opcode(),
                header.fin(),
                header.compressed(),
                header.payloadLength(),
                header.masked(),
                header.maskKey());
        Holds.same(
                Arrays.copyOf(bytes, header.length()),
                Arrays.copyOfRange(again, offset, offset + length),
                "encoded again");
        Violation other = decode(new FrameHeader(), array, offset, Wire.other(role), compression, open, Long.MAX_VALUE);
        Holds.same(Violation.MASK_BIT_INVALID, other, "to the other role");
    }

    private static @Nullable Violation decode(
            FrameHeader header, byte[] array, int offset, Role role, boolean compression, boolean open, long most) {
        try {
            header.decode(array, offset, role, compression, open, most);
            return null;
        } catch (ProtocolException e) {
            return e.violation();
        }
    }

    private static int payloadStart(byte[] bytes) {
        int size = bytes[1] & 0x7F;
        return (size < 126 ? 2 : size == 126 ? 4 : 10) + (bytes[1] < 0 ? 4 : 0);
    }

    private static @Nullable Violation expected(byte[] b, Role role, boolean compression, boolean open, long most) {
        boolean rsv1 = (b[0] & 0x40) != 0;
        if ((b[0] & 0x30) != 0 || rsv1 && !compression) {
            return Violation.RESERVED_BITS_SET;
        }
        int opcode = b[0] & 15;
        if (opcode > 2 && opcode < 8 || opcode > 10) {
            return Violation.UNKNOWN_OPCODE;
        }
        if (b[1] < 0 != (role == Role.SERVER)) {
            return Violation.MASK_BIT_INVALID;
        }
        int size = b[1] & 0x7F;
        int form = size == 126 ? 2 : size == 127 ? 8 : 0;
        long length = form == 0 ? size : 0;
        for (int i = 2; i < 2 + form; i++) {
            length = length << 8 | b[i] & 0xFF;
        }
        if (form == 2 && length < 126 || form == 8 && (length < 0 || length < 65_536)) {
            return Violation.INVALID_FRAME_LENGTH;
        }
        if (length > most) {
            return Violation.FRAME_TOO_LARGE;
        }
        boolean fin = b[0] < 0;
        if (opcode >= 8) {
            return !fin
                    ? Violation.CONTROL_FRAME_FRAGMENTED
                    : rsv1 ? Violation.RESERVED_BITS_SET : length > 125 ? Violation.CONTROL_FRAME_TOO_LARGE : null;
        }
        if (opcode == 0 && rsv1) {
            return Violation.RESERVED_BITS_SET;
        }
        if (open != (opcode == 0)) {
            return open ? Violation.EXPECTED_CONTINUATION : Violation.UNEXPECTED_CONTINUATION;
        }
        return null;
    }
}
