package dev.zws;

/** A kind of call to the stream under a connection (B-1.21). */
public enum IoPhase {
    /** Filling the read buffer. */
    READ,
    /** Writing what has gathered. */
    WRITE,
    /** Flushing. */
    FLUSH
}
