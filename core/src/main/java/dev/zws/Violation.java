package dev.zws;

/** Every rule that a peer can break after the handshake, with the close code that answers it (RFC 6455, 7.4.1; B-4.40). */
public enum Violation {
    /** RSV2 or RSV3 is set, or RSV1 where no extension gave it a meaning (RFC 6455, 5.2). */
    RESERVED_BITS_SET(CloseCode.PROTOCOL_ERROR),
    /** Opcode 0x3 to 0x7 or 0xB to 0xF (RFC 6455, 5.2). */
    UNKNOWN_OPCODE(CloseCode.PROTOCOL_ERROR),
    /** An unmasked frame from a client, or a masked one from a server (RFC 6455, 5.1). */
    MASK_BIT_INVALID(CloseCode.PROTOCOL_ERROR),
    /** A payload length that is negative or not in its shortest form (RFC 6455, 5.2). */
    INVALID_FRAME_LENGTH(CloseCode.PROTOCOL_ERROR),
    /** A frame longer than {@link Limits#maxFramePayload}. */
    FRAME_TOO_LARGE(CloseCode.MESSAGE_TOO_BIG),
    /** A control frame without FIN (RFC 6455, 5.5). */
    CONTROL_FRAME_FRAGMENTED(CloseCode.PROTOCOL_ERROR),
    /** A control frame with more than 125 bytes (RFC 6455, 5.5). */
    CONTROL_FRAME_TOO_LARGE(CloseCode.PROTOCOL_ERROR),
    /** A continuation while no message is open (RFC 6455, 5.4). */
    UNEXPECTED_CONTINUATION(CloseCode.PROTOCOL_ERROR),
    /** A new message while another is open (RFC 6455, 5.4). */
    EXPECTED_CONTINUATION(CloseCode.PROTOCOL_ERROR),
    /** A Close with a payload of one byte (RFC 6455, 5.5.1). */
    INVALID_CLOSE_PAYLOAD(CloseCode.PROTOCOL_ERROR),
    /** A Close with a code that may not travel (RFC 6455, 7.4). */
    INVALID_CLOSE_CODE(CloseCode.PROTOCOL_ERROR),
    /** Text or a close reason that is not UTF-8 (RFC 6455, 8.1). */
    INVALID_UTF8(CloseCode.INVALID_FRAME_PAYLOAD_DATA),
    /** A compressed message that is not DEFLATE, or is cut off (RFC 7692, 7.2.2). */
    INVALID_COMPRESSED_MESSAGE(CloseCode.INVALID_FRAME_PAYLOAD_DATA),
    /** A message longer than {@link Limits#maxMessagePayload}, or a streamed one than {@link Limits#maxStreamedPayload}. */
    MESSAGE_TOO_LARGE(CloseCode.MESSAGE_TOO_BIG),
    /** A message of more frames than {@link Limits#maxFragments}. */
    TOO_MANY_FRAGMENTS(CloseCode.POLICY_VIOLATION),
    /** More control frames than {@link Limits#maxControlFramesPerSecond}. */
    TOO_MANY_CONTROL_FRAMES(CloseCode.POLICY_VIOLATION),
    /** Not the peer's doing: no decompressor is free for its message; see {@link DeflatePool}. */
    OUT_OF_DECOMPRESSORS(CloseCode.TRY_AGAIN_LATER);

    private final int closeCode;

    Violation(int closeCode) {
        this.closeCode = closeCode;
    }

    /** The code of the Close that this side sends. */
    public int closeCode() {
        return closeCode;
    }
}
