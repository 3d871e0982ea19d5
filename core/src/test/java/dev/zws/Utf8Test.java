package dev.zws;

import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;

import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3629; B-2.75, B-3.30. */
class Utf8Test {
    private static final String HIGH = "\uD83D";
    private static final String LOW = "\uDE00";

    @Test
    void everyCharacterIsEncodedAsTheJdkDoes() {
        byte[] target = new byte[4];
        int characters = 0;
        for (int point = 0; point <= 0x10FFFF; point++) {
            if (point >= 0xD800 && point <= 0xDFFF) {
                continue;
            }
            characters++;
            String text = Character.toString(point);
            byte[] expected = utf8(text);
            long length = Utf8.length(text);
            int encoded = Utf8.encode(text, length, 0, text.length(), target, 0);
            if (length != expected.length
                    || encoded != expected.length
                    || !Arrays.equals(target, 0, encoded, expected, 0, encoded)) {
                fail("U+%04X has %d bytes, and %d were written", point, length, encoded);
            }
        }
        assertThat(characters).isEqualTo(1_112_064);
    }

    @Test
    void textOfEveryKindIsMeasuredAndEncodedAsTheJdkDoes() {
        Random random = new Random(3629);
        for (int round = 0; round < 3_000; round++) {
            String text = randomText(random, random.nextInt(40));
            byte[] expected = utf8(text);
            assertThat(Utf8.length(text)).isEqualTo(expected.length);
            assertThat(encode(text)).isEqualTo(expected);
        }
    }

    @Test
    void anyCharSequenceIsText() {
        CharBuffer text = CharBuffer.wrap("xxaé€😀".toCharArray(), 2, 5);
        assertThat(Utf8.length(text)).isEqualTo(10);
        assertThat(encode(text)).isEqualTo(utf8("aé€😀"));
        assertThat(Utf8.length("")).isZero();
        assertThat(encode("")).isEmpty();
    }

    @Test
    void asciiIsCopiedAndWhateverIsNotIsEncodedWhereverItStands() {
        String ascii = "0123456789abcdefghijklmnop";
        for (int length = 0; length <= ascii.length(); length++) {
            String text = ascii.substring(0, length);
            assertThat(Utf8.length(text)).isEqualTo(length);
            assertThat(encode(text)).isEqualTo(utf8(text));
            for (int at = 0; at < length; at++) {
                for (String other : new String[] {"\u007F", "\u0080", "\u00FF", "\u0141", "\u3041", "😀"}) {
                    String mixed = ascii.substring(0, at) + other + ascii.substring(at + 1, length);
                    assertThat(Utf8.length(mixed)).as(mixed).isEqualTo(utf8(mixed).length);
                    assertThat(encode(mixed)).as(mixed).isEqualTo(utf8(mixed));
                }
            }
        }
    }

    @Test
    void aPieceOfAsciiIsPutAtItsOffsetAndNowhereElse() {
        byte[] target = new byte[8];
        assertThat(Utf8.encode("abcdef", 6, 2, 5, target, 1)).isEqualTo(3);
        assertThat(target).isEqualTo(Wire.hex("00 63 64 65 00 00 00 00"));
    }

    @Test
    void noCharNeedsMoreBytesThanTheBound() {
        assertThat(Utf8.MAX_BYTES_PER_CHAR).isEqualTo(3);
        assertThat(Utf8.length("\uFFFF")).isEqualTo(Utf8.MAX_BYTES_PER_CHAR);
        assertThat(Utf8.length("😀")).isLessThanOrEqualTo(2L * Utf8.MAX_BYTES_PER_CHAR);
    }

    @Test
    void textIsPutAtItsOffsetAndNowhereElse() {
        byte[] target = new byte[12];
        Arrays.fill(target, (byte) 0xEE);
        assertThat(Utf8.encode("<é😀>", 1, 4, target, 3)).isEqualTo(6);
        assertThat(target).isEqualTo(Wire.hex("ee ee ee c3 a9 f0 9f 98 80 ee ee ee"));
    }

    // ---- lone surrogates

    @Test
    void aLoneSurrogateAnywhereIsRefusedWithItsPlace() {
        String[] neighbours = {"", "a", "é", "€", "😀", "aé€😀", "12345678"};
        for (String before : neighbours) {
            for (String after : neighbours) {
                assertLoneAt(before.length(), before + HIGH + after);
                assertLoneAt(before.length(), before + LOW + after);
                assertLoneAt(before.length(), before + HIGH + HIGH + LOW + after);
                assertLoneAt(before.length(), before + LOW + HIGH + after);
                assertLoneAt(before.length() + 2, before + HIGH + LOW + LOW + after);
            }
        }
    }

    @Test
    void everySurrogateAloneIsRefused() {
        for (char lone = Character.MIN_SURROGATE; lone <= Character.MAX_SURROGATE; lone++) {
            assertLoneAt(1, "a" + lone);
            assertLoneAt(1, "a" + lone + "b");
        }
    }

    private static void assertLoneAt(int index, String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Utf8.length(text))
                .withMessage("the text has a lone surrogate at index " + index + " and is not valid Unicode");
    }

    // ---- cutting

    @Test
    void aCutNeverTearsAPairAndGivesUpAtMostOneChar() {
        Random random = new Random(10646);
        for (int round = 0; round < 500; round++) {
            String text = randomText(random, 1 + random.nextInt(20));
            for (int from = 0; from < text.length(); from += Character.charCount(text.codePointAt(from))) {
                for (int chars = 2; chars <= text.length() + 2; chars++) {
                    int wanted = Math.min(text.length(), from + chars);
                    int to = Utf8.cut(text, from, chars);
                    boolean tears = wanted < text.length() && Character.isLowSurrogate(text.charAt(wanted));
                    assertThat(to).as("cut %d chars from %d", chars, from).isEqualTo(tears ? wanted - 1 : wanted);
                    assertThat(to).isGreaterThan(from);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 1000, Integer.MAX_VALUE})
    void aCutBehindTheEndIsTheEnd(int chars) {
        assertThat(Utf8.cut("a😀b", 0, chars)).isEqualTo(4);
        assertThat(Utf8.cut("a😀b", 3, chars)).isEqualTo(4);
        assertThat(Utf8.cut("b😀", 1, chars)).isEqualTo(3);
    }

    @Test
    void thePiecesOfACutTextMakeUpTheText() {
        Random random = new Random(7);
        for (int round = 0; round < 1_000; round++) {
            String text = randomText(random, 1 + random.nextInt(40));
            byte[] target = new byte[text.length() * Utf8.MAX_BYTES_PER_CHAR];
            int chars = 2 + random.nextInt(6);
            int at = 0;
            for (int from = 0; from < text.length(); ) {
                int to = Utf8.cut(text, from, chars);
                at += Utf8.encode(text, from, to, target, at);
                from = to;
            }
            assertThat(Arrays.copyOf(target, at)).isEqualTo(utf8(text));
        }
    }

    private static byte[] encode(CharSequence text) {
        byte[] target = new byte[text.length() * Utf8.MAX_BYTES_PER_CHAR];
        return Arrays.copyOf(target, Utf8.encode(text, Utf8.length(text), 0, text.length(), target, 0));
    }

    private static String randomText(Random random, int characters) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < characters; i++) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(0x80));
                case 1 -> text.append((char) (0x80 + random.nextInt(0x780)));
                case 2 ->
                    text.append((char)
                            (random.nextBoolean() ? 0x800 + random.nextInt(0xD000) : 0xE000 + random.nextInt(0x2000)));
                default -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
            }
        }
        return text.toString();
    }
}
