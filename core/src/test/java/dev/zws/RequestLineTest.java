package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class RequestLineTest {
    @Test
    void aRequestLineIsAMethodATargetAndAVersion() throws HandshakeException {
        assertThat(RequestLine.parse("GET /chat?room=1 HTTP/1.1"))
                .isEqualTo(new RequestLine("GET", "/chat?room=1", null, "/chat", "room=1", 1, 1));
        assertThat(RequestLine.parse("M-SEARCH / HTTP/2.0"))
                .isEqualTo(new RequestLine("M-SEARCH", "/", null, "/", null, 2, 0));
        assertThat(RequestLine.parse("get /a HTTP/0.9"))
                .isEqualTo(new RequestLine("get", "/a", null, "/a", null, 0, 9));
    }

    @Test
    void thePartsAreSeparatedBySingleSpaces() { // B-10.20
        assertRefused(
                "a request line is a method, a target and a version",
                "",
                "GET",
                "GET ",
                " ",
                "GET /",
                "GET\t/\tHTTP/1.1");
        assertRefused("the target holds a character", "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET /a b HTTP/1.1");
        assertRefused("the method is not a token", " GET / HTTP/1.1");
        assertRefused("the version is not one of HTTP", "GET / HTTP/1.1\t");
        assertRefused("the target holds a character", "GET / HTTP/1.1 ");
    }

    @Test
    void theMethodIsAToken() {
        assertRefused("the method is not a token", "G(T / HTTP/1.1", "G\u00e4T / HTTP/1.1", " / HTTP/1.1");
    }

    @Test
    void theVersionIsTwoDigits() {
        for (String version : List.of(
                "HTTP/1", "HTTP/1.", "HTTP/1.10", "HTTP/11.1", "HTTP/1,1", "HTTP/a.1", "HTTP/1.a", "HTTP/1./")) {
            assertRefused("the version is not one of HTTP", "GET / " + version);
        }
        assertRefused(
                "the version is not one of HTTP",
                "GET / http/1.1",
                "GET / HTTP/:.1",
                "GET / HTTP/1.:",
                "GET / ICAP/1.0");
    }

    @Test
    void aTargetIsVisibleAsciiWithoutAFragment() throws HandshakeException {
        for (char c = 0; c <= 0xFF; c++) {
            String line = "GET /" + c + "b HTTP/1.1";
            if (c > ' ' && c < 0x7F && c != '#') {
                assertThat(RequestLine.parse(line).target()).isEqualTo("/" + c + "b");
            } else {
                assertRefused("the target holds a character that has no place in it", line);
            }
        }
    }

    @Test
    void pathAndQueryAreAsTheyWereSent() throws HandshakeException {
        assertPathAndQuery("/", "/", null);
        assertPathAndQuery("/?", "/", "");
        assertPathAndQuery("//a/../%2e?x=%20?y/z", "//a/../%2e", "x=%20?y/z");
        assertPathAndQuery("/a://b", "/a://b", null);
    }

    @Test
    void aTargetMayBeAWholeAddress() throws HandshakeException {
        for (String scheme : List.of("http", "https", "ws", "wss", "HTTP", "Ws")) {
            assertThat(RequestLine.parse("GET " + scheme + "://Example.com:81/a?b HTTP/1.1"))
                    .isEqualTo(new RequestLine(
                            "GET", scheme + "://Example.com:81/a?b", "Example.com:81", "/a", "b", 1, 1));
        }
        assertPathAndQuery("http://example.com", "/", null);
        assertPathAndQuery("http://example.com?a", "/", "a");
        assertPathAndQuery("http://example.com?a/b", "/", "a/b");
        assertPathAndQuery("http://[::1]:80/a", "/a", null);
    }

    @Test
    void noOtherTargetIsTaken() {
        assertRefused(
                "the target is neither a path nor an address of the web",
                "GET * HTTP/1.1",
                "GET example.com:80 HTTP/1.1",
                "GET a/b HTTP/1.1",
                "GET ?a HTTP/1.1",
                "GET :// HTTP/1.1",
                "GET http:/a HTTP/1.1",
                "GET ftp://example.com/ HTTP/1.1");
        assertRefused(
                "the target has no valid host",
                "GET http:// HTTP/1.1",
                "GET http:///a HTTP/1.1",
                "GET http://user@example.com/ HTTP/1.1",
                "GET http://example.com:a/ HTTP/1.1");
        assertRefused("the target is neither a path nor an address of the web", "GET  HTTP/1.1");
    }

    private static void assertPathAndQuery(String target, String path, String query) throws HandshakeException {
        RequestLine line = RequestLine.parse("GET " + target + " HTTP/1.1");
        assertThat(line.target()).isEqualTo(target);
        assertThat(line.path()).isEqualTo(path);
        assertThat(line.query()).isEqualTo(query);
    }

    private static void assertRefused(String detail, String... lines) {
        for (String line : lines) {
            assertThatExceptionOfType(HandshakeException.class)
                    .as(line)
                    .isThrownBy(() -> RequestLine.parse(line))
                    .withMessageContaining(detail)
                    .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.BAD_REQUEST));
        }
    }
}
