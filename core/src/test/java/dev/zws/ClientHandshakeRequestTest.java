package dev.zws;

import static dev.zws.Attempt.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client may ask for; nothing that it is given can break out of its place. */
class ClientHandshakeRequestTest {
    private static final List<String> INJECTIONS = List.of(
            "\r\nX: y",
            "\nX: y",
            "\rX: y",
            " HTTP/1.1\r\nX: y\r\n\r\n",
            "\u0000",
            "\u007f",
            "\u010a",
            "\u560a",
            " ",
            "\t");

    @Test
    void everyOptionHasADefault() {
        assertThat(REQUEST)
                .isEqualTo(new ClientHandshake.Request(
                        "example.com",
                        "/chat?room=1",
                        List.of(),
                        null,
                        Headers.NONE,
                        16 * 1024,
                        8 * 1024,
                        100,
                        64 * 1024,
                        10_000_000_000L));
    }

    @Test
    void everyOptionCanBeChanged() {
        Headers headers = Headers.of("Origin", "https://example.com");

        assertThat(REQUEST.withSubprotocols("a", "b")
                        .withDeflate(PerMessageDeflateConfig.DEFAULT)
                        .withHeaders(headers)
                        .withMaxHeadBytes(4)
                        .withMaxLineBytes(3)
                        .withMaxHeaderLines(2)
                        .withMaxRefusalBody(0)
                        .withTimeoutNanos(5))
                .isEqualTo(new ClientHandshake.Request(
                        "example.com",
                        "/chat?room=1",
                        List.of("a", "b"),
                        PerMessageDeflateConfig.DEFAULT,
                        headers,
                        4,
                        3,
                        2,
                        0,
                        5));
    }

    @Test
    void limitsHaveALeast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> REQUEST.withMaxHeadBytes(0))
                .withMessage("maxHeadBytes is 0; it must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> REQUEST.withMaxLineBytes(0))
                .withMessageContaining("maxLineBytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> REQUEST.withMaxHeaderLines(0))
                .withMessageContaining("maxHeaderLines");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> REQUEST.withMaxRefusalBody(-1))
                .withMessage("maxRefusalBody is -1; it must be at least 0");
    }

    @Test
    void aHostIsANameOrAnAddressWithAnOptionalPort() {
        for (String host : List.of(
                "example.com", "Example.com:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:65535", "my_host")) {
            assertThat(ClientHandshake.Request.of(host, "/").host()).isEqualTo(host);
        }
        for (String host : List.of(
                "",
                ":80",
                "a:65536",
                "a:b",
                "::1",
                "[::1",
                "a/b",
                "a?b",
                "a#b",
                "a@b",
                "a:b@c",
                "b\u00fccher.de",
                "a,b")) {
            assertRefusedHost(host);
        }
        for (String injection : INJECTIONS) {
            assertRefusedHost("example.com" + injection);
            assertRefusedHost(injection + "example.com");
            assertRefusedHost("example.com:80" + injection);
            assertRefusedHost("[::1]" + injection);
        }
    }

    private static void assertRefusedHost(String host) {
        assertThatIllegalArgumentException()
                .as(host)
                .isThrownBy(() -> ClientHandshake.Request.of(host, "/"))
                .withMessageStartingWith("a host is");
    }

    @Test
    void aTargetIsAPathPerhapsWithAQuery() {
        for (String target : List.of("/", "//", "/?", "/a/b?c=d&e=%20", "/a?b?c", "/~!$&'()*+,;=:@%00", "/http://a")) {
            assertThat(ClientHandshake.Request.of("a", target).target()).isEqualTo(target);
        }
        for (String target : List.of("", "a", "?a", "*", "http://example.com/", "example.com:80")) {
            assertRefusedTarget(target, "a target begins with a slash");
        }
        for (String target : List.of("/#", "/a#b", "/\u00fc")) {
            assertRefusedTarget(target, "a target is visible ASCII without a fragment");
        }
        for (String injection : INJECTIONS) {
            assertRefusedTarget("/a" + injection, "a target is visible ASCII without a fragment");
            assertRefusedTarget("/a" + injection + "b", "a target is visible ASCII without a fragment");
            assertRefusedTarget(injection + "/a", "a target begins with a slash");
        }
    }

    private static void assertRefusedTarget(String target, String message) {
        assertThatIllegalArgumentException()
                .as(target)
                .isThrownBy(() -> ClientHandshake.Request.of("example.com", target))
                .withMessage(message);
    }

    @Test
    void subprotocolsAreDistinctTokens() {
        for (String name : List.of("", "a b", "a,b", "\u00e4", "a;b", "v1")) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> REQUEST.withSubprotocols("v1", name));
        }
        for (String injection : INJECTIONS) {
            assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withSubprotocols("v1" + injection));
        }
    }

    @Test
    void aHeaderCannotBreakOutOfItsLine() {
        for (String injection : INJECTIONS) {
            assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("Cookie", "a" + injection));
            assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("Cookie" + injection, "a"));
        }
    }

    @Test
    void theHandshakesOwnHeadersCannotBeSet() {
        for (String name : List.of(
                "Host",
                "HOST",
                "Upgrade",
                "connection",
                "CONTENT-LENGTH",
                "Transfer-Encoding",
                "Sec-WebSocket-Key",
                "sec-websocket-protocol",
                "Sec-WebSocket-Extensions",
                "Sec-WebSocket-Anything")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> REQUEST.withHeaders(Headers.of("Cookie", "a", name, "x")))
                    .withMessageEndingWith(" is set by the handshake itself");
        }
    }

    // ---- addresses

    @Test
    void anAddressGivesHostAndTarget() {
        assertRequest("ws://example.com/chat?room=1", "example.com", "/chat?room=1");
        assertRequest("WSS://Example.COM/Chat", "example.com", "/Chat");
        assertRequest("ws://127.0.0.1:9001/", "127.0.0.1:9001", "/");
        assertRequest("ws://[2001:DB8::1]:9001/", "[2001:db8::1]:9001", "/");
        assertRequest("ws://my_host:9001/", "my_host:9001", "/");
    }

    @Test
    void thePortIsKeptWhenItIsNotTheDefault() {
        assertRequest("ws://a:80/", "a", "/");
        assertRequest("ws://a:443/", "a:443", "/");
        assertRequest("wss://a:443/", "a", "/");
        assertRequest("wss://a:80/", "a:80", "/");
        assertRequest("ws://a:/", "a", "/");
        assertRequest("wss://[::1]:443/", "[::1]", "/");
    }

    @Test
    void anEmptyPathIsASlash() { // RFC 6455, 3
        assertRequest("ws://a", "a", "/");
        assertRequest("ws://a?b", "a", "/?b");
        assertRequest("ws://a/?", "a", "/?");
    }

    @Test
    void whatIsEscapedStaysSoAndWhatIsNotAsciiIsEscaped() {
        assertRequest("ws://a/%2F%20b?c=%26&d=%C3%A4", "a", "/%2F%20b?c=%26&d=%C3%A4");
        assertRequest("ws://a/gr\u00fc\u00df?\u4e16", "a", "/gr%C3%BC%C3%9F?%E4%B8%96");
    }

    @Test
    void everyOtherAddressIsRefused() {
        for (String address : List.of("http://a/", "https://a/", "a", "//a/b", "/b", "mailto:a@b", "wsx://a/")) {
            assertRefusedAddress(address, "a WebSocket address begins with ws:// or wss://");
        }
        for (String address : List.of("ws://a/#", "wss://a/b#c", "ws:a#b")) {
            assertRefusedAddress(address, "a WebSocket address has no fragment: write # as %23");
        }
        for (String address : List.of("ws://user@a/", "wss://user:password@a:81/", "ws://@a/")) {
            assertRefusedAddress(
                    address, "a WebSocket address has no user name or password: send an Authorization header");
        }
        for (String address :
                List.of("ws:///b", "ws:a", "ws:/b", "ws://a:65536/", "ws://b\u00fccher.de/", "ws://:80/")) {
            assertRefusedAddress(
                    address, "a WebSocket address has a host: a name in ASCII, an IPv4 address or an [IPv6] address");
        }
    }

    private static void assertRequest(String address, String host, String target) {
        assertThat(ClientHandshake.Request.of(URI.create(address)))
                .as(address)
                .isEqualTo(ClientHandshake.Request.of(host, target));
    }

    private static void assertRefusedAddress(String address, String message) {
        assertThatIllegalArgumentException()
                .as(address)
                .isThrownBy(() -> ClientHandshake.Request.of(URI.create(address)))
                .withMessage(message);
    }
}
