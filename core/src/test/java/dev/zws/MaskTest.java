package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, 5.3; B-2.54, B-3.20. */
class MaskTest {
    private static final int KEY = 0x37fa213d;
    private static final int LONGEST = 70;
    /** Around where a copy changes its way: short ones, and blocks. */
    private static final int[] LONG = {255, 256, 257, 263, 4095, 4096, 4097, 8191, 8192, 8193, 12_300};

    private static final byte UNTOUCHED = (byte) 0xEE;

    @Test
    void theExampleOfTheRfcComesOut() {
        byte[] payload = utf8("Hello");
        Mask.apply(payload, 0, 5, KEY);
        assertThat(payload).isEqualTo(hex("7f 9f 4d 51 58"));
        Mask.apply(payload, 0, 5, KEY);
        assertThat(payload).isEqualTo(utf8("Hello"));
    }

    @Test
    void everyByteIsMaskedWithItsByteOfTheKeyWhereverItLies() {
        for (int length = 0; length <= LONGEST; length++) {
            byte[] plain = bytes(length);
            for (int offset = 0; offset <= 9; offset++) {
                byte[] array = surrounded(plain, offset);
                Mask.apply(array, offset, length, KEY);
                assertThat(array)
                        .as("length %d at offset %d", length, offset)
                        .isEqualTo(surrounded(naive(plain), offset));
            }
        }
    }

    @Test
    void aCopyIsMaskedAndItsSourceIsNotTouched() {
        for (int length = 0; length <= LONGEST; length++) {
            byte[] plain = bytes(length);
            for (int from = 0; from <= 9; from++) {
                for (int to = 0; to <= 9; to++) {
                    byte[] source = surrounded(plain, from);
                    byte[] target = surrounded(new byte[length], to);
                    Mask.copy(source, from, target, to, length, KEY);
                    assertThat(source).as("the source").isEqualTo(surrounded(plain, from));
                    assertThat(target)
                            .as("length %d from %d to %d", length, from, to)
                            .isEqualTo(surrounded(naive(plain), to));
                }
            }
        }
    }

    @Test
    void longCopiesAreMaskedAsShortOnes() {
        for (int length : LONG) {
            byte[] plain = bytes(length);
            byte[] source = surrounded(plain, 6);
            byte[] target = surrounded(new byte[length], 3);
            Mask.copy(source, 6, target, 3, length, KEY);
            assertThat(source).as("the source").isEqualTo(surrounded(plain, 6));
            assertThat(target).as("length %d", length).isEqualTo(surrounded(naive(plain), 3));

            Mask.copy(source, 6, source, 6, length, KEY);
            assertThat(source).as("where it stands, length %d", length).isEqualTo(surrounded(naive(plain), 6));
        }
    }

    @Test
    void bytesMayMoveToTheFrontOfTheirArrayAsTheyAreMasked() {
        for (int length : LONG) {
            byte[] plain = bytes(length);
            byte[] array = surrounded(plain, 9);
            Mask.copy(array, 9, array, 0, length, KEY);
            assertThat(Arrays.copyOf(array, length)).as("length %d", length).isEqualTo(naive(plain));
        }
    }

    @Test
    void aCutAnywhereDoesNotDisturbThePhase() {
        for (int length = 0; length <= LONGEST; length++) {
            byte[] plain = bytes(length);
            byte[] expected = naive(plain);
            for (int cut = 0; cut <= length; cut++) {
                byte[] array = plain.clone();
                Mask.apply(array, 0, cut, KEY);
                Mask.apply(array, cut, length - cut, Mask.rotate(KEY, cut));
                assertThat(array).as("%d bytes cut at %d", length, cut).isEqualTo(expected);

                byte[] copy = new byte[length];
                Mask.copy(plain, 0, copy, 0, cut, KEY);
                Mask.copy(plain, cut, copy, cut, length - cut, Mask.rotate(KEY, cut));
                assertThat(copy).as("copy of %d bytes cut at %d", length, cut).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 13})
    void manyPiecesAreMaskedAsOneWhenTheKeyIsRotatedAlong(int piece) {
        byte[] array = bytes(LONGEST);
        byte[] expected = naive(array);
        int key = KEY;
        for (int at = 0; at < array.length; at += piece) {
            int count = Math.min(piece, array.length - at);
            Mask.apply(array, at, count, key);
            key = Mask.rotate(key, count);
        }
        assertThat(array).isEqualTo(expected);
    }

    @Test
    void theRotatedKeyBeginsWithTheByteWhoseTurnItIs() {
        assertThat(Mask.rotate(KEY, 0)).isEqualTo(0x37fa213d);
        assertThat(Mask.rotate(KEY, 1)).isEqualTo(0xfa213d37);
        assertThat(Mask.rotate(KEY, 2)).isEqualTo(0x213d37fa);
        assertThat(Mask.rotate(KEY, 3)).isEqualTo(0x3d37fa21);
        assertThat(Mask.rotate(KEY, 4)).isEqualTo(0x37fa213d);
        assertThat(Mask.rotate(KEY, Integer.MAX_VALUE)).isEqualTo(0x3d37fa21);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x80000000, 0xFFFFFFFF, 0x00FF00FF, 0x80808080, 0x7FFFFFFF})
    void everyKeyIsMaskedWithInFull(int key) {
        byte[] plain = bytes(LONGEST);
        byte[] array = plain.clone();
        Mask.apply(array, 0, array.length, key);
        for (int i = 0; i < array.length; i++) {
            int keyByte = key >>> 8 * (3 - i % 4) & 0xFF;
            assertThat(array[i]).as("byte %d", i).isEqualTo((byte) (plain[i] ^ keyByte));
        }
    }

    /** Byte by byte. */
    private static byte[] naive(byte[] plain) {
        byte[] masked = plain.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= Wire.KEY[i % 4];
        }
        return masked;
    }

    private static byte[] surrounded(byte[] plain, int offset) {
        byte[] array = new byte[offset + plain.length + 9];
        Arrays.fill(array, UNTOUCHED);
        System.arraycopy(plain, 0, array, offset, plain.length);
        return array;
    }
}
