package dev.zws;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What permessage-deflate is to one connection: whether it was agreed on, and its two directions. Each is used as {@link Deflation}
 * and {@link Inflation} say; any thread may release them.
 */
final class Compression {
    /**
     * Of what was sent, the last 4 KiB are given to a pooled compressor for each message. Within a percent they save as much as the whole
     * window does, in a sixth of its time: 20 µs instead of 117 for 256 bytes, see {@code docs/performance.md}.
     */
    private static final int HISTORY_BITS = 12;

    /** Not agreed on. */
    static final Compression NONE = new Compression(null, null, 0, false);

    private final @Nullable Deflation outgoing;
    private final @Nullable Inflation incoming;
    private final int minPayloadLength;
    private final boolean requireGain;

    private Compression(
            @Nullable Deflation outgoing, @Nullable Inflation incoming, int minPayloadLength, boolean requireGain) {
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.minPayloadLength = minPayloadLength;
        this.requireGain = requireGain;
    }

    /** As the handshake agreed, for the end that {@code role} says. */
    static Compression of(@Nullable Upgrade upgrade, Role role) {
        if (upgrade == null || upgrade.deflate() == null) {
            return NONE;
        }
        PerMessageDeflate agreed = upgrade.deflate();
        PerMessageDeflateConfig config = Objects.requireNonNull(upgrade.deflateConfig());
        Role peer = role == Role.SERVER ? Role.CLIENT : Role.SERVER;
        Deflation outgoing = config.compressOutgoing() && agreed.mayCompress(role)
                ? deflation(config, takeover(agreed, role, config), agreed.windowBits(role))
                : null;
        Inflation incoming = new Inflation(
                config.pool(), takeover(agreed, peer, config), agreed.windowBits(peer), config.maxRatio());
        return new Compression(outgoing, incoming, config.minPayloadLength(), config.requireCompressionGain());
    }

    private static Deflation deflation(PerMessageDeflateConfig config, Takeover takeover, int windowBits) {
        int historyBits = Math.min(windowBits, HISTORY_BITS);
        return new Deflation(config.pool(), config.level(), takeover, windowBits, historyBits);
    }

    private static Takeover takeover(PerMessageDeflate agreed, Role sender, PerMessageDeflateConfig config) {
        return agreed.takeover(sender) ? config.takeover() : Takeover.NONE;
    }

    /** Whether RSV1 has a meaning (RFC 7692, 6). */
    boolean isAgreed() {
        return incoming != null;
    }

    /** Null when everything is sent plain. */
    @Nullable
    Deflation outgoing() {
        return outgoing;
    }

    /** Whether a message of so many bytes is worth trying (B-3.32). */
    boolean isWorthwhile(long length) {
        return outgoing != null && length >= Math.max(1, minPayloadLength) && length <= Integer.MAX_VALUE;
    }

    /** Whether a message goes out compressed when that takes so many bytes instead of {@code plain} (B-3.33). */
    boolean isGain(int compressed, int plain) {
        return !requireGain || compressed < plain;
    }

    /** @throws IllegalStateException when it was not agreed on: RSV1 was refused before */
    Inflation incoming() {
        if (incoming == null) {
            throw new IllegalStateException("permessage-deflate was not agreed on");
        }
        return incoming;
    }

    /** The caller has compressed a message by itself, which is in the peer's history and not in ours. */
    void forgetOutgoing() {
        if (outgoing != null) {
            outgoing.forget();
        }
    }

    /** Nothing is sent any more. */
    void releaseOutgoing() {
        if (outgoing != null) {
            outgoing.release();
        }
    }

    /** Nothing is received any more. */
    void releaseIncoming() {
        if (incoming != null) {
            incoming.release();
        }
    }
}
