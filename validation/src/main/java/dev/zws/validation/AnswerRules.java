package dev.zws.validation;

import static dev.zws.validation.Wire.ascii;
import static dev.zws.validation.Wire.concat;
import static dev.zws.validation.Wire.plain;

import dev.zws.BadHandshake;
import dev.zws.HandshakeException;
import dev.zws.WebSocketException;
import java.util.List;

/** Answers that a client does not take for a 101: it tells the application why, says nothing more, and ends the stream. */
final class AnswerRules {
    private static final String LINE = "HTTP/1.1 101 Switching Protocols\r\n";
    private static final String UPGRADE = "Upgrade: websocket\r\n";
    private static final String CONNECTION = "Connection: Upgrade\r\n";
    private static final String ACCEPT = "Sec-WebSocket-Accept: {accept}\r\n";
    private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";
    private static final String FLAGS = "; server_no_context_takeover; client_no_context_takeover";
    private static final String END = "\r\n";

    /** A good answer, up to its empty line. */
    static final String ANSWER = LINE + UPGRADE + CONNECTION + ACCEPT;

    private AnswerRules() {}

    static List<Rule> table() {
        return List.of(
                // ---- the status line
                bad(
                        "HTTP/1.0 has no 101",
                        "RFC 9110, 15.2",
                        BadHandshake.HTTP_VERSION_NOT_SUPPORTED,
                        ANSWER.replace("HTTP/1.1", "HTTP/1.0") + END),
                bad(
                        "HTTP/2 has no 101",
                        "RFC 9113, 8.6",
                        BadHandshake.HTTP_VERSION_NOT_SUPPORTED,
                        ANSWER.replace("HTTP/1.1", "HTTP/2.0") + END),
                bad(
                        "a status has three digits, and 1012 is not 101",
                        "RFC 9112, 4; B-11.31",
                        BadHandshake.BAD_RESPONSE,
                        ANSWER.replace("101", "1012") + END),
                bad("a status is digits", "RFC 9112, 4", BadHandshake.BAD_RESPONSE, ANSWER.replace("101", "1O1") + END),
                bad(
                        "there is no status below 100",
                        "RFC 9110, 15",
                        BadHandshake.BAD_RESPONSE,
                        ANSWER.replace("101", "099") + END),
                bad(
                        "what is not HTTP is no answer",
                        "RFC 9112, 4",
                        BadHandshake.BAD_RESPONSE,
                        "SSH-2.0-OpenSSH_9.9\r\n\r\n"),
                bad("a frame is no answer", "RFC 9112, 4", BadHandshake.BAD_RESPONSE, "\u0081\u0005Hello\r\n\r\n"),
                bad(
                        "no empty line comes before an answer",
                        "RFC 9112, 2.2",
                        BadHandshake.BAD_RESPONSE,
                        "\r\n" + ANSWER + END),
                // ---- the grammar of header lines
                bad(
                        "an answer's line ends in CR LF, not in LF",
                        "RFC 9112, 2.2",
                        BadHandshake.BAD_RESPONSE,
                        LINE + "Upgrade: websocket\n" + CONNECTION + ACCEPT + END),
                bad(
                        "an answer's value holds no bare CR",
                        "RFC 9112, 2.2; GHSA-mwh4-6h8g-pg8w",
                        BadHandshake.BAD_RESPONSE,
                        ANSWER + "X: a\rb\r\n" + END),
                bad(
                        "an answer's value holds no NUL",
                        "RFC 9110, 5.5",
                        BadHandshake.BAD_RESPONSE,
                        ANSWER + "X: a\u0000b\r\n" + END),
                bad(
                        "an answer's header line is not folded",
                        "RFC 9112, 5.2",
                        BadHandshake.BAD_RESPONSE,
                        ANSWER + "X: a\r\n b\r\n" + END),
                bad(
                        "an answer has no space before a colon",
                        "RFC 9112, 5.1",
                        BadHandshake.BAD_RESPONSE,
                        ANSWER + "X : a\r\n" + END),
                bad(
                        "an answer's header has a name",
                        "RFC 9112, 5",
                        BadHandshake.BAD_RESPONSE,
                        ANSWER + ": a\r\n" + END),
                // ---- Upgrade, Connection, Sec-WebSocket-Accept
                bad(
                        "a 101 has an Upgrade",
                        "RFC 6455, 4.1, item 2",
                        BadHandshake.MISSING_UPGRADE_HEADER,
                        LINE + CONNECTION + ACCEPT + END),
                bad(
                        "a 101 has not two Upgrades",
                        "RFC 6455, 4.1, item 2",
                        BadHandshake.REPEATED_HEADER,
                        ANSWER + UPGRADE + END),
                bad(
                        "a 101 upgrades to websocket",
                        "RFC 6455, 4.1, item 2",
                        BadHandshake.INVALID_UPGRADE_HEADER,
                        LINE + "Upgrade: h2c\r\n" + CONNECTION + ACCEPT + END),
                bad(
                        "a 101 upgrades to websocket alone",
                        "RFC 6455, 4.1, item 2",
                        BadHandshake.INVALID_UPGRADE_HEADER,
                        LINE + "Upgrade: websocket, h2c\r\n" + CONNECTION + ACCEPT + END),
                bad(
                        "a 101 has a Connection",
                        "RFC 6455, 4.1, item 3",
                        BadHandshake.MISSING_CONNECTION_HEADER,
                        LINE + UPGRADE + ACCEPT + END),
                bad(
                        "a 101's Connection lists upgrade",
                        "RFC 6455, 4.1, item 3",
                        BadHandshake.INVALID_CONNECTION_HEADER,
                        LINE + UPGRADE + "Connection: close\r\n" + ACCEPT + END),
                bad(
                        "a 101 proves that the key was read",
                        "RFC 6455, 4.1, item 4",
                        BadHandshake.MISSING_WEBSOCKET_ACCEPT,
                        LINE + UPGRADE + CONNECTION + END),
                bad(
                        "the proof of another key is none",
                        "RFC 6455, 4.1, item 4",
                        BadHandshake.INVALID_WEBSOCKET_ACCEPT,
                        ANSWER.replace("{accept}", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") + END),
                bad(
                        "the proof of the key is compared as it is",
                        "RFC 6455, 4.1, item 4",
                        BadHandshake.INVALID_WEBSOCKET_ACCEPT,
                        ANSWER.replace("{accept}", "{accept} =") + END),
                bad(
                        "there are not two proofs",
                        "RFC 6455, 11.3.3",
                        BadHandshake.REPEATED_HEADER,
                        ANSWER + ACCEPT + END),
                // ---- bodies
                bad(
                        "a 101 has no Content-Length",
                        "RFC 9110, 8.6",
                        BadHandshake.BODY_NOT_ALLOWED,
                        ANSWER + "Content-Length: 5\r\n" + END + "Hello"),
                bad(
                        "a 101 has no Transfer-Encoding",
                        "RFC 9112, 6.1",
                        BadHandshake.BODY_NOT_ALLOWED,
                        ANSWER + "Transfer-Encoding: chunked\r\n" + END + "0\r\n\r\n"),
                bad(
                        "a 101 has not two Content-Lengths",
                        "RFC 9112, 6.3",
                        BadHandshake.REPEATED_HEADER,
                        ANSWER + "Content-Length: 0\r\nContent-Length: 0\r\n" + END),
                // ---- subprotocols and extensions
                bad(
                        "a subprotocol that was not offered is not agreed on",
                        "RFC 6455, 4.1, item 6",
                        BadHandshake.SUBPROTOCOL_NOT_OFFERED,
                        ANSWER + "Sec-WebSocket-Protocol: evil\r\n" + END),
                bad(
                        "of the subprotocols one is agreed on",
                        "RFC 6455, 4.1, item 6",
                        BadHandshake.SUBPROTOCOL_NOT_OFFERED,
                        ANSWER + "Sec-WebSocket-Protocol: chat, superchat\r\n" + END),
                bad(
                        "subprotocols are compared with their case",
                        "RFC 6455, 4.1, item 6",
                        BadHandshake.SUBPROTOCOL_NOT_OFFERED,
                        ANSWER + "Sec-WebSocket-Protocol: CHAT\r\n" + END),
                bad(
                        "there are not two answers about subprotocols",
                        "RFC 6455, 11.3.4",
                        BadHandshake.REPEATED_HEADER,
                        ANSWER + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: superchat\r\n" + END),
                bad(
                        "an extension that was not offered is not agreed on",
                        "RFC 6455, 4.1, item 5",
                        BadHandshake.EXTENSION_NOT_OFFERED,
                        ANSWER + "Sec-WebSocket-Extensions: x-webkit-deflate-frame\r\n" + END),
                bad(
                        "an extension is not agreed on twice",
                        "RFC 7692, 5.1",
                        BadHandshake.INVALID_EXTENSION,
                        extensions(FLAGS + ", permessage-deflate" + FLAGS)),
                bad(
                        "a parameter that is not known is not agreed on",
                        "RFC 7692, 7.1",
                        BadHandshake.INVALID_EXTENSION,
                        extensions(FLAGS + "; evil")),
                bad(
                        "a parameter is not agreed on twice",
                        "RFC 7692, 7.1",
                        BadHandshake.INVALID_EXTENSION,
                        extensions(FLAGS + "; server_no_context_takeover")),
                bad(
                        "a window of 7 bits is not agreed on",
                        "RFC 7692, 7.1.2",
                        BadHandshake.INVALID_EXTENSION,
                        extensions(FLAGS + "; server_max_window_bits=7")),
                bad(
                        "a window of 16 bits is not agreed on",
                        "RFC 7692, 7.1.2; CVE-2026-2229",
                        BadHandshake.INVALID_EXTENSION,
                        extensions(FLAGS + "; server_max_window_bits=16")),
                bad(
                        "a window of a million bits is not agreed on",
                        "CVE-2026-2229",
                        BadHandshake.INVALID_EXTENSION,
                        extensions(FLAGS + "; server_max_window_bits=1000000")),
                bad(
                        "a window has bits",
                        "RFC 7692, 7.1.2",
                        BadHandshake.INVALID_EXTENSION,
                        extensions(FLAGS + "; server_max_window_bits")),
                bad(
                        "a flag that is agreed on has no value",
                        "RFC 7692, 7.1.1",
                        BadHandshake.INVALID_EXTENSION,
                        extensions("; server_no_context_takeover=1; client_no_context_takeover")),
                bad(
                        "what was asked for is not left out",
                        "RFC 7692, 7.1.1.1",
                        BadHandshake.INVALID_EXTENSION,
                        extensions("")),
                bad(
                        "a list of extensions is one",
                        "RFC 6455, 9.1",
                        BadHandshake.INVALID_EXTENSION,
                        extensions(FLAGS + ";;")),
                // ---- heads without bounds
                bad(
                        "an answer's line is bounded",
                        "RFC 9112, 4; default 8 KiB",
                        BadHandshake.HEAD_TOO_LARGE,
                        LINE + "X: " + "a".repeat(8192) + "\r\n" + UPGRADE + CONNECTION + ACCEPT + END),
                bad(
                        "an answer's status line is bounded",
                        "RFC 9112, 4; default 8 KiB",
                        BadHandshake.HEAD_TOO_LARGE,
                        "HTTP/1.1 101 " + "a".repeat(8192) + "\r\n" + END),
                bad(
                        "an answer's headers are bounded in number",
                        "default 100",
                        BadHandshake.HEAD_TOO_LARGE,
                        ANSWER + "X: a\r\n".repeat(100) + END),
                bad(
                        "an answer's head is bounded",
                        "default 16 KiB",
                        BadHandshake.HEAD_TOO_LARGE,
                        ANSWER + ("X: " + "a".repeat(2000) + "\r\n").repeat(9) + END),
                bad(
                        "interim answers are bounded in number",
                        "RFC 9110, 15.2; default 8",
                        BadHandshake.TOO_MANY_INTERIM_RESPONSES,
                        "HTTP/1.1 100 Continue\r\n\r\n".repeat(9) + ANSWER + END),
                bad(
                        "an interim answer of HTTP/1.0 is none",
                        "RFC 9110, 15.2",
                        BadHandshake.HTTP_VERSION_NOT_SUPPORTED,
                        "HTTP/1.0 100 Continue\r\n\r\n" + ANSWER + END),
                // ---- refusals
                refusal(
                        "200 is no upgrade, though all else is right",
                        200,
                        ANSWER.replace("101", "200") + "Content-Length: 2\r\n" + END + "ok"),
                refusal("204 is no upgrade", 204, "HTTP/1.1 204 No Content\r\n" + UPGRADE + CONNECTION + ACCEPT + END),
                refusal(
                        "a redirect is not followed",
                        302,
                        "HTTP/1.1 302 Found\r\nLocation: ws://evil.example/\r\nContent-Length: 0\r\n" + END),
                refusal(
                        "a challenge is not answered",
                        401,
                        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n"
                                + END),
                refusal("a refusal may be HTTP/1.0", 503, "HTTP/1.0 503 Service Unavailable\r\n\r\nlater"),
                refusal(
                        "a refusal's broken chunks end its body",
                        400,
                        "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nab"),
                refusal(
                        "a refusal's length may be a lie",
                        400,
                        "HTTP/1.1 400 Bad Request\r\nContent-Length: 99999999999999999999\r\n\r\nshort"));
    }

    private static String extensions(String parameters) {
        return ANSWER + DEFLATE + parameters + "\r\n" + END;
    }

    static Rule bad(String name, String source, BadHandshake expected, String answer) {
        return Rule.client(
                name,
                source,
                expected.name(),
                arena -> refused(
                        answer,
                        name,
                        cause -> Check.that(cause.badHandshake() == expected, "the application was told " + cause)));
    }

    private static Rule refusal(String name, int status, String answer) {
        return Rule.client(
                name,
                "RFC 6455, 4.1, item 1",
                "the application is told of " + status,
                arena -> refused(answer, name, cause -> {
                    Check.that(cause.badHandshake() == null, "the application was told of " + cause.badHandshake());
                    Check.same("the status that the application is told", status, cause.status());
                }));
    }

    @FunctionalInterface
    private interface Judge {
        void judge(HandshakeException cause);
    }

    private static void refused(String answer, String name, Judge judge) throws Exception {
        Together.attackBoth(polling -> {
            for (boolean bytewise : new boolean[] {false, true}) {
                try (Visit visit = Visit.of(polling, Visit.Part.READS)) {
                    byte[] bytes = concat(ascii(answer.replace("{accept}", visit.accept())), plain(0x81, "after"));
                    if (bytewise && bytes.length < 1000) {
                        visit.server().sendBytewise(bytes);
                    } else {
                        visit.server().send(bytes);
                    }
                    visit.server().shutdownOutput();
                    WebSocketException cause = visit.cause();
                    if (!(cause instanceof HandshakeException refusal)) {
                        throw new Check.Broken(name + ": the application was told " + cause);
                    }
                    judge.judge(refusal);
                    Check.same("delivered", List.of(), visit.delivery().messages());
                    Check.same(
                            "what the client says behind its request",
                            -1,
                            visit.server().read());
                }
            }
        });
    }
}
