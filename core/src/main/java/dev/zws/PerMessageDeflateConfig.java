package dev.zws;

import java.util.Objects;

/**
 * How an application wants its messages compressed (RFC 7692); given to {@link Handshake.Options#deflate} or
 * {@link ClientHandshake.Request#deflate}, without which there is no compression. Both roles are configured alike: outgoing is what
 * this side sends. Immutable; begin with {@link #DEFAULT} and change what differs.
 *
 * <p>A peer may make demands of its own; what came of both is {@link Upgrade#deflate()}. As a server this library takes every
 * well-formed offer but one that wants it to compress within a window of 8 bits. zlib has none: its window must be larger than the
 * 262 bytes that it looks ahead. To feed it pieces of 128 bytes instead took nearly five times as long, for a result 1.7 times as
 * large (16 KiB of JSON, level 1). Such an offer is declined: what counts is the client's next one, or nothing is compressed.
 *
 * @param compressOutgoing true to send compressed; otherwise this side only reads what the peer compressed. Default: false
 * @param takeover what is kept between messages, and so whether {@code no_context_takeover} is asked for in both directions. Default:
 *     {@link Takeover#NONE}
 * @param outgoingWindowBits this side refers back by at most 2 to the power of this many bytes when it compresses; a peer may ask for
 *     less. 9 to 15. Below 15 the peer is told. Default: 15
 * @param incomingWindowBits the peer is asked for the same. 9 to 15. As a client this side insists on it. As a server it asks where
 *     it may, which is when the client offers {@code client_max_window_bits}; another client keeps its 15, and is understood.
 *     Default: 15
 * @param minPayloadLength shorter messages are sent plain, and empty ones always. In bytes, at least 0. Default: 64
 * @param requireCompressionGain true to send a message plain when compressing does not make it shorter. Default: true
 * @param level how hard zlib tries: 1 is fastest, 9 smallest; 0 only wraps, which makes every message longer and so, with
 *     {@code requireCompressionGain}, sends all of them plain. 0 to 9. Default: 1
 * @param maxRatio the greatest quotient of the inflated to the compressed bytes of a message that arrives, looked at once it has inflated
 *     to more than {@link #RATIO_FREE_BYTES}; over it 1009. At least 1; from 1,032, the most that DEFLATE can reach, it never
 *     strikes. Default: 256
 * @param pool where the codecs come from, of many connections. Default: {@link DeflatePool#shared}
 */
public record PerMessageDeflateConfig(
        boolean compressOutgoing,
        Takeover takeover,
        int outgoingWindowBits,
        int incomingWindowBits,
        int minPayloadLength,
        boolean requireCompressionGain,
        int level,
        int maxRatio,
        DeflatePool pool) {
    /** Every default. */
    public static final PerMessageDeflateConfig DEFAULT =
            new PerMessageDeflateConfig(false, Takeover.NONE, 15, 15, 64, true, 1, 256, DeflatePool.shared());

    /** To so many bytes, 1 MiB, a message may inflate whatever its ratio: within them {@link Limits} bound what it costs. */
    public static final int RATIO_FREE_BYTES = 1024 * 1024;

    private static final int MOST_LEVEL = 9;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException for a value out of its range
     */
    @Provisional
    public PerMessageDeflateConfig {
        Objects.requireNonNull(takeover, "takeover");
        Objects.requireNonNull(pool, "pool");
        Limits.requireRange(
                "outgoingWindowBits", outgoingWindowBits, Deflation.LEAST_WINDOW_BITS, PerMessageDeflate.UNLIMITED);
        Limits.requireRange(
                "incomingWindowBits", incomingWindowBits, Deflation.LEAST_WINDOW_BITS, PerMessageDeflate.UNLIMITED);
        Limits.requireRange("minPayloadLength", minPayloadLength, 0, Integer.MAX_VALUE);
        Limits.requireRange("level", level, 0, MOST_LEVEL);
        Limits.requireRange("maxRatio", maxRatio, 1, Integer.MAX_VALUE);
    }

    // spotless:off: each of these would be a column of nine names
    /** This with another {@code compressOutgoing}. */
    public PerMessageDeflateConfig withCompressOutgoing(boolean compressOutgoing) {
        return new PerMessageDeflateConfig(
                compressOutgoing, takeover, outgoingWindowBits, incomingWindowBits,
                minPayloadLength, requireCompressionGain, level, maxRatio, pool);
    }

    /** This with another {@code takeover}. */
    public PerMessageDeflateConfig withTakeover(Takeover takeover) {
        return new PerMessageDeflateConfig(
                compressOutgoing, takeover, outgoingWindowBits, incomingWindowBits,
                minPayloadLength, requireCompressionGain, level, maxRatio, pool);
    }

    /** This with another {@code outgoingWindowBits}. */
    public PerMessageDeflateConfig withOutgoingWindowBits(int outgoingWindowBits) {
        return new PerMessageDeflateConfig(
                compressOutgoing, takeover, outgoingWindowBits, incomingWindowBits,
                minPayloadLength, requireCompressionGain, level, maxRatio, pool);
    }

    /** This with another {@code incomingWindowBits}. */
    public PerMessageDeflateConfig withIncomingWindowBits(int incomingWindowBits) {
        return new PerMessageDeflateConfig(
                compressOutgoing, takeover, outgoingWindowBits, incomingWindowBits,
                minPayloadLength, requireCompressionGain, level, maxRatio, pool);
    }

    /** This with another {@code minPayloadLength}. */
    public PerMessageDeflateConfig withMinPayloadLength(int minPayloadLength) {
        return new PerMessageDeflateConfig(
                compressOutgoing, takeover, outgoingWindowBits, incomingWindowBits,
                minPayloadLength, requireCompressionGain, level, maxRatio, pool);
    }

    /** This with another {@code requireCompressionGain}. */
    public PerMessageDeflateConfig withRequireCompressionGain(boolean requireCompressionGain) {
        return new PerMessageDeflateConfig(
                compressOutgoing, takeover, outgoingWindowBits, incomingWindowBits,
                minPayloadLength, requireCompressionGain, level, maxRatio, pool);
    }

    /** This with another {@code level}. */
    public PerMessageDeflateConfig withLevel(int level) {
        return new PerMessageDeflateConfig(
                compressOutgoing, takeover, outgoingWindowBits, incomingWindowBits,
                minPayloadLength, requireCompressionGain, level, maxRatio, pool);
    }

    /** This with another {@code maxRatio}. */
    public PerMessageDeflateConfig withMaxRatio(int maxRatio) {
        return new PerMessageDeflateConfig(
                compressOutgoing, takeover, outgoingWindowBits, incomingWindowBits,
                minPayloadLength, requireCompressionGain, level, maxRatio, pool);
    }

    /** This with another {@code pool}. */
    public PerMessageDeflateConfig withPool(DeflatePool pool) {
        return new PerMessageDeflateConfig(
                compressOutgoing, takeover, outgoingWindowBits, incomingWindowBits,
                minPayloadLength, requireCompressionGain, level, maxRatio, pool);
    }
    // spotless:on
}
