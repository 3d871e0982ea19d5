package dev.zws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the opening handshake (RFC 6455, 4.2). In one step, {@link #upgrade}; in two, to look at the request before
 * deciding, {@link #begin}, {@link #read} and then {@link Request#accept()} or {@link Request#reject}; over a non-blocking source,
 * {@link #poll} in the place of {@code read}; inside a server that has read the request itself, {@link #received}.
 *
 * <p>A request that breaks a rule is answered here, with the status that its {@link Refusal} names and {@code Connection: close};
 * then {@link HandshakeException} is thrown and the caller closes the transport. Frames that came along with the request stay in
 * the reader for the {@link Conn} over the same transport, and no frame leaves before the answer.
 *
 * <p>Used by the thread that reads the transport.
 */
public final class Handshake {
    static final int NONCE_LENGTH = 16;

    /** In nanoseconds, for both sides. */
    static final long TIMEOUT = 10_000_000_000L;

    private static final int NOT_MODIFIED = 304;
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final Set<String> OWN_HEADERS =
            Set.of("upgrade", "connection", "content-length", "transfer-encoding");

    /** To be cloned: whoever asks the JDK for one leaves 160 bytes with its thread, for as long as that lives. */
    private static final MessageDigest SHA_1 = newSha1();

    private final HandshakeInput input;
    private final Responder responder;
    private final Options options;
    private final HttpHead<RequestLine> head;
    private boolean over;

    private Handshake(ByteReader reader, ByteWriter writer, @Nullable Transport transport, Options options) {
        this.responder = writeTo(Objects.requireNonNull(writer, "writer"));
        this.options = Objects.requireNonNull(options, "options");
        this.input = new HandshakeInput(
                Objects.requireNonNull(reader, "reader"), transport, "request", options.timeoutNanos, this::late);
        this.head = new HttpHead<>(
                reader, RequestLine.KIND, options.maxHeadBytes, options.maxLineBytes, options.maxHeaderLines);
    }

    /**
     * Waits for the request and accepts it: one that keeps the rules and whose Origin the policy allows.
     *
     * @throws HandshakeException when it was refused
     * @throws ConnectionLostException when the stream fails, or ends before the request does
     * @throws IllegalStateException over a source that is non-blocking
     */
    public static Upgrade upgrade(Transport transport, Options options) throws IOException {
        return begin(transport, options).read().accept();
    }

    /** As {@link #upgrade(Transport, Options)}, over a borrowed pair. */
    public static Upgrade upgrade(ByteReader reader, ByteWriter writer, Options options) throws IOException {
        return begin(reader, writer, options).read().accept();
    }

    /** A handshake of which nothing was read yet. */
    public static Handshake begin(Transport transport, Options options) {
        return new Handshake(transport.reader(), transport.writer(), transport, options);
    }

    /** As {@link #begin(Transport, Options)}, over a borrowed pair. */
    public static Handshake begin(ByteReader reader, ByteWriter writer, Options options) {
        return new Handshake(reader, writer, null, options);
    }

    /**
     * A request that somebody else has read, such as a servlet container. Every rule is held against it that {@link #read()} keeps,
     * except the limits on the size of a head; a refusal is answered here, too. The caller hands the stream that stands behind the
     * request to a {@link Transport} and, with the {@link Upgrade}, to a {@link Conn}.
     *
     * @param target as the client sent it: a path and perhaps a query, percent-encoded
     * @param version such as {@code HTTP/1.1}
     * @param headers all that the client sent
     * @param responder sends the answer, whichever it is; that it could not send a refusal is suppressed in what is thrown
     * @throws HandshakeException when it was refused
     */
    public static Request received(
            String method, String target, String version, Headers headers, Options options, Responder responder)
            throws HandshakeException {
        Objects.requireNonNull(responder, "responder");
        try {
            return judge(RequestLine.parse(method + ' ' + target + ' ' + version), headers, options, responder);
        } catch (HandshakeException e) {
            throw refuse(responder, e, Headers.NONE);
        }
    }

    /**
     * Waits for the request.
     *
     * @throws IOException as {@link #upgrade(Transport, Options)} does
     * @throws IllegalStateException when the request was read or refused before, and over a source that is non-blocking
     */
    public Request read() throws IOException {
        return input.within(this::readWhole);
    }

    private Request readWhole() throws IOException {
        Request request = poll();
        if (request == null) {
            throw new IllegalStateException("the source has nothing now; it is non-blocking: use poll()");
        }
        return request;
    }

    /**
     * Takes what has arrived of the request, without waiting over a non-blocking source.
     *
     * @return null while the request is not whole: call again when there is more to read
     * @throws HandshakeException when it was refused; what a non-blocking sink did not take of the answer stays in the writer: drain
     *     it, then close
     * @throws ConnectionLostException when the stream fails, or ends before the request does
     * @throws IllegalStateException when the request was read or refused before
     */
    public @Nullable Request poll() throws IOException {
        if (over) {
            throw new IllegalStateException("the request was read or refused before");
        }
        try {
            while (!head.advance()) {
                if (input.fill() == 0) {
                    return null;
                }
            }
            over = true;
            return judge(head.startLine(), head.headers(), options, responder);
        } catch (HandshakeException e) {
            over = true;
            throw refuse(responder, e, Headers.NONE);
        }
    }

    private HandshakeException late() {
        return new HandshakeException(
                Refusal.REQUEST_TIMEOUT, "the request was not whole within " + Duration.ofNanos(options.timeoutNanos));
    }

    private static Request judge(RequestLine line, Headers headers, Options options, Responder responder)
            throws HandshakeException {
        OpeningRequest opening = OpeningRequest.of(line, headers);
        if (!options.originPolicy.allows(opening.origin(), opening.host())) {
            throw new HandshakeException(Refusal.ORIGIN_NOT_ALLOWED, "pages of this origin may not connect");
        }
        return new Request(opening, responder, options);
    }

    private static Responder writeTo(ByteWriter writer) {
        return (status, headers, body) -> {
            new HttpResponse(status, headers, body).writeTo(writer);
            writer.drain();
        };
    }

    private static HandshakeException refuse(Responder responder, HandshakeException refusal, Headers more) {
        try {
            answer(responder, HttpResponse.refusal(refusal.status(), String.valueOf(refusal.getMessage()), more));
        } catch (ConnectionLostException e) {
            refusal.addSuppressed(e);
        }
        return refusal;
    }

    private static void answer(Responder responder, HttpResponse response) throws ConnectionLostException {
        try {
            responder.send(response.status(), response.headers(), response.body());
        } catch (IOException e) {
            throw new ConnectionLostException("the stream failed while the answer was written", e);
        }
    }

    /**
     * What proves to a client that its request was understood (RFC 6455, 4.2.2, item 5.4): 28 characters.
     *
     * @param clientKey the value of Sec-WebSocket-Key
     * @throws IllegalArgumentException when it is not the Base64 form, with padding, of 16 bytes
     */
    public static String acceptKey(String clientKey) {
        if (!isKey(clientKey)) {
            throw new IllegalArgumentException("not the Base64 form of 16 bytes");
        }
        byte[] hash = sha1().digest((clientKey + KEY_SUFFIX).getBytes(ISO_8859_1));
        return Base64.getEncoder().encodeToString(hash);
    }

    /** Encoding again shows what decoding forgives: missing padding, and bits set in the last digit that stand for nothing. */
    static boolean isKey(String text) {
        try {
            byte[] nonce = Base64.getDecoder().decode(text);
            return nonce.length == NONCE_LENGTH
                    && Base64.getEncoder().encodeToString(nonce).equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static MessageDigest newSha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }

    private static MessageDigest sha1() {
        try {
            return (MessageDigest) SHA_1.clone();
        } catch (CloneNotSupportedException e) {
            return newSha1();
        }
    }

    /** Sends the answer to a request that was {@linkplain Handshake#received received} by somebody else. */
    @FunctionalInterface
    public interface Responder {
        /**
         * Sends a whole answer, once.
         *
         * @param headers all that the answer needs, among them Connection, and Content-Length when there is a body
         * @param body what stands behind the head, to be sent as UTF-8; empty with status 101
         */
        void send(int status, Headers headers, String body) throws IOException;
    }

    /**
     * A request that keeps the rules, waiting to be accepted or rejected, once. Until then the client waits; to do neither, close
     * the transport.
     */
    public static final class Request {
        private final OpeningRequest opening;
        private final Responder responder;
        private final Options options;
        private boolean decided;

        private Request(OpeningRequest opening, Responder responder, Options options) {
            this.opening = opening;
            this.responder = responder;
            this.options = options;
        }

        /** The target as the client sent it (RFC 9112, 3.2): visible ASCII characters. */
        public String target() {
            return opening.line().target();
        }

        /** The path of the target, as it was sent: still percent-encoded, beginning with a slash. */
        public String path() {
            return opening.line().path();
        }

        /** The query of the target, as it was sent and without its question mark; null when there is none. */
        public @Nullable String query() {
            return opening.line().query();
        }

        /** The host that the client asks for, with its port if that was sent. */
        public String host() {
            return opening.host();
        }

        /** The value of Origin, or null when there is none, as programs other than browsers send. */
        public @Nullable String origin() {
            return opening.origin();
        }

        /** All headers. */
        public Headers headers() {
            return opening.headers();
        }

        /** The subprotocols that the client offers, the one it likes best first; empty when it offers none. */
        public List<String> offeredSubprotocols() {
            return opening.subprotocols();
        }

        /** The subprotocol that {@link #accept()} agrees to: the first of {@link Options#subprotocols} that is offered, or null. */
        public @Nullable String subprotocol() {
            for (String spoken : options.subprotocols) {
                if (opening.subprotocols().contains(spoken)) {
                    return spoken;
                }
            }
            return null;
        }

        /**
         * Answers 101 and flushes, or drains into a non-blocking sink. The connection is open.
         *
         * @throws ConnectionLostException when the answer could not be written
         * @throws IllegalStateException when the request was accepted or rejected before
         */
        public Upgrade accept() throws IOException {
            return accept(subprotocol(), Headers.NONE);
        }

        /**
         * As {@link #accept()}, with another choice of subprotocol and more headers.
         *
         * @param subprotocol one of {@link #offeredSubprotocols()}, or null for none
         * @param more sent behind {@link Options#headers}
         * @throws IllegalArgumentException for a subprotocol that was not offered, or a header that belongs to the handshake
         */
        public Upgrade accept(@Nullable String subprotocol, Headers more) throws IOException {
            requireForeign(more);
            if (subprotocol != null && !opening.subprotocols().contains(subprotocol)) { // RFC 6455, 4.2.2, item 5.5
                throw new IllegalArgumentException("the client did not offer this subprotocol: " + subprotocol);
            }
            decide();
            DeflateNegotiation deflate =
                    options.deflate == null ? null : DeflateNegotiation.accept(headers(), options.deflate);
            Headers headers = agreed(deflate, subprotocol).with(options.headers).with(more);
            answer(responder, HttpResponse.switchingProtocols(acceptKey(opening.key()), headers));
            return new Upgrade(
                    target(),
                    path(),
                    query(),
                    headers(),
                    subprotocol,
                    deflate == null ? null : deflate.agreement(),
                    options.deflate);
        }

        /** Offers that are not answered are declined, and malformed ones do no harm (RFC 6455, 9.1; RFC 7692, 7.1). */
        private static Headers agreed(@Nullable DeflateNegotiation deflate, @Nullable String subprotocol) {
            Headers extensions = deflate == null
                    ? Headers.NONE
                    : Headers.of("sec-websocket-extensions", deflate.response().headerValue());
            return subprotocol == null
                    ? extensions
                    : extensions.with(Headers.of("sec-websocket-protocol", subprotocol));
        }

        /**
         * Answers with a status of the application's choice and flushes, or drains into a non-blocking sink. That the answer could
         * not be written is not thrown; {@link HandshakeException#getSuppressed()} of the result holds it.
         *
         * @param status 300 to 599, but not 304, which has no body
         * @param text the body, for people to read
         * @return to be thrown, when that suits: {@code throw request.reject(404, "no such room")}
         * @throws IllegalArgumentException for another status
         * @throws IllegalStateException when the request was accepted or rejected before
         */
        public HandshakeException reject(int status, String text) {
            return reject(status, text, Headers.NONE);
        }

        /**
         * As {@link #reject(int, String)}, with more headers, such as {@code Location} or {@code WWW-Authenticate}. The body is
         * {@code text/plain} unless they hold another {@code Content-Type}; it is always sent as UTF-8.
         *
         * @throws IllegalArgumentException for another status, or a header that belongs to the handshake
         */
        public HandshakeException reject(int status, String text, Headers more) {
            if (status < 300 || status > 599 || status == NOT_MODIFIED) {
                throw new IllegalArgumentException(
                        "status " + status + " does not reject; take 300 to 599, but not 304");
            }
            requireForeign(more);
            HandshakeException rejection = new HandshakeException(status, Objects.requireNonNull(text, "text"));
            decide();
            return refuse(responder, rejection, more);
        }

        private void decide() {
            if (decided) {
                throw new IllegalStateException("the request was accepted or rejected before");
            }
            decided = true;
        }
    }

    // ---- what both sides ask of their options

    /** What the handshake says by itself, nobody else may say. */
    static void requireForeign(Headers headers) {
        for (Headers.Field field : headers.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (OWN_HEADERS.contains(name) || name.startsWith("sec-websocket-")) {
                throw new IllegalArgumentException(field.name() + " is set by the handshake itself");
            }
        }
    }

    /** RFC 6455, 4.1, item 10. */
    static void requireDistinctTokens(List<String> subprotocols) {
        if (!subprotocols.stream().allMatch(Headers::isToken)
                || new HashSet<>(subprotocols).size() < subprotocols.size()) {
            throw new IllegalArgumentException("subprotocols are distinct tokens, not " + subprotocols);
        }
    }

    static void requireAtLeast(int least, String name, long value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at least " + least);
        }
    }

    /**
     * How a server answers handshakes. Immutable; begin with {@link #DEFAULT} and change what differs.
     *
     * @param subprotocols what the server speaks, best first; distinct tokens. A client that offers none of them is
     *     accepted without. Default: none
     * @param deflate how messages are to be compressed if the client offers it, or null for no compression. Default: null
     * @param originPolicy which pages may connect. Default: {@link OriginPolicy#SAME_ORIGIN}
     * @param headers what a 101 carries besides the handshake's own. Default: nothing
     * @param maxHeadBytes the longest request head, from its first byte to its empty line; over it 431. At least 1. Default:
     *     16 KiB
     * @param maxLineBytes the longest line of it with its end; over it 414 for the request line, 431 for others. The reader's
     *     {@link ByteReader#ceiling()} bounds it too. At least 1. Default: 8 KiB
     * @param maxHeaderLines the most header lines; over it 431. At least 1. Default: 100
     * @param timeoutNanos nanoseconds for the request to become whole, from the beginning; over it {@link Refusal#REQUEST_TIMEOUT}. A
     *     blocking transport is cut then, and the client sees the end of the stream; over a borrowed pair or a non-blocking one it
     *     is answered 408 when that is next noticed. To accept or reject is not part of it. 0 for no deadline. Default: 10 s
     */
    public record Options(
            List<String> subprotocols,
            @Nullable PerMessageDeflateConfig deflate,
            OriginPolicy originPolicy,
            Headers headers,
            int maxHeadBytes,
            int maxLineBytes,
            int maxHeaderLines,
            long timeoutNanos) {
        /** Every default. */
        public static final Options DEFAULT =
                new Options(List.of(), null, OriginPolicy.SAME_ORIGIN, Headers.NONE, 16 * 1024, 8 * 1024, 100, TIMEOUT);

        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException for a value out of its range, a subprotocol that is not a token or stands twice, or a
         *     header that belongs to the handshake
         */
        @Provisional
        public Options {
            subprotocols = List.copyOf(subprotocols);
            requireDistinctTokens(subprotocols);
            Objects.requireNonNull(originPolicy, "originPolicy");
            requireForeign(headers);
            requireAtLeast(1, "maxHeadBytes", maxHeadBytes);
            requireAtLeast(1, "maxLineBytes", maxLineBytes);
            requireAtLeast(1, "maxHeaderLines", maxHeaderLines);
            requireAtLeast(0, "timeoutNanos", timeoutNanos);
        }

        // spotless:off: each of these would be a column of eight names
        /** This with other {@code subprotocols}, best first. */
        public Options withSubprotocols(String... subprotocols) {
            return new Options(
                    List.of(subprotocols), deflate, originPolicy, headers,
                    maxHeadBytes, maxLineBytes, maxHeaderLines, timeoutNanos);
        }

        /** This with another {@code deflate}; null for no compression. */
        public Options withDeflate(@Nullable PerMessageDeflateConfig deflate) {
            return new Options(
                    subprotocols, deflate, originPolicy, headers,
                    maxHeadBytes, maxLineBytes, maxHeaderLines, timeoutNanos);
        }

        /** This with another {@code originPolicy}. */
        public Options withOriginPolicy(OriginPolicy originPolicy) {
            return new Options(
                    subprotocols, deflate, originPolicy, headers,
                    maxHeadBytes, maxLineBytes, maxHeaderLines, timeoutNanos);
        }

        /** This with other {@code headers}. */
        public Options withHeaders(Headers headers) {
            return new Options(
                    subprotocols, deflate, originPolicy, headers,
                    maxHeadBytes, maxLineBytes, maxHeaderLines, timeoutNanos);
        }

        /** This with another {@code maxHeadBytes}. */
        public Options withMaxHeadBytes(int maxHeadBytes) {
            return new Options(
                    subprotocols, deflate, originPolicy, headers,
                    maxHeadBytes, maxLineBytes, maxHeaderLines, timeoutNanos);
        }

        /** This with another {@code maxLineBytes}. */
        public Options withMaxLineBytes(int maxLineBytes) {
            return new Options(
                    subprotocols, deflate, originPolicy, headers,
                    maxHeadBytes, maxLineBytes, maxHeaderLines, timeoutNanos);
        }

        /** This with another {@code maxHeaderLines}. */
        public Options withMaxHeaderLines(int maxHeaderLines) {
            return new Options(
                    subprotocols, deflate, originPolicy, headers,
                    maxHeadBytes, maxLineBytes, maxHeaderLines, timeoutNanos);
        }

        /** This with another {@code timeoutNanos}. */
        public Options withTimeoutNanos(long timeoutNanos) {
            return new Options(
                    subprotocols, deflate, originPolicy, headers,
                    maxHeadBytes, maxLineBytes, maxHeaderLines, timeoutNanos);
        }
        // spotless:on
    }
}
