package dev.zws;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may connect from a browser (RFC 6455, 10.2). A browser sends cookies along wherever a page connects to, so a server
 * that trusts them must know which page it is. Programs other than browsers send no Origin, or any they like.
 *
 * <p>Called on the thread that reads the handshake.
 */
@FunctionalInterface
public interface OriginPolicy {
    /**
     * Pages that came from this server: the Origin's host and port are those of Host; without a port in Host, either default
     * (80, 443). A request without Origin is allowed. This is the default.
     */
    OriginPolicy SAME_ORIGIN = (origin, host) -> {
        if (origin == null) {
            return true;
        }
        Origin page = Origin.parse(origin);
        Authority server = Authority.parse(host);
        return page != null && server != null && page.isOf(server);
    };

    /** Every page. Only for a server that trusts nothing a browser sends by itself, such as cookies. */
    OriginPolicy ANY = (origin, host) -> true;

    /**
     * Decides about one request.
     *
     * @param origin the value of Origin as it was sent, or null when there is none
     * @param host the host, with its port if it was sent, that the client asked for
     * @return false to have the request refused with 403
     */
    boolean allows(@Nullable String origin, String host);

    /**
     * Pages of these origins, and requests without Origin.
     *
     * @param origins such as {@code https://example.com} or {@code http://localhost:8080}: scheme, host, and a port unless it is
     *     the default of the scheme
     * @throws IllegalArgumentException for what is not an origin
     */
    static OriginPolicy of(String... origins) {
        Set<Origin> allowed = new HashSet<>();
        for (String text : origins) {
            Origin origin = Origin.parse(text);
            if (origin == null) {
                throw new IllegalArgumentException(
                        "not an origin, which is scheme://host or scheme://host:port: " + text);
            }
            allowed.add(origin);
        }
        return (origin, host) -> {
            if (origin == null) {
                return true;
            }
            Origin page = Origin.parse(origin);
            return page != null && allowed.contains(page);
        };
    }
}
