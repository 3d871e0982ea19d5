package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AuthorityTest {
    @Test
    void aHostMayHaveAPort() {
        assertThat(Authority.parse("Example.com")).isEqualTo(new Authority("example.com", Authority.NO_PORT));
        assertThat(Authority.parse("example.com:0")).isEqualTo(new Authority("example.com", 0));
        assertThat(Authority.parse("example.com:00080")).isEqualTo(new Authority("example.com", 80));
        assertThat(Authority.parse("example.com:65535")).isEqualTo(new Authority("example.com", 65_535));
        assertThat(Authority.parse("example.com:")).isEqualTo(new Authority("example.com", Authority.NO_PORT));
        assertThat(Authority.parse("127.0.0.1:81")).isEqualTo(new Authority("127.0.0.1", 81));
        assertThat(Authority.parse("a-b_c~d.%20:1")).isEqualTo(new Authority("a-b_c~d.%20", 1));
    }

    @Test
    void anIpv6AddressStandsInBrackets() {
        assertThat(Authority.parse("[2001:DB8::1]")).isEqualTo(new Authority("[2001:db8::1]", Authority.NO_PORT));
        assertThat(Authority.parse("[::ffff:1.2.3.4]:8080")).isEqualTo(new Authority("[::ffff:1.2.3.4]", 8080));
    }

    @Test
    void everythingElseIsNoAuthority() {
        for (String text : List.of(
                "",
                ":",
                ":80",
                "a b",
                "a/b",
                "a@b",
                "user:pw@b",
                "a,b",
                "a?b",
                "a\\b",
                "\u00e4",
                "a\tb",
                "a:-1",
                "a:+1",
                "a:x",
                "a:8 0",
                "a:65536",
                "a:000080",
                "a:99999999999999999999",
                "a:1:2",
                "2001:db8::1",
                "[",
                "[]",
                "[]:80",
                "[::1",
                "::1]",
                "[::1]x",
                "[::1]80",
                "[:: 1]",
                "[::%eth0]",
                "[a@b]",
                "x[::1]")) {
            assertThat(Authority.parse(text)).as(text).isNull();
        }
    }

    @Test
    void aHostIsMadeOfLettersDigitsAndAFewOthers() {
        String others = "-._~%";
        for (char c = 0; c <= 0xFF; c++) {
            boolean allowed = others.indexOf(c) >= 0 || c < 0x80 && Character.isLetterOrDigit(c);
            if (c != ':') {
                assertThat(Authority.parse("a" + c) != null)
                        .as("U+%04X", (int) c)
                        .isEqualTo(allowed);
            }
        }
    }
}
