package dev.zws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Map;

/**
 * What a server answers to a handshake (RFC 9112, 4). Immutable.
 *
 * @param status 100 to 599
 * @param headers what is sent, and nothing else
 * @param body sent as UTF-8
 */
record HttpResponse(int status, Headers headers, String body) {
    static final int SWITCHING_PROTOCOLS = 101;

    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UPGRADE_REQUIRED = 426;

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(SWITCHING_PROTOCOLS, "Switching Protocols"),
            Map.entry(301, "Moved Permanently"),
            Map.entry(302, "Found"),
            Map.entry(307, "Temporary Redirect"),
            Map.entry(308, "Permanent Redirect"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(METHOD_NOT_ALLOWED, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(410, "Gone"),
            Map.entry(414, "URI Too Long"),
            Map.entry(UPGRADE_REQUIRED, "Upgrade Required"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(505, "HTTP Version Not Supported"));

    private static final Headers UPGRADING = Headers.of("upgrade", "websocket", "connection", "Upgrade");

    /** The answer that opens the connection; {@code more} stands behind what it must carry. */
    static HttpResponse switchingProtocols(String acceptKey, Headers more) {
        Headers required = UPGRADING.with(Headers.of("sec-websocket-accept", acceptKey));
        return new HttpResponse(SWITCHING_PROTOCOLS, required.with(more), "");
    }

    /** An answer that ends it, with {@code text} for people to read. */
    static HttpResponse refusal(int status, String text, Headers more) {
        String body = text + "\n";
        int length = body.getBytes(UTF_8).length;
        Headers described = more.contains("Content-Type")
                ? more
                : Headers.of("Content-Type", "text/plain; charset=utf-8").with(more);
        Headers headers = required(status)
                .with(Headers.of("Content-Length", String.valueOf(length)))
                .with(described);
        return new HttpResponse(status, headers, body);
    }

    /**
     * What the answer must carry for its status. RFC 9110, 15.5.6: 405 names the methods; 15.5.22 and 7.8: 426 names the protocol,
     * and that it does so in Connection; RFC 6455, 4.4: and the version.
     */
    private static Headers required(int status) {
        return switch (status) {
            case METHOD_NOT_ALLOWED -> Headers.of("Connection", "close", "Allow", "GET");
            case UPGRADE_REQUIRED ->
                Headers.of("Connection", "close, Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13");
            default -> Headers.of("Connection", "close");
        };
    }

    /** Puts it into the writer. A reason phrase may be empty, but the space before it must be there (RFC 9112, 4). */
    void writeTo(ByteWriter writer) throws IOException {
        HttpHead.write(writer, "HTTP/1.1 " + status + ' ' + REASONS.getOrDefault(status, ""), headers);
        byte[] bodyBytes = body.getBytes(UTF_8);
        writer.write(bodyBytes, 0, bodyBytes.length);
    }
}
