package dev.zws;

import static dev.zws.Exchange.bytes;
import static dev.zws.Exchange.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * What came of a client's handshake over a scripted answer and recorded output.
 *
 * @param upgrade null when it failed
 * @param failure null when it succeeded
 * @param request all that was written, a character for each byte
 * @param rest what was not consumed of the answer, in the same way
 */
record Attempt(Upgrade upgrade, HandshakeException failure, String request, String rest) {
    /** With {@link Exchange#KEY} this is sent as {@link Exchange#REQUEST}, and answered with {@link Exchange#ANSWER}. */
    static final ClientHandshake.Request REQUEST = ClientHandshake.Request.of("example.com", "/chat?room=1");

    /** {@link Exchange#ANSWER} with these lines in the place of the one that begins with {@code start}. */
    static String with(String start, String... lines) {
        int from = Exchange.ANSWER.indexOf(start);
        int to = Exchange.ANSWER.indexOf("\r\n", from) + 2;
        return Exchange.ANSWER.substring(0, from) + joined(lines) + Exchange.ANSWER.substring(to);
    }

    static String without(String start) {
        return with(start);
    }

    /** {@link Exchange#ANSWER} with these lines at the end of its head. */
    static String plus(String... lines) {
        return Exchange.ANSWER.substring(0, Exchange.ANSWER.length() - 2) + joined(lines) + "\r\n";
    }

    private static String joined(String... lines) {
        return lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
    }

    static ClientHandshake begin(ByteReader.Source source, ByteWriter.Sink sink, ClientHandshake.Request request) {
        return ClientHandshake.begin(ByteReader.of(source), ByteWriter.of(sink), request, Exchange.KEY);
    }

    static Attempt of(String answer) throws IOException {
        return of(answer, REQUEST);
    }

    static Attempt of(String answer, ClientHandshake.Request request) throws IOException {
        return waiting(Pieces.whole(bytes(answer)), request);
    }

    /** The answer whole, byte by byte, and cut in two at every byte; read, and polled from a source that has nothing in between. */
    static void inAllPieces(String answer, ClientHandshake.Request request, Consumer<Attempt> check)
            throws IOException {
        byte[] bytes = bytes(answer);
        check.accept(waiting(Pieces.whole(bytes), request));
        check.accept(waiting(Pieces.single(bytes), request));
        check.accept(polling(Pieces.single(bytes), request));
        for (int at = 0; at <= bytes.length; at++) {
            check.accept(waiting(Pieces.cut(bytes, at), request));
            check.accept(polling(Pieces.cut(bytes, at), request));
        }
    }

    static void inAllPieces(String answer, Consumer<Attempt> check) throws IOException {
        inAllPieces(answer, REQUEST, check);
    }

    private static Attempt waiting(Pieces pieces, ClientHandshake.Request request) throws IOException {
        return of(pieces, request, ClientHandshake::read);
    }

    private static Attempt polling(Pieces pieces, ClientHandshake.Request request) throws IOException {
        return of(pieces.nonBlocking(), request, handshake -> {
            Upgrade upgrade = handshake.poll();
            while (upgrade == null) {
                upgrade = handshake.poll();
            }
            return upgrade;
        });
    }

    private interface Drive {
        Upgrade toItsEnd(ClientHandshake handshake) throws IOException;
    }

    private static Attempt of(Pieces pieces, ClientHandshake.Request request, Drive drive) throws IOException {
        Tape tape = new Tape();
        ByteReader reader = ByteReader.of(pieces);
        ClientHandshake handshake = ClientHandshake.begin(reader, ByteWriter.of(tape), request, Exchange.KEY);
        try {
            Upgrade upgrade = drive.toItsEnd(handshake);
            return new Attempt(upgrade, null, text(tape.written()), rest(reader));
        } catch (HandshakeException e) {
            return new Attempt(null, e, text(tape.written()), rest(reader));
        }
    }

    private static String rest(ByteReader reader) throws IOException {
        while (reader.fill() >= 0) {
            // all of it
        }
        return new String(reader.array(), reader.position(), reader.buffered(), ISO_8859_1);
    }
}
