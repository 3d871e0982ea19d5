package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What is compressed at all, and what is kept for it. */
class CompressionTest {
    private static final PerMessageDeflateConfig SENDS =
            PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true).withMinPayloadLength(0);

    private final DeflatePool pool = new DeflatePool();

    private Compression compression(PerMessageDeflate agreed, PerMessageDeflateConfig config) {
        Upgrade upgrade = new Upgrade("/", "/", null, Headers.NONE, null, agreed, config.withPool(pool));
        return Compression.of(upgrade, SERVER);
    }

    @Test
    void whoIsHeldToAWindowOf8BitsCompressesNothing() {
        assertThat(compression(new PerMessageDeflate(true, true, 8, 15), SENDS).outgoing())
                .isNull();
        assertThat(compression(new PerMessageDeflate(true, true, 15, 8), SENDS).outgoing())
                .isNotNull();
    }

    @Test
    void whoOnlyReadsCompressedCompressesNothing() {
        PerMessageDeflate agreed = new PerMessageDeflate(false, false, 15, 15);
        Compression compression = compression(agreed, SENDS.withCompressOutgoing(false));
        assertThat(compression.isAgreed()).isTrue();
        assertThat(compression.outgoing()).isNull();
        assertThat(compression.isWorthwhile(1000)).isFalse();
        compression.forgetOutgoing(); // of which there is nothing
        compression.releaseOutgoing();
    }

    @Test // B-3.32
    void messageIsWorthTryingFromItsLeastLengthUpToTheLongestArray() {
        Compression all = compression(new PerMessageDeflate(true, true, 15, 15), SENDS);
        assertThat(all.isWorthwhile(0)).isFalse();
        assertThat(all.isWorthwhile(1)).isTrue();
        assertThat(all.isWorthwhile(Integer.MAX_VALUE)).isTrue();
        assertThat(all.isWorthwhile(1L << 31)).isFalse();
        Compression some = compression(new PerMessageDeflate(true, true, 15, 15), SENDS.withMinPayloadLength(64));
        assertThat(some.isWorthwhile(63)).isFalse();
        assertThat(some.isWorthwhile(64)).isTrue();
    }

    @Test // B-3.33
    void gainIsAtLeastAByte() {
        PerMessageDeflate agreed = new PerMessageDeflate(true, true, 15, 15);
        assertThat(compression(agreed, SENDS).isGain(9, 10)).isTrue();
        assertThat(compression(agreed, SENDS).isGain(10, 10)).isFalse();
        assertThat(compression(agreed, SENDS.withRequireCompressionGain(false)).isGain(11, 10))
                .isTrue();
    }

    @Test
    void withoutAnAgreementNothingIsInflated() {
        assertThat(Compression.of(null, CLIENT).isAgreed()).isFalse();
        assertThatThrownBy(Compression.NONE::incoming).isInstanceOf(IllegalStateException.class);
        Compression.NONE.releaseIncoming();
    }

    @Test
    void whatIsForgottenIsGivenBack() {
        for (Takeover takeover : Takeover.values()) {
            Deflation deflation = new Deflation(pool, 1, takeover, 15);
            deflation.forget();
            byte[] message = Wire.utf8("once, and once more, and once more");
            assertThat(deflation.compress(message, 0, message.length, true)).isTrue();
            deflation.sent();
            assertThat(pool.compressorsInUse()).isEqualTo(takeover == Takeover.DEDICATED ? 1 : 0);
            deflation.forget();
            assertThat(pool.compressorsInUse()).as(takeover.name()).isZero();
        }
    }

    /** Makes the same bytes of every message. */
    private static DeflateEngine making(byte... made) {
        return new DeflateEngine() {
            @Override
            public Compressor compressor(int level) {
                Compressor real = ZIP.compressor(level);
                return new Compressor() {
                    @Override
                    public void reset() {
                        real.reset();
                    }

                    @Override
                    public void addHistory(byte[] array, int offset, int length) {
                        real.addHistory(array, offset, length);
                    }

                    @Override
                    public void setInput(byte[] array, int offset, int length) {
                        real.setInput(array, offset, length);
                    }

                    @Override
                    public int deflate(byte[] target, int offset, int length) {
                        System.arraycopy(made, 0, target, offset, made.length);
                        return made.length;
                    }

                    @Override
                    public void close() {
                        real.close();
                    }
                };
            }

            @Override
            public Decompressor decompressor() {
                return ZIP.decompressor();
            }
        };
    }

    @Test
    void engineThatMakesNothingButAFlushOrLessIsRefused() {
        for (String made : new String[] {"", "00 00 ff", "00 00 ff ff", "4a 04 00 00 ff fe"}) {
            DeflatePool odd = new DeflatePool(making(Wire.hex(made)), 1, 1, 1);
            Deflation deflation = new Deflation(odd, 1, Takeover.NONE, 15);
            assertThatThrownBy(() -> deflation.compress(new byte[1], 0, 1, true))
                    .as(made)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("00 00 FF FF");
        }
    }
}
