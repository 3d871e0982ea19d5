package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadersTest {
    @Test
    void namesAreComparedWithoutRegardToCase() {
        Headers headers = Headers.of("Host", "example.com");

        assertThat(headers.first("hOST")).isEqualTo("example.com");
        assertThat(headers.contains("HOST")).isTrue();
        assertThat(headers.all("host")).containsExactly("example.com");
    }

    @Test
    void aNameThatIsNotThereHasNoValue() {
        assertThat(Headers.NONE.first("Host")).isNull();
        assertThat(Headers.NONE.contains("Host")).isFalse();
        assertThat(Headers.NONE.all("Host")).isEmpty();
    }

    @Test
    void repeatedFieldsKeepTheirOrder() {
        Headers headers = Headers.of("Via", "a", "Host", "h", "via", "b");

        assertThat(headers.first("Via")).isEqualTo("a");
        assertThat(headers.all("Via")).containsExactly("a", "b");
        assertThat(headers.fields()).extracting(Headers.Field::name).containsExactly("Via", "Host", "via");
    }

    @Test
    void joiningKeepsBothInOrder() {
        assertThat(Headers.of("A", "1").with(Headers.of("A", "2", "B", "3")))
                .isEqualTo(Headers.of("A", "1", "A", "2", "B", "3"));
    }

    @Test
    void theListOfFieldsIsACopyAndFixed() {
        List<Headers.Field> fields = new ArrayList<>();
        Headers headers = new Headers(fields);
        fields.add(new Headers.Field("A", "1"));

        assertThat(headers).isEqualTo(Headers.NONE);
        assertThat(headers.fields()).isUnmodifiable();
    }

    @Test
    void aNameWithoutAValueIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of("A", "1", "B"))
                .withMessageContaining("pairs");
    }

    @Test
    void aNameIsAToken() {
        String token = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

        assertThat(Headers.of(token, "").contains(token)).isTrue();
        for (char c = 0; c <= 0x100; c++) {
            String name = "A" + c;
            assertThat(Headers.isToken(name)).as("U+%04X", (int) c).isEqualTo(token.indexOf(c) >= 0);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("Set-Cookie: a=b\r\nX", "1"));
    }

    @Test
    void aValueHoldsNothingThatEndsItsLine() {
        for (char c = 0; c <= 0x110; c++) {
            String value = "a" + c + "b";
            if (c == '\t' || c >= ' ' && c != 0x7F && c <= 0xFF) {
                assertThat(Headers.of("A", value).first("A")).isEqualTo(value);
            } else {
                assertThatIllegalArgumentException()
                        .as("U+%04X", (int) c)
                        .isThrownBy(() -> Headers.of("A", value))
                        .withMessageContaining("the value of A");
            }
        }
    }

    @Test
    void aValueMayBeEmptyAndHasNoSpaceAroundIt() {
        assertThat(Headers.of("A", "").first("A")).isEmpty();
        for (String value : List.of(" ", "\t", " a", "a ", "a\t")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("A", value));
        }
    }

    @Test
    void aListGoesOnInTheNextFieldAndItsEmptyElementsDoNotCount() { // B-10.17
        Headers headers = Headers.of(
                "Connection", ", keep-alive ,\t, Upgrade\t,", "X", "y", "connection", "", "Connection", "a b,c");

        assertThat(headers.list("CONNECTION")).containsExactly("keep-alive", "Upgrade", "a b", "c");
        assertThat(headers.list("Upgrade")).isEmpty();
    }
}
