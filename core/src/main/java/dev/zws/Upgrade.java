package dev.zws;

import org.jspecify.annotations.Nullable;

/** What the two sides agreed on in a handshake that succeeded. Immutable; any thread may read it, for as long as it likes. */
public final class Upgrade {
    private final String target;
    private final String path;
    private final @Nullable String query;
    private final Headers headers;
    private final @Nullable String subprotocol;
    private final @Nullable PerMessageDeflate deflate;
    private final @Nullable PerMessageDeflateConfig deflateConfig;

    /** Without compression. */
    Upgrade(String target, String path, @Nullable String query, Headers headers, @Nullable String subprotocol) {
        this(target, path, query, headers, subprotocol, null, null);
    }

    /** {@code deflateConfig} is that from which {@code deflate} was negotiated, and matters with it only. */
    Upgrade(
            String target,
            String path,
            @Nullable String query,
            Headers headers,
            @Nullable String subprotocol,
            @Nullable PerMessageDeflate deflate,
            @Nullable PerMessageDeflateConfig deflateConfig) {
        this.target = target;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.subprotocol = subprotocol;
        this.deflate = deflate;
        this.deflateConfig = deflate == null ? null : deflateConfig;
    }

    /** The target of the client's request, as it was sent (RFC 9112, 3.2): visible ASCII characters. */
    public String target() {
        return target;
    }

    /** The path of the target, as it was sent: still percent-encoded, beginning with a slash. */
    public String path() {
        return path;
    }

    /** The query of the target, as it was sent and without its question mark; null when there is none. */
    public @Nullable String query() {
        return query;
    }

    /** The headers that the peer sent: of the request at the server, of the answer at the client. */
    public Headers headers() {
        return headers;
    }

    /** The subprotocol agreed on (RFC 6455, 1.9), or null when there is none. */
    public @Nullable String subprotocol() {
        return subprotocol;
    }

    /**
     * What was agreed on for compression (RFC 7692), or null when there is none: because it was not configured here, or because the
     * peer did not offer it in a way that can be honoured, or did not accept it. A {@link Conn} with this upgrade keeps to it.
     */
    public @Nullable PerMessageDeflate deflate() {
        return deflate;
    }

    /** What this side wanted; null when {@link #deflate()} is. */
    @Nullable
    PerMessageDeflateConfig deflateConfig() {
        return deflateConfig;
    }
}
