package dev.zws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * What came of one handshake over scripted input and recorded output.
 *
 * @param upgrade null when the request was refused
 * @param refusal null when it was accepted
 * @param answer all that was written, a character for each byte
 * @param rest what was not consumed, in the same way
 */
record Exchange(Upgrade upgrade, HandshakeException refusal, String answer, String rest) {
    /** The key of RFC 6455, 1.3. */
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /** The least that is accepted. */
    static final String REQUEST = crlf("""
            GET /chat?room=1 HTTP/1.1
            Host: example.com
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Sec-WebSocket-Version: 13

            """);

    /** How that is answered (B-4.29). */
    static final String ANSWER = crlf("""
            HTTP/1.1 101 Switching Protocols
            upgrade: websocket
            connection: Upgrade
            sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

            """);

    /** The text with lines that end as those of HTTP do. */
    static String crlf(String text) {
        return text.replace("\n", "\r\n");
    }

    /** {@link #REQUEST} with these lines in the place of the one that begins with {@code start}. */
    static String with(String start, String... lines) {
        int from = REQUEST.indexOf(start);
        int to = REQUEST.indexOf("\r\n", from) + 2;
        return REQUEST.substring(0, from) + joined(lines) + REQUEST.substring(to);
    }

    static String without(String start) {
        return with(start);
    }

    /** {@link #REQUEST} with these lines at the end of its head. */
    static String plus(String... lines) {
        return REQUEST.substring(0, REQUEST.length() - 2) + joined(lines) + "\r\n";
    }

    private static String joined(String... lines) {
        return lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    static Exchange of(String request) throws IOException {
        return of(request, Handshake.Options.DEFAULT);
    }

    static Exchange of(String request, Handshake.Options options) throws IOException {
        return waiting(Pieces.whole(bytes(request)), options);
    }

    /** The request whole, byte by byte, and cut in two at every byte; read, and polled from a source that has nothing in between. */
    static void inAllPieces(String request, Handshake.Options options, Consumer<Exchange> check) throws IOException {
        byte[] bytes = bytes(request);
        check.accept(waiting(Pieces.whole(bytes), options));
        check.accept(waiting(Pieces.single(bytes), options));
        check.accept(polling(Pieces.single(bytes), options));
        for (int at = 0; at <= bytes.length; at++) {
            check.accept(waiting(Pieces.cut(bytes, at), options));
            check.accept(polling(Pieces.cut(bytes, at), options));
        }
    }

    private static Exchange waiting(Pieces pieces, Handshake.Options options) throws IOException {
        Tape tape = new Tape();
        ByteReader reader = ByteReader.of(pieces);
        try {
            Upgrade upgrade = Handshake.upgrade(reader, ByteWriter.of(tape), options);
            return new Exchange(upgrade, null, text(tape.written()), rest(reader));
        } catch (HandshakeException e) {
            return new Exchange(null, e, text(tape.written()), rest(reader));
        }
    }

    private static Exchange polling(Pieces pieces, Handshake.Options options) throws IOException {
        Tape tape = new Tape();
        ByteReader reader = ByteReader.of(pieces.nonBlocking());
        try {
            Handshake handshake = Handshake.begin(reader, ByteWriter.of(tape), options);
            Handshake.Request request = handshake.poll();
            while (request == null) {
                request = handshake.poll();
            }
            return new Exchange(request.accept(), null, text(tape.written()), rest(reader));
        } catch (HandshakeException e) {
            return new Exchange(null, e, text(tape.written()), rest(reader));
        }
    }

    private static String rest(ByteReader reader) throws IOException {
        while (reader.fill() >= 0) {
            // all of it
        }
        return new String(reader.array(), reader.position(), reader.buffered(), ISO_8859_1);
    }
}
