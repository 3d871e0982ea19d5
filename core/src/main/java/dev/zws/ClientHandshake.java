package dev.zws;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of the opening handshake (RFC 6455, 4.1). In one step, {@link #connect}; in two, {@link #begin} and
 * {@link #read}; over a non-blocking pair, {@link #poll} in the place of {@code read}.
 *
 * <p>A server that refuses, and one whose answer breaks a rule, is a {@link HandshakeException}: the caller closes the transport.
 * Redirects are not followed and challenges not answered; status and headers tell the caller of them. Frames that came along
 * with the answer stay in the reader for the {@link Conn} over the same transport.
 *
 * <p>No deadline is kept: {@link Transport#abort()} from another thread ends the wait.
 *
 * <p>Used by the thread that reads the transport; nobody else writes before it is done.
 */
public final class ClientHandshake {
    /** Enough for 100 and a few of 103; what a server may send without an end is bounded. */
    private static final int MAX_INTERIM_RESPONSES = 8;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ByteReader reader;
    private final HandshakeInput input;
    private final ByteWriter writer;
    private final Request request;
    private final String key;
    private HttpHead<StatusLine> head;
    private int interimResponses;
    /** Of a refusal, once its head is whole. */
    private @Nullable HttpBody body;

    private boolean sent;
    private boolean over;

    private ClientHandshake(
            ByteReader reader, ByteWriter writer, @Nullable Transport transport, Request request, String key) {
        this.reader = Objects.requireNonNull(reader, "reader");
        this.writer = Objects.requireNonNull(writer, "writer");
        this.request = Objects.requireNonNull(request, "request");
        this.input = new HandshakeInput(reader, transport, "answer", request.timeoutNanos, this::late);
        this.key = key;
        this.head = newHead();
    }

    /**
     * Sends the request, and waits for an answer that keeps the rules.
     *
     * @throws HandshakeException when the server refused, or broke a rule
     * @throws ConnectionLostException when the stream fails, or ends before the answer does
     * @throws IllegalStateException over a source that is non-blocking
     */
    public static Upgrade connect(Transport transport, Request request) throws IOException {
        return begin(transport, request).read();
    }

    /** As {@link #connect(Transport, Request)}, over a borrowed pair. */
    public static Upgrade connect(ByteReader reader, ByteWriter writer, Request request) throws IOException {
        return begin(reader, writer, request).read();
    }

    /** A handshake of which nothing was sent yet. */
    public static ClientHandshake begin(Transport transport, Request request) {
        return new ClientHandshake(transport.reader(), transport.writer(), transport, request, freshKey());
    }

    /** As {@link #begin(Transport, Request)}, over a borrowed pair. */
    public static ClientHandshake begin(ByteReader reader, ByteWriter writer, Request request) {
        return begin(reader, writer, request, freshKey());
    }

    static ClientHandshake begin(ByteReader reader, ByteWriter writer, Request request, String key) {
        return new ClientHandshake(reader, writer, null, request, key);
    }

    /** RFC 6455, 4.1, item 7 of the request: chosen at random for each connection. */
    private static String freshKey() {
        byte[] nonce = new byte[Handshake.NONCE_LENGTH];
        RANDOM.nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    /**
     * Sends the request, and waits for the answer.
     *
     * @throws IOException as {@link #connect(Transport, Request)} does
     * @throws IllegalStateException when the handshake is over, and over a source that is non-blocking
     */
    public Upgrade read() throws IOException {
        return input.within(this::readWhole);
    }

    private Upgrade readWhole() throws IOException {
        Upgrade upgrade = poll();
        if (upgrade == null) {
            throw new IllegalStateException("the source has nothing now; it is non-blocking: use poll()");
        }
        return upgrade;
    }

    /**
     * Sends what is left of the request and takes what has arrived of the answer, without waiting over a non-blocking pair. What
     * the sink does not take stays in the writer ({@link ByteWriter#pending()}).
     *
     * @return null while the answer is not whole: call again when there is more to read, or room for what is pending
     * @throws HandshakeException when the server refused and what is read of its body is there, or it broke a rule
     * @throws ConnectionLostException when the stream fails, or ends before the answer does
     * @throws IllegalStateException when the handshake is over, by an answer or an exception
     */
    public @Nullable Upgrade poll() throws IOException {
        if (over) {
            throw new IllegalStateException("the handshake is over");
        }
        over = true; // unless the answer turns out not to be whole
        send();
        Upgrade upgrade = body == null ? readHeads() : null;
        if (body != null && readBody(body)) {
            throw refused(body);
        }
        over = upgrade != null;
        return upgrade;
    }

    // ---- the request

    private void send() throws ConnectionLostException {
        try {
            if (!sent) {
                sent = true;
                HttpHead.write(writer, requestLine(request.target), requestHeaders());
            }
            writer.drain();
        } catch (IOException e) {
            throw new ConnectionLostException("the stream failed while the request was written", e);
        }
    }

    private static String requestLine(String target) {
        return "GET " + target + " HTTP/1.1";
    }

    /** In the order of B-4.30. */
    private Headers requestHeaders() {
        Headers required = Headers.of(
                "Host", request.host,
                "Upgrade", "websocket",
                "Connection", "Upgrade",
                "Sec-WebSocket-Key", key,
                "Sec-WebSocket-Version", "13");
        return required.with(offeredExtensions()).with(offeredSubprotocols()).with(request.headers);
    }

    private Headers offeredExtensions() {
        DeflateParameters offer = offeredDeflate();
        return offer == null ? Headers.NONE : Headers.of(ExtensionList.HEADER, offer.headerValue());
    }

    private @Nullable DeflateParameters offeredDeflate() {
        return request.deflate == null ? null : DeflateNegotiation.offer(request.deflate);
    }

    private Headers offeredSubprotocols() {
        return request.subprotocols.isEmpty()
                ? Headers.NONE
                : Headers.of("Sec-WebSocket-Protocol", String.join(", ", request.subprotocols));
    }

    // ---- the answer

    private HttpHead<StatusLine> newHead() {
        return new HttpHead<>(
                reader, StatusLine.KIND, request.maxHeadBytes, request.maxLineBytes, request.maxHeaderLines);
    }

    /** Null when it needs more, and when {@link #body} is what comes next. */
    private @Nullable Upgrade readHeads() throws IOException {
        while (body == null) {
            while (!head.advance()) {
                if (input.fill() == 0) {
                    return null;
                }
            }
            int status = head.startLine().status();
            if (status == HttpResponse.SWITCHING_PROTOCOLS) {
                return upgrade(head.headers());
            }
            if (head.startLine().isInterim()) {
                skipInterim();
            } else {
                body = HttpBody.of(reader, status, head.headers(), request.maxRefusalBody);
            }
        }
        return null;
    }

    private HandshakeException late() {
        return new HandshakeException(
                BadHandshake.TOO_SLOW, "there was no whole answer within " + Duration.ofNanos(request.timeoutNanos));
    }

    private Upgrade upgrade(Headers headers) throws HandshakeException {
        OpeningResponse response = OpeningResponse.of(headers, key, offeredDeflate(), request.subprotocols);
        RequestLine line = RequestLine.parse(requestLine(request.target));
        return new Upgrade(
                line.target(),
                line.path(),
                line.query(),
                headers,
                response.subprotocol(),
                response.deflate(),
                request.deflate);
    }

    /** RFC 9110, 15.2: a client takes any number of them, whether it knows them or not; this one has a limit. */
    private void skipInterim() throws HandshakeException {
        if (++interimResponses > MAX_INTERIM_RESPONSES) {
            throw new HandshakeException(
                    BadHandshake.TOO_MANY_INTERIM_RESPONSES,
                    "there are more than " + MAX_INTERIM_RESPONSES + " interim responses",
                    head.startLine().status(),
                    head.headers());
        }
        head = newHead();
    }

    // ---- a refusal

    /** False when more of it may come. That the stream ends, or fails, or is too slow, ends the body too. */
    private boolean readBody(HttpBody body) {
        try {
            while (!body.advance()) {
                if (input.fill() == 0) {
                    return false;
                }
            }
        } catch (WebSocketException e) {
            return true;
        }
        return true;
    }

    private HandshakeException refused(HttpBody body) {
        return new HandshakeException(head.startLine().status(), head.headers(), body.text());
    }

    /**
     * What a client asks for. Immutable; begin with {@link #of(URI)} or {@link #of(String, String)} and change what differs.
     *
     * @param host what is connected to, as it stands in Host: a name, an IPv4 address or an [IPv6] address, with the port unless
     *     that is the default
     * @param target the path and perhaps a query, percent-encoded: {@code /chat?room=1}
     * @param subprotocols what the client speaks, best first; distinct tokens. Default: none
     * @param deflate how messages are to be compressed if the server agrees, or null not to offer it. Default: null
     * @param headers what the request carries besides the handshake's own, such as Origin, Cookie or Authorization. Default:
     *     nothing
     * @param maxHeadBytes the longest head of an answer, from its first byte to its empty line. At least 1. Default: 16 KiB
     * @param maxLineBytes the longest line of it with its end. The reader's {@link ByteReader#ceiling()} bounds it too. At least
     *     1. Default: 8 KiB
     * @param maxHeaderLines the most header lines. At least 1. Default: 100
     * @param maxRefusalBody the most bytes that are read of the body of a refusal. At least 0. Default: 64 KiB
     * @param timeoutNanos nanoseconds for the answer to become whole, from the beginning; then {@link BadHandshake#TOO_SLOW}. Over a
     *     borrowed pair, and over a non-blocking one, it is looked at when bytes are asked for. 0 for no deadline. Default: 10 s
     */
    public record Request(
            String host,
            String target,
            List<String> subprotocols,
            @Nullable PerMessageDeflateConfig deflate,
            Headers headers,
            int maxHeadBytes,
            int maxLineBytes,
            int maxHeaderLines,
            int maxRefusalBody,
            long timeoutNanos) {
        private static final int PORT = 80;
        private static final int TLS_PORT = 443;

        /**
         * Checks everything: nothing that is held here can break out of its place in the request.
         *
         * @throws IllegalArgumentException for a host or a target that is none, a subprotocol that is not a token or stands
         *     twice, a header that belongs to the handshake, or a limit out of its range
         */
        @Provisional
        public Request {
            if (Authority.parse(host) == null) {
                throw new IllegalArgumentException(
                        "a host is a name in ASCII, an IPv4 address or an [IPv6] address, with an optional port");
            }
            requireTarget(target);
            subprotocols = List.copyOf(subprotocols);
            Handshake.requireDistinctTokens(subprotocols);
            Handshake.requireForeign(headers);
            if (headers.contains("Host")) {
                throw new IllegalArgumentException("Host is set by the handshake itself");
            }
            Handshake.requireAtLeast(1, "maxHeadBytes", maxHeadBytes);
            Handshake.requireAtLeast(1, "maxLineBytes", maxLineBytes);
            Handshake.requireAtLeast(1, "maxHeaderLines", maxHeaderLines);
            Handshake.requireAtLeast(0, "maxRefusalBody", maxRefusalBody);
            Handshake.requireAtLeast(0, "timeoutNanos", timeoutNanos);
        }

        /** As a server would judge it. RFC 9112, 3.2.1: only a proxy is asked for a whole address. */
        private static void requireTarget(String target) {
            if (!target.startsWith("/")) {
                throw new IllegalArgumentException("a target begins with a slash");
            }
            try {
                RequestLine.parse(requestLine(target));
            } catch (HandshakeException e) {
                throw new IllegalArgumentException("a target is visible ASCII without a fragment", e);
            }
        }

        /** A request with every default: {@code Request.of("example.com:8080", "/chat")}. */
        public static Request of(String host, String target) {
            return new Request(
                    host,
                    target,
                    List.of(),
                    null,
                    Headers.NONE,
                    16 * 1024,
                    8 * 1024,
                    100,
                    64 * 1024,
                    Handshake.TIMEOUT);
        }

        /**
         * A request with every default for an address: {@code Request.of(URI.create("wss://example.com/chat"))}. To open the
         * stream, with TLS for {@code wss}, is the caller's part.
         *
         * @throws IllegalArgumentException for an address that does not begin with {@code ws://} or {@code wss://}, has no valid
         *     host, or has a fragment or a user name
         */
        public static Request of(URI address) {
            boolean tls = "wss".equalsIgnoreCase(address.getScheme());
            if (!tls && !"ws".equalsIgnoreCase(address.getScheme())) { // RFC 6455, 3
                throw new IllegalArgumentException("a WebSocket address begins with ws:// or wss://");
            }
            if (address.getRawFragment() != null) { // RFC 6455, 3
                throw new IllegalArgumentException("a WebSocket address has no fragment: write # as %23");
            }
            return of(host(address, tls ? TLS_PORT : PORT), target(address));
        }

        /** RFC 6455, 4.1, item 4 of the request: the port stands there when it is not the default. */
        private static String host(URI address, int defaultPort) {
            String text = Objects.requireNonNullElse(address.getRawAuthority(), "");
            if (text.contains("@")) { // RFC 9110, 4.2.4
                throw new IllegalArgumentException(
                        "a WebSocket address has no user name or password: send an Authorization header");
            }
            Authority authority = Authority.parse(text);
            if (authority == null) {
                throw new IllegalArgumentException(
                        "a WebSocket address has a host: a name in ASCII, an IPv4 address or an [IPv6] address");
            }
            boolean usual = authority.port() == defaultPort || authority.port() == Authority.NO_PORT;
            return usual ? authority.host() : authority.host() + ":" + authority.port();
        }

        /** RFC 6455, 3: the resource name. Other than ASCII is percent-encoded, all else is sent as it is. */
        private static String target(URI address) {
            URI ascii = URI.create(address.toASCIIString());
            String path = ascii.getRawPath();
            String query = ascii.getRawQuery();
            return (path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
        }

        // spotless:off: each of these would be a column of ten names
        /** This with other {@code subprotocols}, best first. */
        public Request withSubprotocols(String... subprotocols) {
            return new Request(
                    host, target, List.of(subprotocols), deflate, headers, maxHeadBytes,
                    maxLineBytes, maxHeaderLines, maxRefusalBody, timeoutNanos);
        }

        /** This with another {@code deflate}; null for no compression. */
        public Request withDeflate(@Nullable PerMessageDeflateConfig deflate) {
            return new Request(
                    host, target, subprotocols, deflate, headers, maxHeadBytes,
                    maxLineBytes, maxHeaderLines, maxRefusalBody, timeoutNanos);
        }

        /** This with other {@code headers}. */
        public Request withHeaders(Headers headers) {
            return new Request(
                    host, target, subprotocols, deflate, headers, maxHeadBytes,
                    maxLineBytes, maxHeaderLines, maxRefusalBody, timeoutNanos);
        }

        /** This with another {@code maxHeadBytes}. */
        public Request withMaxHeadBytes(int maxHeadBytes) {
            return new Request(
                    host, target, subprotocols, deflate, headers, maxHeadBytes,
                    maxLineBytes, maxHeaderLines, maxRefusalBody, timeoutNanos);
        }

        /** This with another {@code maxLineBytes}. */
        public Request withMaxLineBytes(int maxLineBytes) {
            return new Request(
                    host, target, subprotocols, deflate, headers, maxHeadBytes,
                    maxLineBytes, maxHeaderLines, maxRefusalBody, timeoutNanos);
        }

        /** This with another {@code maxHeaderLines}. */
        public Request withMaxHeaderLines(int maxHeaderLines) {
            return new Request(
                    host, target, subprotocols, deflate, headers, maxHeadBytes,
                    maxLineBytes, maxHeaderLines, maxRefusalBody, timeoutNanos);
        }

        /** This with another {@code maxRefusalBody}. */
        public Request withMaxRefusalBody(int maxRefusalBody) {
            return new Request(
                    host, target, subprotocols, deflate, headers, maxHeadBytes,
                    maxLineBytes, maxHeaderLines, maxRefusalBody, timeoutNanos);
        }

        /** This with another {@code timeoutNanos}. */
        public Request withTimeoutNanos(long timeoutNanos) {
            return new Request(
                    host, target, subprotocols, deflate, headers, maxHeadBytes,
                    maxLineBytes, maxHeaderLines, maxRefusalBody, timeoutNanos);
        }
        // spotless:on
    }
}
