package dev.zws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;

/**
 * Why a connection ends: a close code and a reason (RFC 6455, 5.5.1 and 7.1.5). Immutable.
 *
 * @param code 1000 to 1003, 1007 to 1014, 3000 to 4999; or {@link CloseCode#NO_STATUS} or {@link CloseCode#ABNORMAL_CLOSURE},
 *     which never travel
 * @param reason for people to read; empty when there is none. At most 123 bytes of UTF-8 go into a Close frame
 */
public record CloseStatus(int code, String reason) {
    /** 1000 without a reason. */
    public static final CloseStatus NORMAL = new CloseStatus(CloseCode.NORMAL_CLOSURE, "");
    /** 1001 without a reason. */
    public static final CloseStatus GOING_AWAY = new CloseStatus(CloseCode.GOING_AWAY, "");
    /** A Close without a code; sent as an empty payload. */
    public static final CloseStatus NO_STATUS = new CloseStatus(CloseCode.NO_STATUS, "");
    /** The connection ended without a Close. */
    public static final CloseStatus ABNORMAL = new CloseStatus(CloseCode.ABNORMAL_CLOSURE, "");

    private static final int MAX_REASON_BYTES = FrameHeader.MAX_CONTROL_PAYLOAD - 2;

    /**
     * Checks the code.
     *
     * @throws IllegalArgumentException for a code that may not be used, or a reason without a code
     */
    public CloseStatus {
        Objects.requireNonNull(reason, "reason");
        boolean local = code == CloseCode.NO_STATUS || code == CloseCode.ABNORMAL_CLOSURE;
        if (!local && !CloseCode.isValid(code)) {
            throw new IllegalArgumentException(
                    "close code " + code + " may not be used; take 1000-1003, 1007-1014 or 3000-4999");
        }
        if (local && !reason.isEmpty()) {
            throw new IllegalArgumentException("a reason needs a code: close code " + code + " carries none");
        }
    }

    /**
     * Reads the payload of a Close frame: length first, then code, then reason (RFC 6455, 5.5.1; B-2.70).
     *
     * @param validateUtf8 false takes a malformed reason with replacement characters
     * @throws ProtocolException {@link Violation#INVALID_CLOSE_PAYLOAD} for one byte, {@link Violation#INVALID_CLOSE_CODE},
     *     {@link Violation#INVALID_UTF8}
     */
    public static CloseStatus parse(byte[] payload, int offset, int length, boolean validateUtf8)
            throws ProtocolException {
        Objects.checkFromIndexSize(offset, length, payload.length);
        if (length == 0) {
            return NO_STATUS;
        }
        if (length == 1) {
            throw new ProtocolException(Violation.INVALID_CLOSE_PAYLOAD, "a close payload of one byte has no code");
        }
        int code = (short) Bytes.SHORT.get(payload, offset) & 0xFFFF;
        if (!CloseCode.isValid(code)) {
            throw new ProtocolException(Violation.INVALID_CLOSE_CODE, "close code " + code);
        }
        if (validateUtf8 && !Utf8Validator.isValid(payload, offset + 2, length - 2)) {
            throw new ProtocolException(Violation.INVALID_UTF8, "the close reason is not UTF-8");
        }
        return new CloseStatus(code, new String(payload, offset + 2, length - 2, UTF_8));
    }

    /**
     * The payload of a Close frame with this status.
     *
     * @throws IllegalArgumentException when the reason is longer than 123 bytes or holds a lone surrogate, and for 1006
     */
    byte[] encode() {
        if (code == CloseCode.ABNORMAL_CLOSURE) {
            throw new IllegalArgumentException("close code 1006 means that no Close was received; it cannot be sent");
        }
        if (code == CloseCode.NO_STATUS) {
            return new byte[0];
        }
        long bytes = Utf8.length(reason);
        if (bytes > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "the close reason has " + bytes + " bytes of UTF-8; at most " + MAX_REASON_BYTES + " fit");
        }
        byte[] payload = new byte[2 + (int) bytes];
        Bytes.SHORT.set(payload, 0, (short) code);
        Utf8.encode(reason, 0, reason.length(), payload, 2);
        return payload;
    }
}
