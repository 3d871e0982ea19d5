package dev.zws;

/**
 * What a connection keeps from one compressed message to the next, in both directions (RFC 7692, 7.1.1: context takeover). What is
 * kept makes small messages that resemble each other much smaller, and costs memory for as long as the connection is open.
 */
public enum Takeover {
    /**
     * Nothing: every message is compressed by itself, by codecs from a pool. Both sides are told so, {@code no_context_takeover}
     * in both directions.
     */
    NONE,
    /**
     * The last bytes of each direction in an array on the heap: of what the peer sends as many as its window has, of what this side
     * sends at most 4 KiB, which are enough. Codecs come from a pool for the length of a message and are given these bytes to begin
     * with: native memory follows the messages under way, not the connections.
     */
    POOLED,
    /**
     * As {@code POOLED}, but for a compressor of the connection's own, with its native memory, where this side's window is 15 bits: the
     * least work a message that is sent, the most memory a connection.
     */
    DEDICATED
}
