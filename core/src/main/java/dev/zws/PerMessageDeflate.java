package dev.zws;

/**
 * What the two sides agreed on for permessage-deflate (RFC 7692, 7.1); the same at both ends. Immutable. {@link Upgrade#deflate()}
 * tells it; {@link PerMessageDeflateConfig} is what it was negotiated from.
 *
 * <p>A window of 8 bits is always the peer's wish, and zlib cannot compress within one. What was compressed so is read like anything
 * else; when this side is the one that is held to it, it sends every message plain.
 *
 * @param serverNoContextTakeover true when the server compresses every message by itself, without reference to those before
 * @param clientNoContextTakeover the same for the client
 * @param serverMaxWindowBits the server refers back by at most 2 to the power of this many bytes. 8 to 15; 15 is no limit
 * @param clientMaxWindowBits the same for the client. 8 to 15
 */
public record PerMessageDeflate(
        boolean serverNoContextTakeover,
        boolean clientNoContextTakeover,
        int serverMaxWindowBits,
        int clientMaxWindowBits) {
    static final int LEAST_WINDOW_BITS = 8;

    /** DEFLATE itself refers back no further (RFC 1951, 2). */
    static final int UNLIMITED = 15;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException for a window out of its range
     */
    public PerMessageDeflate {
        Limits.requireRange("serverMaxWindowBits", serverMaxWindowBits, LEAST_WINDOW_BITS, UNLIMITED);
        Limits.requireRange("clientMaxWindowBits", clientMaxWindowBits, LEAST_WINDOW_BITS, UNLIMITED);
    }

    /** True when a message of this sender may refer back to those that it sent before. */
    public boolean takeover(Role sender) {
        return switch (sender) {
            case SERVER -> !serverNoContextTakeover;
            case CLIENT -> !clientNoContextTakeover;
        };
    }

    /** This sender refers back by at most 2 to the power of this many bytes: 8 to 15. */
    public int windowBits(Role sender) {
        return switch (sender) {
            case SERVER -> serverMaxWindowBits;
            case CLIENT -> clientMaxWindowBits;
        };
    }

    /** False when this library, in the place of this sender, has to send everything plain. */
    boolean mayCompress(Role sender) {
        return windowBits(sender) >= Deflation.LEAST_WINDOW_BITS;
    }
}
