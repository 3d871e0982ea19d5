package dev.zws;

import static dev.zws.Exchange.plus;
import static dev.zws.Exchange.with;
import static dev.zws.Exchange.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is refused, with what answer; each however the request is cut. B-10.20, B-10.29. */
class HandshakeRefusalTest {
    private static final Handshake.Options DEFAULT = Handshake.Options.DEFAULT;

    @Test
    void aMalformedHeadIsABadRequest() throws IOException {
        String answer = answer(
                "400 Bad Request",
                "BAD_REQUEST: a request line is a method, a target and a version",
                "Connection: close");
        assertRefused("nonsense\r\n\r\n", Refusal.BAD_REQUEST, answer);
        assertRefused("\r\n\r\n", Refusal.BAD_REQUEST, answer);

        assertRefused(with("Host", "Host example.com"), Refusal.BAD_REQUEST);
        assertRefused(with("Host", "Host : example.com"), Refusal.BAD_REQUEST);
        assertRefused(with("Upgrade", "Upgrade: websocket\r\n folded"), Refusal.BAD_REQUEST);
        assertRefused(with("Upgrade", "Upgrade: websocket\u0000"), Refusal.BAD_REQUEST);
        assertRefused(Exchange.REQUEST.replace("\r\n", "\n"), Refusal.BAD_REQUEST);
        assertRefused(Exchange.REQUEST.replace("\r\n", "\r"), Refusal.BAD_REQUEST);
        assertRefused(with("GET", "GET /# HTTP/1.1"), Refusal.BAD_REQUEST);
    }

    @Test
    void theMethodIsGet() throws IOException {
        assertRefused(
                with("GET", "POST / HTTP/1.1"),
                Refusal.METHOD_NOT_GET,
                answer(
                        "405 Method Not Allowed",
                        "METHOD_NOT_GET: a WebSocket opens with GET",
                        "Connection: close",
                        "Allow: GET"));
        assertRefused(with("GET", "get / HTTP/1.1"), Refusal.METHOD_NOT_GET);
    }

    @Test
    void theVersionIs11OrALater1() throws IOException {
        assertRefused(
                with("GET", "GET / HTTP/1.0"),
                Refusal.HTTP_VERSION_NOT_SUPPORTED,
                answer(
                        "505 HTTP Version Not Supported",
                        "HTTP_VERSION_NOT_SUPPORTED: a WebSocket opens over HTTP/1.1",
                        "Connection: close"));
        assertRefused(with("GET", "GET / HTTP/0.9"), Refusal.HTTP_VERSION_NOT_SUPPORTED);
        assertRefused(with("GET", "GET / HTTP/2.0"), Refusal.HTTP_VERSION_NOT_SUPPORTED);
        assertRefused(with("GET", "GET / HTTP/2.1"), Refusal.HTTP_VERSION_NOT_SUPPORTED);
    }

    @Test
    void thereIsExactlyOneValidHost() throws IOException {
        assertRefused(without("Host"), Refusal.MISSING_HOST, 400);
        assertRefused(with("Host", "Host:"), Refusal.INVALID_HOST, 400);
        assertRefused(with("Host", "Host: a b"), Refusal.INVALID_HOST, 400);
        assertRefused(with("Host", "Host: user@example.com"), Refusal.INVALID_HOST, 400);
        assertRefused(plus("host: example.com"), Refusal.REPEATED_HEADER, 400);
        assertRefused(without("Host").replace("/chat", "http://example.com/chat"), Refusal.MISSING_HOST, 400);
    }

    @Test
    void whoDoesNotAskForAnUpgradeIsToldWhatToAskFor() throws IOException {
        assertRefused(
                without("Connection"),
                Refusal.MISSING_CONNECTION_HEADER,
                answer(
                        "426 Upgrade Required",
                        "MISSING_CONNECTION_HEADER: there is no Connection",
                        "Connection: close, Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13"));
        assertRefused(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", Refusal.INVALID_CONNECTION_HEADER, 426);
        assertRefused(with("Connection", "Connection: keep-alive, upgrader"), Refusal.INVALID_CONNECTION_HEADER, 426);
        assertRefused(with("Connection", "Connection:"), Refusal.INVALID_CONNECTION_HEADER, 426);
        assertRefused(without("Upgrade"), Refusal.MISSING_UPGRADE_HEADER, 426);
        assertRefused(with("Upgrade", "Upgrade: h2c, websockets"), Refusal.INVALID_UPGRADE_HEADER, 426);
        assertRefused(with("Upgrade", "Upgrade: web socket"), Refusal.INVALID_UPGRADE_HEADER, 426);
    }

    @Test
    void theKeyIsTheBase64FormOf16Bytes() throws IOException { // B-10.18
        assertRefused(without("Sec-WebSocket-Key"), Refusal.MISSING_WEBSOCKET_KEY, 400);
        assertRefused(plus("Sec-WebSocket-Key: " + Exchange.KEY), Refusal.REPEATED_HEADER, 400);
        for (String key :
                List.of("", "not base64!", "AAAAAA==", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZR==")) {
            assertRefused(with("Sec-WebSocket-Key", "Sec-WebSocket-Key: " + key), Refusal.INVALID_WEBSOCKET_KEY, 400);
        }
    }

    @Test
    void theVersionOfTheProtocolIs13() throws IOException {
        assertRefused(without("Sec-WebSocket-Version"), Refusal.MISSING_WEBSOCKET_VERSION, 400);
        assertRefused(plus("Sec-WebSocket-Version: 13"), Refusal.REPEATED_HEADER, 400);
        for (String version : List.of("", "8", "14", "013", "13, 8", "thirteen")) {
            assertRefused(
                    with("Sec-WebSocket-Version", "Sec-WebSocket-Version: " + version),
                    Refusal.UNSUPPORTED_WEBSOCKET_VERSION,
                    answer(
                            "426 Upgrade Required",
                            "UNSUPPORTED_WEBSOCKET_VERSION: Sec-WebSocket-Version is not 13",
                            "Connection: close, Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13"));
        }
    }

    @Test
    void aBodyIsNotAllowed() throws IOException {
        for (String length : List.of("1", "10", "", "-0", "+0", "0x0", "0, 0", "99999999999999999999")) {
            assertRefused(plus("Content-Length: " + length), Refusal.BODY_NOT_ALLOWED, 400);
        }
        assertRefused(plus("Transfer-Encoding: chunked"), Refusal.BODY_NOT_ALLOWED, 400);
        assertRefused(plus("transfer-encoding:"), Refusal.BODY_NOT_ALLOWED, 400);
        assertRefused(plus("Content-Length: 0", "Transfer-Encoding: identity"), Refusal.BODY_NOT_ALLOWED, 400);
        assertRefused(plus("Content-Length: 0", "Content-Length: 0"), Refusal.REPEATED_HEADER, 400);
    }

    @Test
    void offeredSubprotocolsAreDistinctTokens() throws IOException {
        for (String offer : List.of("", ",", " , ", "a, a", "a b", "a/b", "\"a\"", "a;b", "\u00e4")) {
            assertRefused(plus("Sec-WebSocket-Protocol: " + offer), Refusal.INVALID_SUBPROTOCOL, 400);
        }
        assertRefused(
                plus("Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: b, a"), Refusal.INVALID_SUBPROTOCOL, 400);
    }

    @Test
    void aPageFromElsewhereMayNotConnect() throws IOException {
        assertRefused(
                plus("Origin: https://evil.com"),
                Refusal.ORIGIN_NOT_ALLOWED,
                answer(
                        "403 Forbidden",
                        "ORIGIN_NOT_ALLOWED: pages of this origin may not connect",
                        "Connection: close"));
        assertRefused(plus("Origin: null"), Refusal.ORIGIN_NOT_ALLOWED, 403);
        assertRefused(plus("Origin: https://example.com", "Origin: https://example.com"), Refusal.REPEATED_HEADER, 400);
    }

    /** RFC 9112, 3.2.2: Host is what anybody may write there; the address is what was asked for. */
    @Test
    void thePageMustComeFromTheHostOfAWholeAddress() throws IOException {
        String request = plus("Origin: https://example.com").replace("/chat", "http://other.com/chat");

        assertRefused(request, Refusal.ORIGIN_NOT_ALLOWED, 403);
    }

    @Test
    void aHeadOverALimitIsRefused() throws IOException {
        Handshake.Options narrow = DEFAULT.withMaxLineBytes("GET /chat?room=1 HTTP/1.1\r\n".length());
        assertRefused(
                with("GET", "GET /chat?room=12 HTTP/1.1"),
                narrow,
                Refusal.URI_TOO_LONG,
                answer("414 URI Too Long", "URI_TOO_LONG: the request line is too long", "Connection: close"));

        String tooLarge = answer(
                "431 Request Header Fields Too Large",
                "HEADERS_TOO_LARGE: there are too many headers, or too long ones",
                "Connection: close");
        assertRefused(Exchange.REQUEST, narrow, Refusal.HEADERS_TOO_LARGE, tooLarge);
        assertRefused(Exchange.REQUEST, DEFAULT.withMaxHeaderLines(4), Refusal.HEADERS_TOO_LARGE, tooLarge);
        assertRefused(
                Exchange.REQUEST,
                DEFAULT.withMaxHeadBytes(Exchange.REQUEST.length() - 1),
                Refusal.HEADERS_TOO_LARGE,
                tooLarge);
    }

    @Test
    void aFloodWithoutAnEndIsCutOffAtTheLimit() {
        assertFloodEnds("", "a", Refusal.URI_TOO_LONG, 8 * 1024);
        assertFloodEnds("GET / HTTP/1.1\r\n", "a", Refusal.HEADERS_TOO_LARGE, 8 * 1024);
        assertFloodEnds("GET / HTTP/1.1\r\n", "a: b\r\n", Refusal.HEADERS_TOO_LARGE, 101 * "a: b\r\n".length());
        assertFloodEnds("GET / HTTP/1.1\r\n", "a: " + "b".repeat(1000) + "\r\n", Refusal.HEADERS_TOO_LARGE, 16 * 1024);
    }

    /** The reader may have read ahead by as much as it has room for, but not more. */
    private static void assertFloodEnds(String start, String endless, Refusal refusal, int limit) {
        byte[] flood = Exchange.bytes(start + endless.repeat(1024 * 1024 / endless.length()));
        int[] sent = {0};
        Tape tape = new Tape();
        ByteReader reader = ByteReader.of((target, offset, length) -> {
            int count = Math.min(length, 512);
            System.arraycopy(flood, sent[0], target, offset, count);
            sent[0] += count;
            return count;
        });

        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> Handshake.upgrade(reader, ByteWriter.of(tape), DEFAULT))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
        assertThat(sent[0]).isLessThanOrEqualTo(start.length() + limit + 512);
        assertThat(Exchange.text(tape.written())).startsWith("HTTP/1.1 " + refusal.status());
    }

    /** Nothing that a peer sends comes back. */
    @Test
    void anAnswerHoldsNothingOfTheRequest() throws IOException {
        for (String start :
                List.of("GET", "Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version")) {
            assertThat(Exchange.of(with(start, start + ": zzz<script>")).answer())
                    .doesNotContain("zzz");
        }
        assertThat(Exchange.of(plus("Origin: zzz")).answer())
                .startsWith("HTTP/1.1 403")
                .doesNotContain("zzz");
        assertThat(Exchange.of(with("GET", "ZZZ / HTTP/1.1")).answer())
                .startsWith("HTTP/1.1 405")
                .doesNotContain("ZZZ");
    }

    /** The order of B-4.10 to B-4.19: each repair brings the next rule to light. */
    @Test
    void theFirstRuleThatIsBrokenNamesTheRefusal() throws IOException {
        String all = "Origin: null\r\nSec-WebSocket-Protocol:\r\nContent-Length: 1\r\n";

        assertThat(first("PUT / HTTP/1.0", all)).isEqualTo(Refusal.METHOD_NOT_GET);
        assertThat(first("GET / HTTP/1.0", all)).isEqualTo(Refusal.HTTP_VERSION_NOT_SUPPORTED);
        assertThat(first("GET / HTTP/1.1", all)).isEqualTo(Refusal.MISSING_HOST);
        all += "Host: a\r\n";
        assertThat(first("GET / HTTP/1.1", all)).isEqualTo(Refusal.MISSING_CONNECTION_HEADER);
        assertThat(first("GET / HTTP/1.1", all + "Connection: x\r\n")).isEqualTo(Refusal.INVALID_CONNECTION_HEADER);
        all += "Connection: upgrade\r\n";
        assertThat(first("GET / HTTP/1.1", all)).isEqualTo(Refusal.MISSING_UPGRADE_HEADER);
        assertThat(first("GET / HTTP/1.1", all + "Upgrade: x\r\n")).isEqualTo(Refusal.INVALID_UPGRADE_HEADER);
        all += "Upgrade: websocket\r\n";
        assertThat(first("GET / HTTP/1.1", all)).isEqualTo(Refusal.MISSING_WEBSOCKET_KEY);
        String badKey = "Sec-WebSocket-Key: x\r\n";
        assertThat(first("GET / HTTP/1.1", all + badKey)).isEqualTo(Refusal.MISSING_WEBSOCKET_VERSION);
        assertThat(first("GET / HTTP/1.1", all + badKey + "Sec-WebSocket-Version: 8\r\n"))
                .isEqualTo(Refusal.UNSUPPORTED_WEBSOCKET_VERSION);
        all += "Sec-WebSocket-Version: 13\r\n";
        assertThat(first("GET / HTTP/1.1", all + badKey)).isEqualTo(Refusal.INVALID_WEBSOCKET_KEY);
        all += "Sec-WebSocket-Key: " + Exchange.KEY + "\r\n";
        assertThat(first("GET / HTTP/1.1", all)).isEqualTo(Refusal.BODY_NOT_ALLOWED);
        assertThat(first("GET / HTTP/1.1", all.replace(": 1\r", ": 0\r"))).isEqualTo(Refusal.INVALID_SUBPROTOCOL);
        assertThat(first("GET / HTTP/1.1", all.replace(": 1\r", ": 0\r").replace("Protocol:", "Protocol: a")))
                .isEqualTo(Refusal.ORIGIN_NOT_ALLOWED);
    }

    private static Refusal first(String requestLine, String headers) throws IOException {
        return Exchange.of(requestLine + "\r\n" + headers + "\r\n").refusal().refusal();
    }

    private static String answer(String status, String body, String... headers) {
        return "HTTP/1.1 " + status + "\r\n"
                + String.join("\r\n", headers) + "\r\n"
                + "Content-Length: " + (body.length() + 1) + "\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\n"
                + "\r\n"
                + body + "\n";
    }

    private static void assertRefused(String request, Refusal refusal) throws IOException {
        assertRefused(request, refusal, refusal.status());
    }

    private static void assertRefused(String request, Refusal refusal, int status) throws IOException {
        Exchange.inAllPieces(request, DEFAULT, exchange -> {
            assertThat(exchange.refusal()).as(request).isNotNull();
            assertThat(exchange.refusal().refusal()).as(request).isEqualTo(refusal);
            assertThat(exchange.refusal().status()).isEqualTo(status);
            assertThat(exchange.answer())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("\r\nConnection: close")
                    .endsWith("\n");
        });
    }

    private static void assertRefused(String request, Refusal refusal, String answer) throws IOException {
        assertRefused(request, DEFAULT, refusal, answer);
    }

    private static void assertRefused(String request, Handshake.Options options, Refusal refusal, String answer)
            throws IOException {
        Exchange.inAllPieces(request, options, exchange -> {
            assertThat(exchange.answer()).as(request).isEqualTo(answer);
            assertThat(exchange.refusal().refusal()).isEqualTo(refusal);
        });
    }
}
