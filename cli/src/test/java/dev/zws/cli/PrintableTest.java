package dev.zws.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @Test
    void everyControlCharacterIsEscapedButTabAndLineFeed() {
        for (char c = 0; c < 0xA0; c++) {
            boolean control = c < ' ' || c >= 0x7F;
            String expected = control && c != '\t' && c != '\n' ? String.format("\\x%02x", (int) c) : String.valueOf(c);
            assertThat(Printable.text(String.valueOf(c))).isEqualTo(expected);
        }
    }

    @Test
    void inOneLineTheLineFeedIsEscapedToo() {
        assertThat(Printable.line("a\n\tb")).isEqualTo("a\\x0a\tb");
    }

    @ParameterizedTest
    @ValueSource(chars = {0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069})
    void whatReordersOrBreaksALineIsEscaped(char c) {
        assertThat(Printable.text("a" + c)).isEqualTo(String.format("a\\u%04x", (int) c));
    }

    @Test
    void whatPeopleWriteStaysAsItIs() {
        String text = "grün שלום 你好 👩‍👩‍👧 \\x1b ~";
        assertThat(Printable.text(text)).isEqualTo(text);
    }
}
