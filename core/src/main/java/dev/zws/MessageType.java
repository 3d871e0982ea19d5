package dev.zws;

/** What a data message carries (RFC 6455, 5.6). */
public enum MessageType {
    /** UTF-8 text. */
    TEXT(Opcode.TEXT),
    /** Bytes of any kind. */
    BINARY(Opcode.BINARY);

    private final Opcode opcode;

    MessageType(Opcode opcode) {
        this.opcode = opcode;
    }

    /** The opcode of the message's first frame. */
    public Opcode opcode() {
        return opcode;
    }
}
