package dev.zws;

import org.jspecify.annotations.Nullable;

/** One end of a connection that is read: its role and, when messages may be compressed, what was agreed on. */
final class FuzzSide {
    private static final PerMessageDeflateConfig DEFLATE =
            PerMessageDeflateConfig.DEFAULT.withPool(new DeflatePool()).withMinPayloadLength(0);

    private final Role role;
    private final @Nullable PerMessageDeflate agreed;
    private final PerMessageDeflateConfig config;

    private FuzzSide(Role role, @Nullable PerMessageDeflate agreed, PerMessageDeflateConfig config) {
        this.role = role;
        this.agreed = agreed;
        this.config = config;
    }

    static FuzzSide plain(Role role) {
        return new FuzzSide(role, null, DEFLATE);
    }

    /** Everything about it is said by the input. */
    static FuzzSide deflating(FuzzInput in) {
        int flags = in.next();
        int bits = in.next();
        PerMessageDeflate agreed =
                new PerMessageDeflate((flags & 1) != 0, (flags & 2) != 0, 9 + (bits & 15) % 7, 9 + (bits >> 4) % 7);
        PerMessageDeflateConfig config = DEFLATE.withCompressOutgoing((flags & 4) != 0)
                .withTakeover((flags & 8) != 0 ? Takeover.DEDICATED : Takeover.POOLED)
                .withRequireCompressionGain((flags & 16) != 0)
                .withLevel(1 + (flags >> 6));
        return new FuzzSide((flags & 32) == 0 ? Role.SERVER : Role.CLIENT, agreed, config);
    }

    Role role() {
        return role;
    }

    /** The other end of the same connection. */
    FuzzSide other() {
        return new FuzzSide(Wire.other(role), agreed, config);
    }

    Fixture fixture(Conn.Config config, Pieces in, int ceiling) {
        return agreed == null
                ? new Fixture(role, config, in, ceiling)
                : Fixture.deflating(role, agreed, this.config, config, in);
    }

    /** Codecs are given back when a connection ends. */
    void requireNothingHeld() {
        Holds.same(0, config.pool().decompressorsInUse(), "decompressors in use");
        Holds.same(0, config.pool().compressorsInUse(), "compressors in use");
    }
}
