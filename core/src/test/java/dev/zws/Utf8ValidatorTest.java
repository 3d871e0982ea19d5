package dev.zws;

import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3629 and RFC 6455, 8.1; B-2.75, B-11.6, B-10.154. */
class Utf8ValidatorTest {
    /** Bytes on both sides of every limit in the grammar of RFC 3629, 4. */
    private static final byte[] EDGES =
            hex("00 41 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff");

    private final Oracle oracle = new Oracle();
    private final Utf8Validator validator = new Utf8Validator();

    // ---- characters

    @Test
    void everyCharacterIsTakenWhereverItIsCut() {
        byte[] followed = utf8("a".repeat(8));
        int characters = 0;
        for (int point = 0; point <= 0x10FFFF; point++) {
            if (point >= 0xD800 && point <= 0xDFFF) {
                continue;
            }
            characters++;
            byte[] bytes = encoded(point);
            System.arraycopy(bytes, 0, followed, 0, bytes.length);
            if (!Utf8Validator.isValid(followed, 0, followed.length)) {
                fail("U+%04X, %s with more behind it", point, dump(bytes));
            }
            Arrays.fill(followed, (byte) 'a');
            for (int cut = 0; cut < bytes.length; cut++) {
                validator.reset();
                boolean good = validator.accept(bytes, 0, cut)
                        && validator.isComplete() == (cut == 0)
                        && validator.accept(bytes, cut, bytes.length - cut)
                        && validator.isComplete();
                if (!good) {
                    fail("U+%04X, %s cut at %d", point, dump(bytes), cut);
                }
            }
        }
        assertThat(characters).isEqualTo(1_112_064);
    }

    @Test
    void everySurrogateIsRefusedAtItsSecondByte() {
        for (int point = 0xD800; point <= 0xDFFF; point++) {
            byte[] bytes = {(byte) 0xED, (byte) (0x80 | point >> 6 & 0x3F), (byte) (0x80 | point & 0x3F)};
            assertThat(bytes[1]).isBetween((byte) 0xA0, (byte) 0xBF);
            assertFailsAt(1, bytes);
        }
    }

    @Test
    void everyOverlongFormIsRefused() {
        for (int point = 0; point <= 0xFFFF; point++) {
            if (point <= 0x7F) {
                assertFailsAt(0, longForm(point, 2));
            }
            if (point <= 0x7FF) {
                assertFailsAt(1, longForm(point, 3));
            }
            assertFailsAt(1, longForm(point, 4));
        }
    }

    @Test
    void whatIsAboveTheLastCharacterIsRefused() {
        assertThat(Utf8Validator.isValid(hex("f4 8f bf bf"), 0, 4)).isTrue(); // U+10FFFF
        for (int point = 0x110000; point <= 0x13FFFF; point++) {
            assertFailsAt(1, longForm(point, 4));
        }
        for (int point = 0x140000; point <= 0x1FFFFF; point += 0x3F) {
            assertFailsAt(0, longForm(point, 4));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x90, 0xA0, 0xBF, 0xC0, 0xC1, 0xF5, 0xF6, 0xF7, 0xF8, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF})
    void aByteThatBeginsNoCharacterIsRefusedAtOnce(int lead) {
        assertFailsAt(0, new byte[] {(byte) lead});
        assertFailsAt(0, new byte[] {(byte) lead, (byte) 0x80, (byte) 0x80, (byte) 0x80});
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3", "e2", "e2 82", "e0 a0", "ed 9f", "f0", "f0 9f", "f0 9f 98", "f4 8f bf"})
    void textThatEndsWithinACharacterIsGoodSoFarButNotComplete(String text) {
        byte[] bytes = hex(text);
        validator.reset();
        assertThat(validator.accept(bytes, 0, bytes.length)).isTrue();
        assertThat(validator.isComplete()).isFalse();
        assertThat(Utf8Validator.isValid(bytes, 0, bytes.length)).isFalse();

        byte[] behindText = concat(utf8("twelve bytes"), bytes);
        assertThat(Utf8Validator.isValid(behindText, 0, behindText.length)).isFalse();
    }

    @Test
    void noTextIsGoodText() {
        assertThat(Utf8Validator.isValid(new byte[0], 0, 0)).isTrue();
        assertThat(validator.isComplete()).isTrue();
        assertThat(validator.accept(new byte[0], 0, 0)).isTrue();
        assertThat(validator.isComplete()).isTrue();
    }

    // ---- against the decoder of the JDK

    @Test
    void everyPairOfBytesIsJudgedAsTheDecoderDoes() {
        byte[] bytes = new byte[2];
        for (int pair = 0; pair <= 0xFFFF; pair++) {
            bytes[0] = (byte) (pair >> 8);
            bytes[1] = (byte) pair;
            assertJudgedAsByTheDecoder(bytes);
        }
    }

    @Test
    void everyThreeAndFourBytesFromTheEdgesAreJudgedAsTheDecoderDoes() {
        for (int length = 3; length <= 4; length++) {
            byte[] bytes = new byte[length];
            int combinations = (int) Math.pow(EDGES.length, length);
            for (int i = 0; i < combinations; i++) {
                int rest = i;
                for (int at = 0; at < length; at++) {
                    bytes[at] = EDGES[rest % EDGES.length];
                    rest /= EDGES.length;
                }
                assertJudgedAsByTheDecoder(bytes);
            }
        }
    }

    @Test
    void randomThreeAndFourBytesAreJudgedAsTheDecoderDoes() {
        Random random = new Random(3629);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[3 + (i & 1)];
            random.nextBytes(bytes);
            bytes[0] |= (byte) 0xC0; // most others fail, or end, at the first byte
            if ((i & 2) != 0) {
                bytes[1] = (byte) (0x80 | bytes[1] & 0x3F);
            }
            assertJudgedAsByTheDecoder(bytes);
        }
    }

    @Test
    void textFailsAtTheFirstByteThatNoGoodTextCanHaveThere() {
        walk(new byte[4], 0);
    }

    /**
     * Tries every byte behind the unfinished character in {@code prefix}. In fourth place only behind some third
     * bytes: it makes no difference which of their common range they are.
     */
    private void walk(byte[] prefix, int length) {
        for (int b = 0; b <= 0xFF; b++) {
            prefix[length] = (byte) b;
            boolean viable = oracle.isViable(prefix, length + 1);
            validator.reset();
            if (!validator.accept(prefix, 0, length) || validator.accept(prefix, length, 1) != viable) {
                fail("%s should be %s", dump(Arrays.copyOf(prefix, length + 1)), viable ? "good so far" : "refused");
            }
            if (viable && !validator.isComplete() && (length < 2 || b == 0x80 || b == 0x9F || b == 0xBF)) {
                walk(prefix, length + 1);
            }
        }
    }

    @Test
    void aBadByteInALongTextIsFoundInThePieceThatBringsIt() {
        Random random = new Random(6455);
        for (int round = 0; round < 3_000; round++) {
            byte[] text = randomText(random, 1 + random.nextInt(30));
            int bad = random.nextInt(text.length);
            text[bad] = (byte) random.nextInt(256);
            int failsAt = oracle.firstBadByte(text);

            assertFailsAt(failsAt, text);
            validator.reset();
            int at = 0;
            while (at < text.length) {
                int piece = 1 + random.nextInt(text.length - at);
                boolean brought = failsAt >= 0 && at + piece > failsAt;
                if (validator.accept(text, at, piece) == brought) {
                    fail("%s fails at %d, but not the piece of %d bytes at %d", dump(text), failsAt, piece, at);
                }
                at += piece;
            }
        }
    }

    @Test
    void goodTextInAnyPiecesIsGood() {
        Random random = new Random(8);
        for (int round = 0; round < 2_000; round++) {
            byte[] text = randomText(random, random.nextInt(60));
            validator.reset();
            for (int at = 0; at < text.length; ) {
                int piece = random.nextInt(text.length - at + 1);
                assertThat(validator.accept(text, at, piece)).isTrue();
                at += piece;
            }
            assertThat(validator.isComplete()).isTrue();
            assertThat(Utf8Validator.isValid(text, 0, text.length)).isTrue();
        }
    }

    // ---- runs of ASCII, which are taken in blocks, and eight at a time

    @ParameterizedTest
    @ValueSource(ints = {16_380, 16_383, 16_384, 16_385, 32_767, 32_768, 32_780})
    void aCharacterOrABadByteAroundTheEndOfABlockIsSeen(int length) {
        for (int at = length - 9; at < length - 3; at++) {
            for (String character :
                    new String[] {"e9", "c3 a9", "e2 82 ac", "f0 9f 98 80", "ed a0 80", "f4 90 80 80"}) {
                byte[] text = utf8("x".repeat(length));
                byte[] bytes = hex(character);
                System.arraycopy(bytes, 0, text, at, bytes.length);
                assertThat(Utf8Validator.isValid(text, 0, length))
                        .as("%s at %d of %d", character, at, length)
                        .isEqualTo(Utf8Validator.isValid(bytes, 0, bytes.length));
            }
        }
    }

    @Test
    void aBadByteAnywhereInARunOfAsciiIsFound() {
        for (int length = 0; length <= 140; length++) {
            for (int bad = 0; bad < length; bad++) {
                for (int wrong : new int[] {0x80, 0xBF, 0xC0, 0xFF}) {
                    byte[] text = utf8("a".repeat(length));
                    text[bad] = (byte) wrong;
                    assertFailsAt(bad, text);
                }
                byte[] text = utf8("~".repeat(length));
                text[bad] = (byte) 0xE2;
                if (bad + 1 < length) {
                    assertFailsAt(bad + 1, text); // the next one does not continue it
                } else {
                    assertThat(Utf8Validator.isValid(text, 0, length)).isFalse();
                }
            }
        }
    }

    @Test
    void aCharacterAnywhereInARunOfAsciiIsTaken() {
        for (String character : new String[] {"é", "€", "😀"}) {
            for (int before = 0; before <= 70; before++) {
                for (int after = 0; after <= 70; after++) {
                    byte[] text = utf8("x".repeat(before) + character + "\u007f".repeat(after));
                    assertThat(Utf8Validator.isValid(text, 0, text.length)).isTrue();
                }
            }
        }
    }

    @Test
    void onlyTheGivenPartOfTheArrayIsJudged() {
        for (int offset = 0; offset <= 9; offset++) {
            for (int length = 0; length <= 20; length++) {
                byte[] array = new byte[40];
                Arrays.fill(array, (byte) 0xFF);
                Arrays.fill(array, offset, offset + length, (byte) 'a');
                assertThat(Utf8Validator.isValid(array, offset, length)).isTrue();
                assertThat(Utf8Validator.isValid(array, offset, length + 1)).isFalse();
                if (offset > 0) {
                    assertThat(Utf8Validator.isValid(array, offset - 1, length + 1))
                            .isFalse();
                }
            }
        }
    }

    // ---- state

    @Test
    void afterABadByteNothingIsGoodUntilReset() {
        byte[] good = utf8("good");
        for (String bad : new String[] {"ff", "c3 28", "ed a0", "f4 90"}) {
            assertThat(validator.accept(hex(bad), 0, hex(bad).length)).isFalse();
            assertThat(validator.isComplete()).isFalse();
            assertThat(validator.accept(good, 0, good.length)).isFalse();
            assertThat(validator.accept(good, 0, 0)).isFalse();
            assertThat(validator.accept(hex("80 80 80"), 0, 3)).isFalse();
            assertThat(validator.isComplete()).isFalse();

            validator.reset();
            assertThat(validator.isComplete()).isTrue();
            assertThat(validator.accept(good, 0, good.length)).isTrue();
            assertThat(validator.isComplete()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3", "e0", "ed", "f0", "f4", "f0 9f"})
    void aResetForgetsAnUnfinishedCharacterAndWhatWasToFollowIt(String unfinished) {
        assertThat(validator.accept(hex(unfinished), 0, hex(unfinished).length)).isTrue();
        validator.reset();
        assertThat(validator.isComplete()).isTrue();
        assertThat(validator.accept(utf8("a"), 0, 1)).isTrue();
        for (String next :
                new String[] {"e1 80 bf", "ee bf 80", "f1 80 80 80", "f3 bf bf bf"}) { // any continuation will do
            assertThat(validator.accept(hex(next), 0, hex(next).length)).isTrue();
        }
        assertThat(validator.isComplete()).isTrue();
    }

    // ---- helpers

    /** The bytes fail, whole and one by one, exactly at {@code index}; not at all when it is negative. */
    private void assertFailsAt(int index, byte[] bytes) {
        validator.reset();
        for (int i = 0; i < bytes.length; i++) {
            boolean good = index < 0 || i < index;
            if (validator.accept(bytes, i, 1) != good) {
                fail("%s should be %s at byte %d", dump(bytes), good ? "good" : "bad", i);
            }
        }
        validator.reset();
        if (validator.accept(bytes, 0, bytes.length) == index >= 0) {
            fail("%s should be %s as a whole", dump(bytes), index < 0 ? "good" : "bad");
        }
        byte[] followed = concat(bytes, utf8("abc")); // far enough from the end to be taken in one step
        if (Utf8Validator.isValid(followed, 0, followed.length) && index >= 0) {
            fail("%s should be bad with more behind it", dump(bytes));
        }
        validator.reset();
        if (index >= 0 && !validator.accept(bytes, 0, index)) {
            fail("%s should be good before byte %d", dump(bytes), index);
        }
    }

    private void assertJudgedAsByTheDecoder(byte[] bytes) {
        boolean valid = oracle.isValid(bytes, bytes.length);
        if (Utf8Validator.isValid(bytes, 0, bytes.length) != valid) {
            fail("%s should be %s", dump(bytes), valid ? "valid" : "refused");
        }
    }

    private static byte[] encoded(int point) {
        return new String(Character.toChars(point)).getBytes(StandardCharsets.UTF_8);
    }

    /** The number in a form of {@code length} bytes, whether it is the shortest or not. */
    private static byte[] longForm(int point, int length) {
        byte[] bytes = new byte[length];
        int rest = point;
        for (int i = length - 1; i > 0; i--) {
            bytes[i] = (byte) (0x80 | rest & 0x3F);
            rest >>= 6;
        }
        bytes[0] = (byte) (0xF00 >> length | rest);
        return bytes;
    }

    private static byte[] randomText(Random random, int characters) {
        List<byte[]> text = new ArrayList<>();
        for (int i = 0; i < characters; i++) {
            int point = switch (random.nextInt(5)) {
                case 0, 1 -> random.nextInt(0x80);
                case 2 -> 0x80 + random.nextInt(0x780);
                case 3 -> random.nextBoolean() ? 0x800 + random.nextInt(0xD000) : 0xE000 + random.nextInt(0x2000);
                default -> 0x10000 + random.nextInt(0x100000);
            };
            text.add(encoded(point));
        }
        return concat(text.toArray(byte[][]::new));
    }

    private static String dump(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    /** What is right, by the JDK's decoder. */
    private static final class Oracle {
        /** One of these makes any beginning of a good text whole; only behind E0 and F0 it matters which. */
        private static final byte[][] ENDINGS = {
            {}, hex("80"), hex("a0 80"), hex("80 80"), hex("90 80 80"), hex("80 80 80")
        };

        private final CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        private final CharBuffer chars = CharBuffer.allocate(256);
        private final byte[] array = new byte[256];
        private final ByteBuffer in = ByteBuffer.wrap(array);

        boolean isValid(byte[] bytes, int length) {
            return isValid(bytes, length, ENDINGS[0]);
        }

        private boolean isValid(byte[] bytes, int length, byte[] ending) {
            System.arraycopy(bytes, 0, array, 0, length);
            System.arraycopy(ending, 0, array, length, ending.length);
            in.limit(length + ending.length).position(0);
            return !decoder.reset().decode(in, chars.clear(), true).isError();
        }

        /** Whether some text begins with these bytes. */
        boolean isViable(byte[] bytes, int length) {
            for (byte[] ending : ENDINGS) {
                if (isValid(bytes, length, ending)) {
                    return true;
                }
            }
            return false;
        }

        /** The length of the longest prefix that some text begins with, or -1 when that is everything. */
        int firstBadByte(byte[] bytes) {
            for (int length = 1; length <= bytes.length; length++) {
                if (!isViable(bytes, length)) {
                    return length - 1;
                }
            }
            return -1;
        }
    }
}
