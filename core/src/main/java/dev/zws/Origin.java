package dev.zws;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a page that opens a connection came from (RFC 6454, 4): scheme, host and port. Immutable; two are the same origin when
 * they are equal.
 *
 * @param scheme in lower case
 * @param host in lower case
 * @param port the one written, or else the default of the scheme, or else {@link Authority#NO_PORT}
 */
record Origin(String scheme, String host, int port) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final Map<String, Integer> WEB_PORTS =
            Map.of("http", HTTP_PORT, "ws", HTTP_PORT, "https", HTTPS_PORT, "wss", HTTPS_PORT);
    private static final String SCHEME_END = "://";

    /** Null when {@code text} is not a scheme and an authority; {@code null}, what an opaque origin sends, is not. */
    static @Nullable Origin parse(String text) {
        int schemeEnd = text.indexOf(SCHEME_END);
        if (schemeEnd < 1) {
            return null;
        }
        Authority authority = Authority.parse(text.substring(schemeEnd + SCHEME_END.length()));
        if (authority == null) {
            return null;
        }
        String scheme = text.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        int port = authority.port() == Authority.NO_PORT
                ? WEB_PORTS.getOrDefault(scheme, Authority.NO_PORT)
                : authority.port();
        return new Origin(scheme, authority.host(), port);
    }

    /** True for http, https, ws and wss. */
    static boolean isWebScheme(String scheme) {
        return WEB_PORTS.containsKey(scheme.toLowerCase(Locale.ROOT));
    }

    /**
     * True for a page of the web that came from {@code server}. A server without a port is taken for one on either default port:
     * behind a proxy that ends TLS it does not know which.
     */
    boolean isOf(Authority server) {
        boolean samePort =
                server.port() == Authority.NO_PORT ? port == HTTP_PORT || port == HTTPS_PORT : port == server.port();
        return isWebScheme(scheme) && host.equals(server.host()) && samePort;
    }
}
