package dev.zws;

import static dev.zws.Attempt.REQUEST;
import static dev.zws.Attempt.plus;
import static dev.zws.Attempt.with;
import static dev.zws.Attempt.without;
import static dev.zws.Exchange.ANSWER;
import static dev.zws.Exchange.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that a client does not take, each however it is cut, and servers that mean harm. */
class ClientHandshakeRefusalTest {
    // ---- answers that break a rule

    @Test
    void aMalformedHeadIsABadResponse() throws IOException {
        for (String answer : List.of(
                "nonsense\r\n\r\n",
                "\r\n" + ANSWER,
                with("HTTP", "HTTP/1.1 1012 Switching Protocols"),
                with("HTTP", "HTTP/1.1 10 Switching Protocols"),
                with("HTTP", "GET / HTTP/1.1"),
                with("upgrade", "upgrade websocket"),
                with("upgrade", "upgrade : websocket"),
                with("upgrade", "upgrade: websocket\r\n folded"),
                with("upgrade", "upgrade: websocket\u0000"),
                ANSWER.replace("\r\n", "\n"),
                ANSWER.replace("\r\n", "\r"),
                "HTTP/1.1 100 Continue\r\n\r\n\r\n" + ANSWER)) {
            assertBad(answer, BadHandshake.BAD_RESPONSE, 0);
        }
    }

    @Test
    void theVersionIs11OrALater1() throws IOException {
        assertBad(with("HTTP", "HTTP/1.0 101 Switching Protocols"), BadHandshake.HTTP_VERSION_NOT_SUPPORTED, 101);
        assertBad(with("HTTP", "HTTP/2.0 101 Switching Protocols"), BadHandshake.HTTP_VERSION_NOT_SUPPORTED, 101);
    }

    @Test
    void upgradeIsWebsocketAndNothingElse() throws IOException {
        assertBad(without("upgrade"), BadHandshake.MISSING_UPGRADE_HEADER);
        for (String value :
                List.of("", "h2c", "websockets", "websocket, h2c", "web socket", "websocket/13", "\"websocket\"")) {
            assertBad(with("upgrade", "Upgrade: " + value), BadHandshake.INVALID_UPGRADE_HEADER);
        }
        assertBad(plus("Upgrade: websocket"), BadHandshake.REPEATED_HEADER);
    }

    @Test
    void connectionListsUpgrade() throws IOException {
        assertBad(without("connection"), BadHandshake.MISSING_CONNECTION_HEADER);
        for (String value : List.of("", "keep-alive", "upgrades", "close, up grade")) {
            assertBad(with("connection", "Connection: " + value), BadHandshake.INVALID_CONNECTION_HEADER);
        }
    }

    @Test
    void theKeyIsAnsweredOnceAndExactly() throws IOException { // B-10.140
        String accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
        assertBad(without("sec-websocket-accept"), BadHandshake.MISSING_WEBSOCKET_ACCEPT);
        assertBad(plus("Sec-WebSocket-Accept: " + accept), BadHandshake.REPEATED_HEADER);
        for (String value : List.of(
                "",
                "x",
                Exchange.KEY,
                accept.toLowerCase(Locale.ROOT),
                accept.substring(1),
                accept.replace("=", ""),
                accept + "=",
                accept + ", " + accept,
                '"' + accept + '"',
                "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")) {
            assertBad(
                    with("sec-websocket-accept", "Sec-WebSocket-Accept: " + value),
                    BadHandshake.INVALID_WEBSOCKET_ACCEPT);
        }
    }

    @Test
    void aBodyIsNotAllowed() throws IOException {
        for (String length : List.of("1", "10", "", "-0", "0x0", "0, 0", "99999999999999999999")) {
            assertBad(plus("Content-Length: " + length), BadHandshake.BODY_NOT_ALLOWED);
        }
        assertBad(plus("Content-Length: 0", "Content-Length: 0"), BadHandshake.REPEATED_HEADER);
        assertBad(plus("Transfer-Encoding: chunked"), BadHandshake.BODY_NOT_ALLOWED);
        assertBad(plus("Transfer-Encoding: identity"), BadHandshake.BODY_NOT_ALLOWED);
        assertBad(plus("Content-Length: 0", "Transfer-Encoding: chunked"), BadHandshake.BODY_NOT_ALLOWED);
    }

    @Test
    void noExtensionIsTakenThatWasNotOffered() throws IOException {
        for (String value :
                List.of("permessage-deflate", "permessage-deflate; server_max_window_bits=7", "x-test", "")) {
            assertBad(plus("Sec-WebSocket-Extensions: " + value), BadHandshake.EXTENSION_NOT_OFFERED);
        }
    }

    @Test
    void noSubprotocolIsTakenThatWasNotOffered() throws IOException {
        assertBad(plus("Sec-WebSocket-Protocol: v1"), BadHandshake.SUBPROTOCOL_NOT_OFFERED);
        assertBad(plus("Sec-WebSocket-Protocol:"), BadHandshake.SUBPROTOCOL_NOT_OFFERED);
        ClientHandshake.Request request = REQUEST.withSubprotocols("v1", "v2");
        for (String value : List.of("v3", "V1", "v1, v2", "v1,", "", "v1;a")) {
            assertBad(plus("Sec-WebSocket-Protocol: " + value), request, BadHandshake.SUBPROTOCOL_NOT_OFFERED, 101);
        }
        assertBad(
                plus("Sec-WebSocket-Protocol: v1", "Sec-WebSocket-Protocol: v1"),
                request,
                BadHandshake.REPEATED_HEADER,
                101);
    }

    @Test
    void aHeadOverALimitIsRefused() throws IOException {
        int longestLine = "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n".length();
        int statusLine = "HTTP/1.1 101 Switching Protocols\r\n".length();

        assertBad(ANSWER, REQUEST.withMaxHeadBytes(ANSWER.length() - 1), BadHandshake.HEAD_TOO_LARGE, 0);
        assertBad(ANSWER, REQUEST.withMaxLineBytes(longestLine - 1), BadHandshake.HEAD_TOO_LARGE, 0);
        assertBad(ANSWER, REQUEST.withMaxLineBytes(statusLine - 1), BadHandshake.HEAD_TOO_LARGE, 0);
        assertBad(ANSWER, REQUEST.withMaxHeaderLines(2), BadHandshake.HEAD_TOO_LARGE, 0);
    }

    @Test
    void theFirstRuleThatIsBrokenNamesTheReason() throws IOException {
        String all = "Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Extensions: x\r\nTransfer-Encoding: x\r\n";

        assertThat(first("HTTP/1.0 101", all)).isEqualTo(BadHandshake.HTTP_VERSION_NOT_SUPPORTED);
        assertThat(first("HTTP/1.1 101", all)).isEqualTo(BadHandshake.MISSING_UPGRADE_HEADER);
        assertThat(first("HTTP/1.1 101", all + "Upgrade: x\r\n")).isEqualTo(BadHandshake.INVALID_UPGRADE_HEADER);
        all += "Upgrade: websocket\r\n";
        assertThat(first("HTTP/1.1 101", all)).isEqualTo(BadHandshake.MISSING_CONNECTION_HEADER);
        assertThat(first("HTTP/1.1 101", all + "Connection: x\r\n")).isEqualTo(BadHandshake.INVALID_CONNECTION_HEADER);
        all += "Connection: upgrade\r\n";
        assertThat(first("HTTP/1.1 101", all)).isEqualTo(BadHandshake.MISSING_WEBSOCKET_ACCEPT);
        assertThat(first("HTTP/1.1 101", all + "Sec-WebSocket-Accept: x\r\n"))
                .isEqualTo(BadHandshake.INVALID_WEBSOCKET_ACCEPT);
        all += "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
        assertThat(first("HTTP/1.1 101", all)).isEqualTo(BadHandshake.BODY_NOT_ALLOWED);
        all = all.replace("Transfer-Encoding", "X");
        assertThat(first("HTTP/1.1 101", all)).isEqualTo(BadHandshake.EXTENSION_NOT_OFFERED);
        all = all.replace("Sec-WebSocket-Extensions", "X");
        assertThat(first("HTTP/1.1 101", all)).isEqualTo(BadHandshake.SUBPROTOCOL_NOT_OFFERED);
    }

    private static BadHandshake first(String statusLine, String headers) throws IOException {
        return Attempt.of(statusLine + "\r\n" + headers + "\r\n").failure().badHandshake();
    }

    /** Who catches it can see what came; the message, which ends in logs, holds nothing of it. */
    @Test
    void aBadAnswerIsShownButNotQuoted() throws IOException {
        HandshakeException bad = Attempt.of(plus("Sec-WebSocket-Protocol: zzz")).failure();

        assertThat(bad).hasMessage("SUBPROTOCOL_NOT_OFFERED: the subprotocol was not offered");
        assertThat(bad.headers().first("sec-websocket-protocol")).isEqualTo("zzz");
        assertThat(bad.body()).isEmpty();
        assertThat(bad.refusal()).isNull();
        for (String answer : List.of(with("HTTP", "zzz"), with("upgrade", "zzz"), with("upgrade", "upgrade: zzz"))) {
            assertThat(Attempt.of(answer).failure().getMessage()).doesNotContain("zzz");
        }
    }

    private static void assertBad(String answer, BadHandshake reason) throws IOException {
        assertBad(answer, reason, 101);
    }

    private static void assertBad(String answer, BadHandshake reason, int status) throws IOException {
        assertBad(answer, REQUEST, reason, status);
    }

    private static void assertBad(String answer, ClientHandshake.Request request, BadHandshake reason, int status)
            throws IOException {
        Attempt.inAllPieces(answer, request, attempt -> {
            assertThat(attempt.failure()).as(answer).isNotNull();
            assertThat(attempt.failure().badHandshake()).as(answer).isEqualTo(reason);
            assertThat(attempt.failure().status()).as(answer).isEqualTo(status);
            assertThat(attempt.failure()).hasMessageStartingWith(reason + ": ");
        });
    }

    // ---- refusals in good order

    @Test
    void aRefusalHasStatusHeadersAndBody() throws IOException {
        assertRefused(
                "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nServer: x\r\n\r\nsorry, rest",
                404,
                Headers.of("Content-Length", "5", "Server", "x"),
                "sorry");
        assertRefused("HTTP/1.1 200 OK\r\n\r\nhello", 200, Headers.NONE, "hello"); // B-10.140
        assertRefused("HTTP/1.0 503 Busy\r\n\r\nlater", 503, Headers.NONE, "later");
        assertRefused("HTTP/1.1 999 ?\r\nContent-Length: 0\r\n\r\n", 999, Headers.of("Content-Length", "0"), "");
        assertRefused(
                "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nbad\r\n0\r\n\r\n",
                400,
                Headers.of("Transfer-Encoding", "chunked"),
                "bad");
        assertRefused("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 403 No\r\n\r\nno", 403, Headers.NONE, "no");
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        for (int status : List.of(300, 301, 302, 303, 307, 308)) {
            assertRefused(
                    "HTTP/1.1 " + status + " Elsewhere\r\nLocation: wss://example.org/\r\nContent-Length: 0\r\n\r\n",
                    status,
                    Headers.of("Location", "wss://example.org/", "Content-Length", "0"),
                    "");
        }
    }

    @Test
    void aBodyIsKeptAsFarAsItCame() throws IOException {
        String head = "HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\n";
        assertRefused(head + "sor", 500, Headers.of("Content-Length", "9"), "sor");

        ClientHandshake handshake =
                Attempt.begin(Pieces.whole(bytes(head + "so")).thenFails(), new Tape(), REQUEST);
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(handshake::read)
                .satisfies(e -> assertThat(e.status()).isEqualTo(500))
                .satisfies(e -> assertThat(e.body()).isEqualTo("so"));
    }

    @Test
    void aBodyIsWaitedForUntilItIsWholeOrAtItsLimitAndNoLonger() throws IOException {
        Pieces pieces = Pieces.whole(bytes("HTTP/1.1 500 Oops\r\nContent-Length: 5\r\n\r\n"))
                .open();
        ClientHandshake handshake = Attempt.begin(pieces, new Tape(), REQUEST);
        for (byte b : bytes("sorr")) {
            assertThat(handshake.poll()).isNull();
            pieces.add(new byte[] {b});
        }
        assertThat(handshake.poll()).isNull();
        pieces.add(bytes("y"));
        assertBodyAtOnce(handshake, "sorry");

        String endless = "HTTP/1.1 500 Oops\r\n\r\nsorry";
        assertBodyAtOnce(open(endless, REQUEST.withMaxRefusalBody(5)), "sorry");
        assertBodyAtOnce(open(endless, REQUEST.withMaxRefusalBody(4)), "sorr");
        assertBodyAtOnce(open("HTTP/1.1 500 Oops\r\n\r\n", REQUEST.withMaxRefusalBody(0)), "");
        assertBodyAtOnce(open("HTTP/1.1 204 Nothing\r\n\r\n", REQUEST), "");
        assertThat(open(endless, REQUEST.withMaxRefusalBody(6)).poll()).isNull();
    }

    private static ClientHandshake open(String answer, ClientHandshake.Request request) {
        return Attempt.begin(Pieces.whole(bytes(answer)).open(), new Tape(), request);
    }

    private static void assertBodyAtOnce(ClientHandshake handshake, String body) {
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(handshake::poll)
                .satisfies(e -> assertThat(e.body()).isEqualTo(body));
    }

    private static void assertRefused(String answer, int status, Headers headers, String body) throws IOException {
        Attempt.inAllPieces(answer, attempt -> {
            HandshakeException refused = attempt.failure();
            assertThat(refused).hasMessage("the server refused with status " + status);
            assertThat(refused.badHandshake()).isNull();
            assertThat(refused.refusal()).isNull();
            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.headers()).isEqualTo(headers);
            assertThat(refused.body()).isEqualTo(body);
        });
    }

    @Test
    void aRefusalCanBeSerialized() throws Exception {
        HandshakeException refused = Attempt.of("HTTP/1.1 302 Elsewhere\r\nLocation: /b\r\n\r\nhello")
                .failure();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(refused);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            HandshakeException copy = (HandshakeException) in.readObject();
            assertThat(copy.status()).isEqualTo(302);
            assertThat(copy.headers()).isEqualTo(Headers.of("Location", "/b"));
            assertThat(copy.body()).isEqualTo("hello");
        }
    }

    // ---- servers that mean harm

    @Test
    void aFloodWithoutAnEndIsCutOffAtTheLimit() {
        assertFloodEnds("", "a", BadHandshake.HEAD_TOO_LARGE, 8 * 1024);
        assertFloodEnds("HTTP/1.1 101 ", "a", BadHandshake.HEAD_TOO_LARGE, 8 * 1024);
        assertFloodEnds("HTTP/1.1 101 Hi\r\n", "a", BadHandshake.HEAD_TOO_LARGE, 8 * 1024);
        assertFloodEnds("HTTP/1.1 101 Hi\r\n", "a: b\r\n", BadHandshake.HEAD_TOO_LARGE, 101 * "a: b\r\n".length());
        assertFloodEnds(
                "HTTP/1.1 101 Hi\r\n", "a: " + "b".repeat(1000) + "\r\n", BadHandshake.HEAD_TOO_LARGE, 16 * 1024);
        String interim = "HTTP/1.1 100 Continue\r\n\r\n";
        assertFloodEnds("", interim, BadHandshake.TOO_MANY_INTERIM_RESPONSES, 9 * interim.length());
    }

    /** The reader may have read ahead by as much as it has room for, but not more. */
    private static void assertFloodEnds(String start, String endless, BadHandshake reason, int limit) {
        Flood flood = new Flood(start, endless);
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> Attempt.begin(flood, new Tape(), REQUEST).read())
                .satisfies(e -> assertThat(e.badHandshake()).isEqualTo(reason));
        assertThat(flood.sent).isLessThanOrEqualTo(start.length() + limit + Flood.PIECE);
    }

    @Test
    void interimResponsesAreBoundedOneByOneToo() throws IOException {
        String interim = "HTTP/1.1 103 Early\r\nLink: " + "a".repeat(4000) + "\r\n\r\n";

        assertThat(Attempt.of(interim.repeat(8) + ANSWER).upgrade()).isNotNull();
        HandshakeException bad = Attempt.of(interim.repeat(9) + ANSWER).failure();
        assertThat(bad.badHandshake()).isEqualTo(BadHandshake.TOO_MANY_INTERIM_RESPONSES);
        assertThat(bad.status()).isEqualTo(103);
        assertThat(bad.headers().contains("Link")).isTrue();
    }

    @Test
    void anEndlessBodyIsCutOffAtTheLimit() {
        for (String framing : List.of("", "Content-Length: 99999999999999\r\n", "Transfer-Encoding: gzip\r\n")) {
            assertBodyEnds("HTTP/1.1 500 Oops\r\n" + framing + "\r\n", "a", "a".repeat(64 * 1024));
        }
        String chunked = "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertBodyEnds(chunked + "7fffffffffffffff\r\n", "a", "a".repeat(64 * 1024 - 18));
        assertBodyEnds(chunked, "1\r\na\r\n", "a".repeat(64 * 1024 / 6 + 1));
        assertBodyEnds(chunked + "1;", "a", "");
        assertBodyEnds(chunked, "0", "");
        assertBodyEnds(chunked, "f", "");
    }

    private static void assertBodyEnds(String start, String endless, String body) {
        Flood flood = new Flood(start, endless);
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> Attempt.begin(flood, new Tape(), REQUEST).read())
                .satisfies(e -> assertThat(e.status()).isEqualTo(500))
                .satisfies(e -> assertThat(e.body()).isEqualTo(body));
        assertThat(flood.sent).isLessThanOrEqualTo(start.length() + 64 * 1024 + Flood.PIECE);
    }

    /** Sends the same again and again, as long as it is read, up to a mebibyte. */
    private static final class Flood implements ByteReader.Source {
        static final int PIECE = 512;

        private final byte[] bytes;
        int sent;

        Flood(String start, String endless) {
            bytes = bytes(start + endless.repeat(1024 * 1024 / endless.length()));
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = Math.min(length, PIECE);
            System.arraycopy(bytes, sent, target, offset, count);
            sent += count;
            return count;
        }
    }

    @Test
    void otherProtocolsAreNotMistakenForHttp() throws IOException {
        for (String hello : List.of(
                "SSH-2.0-OpenSSH_9.2p1\r\n",
                "220 mail.example.com ESMTP\r\n",
                "\u0015\u0003\u0001\u0000\u0002\u0002F", // a TLS alert
                "\u0000\u0000\u0012\u0004\u0000\u0000", // SETTINGS of HTTP/2
                "\u0081\u0005Hello\r\n", // a frame before the handshake
                "-ERR unknown command\r\n")) {
            assertBad(hello, BadHandshake.BAD_RESPONSE, 0);
        }
    }

    /** Every byte replaced by those that mean something, and every byte left out or doubled, of an answer and of a refusal. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void whateverComesEndsInAnUpgradeOrInOurOwnException() throws IOException {
        String chunked =
                "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3;a\r\nbad\r\n0\r\n\r\n";
        int upgrades = 0;
        for (String answer : List.of(plus("Content-Length: 0"), chunked)) {
            byte[] bytes = bytes(answer);
            for (int i = 0; i < bytes.length; i++) {
                for (byte b : bytes("\u0000\t\n\r ,:;.019afAF/=\"\u007f\u0080\u00ff" + (char) (bytes[i] ^ 0x20))) {
                    byte[] changed = bytes.clone();
                    changed[i] = b;
                    upgrades += outcome(changed);
                }
                upgrades += outcome(bytes(answer.substring(0, i) + answer.substring(i + 1)));
                upgrades += outcome(bytes(answer.substring(0, i) + answer.charAt(i) + answer.substring(i)));
            }
        }
        assertThat(upgrades).isPositive();
    }

    private static int outcome(byte[] answer) throws IOException {
        try {
            Attempt.begin(Pieces.whole(answer), new Tape(), REQUEST).read();
            return 1;
        } catch (HandshakeException | ConnectionLostException e) {
            return 0;
        }
    }
}
