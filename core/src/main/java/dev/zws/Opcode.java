package dev.zws;

import org.jspecify.annotations.Nullable;

/** The six frame types of RFC 6455, 5.2; the other ten values are reserved and never represented (B-1.6). */
public enum Opcode {
    /** A further fragment of the message that is open. */
    CONTINUATION(0x0),
    /** The first or only frame of a text message. */
    TEXT(0x1),
    /** The first or only frame of a binary message. */
    BINARY(0x2),
    /** Begins or answers the closing handshake. */
    CLOSE(0x8),
    /** Asks for a pong with the same payload. */
    PING(0x9),
    /** Answers a ping, or is a heartbeat of its own. */
    PONG(0xA);

    private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[16];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    /** The four bits on the wire. */
    public int code() {
        return code;
    }

    /** The opcode for the low four bits of {@code firstByte}, or null when they are reserved. */
    public static @Nullable Opcode of(int firstByte) {
        return BY_CODE[firstByte & 0x0F];
    }

    /** True for close, ping and pong (RFC 6455, 5.5). */
    public boolean isControl() {
        return code >= 0x8;
    }

    /** True for text and binary; a continuation is neither data nor control here (B-1.9). */
    public boolean isData() {
        return this == TEXT || this == BINARY;
    }

    /** The type of message that this opcode begins, or null for a continuation and for control frames (B-1.10). */
    public @Nullable MessageType messageType() {
        return switch (this) {
            case TEXT -> MessageType.TEXT;
            case BINARY -> MessageType.BINARY;
            default -> null;
        };
    }
}
