package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.masked;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, 5.3; B-3.20: payloads are masked, and text is encoded, on their way into the buffer, piece by piece. */
class ByteWriterPayloadTest {
    private static final int KEY = 0x37fa213d;
    private static final int KIB_64 = 64 * 1024;

    private final Tape tape = new Tape();
    private final ByteWriter writer = ByteWriter.of(tape);

    // ---- masked

    static final List<Integer> SIZES = List.of(
            0, 1, 2, 3, 4, 5, 7, 8, 9, 511, 512, 513, 16_383, 16_384, 16_385, 16_387, 65_535, 65_536, 65_537, 131_072,
            200_001);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13, 500, 16_384, 50_000, 65_536})
    void maskedBytesAreThoseOfTheRfcAndTheSourceIsUntouched(int waiting) throws Exception {
        for (int size : SIZES) {
            Tape fresh = new Tape();
            ByteWriter masking = ByteWriter.of(fresh);
            masking.write(bytes(waiting), 0, waiting);
            byte[] source = concat(hex("ee ee ee"), bytes(size), hex("ee"));
            byte[] before = source.clone();
            masking.writeMasked(source, 3, size, KEY);
            masking.flush();
            assertThat(source).isEqualTo(before);
            assertThat(fresh.written())
                    .as("%d bytes", size)
                    .isEqualTo(concat(bytes(waiting), masked(bytes(size), Wire.KEY)));
            assertThat(masking.array().length).isLessThanOrEqualTo(KIB_64);
        }
    }

    @Test
    void everyKeyButZeroMasks() throws Exception {
        writer.writeMasked(hex("00 00 00 00 00"), 0, 5, 1);
        writer.writeText("\0\0\0\0\0", 5, 1);
        writer.writeMasked(hex("00 00"), 0, 2, 0x80000000);
        writer.writeText("\0\0", 2, 0x80000000);
        writer.writeText("\0\0", 2, 0);
        writer.flush();
        assertThat(tape.written()).isEqualTo(hex("00 00 00 01 00  00 00 00 01 00  80 00  80 00  00 00"));
    }

    @Test
    void theExampleOfTheRfcIsMasked() throws Exception {
        writer.writeMasked(utf8("Hello"), 0, 5, KEY);
        writer.writeText("Hello", 5, KEY);
        writer.writeText("Hello", 5, 0);
        writer.flush();
        assertThat(tape.written()).isEqualTo(hex("7f 9f 4d 51 58  7f 9f 4d 51 58  48 65 6c 6c 6f"));
    }

    // ---- text

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "€", "😀", "a😀", "aé€😀", "€€😀"})
    void textOfAnyLengthComesOutAsUtf8(String pattern) throws Exception {
        int[] chars = {
            0, 1, 2, 3, 170, 171, 4_094, 4_095, 4_096, 4_097, 4_098, 5_461, 8_191, 8_193, 16_384, 21_845, 21_846,
            65_537, 70_001
        };
        for (int waiting : new int[] {0, 3, 60_000}) {
            for (int length : chars) {
                String text = pattern.repeat(length / pattern.length() + 1);
                boolean tears = Character.isLowSurrogate(text.charAt(length));
                text = "x".repeat(tears ? 1 : 0) + text.substring(0, tears ? length - 1 : length);
                assertTextComesOut(waiting, text);
            }
        }
    }

    private static void assertTextComesOut(int waiting, String text) throws IOException {
        byte[] utf8 = utf8(text);
        for (int key : new int[] {0, KEY}) {
            Tape fresh = new Tape();
            ByteWriter writing = ByteWriter.of(fresh);
            writing.write(bytes(waiting), 0, waiting);
            writing.writeText(text, utf8.length, key);
            writing.flush();
            byte[] expected = key == 0 ? utf8 : masked(utf8, Wire.KEY);
            assertThat(fresh.written())
                    .as("%d chars behind %d bytes", text.length(), waiting)
                    .isEqualTo(concat(bytes(waiting), expected));
            assertThat(writing.array().length).isLessThanOrEqualTo(KIB_64);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4_000, 4_096, 4_097, 16_384, 100_000})
    void textBehindAStuckSinkIsKeptWhole(int chars) throws Exception {
        String text = "€".repeat(chars);
        tape.takes(0);
        writer.writeText(text, 3L * chars, KEY);
        assertThat(writer.pending()).isEqualTo(3 * chars);
        tape.takes(Long.MAX_VALUE);
        writer.flush();
        assertThat(tape.written()).isEqualTo(masked(utf8(text), Wire.KEY));
    }

    @ParameterizedTest
    @CsvSource({"aaaa, aaéa", "aaéa, aaaa", "a😀, a€€", "aaaa, aaaaa", "aaaa, aaa", "aaaa, ''", "aaaa, aa😀"})
    void textThatIsChangedWhileItIsSentIsAnError(String measured, String sent) {
        Fickle text = new Fickle(measured, sent);
        long length = Utf8.length(text);
        text.change();
        assertThatIllegalStateException()
                .isThrownBy(() -> writer.writeText(text, length, KEY))
                .withMessage("the text was changed while it was being sent");
    }

    @Test
    void textThatIsChangedBehindItsFirstPieceIsAnError() {
        Fickle text = new Fickle("a".repeat(50_000), "a".repeat(40_000) + "é" + "a".repeat(9_999));
        long length = Utf8.length(text);
        text.change();
        assertThatIllegalStateException().isThrownBy(() -> writer.writeText(text, length, 0));
    }

    // ---- helpers

    /** Text that another thread has changed after it was measured. */
    private static final class Fickle implements CharSequence {
        private final String changed;
        private String text;

        Fickle(String text, String changed) {
            this.text = text;
            this.changed = changed;
        }

        void change() {
            text = changed;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
