package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class OriginPolicyTest {
    @Test
    void whoSendsNoOriginIsNoBrowser() {
        assertThat(OriginPolicy.SAME_ORIGIN.allows(null, "example.com")).isTrue();
        assertThat(OriginPolicy.ANY.allows(null, "example.com")).isTrue();
        assertThat(OriginPolicy.of("https://example.com").allows(null, "example.com"))
                .isTrue();
    }

    @Test
    void thePageOfAServerMayConnectToIt() {
        assertSame("http://example.com", "example.com");
        assertSame("https://example.com", "example.com");
        assertSame("ws://example.com", "example.com");
        assertSame("wss://example.com", "example.com");
        assertSame("HTTPS://Example.COM", "eXample.com");
        assertSame("https://[::1]:8443", "[::1]:8443");
    }

    @Test
    void aPageOfAnotherHostMayNot() {
        assertOther("https://evil.com", "example.com");
        assertOther("https://example.com.evil.com", "example.com");
        assertOther("https://sub.example.com", "example.com");
        assertOther("https://evil.com:443", "example.com:443");
    }

    @Test
    void thePortIsThatOfHost() {
        assertSame("http://example.com:8080", "example.com:8080");
        assertSame("https://example.com:8443", "example.com:8443");
        assertOther("http://example.com:8081", "example.com:8080");
        assertOther("https://example.com", "example.com:8443");
        assertOther("https://example.com:8443", "example.com");
    }

    @Test
    void theDefaultPortsNeedNotBeWritten() {
        assertSame("http://example.com", "example.com:80");
        assertSame("https://example.com", "example.com:443");
        assertSame("http://example.com:80", "example.com");
        assertSame("https://example.com:443", "example.com");
        assertSame("https://example.com:", "example.com:");
        assertOther("http://example.com", "example.com:443");
        assertOther("https://example.com", "example.com:80");
    }

    @Test
    void whatIsNoOriginOfTheWebIsAnotherOrigin() {
        for (String origin : List.of(
                "null",
                "",
                "example.com",
                "://example.com",
                "https://",
                "https://a b",
                "https://example.com/",
                "file://",
                "https://example.com, https://example.com",
                "app://example.com",
                "app://example.com:80")) {
            assertOther(origin, "example.com");
        }
        assertOther("https://example.com", "not a host");
    }

    @Test
    void everyPageMayConnectWhenThePolicySaysSo() {
        assertThat(OriginPolicy.ANY.allows("https://evil.com", "example.com")).isTrue();
        assertThat(OriginPolicy.ANY.allows("null", "example.com")).isTrue();
    }

    @Test
    void listedPagesMayConnectWhateverTheHost() {
        OriginPolicy policy = OriginPolicy.of("https://example.com", "http://localhost:8080", "app://zws");

        for (String origin :
                List.of("https://example.com", "https://EXAMPLE.com:443", "http://localhost:8080", "app://zws")) {
            assertThat(policy.allows(origin, "elsewhere.com")).as(origin).isTrue();
        }
        for (String origin :
                List.of("http://example.com", "https://example.com:8443", "http://localhost", "null", "app://zws:1")) {
            assertThat(policy.allows(origin, "example.com")).as(origin).isFalse();
        }
        assertThat(OriginPolicy.of().allows("https://example.com", "example.com"))
                .isFalse();
    }

    @Test
    void onlyOriginsCanBeListed() {
        for (String origin : List.of("null", "*", "example.com", "https://example.com/", "https://*.example.com")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OriginPolicy.of("https://example.com", origin))
                    .withMessageContaining("not an origin");
        }
    }

    private static void assertSame(String origin, String host) {
        assertThat(OriginPolicy.SAME_ORIGIN.allows(origin, host))
                .as("%s to %s", origin, host)
                .isTrue();
    }

    private static void assertOther(String origin, String host) {
        assertThat(OriginPolicy.SAME_ORIGIN.allows(origin, host))
                .as("%s to %s", origin, host)
                .isFalse();
    }
}
