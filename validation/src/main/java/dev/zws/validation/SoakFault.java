package dev.zws.validation;

/** How a connection is killed, and so what its server may say about it. */
enum SoakFault {
    /** TCP's reset, whatever is under way. */
    RESET(true),
    /** The end of this side's stream without a Close, whatever is under way. */
    FIN(true),
    /** The closing handshake, in the middle of traffic. */
    CLOSE(false),
    /** A frame, perhaps within a message, that breaks off. */
    HALF_FRAME(true),
    /** The closing handshake; then another connection, whose opening handshake breaks off. */
    HALF_HANDSHAKE(false),
    /** A peer that asks, and reads no answer, until it is reset, or given up by the server. */
    STALL(true);

    /** Anything may be cut off; otherwise everything has to come back before the Close does. */
    final boolean abrupt;

    SoakFault(boolean abrupt) {
        this.abrupt = abrupt;
    }
}
