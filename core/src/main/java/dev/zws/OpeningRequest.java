package dev.zws;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's opening handshake that keeps every rule of RFC 6455, 4.2.1, and those of HTTP that guard a server behind a proxy.
 * Immutable, pure: it knows rules, no stream.
 *
 * @param line the request line
 * @param headers all headers
 * @param host the host, and the port if one was sent, that the client asks for
 * @param origin the value of Origin, or null
 * @param key the value of Sec-WebSocket-Key: the Base64 form of 16 bytes
 * @param subprotocols what Sec-WebSocket-Protocol offers, in the client's order; distinct tokens
 */
record OpeningRequest(
        RequestLine line,
        Headers headers,
        String host,
        @Nullable String origin,
        String key,
        List<String> subprotocols) {
    private static final String VERSION = "13";

    /** Checks a request in the order of {@link Refusal}; the first rule that it breaks is thrown. */
    static OpeningRequest of(RequestLine line, Headers headers) throws HandshakeException {
        if (!line.method().equals("GET")) {
            throw new HandshakeException(Refusal.METHOD_NOT_GET, "a WebSocket opens with GET");
        }
        if (line.major() != 1 || line.minor() < 1) {
            throw new HandshakeException(Refusal.HTTP_VERSION_NOT_SUPPORTED, "a WebSocket opens over HTTP/1.1");
        }
        String host = host(line, headers);
        requireUpgrade(headers);
        String key = key(headers);
        requireNoBody(headers);
        List<String> subprotocols = subprotocols(headers);
        return new OpeningRequest(line, headers, host, single(headers, "Origin"), key, subprotocols);
    }

    /** RFC 9112, 3.2: exactly one Host, and a valid one; 3.2.2: the host of an absolute target replaces it. */
    private static String host(RequestLine line, Headers headers) throws HandshakeException {
        String host = single(headers, "Host", Refusal.MISSING_HOST);
        if (Authority.parse(host) == null) {
            throw new HandshakeException(Refusal.INVALID_HOST, "Host is not a host with an optional port");
        }
        return line.authority() == null ? host : line.authority();
    }

    /** RFC 6455, 4.2.1, items 3 and 4. */
    private static void requireUpgrade(Headers headers) throws HandshakeException {
        if (!headers.contains("Connection")) {
            throw new HandshakeException(Refusal.MISSING_CONNECTION_HEADER, "there is no Connection");
        }
        if (!headers.lists("Connection", "upgrade")) {
            throw new HandshakeException(Refusal.INVALID_CONNECTION_HEADER, "Connection does not list upgrade");
        }
        if (!headers.contains("Upgrade")) {
            throw new HandshakeException(Refusal.MISSING_UPGRADE_HEADER, "there is no Upgrade");
        }
        if (!headers.lists("Upgrade", "websocket")) {
            throw new HandshakeException(Refusal.INVALID_UPGRADE_HEADER, "Upgrade does not list websocket");
        }
    }

    /** RFC 6455, 4.2.1, items 5 and 6; with the version judged before the key (B-4.16 to B-4.19). */
    private static String key(Headers headers) throws HandshakeException {
        String key = single(headers, "Sec-WebSocket-Key", Refusal.MISSING_WEBSOCKET_KEY);
        String version = single(headers, "Sec-WebSocket-Version", Refusal.MISSING_WEBSOCKET_VERSION);
        if (!version.equals(VERSION)) {
            throw new HandshakeException(Refusal.UNSUPPORTED_WEBSOCKET_VERSION, "Sec-WebSocket-Version is not 13");
        }
        if (!Handshake.isKey(key)) {
            throw new HandshakeException(
                    Refusal.INVALID_WEBSOCKET_KEY, "Sec-WebSocket-Key is not the Base64 form of 16 bytes");
        }
        return key;
    }

    /** The bytes behind the head are frames; who takes them for a body, such as a proxy, must not see an upgrade (RFC 9112, 11.2). */
    private static void requireNoBody(Headers headers) throws HandshakeException {
        String length = single(headers, "Content-Length");
        if (length != null && !isZero(length) || headers.contains("Transfer-Encoding")) {
            throw new HandshakeException(Refusal.BODY_NOT_ALLOWED, "a WebSocket opens with a request without a body");
        }
    }

    /** RFC 9110, 8.6: a length is digits. */
    static boolean isZero(String length) {
        return !length.isEmpty() && Headers.consistsOf(length, c -> c == '0');
    }

    /** RFC 6455, 11.3.4: {@code 1#token}, and no value twice (4.1, item 10). */
    private static List<String> subprotocols(Headers headers) throws HandshakeException {
        List<String> offered = headers.list("Sec-WebSocket-Protocol");
        boolean wellFormed = offered.isEmpty()
                ? !headers.contains("Sec-WebSocket-Protocol")
                : offered.stream().allMatch(Headers::isToken) && new HashSet<>(offered).size() == offered.size();
        if (!wellFormed) {
            throw new HandshakeException(
                    Refusal.INVALID_SUBPROTOCOL, "Sec-WebSocket-Protocol is not a list of distinct tokens");
        }
        return offered;
    }

    private static String single(Headers headers, String name, Refusal missing) throws HandshakeException {
        String value = single(headers, name);
        if (value == null) {
            throw new HandshakeException(missing, "there is no " + name);
        }
        return value;
    }

    private static @Nullable String single(Headers headers, String name) throws HandshakeException {
        if (headers.isRepeated(name)) {
            throw new HandshakeException(Refusal.REPEATED_HEADER, name + " appears more than once");
        }
        return headers.first(name);
    }
}
