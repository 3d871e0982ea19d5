package dev.zws.validation;

import static dev.zws.validation.Wire.ascii;
import static dev.zws.validation.Wire.concat;
import static dev.zws.validation.Wire.frame;
import static dev.zws.validation.Wire.hex;
import static dev.zws.validation.Wire.plain;
import static dev.zws.validation.Wire.status;
import static dev.zws.validation.Wire.times;

import dev.zws.ConnectionLostException;
import dev.zws.WebSocketException;
import java.util.List;

/** Frames that no server may send, right behind a 101 and behind a good message. */
final class ServerFrameRules {
    private static final String DEFLATE =
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";
    private static final byte[] BEFORE = plain(0x81, Arena.BEFORE);
    private static final byte[] AFTER = plain(0x81, "after");
    private static final int MEBIBYTE = 1024 * 1024;
    private static final byte[] NOTHING = {};

    private ServerFrameRules() {}

    static List<Rule> table() {
        return List.of(
                bad("a server does not mask", "RFC 6455, 5.1", 1002, frame(0x81, "a")),
                bad("a server does not mask a ping either", "RFC 6455, 5.1", 1002, frame(0x89, NOTHING)),
                bad("a server does not mask a Close either", "RFC 6455, 5.1", 1002, frame(0x88, status(1000, ""))),
                bad("HTTP behind a 101 is no frame", "RFC 6455, 5.2", 1002, ascii("HTTP/1.1 200 OK\r\n\r\n")),
                bad("RSV2 from a server has no meaning", "RFC 6455, 5.2", 1002, plain(0xA1, "a")),
                bad("RSV3 from a server has no meaning", "RFC 6455, 5.2", 1002, plain(0x91, "a")),
                bad("opcode 4 from a server is reserved", "RFC 6455, 5.2", 1002, plain(0x84, "a")),
                bad("opcode 0xC from a server is reserved", "RFC 6455, 5.2", 1002, plain(0x8C, "a")),
                bad(
                        "a server's length of 16 bits is needed",
                        "RFC 6455, 5.2",
                        1002,
                        concat(hex("82 7e 0001"), hex("61"))),
                bad("a server's length of 64 bits is needed", "RFC 6455, 5.2", 1002, hex("82 7f 0000000000000001 61")),
                bad(
                        "a server's length is not negative",
                        "RFC 6455, 5.2; CVE-2020-13935",
                        1002,
                        hex("82 7f ffffffffffffffff")),
                bad(
                        "a server's frame of 2^63 - 1 bytes is too large",
                        "CVE-2026-1528",
                        1009,
                        hex("82 7f 7fffffffffffffff")),
                bad(
                        "a server's message is bounded",
                        "RFC 6455, 10.4; default 1 MiB",
                        1009,
                        hex("82 7f 0000000000100001")),
                bad(
                        "a server's fragments together are bounded",
                        "CVE-2020-27813",
                        1009,
                        concat(plain(0x02, new byte[100]), hex("80 7f 7fffffffffffffff"))),
                bad("a server's ping is not fragmented", "RFC 6455, 5.5", 1002, plain(0x09, "a")),
                bad("a server's ping has at most 125 bytes", "RFC 6455, 5.5", 1002, plain(0x89, new byte[126])),
                bad("a server's continuation continues something", "RFC 6455, 5.4", 1002, plain(0x80, "a")),
                bad(
                        "a server's text does not begin within another",
                        "RFC 6455, 5.4",
                        1002,
                        concat(plain(0x01, "a"), plain(0x81, "b"))),
                bad("a server's text is text", "RFC 6455, 8.1", 1007, plain(0x81, hex("c0 af"))),
                bad("a server's Close has no payload of one byte", "RFC 6455, 5.5.1", 1002, plain(0x88, hex("03"))),
                bad("a server's Close has a code that travels", "RFC 6455, 7.4", 1002, plain(0x88, status(1006, ""))),
                bad(
                        "a server's reason is text",
                        "RFC 6455, 5.5.1",
                        1007,
                        plain(0x88, concat(status(1000, ""), hex("ff")))),
                bad(
                        "a server's RSV1 is not on a continuation",
                        "RFC 7692, 6.1",
                        1002,
                        concat(plain(0x41, Wire.deflated("Hello")), plain(0xC0, NOTHING))),
                bad("a server's noise is no DEFLATE", "RFC 7692, 7.2.2", 1007, plain(0xC2, hex("ff ff ff ff"))),
                bad(
                        "a server's bomb is no message",
                        "CVE-2026-1526",
                        1009,
                        plain(0xC2, Wire.deflated(new byte[8 * MEBIBYTE]))),
                bad(
                        "a server's pings are bounded in number",
                        "default 1,000 a second",
                        1008,
                        times(3000, plain(0x89, NOTHING))),
                bad(
                        "a server's fragments are bounded in number",
                        "CVE-2026-12151; default 65,536",
                        1008,
                        concat(plain(0x02, NOTHING), times(64 * 1024, plain(0x00, NOTHING)))),
                unagreed(),
                cutOff(),
                nothingBehindClose(),
                legal());
    }

    static Rule bad(String name, String source, int code, byte[] bytes) {
        return Rule.client(name, source, String.valueOf(code), arena -> {
            Together.attackBoth(polling -> {
                attacked(polling, AnswerRules.ANSWER + DEFLATE, code, bytes);
            });
        });
    }

    /** The 101, a good message, what is bad, and a good message, all in one piece. */
    private static void attacked(boolean polling, String answer, int code, byte[] bytes) throws Exception {
        try (Visit visit = Visit.of(polling, Visit.Part.READS)) {
            byte[] head = ascii(answer.replace("{accept}", visit.accept()) + "\r\n");
            Thread sender = Together.aside(() -> visit.server().flood(concat(head, BEFORE, bytes, AFTER), 1));
            Violated.requireClose(visit.server(), code);
            sender.join();
            visit.server().close();
            Violated.requireNothingMore(visit.delivery(), code);
        }
    }

    private static Rule unagreed() {
        return Rule.client(
                "RSV1 from a server that did not agree to compress has no meaning",
                "RFC 7692, 6; CVE-2026-59881",
                "1002",
                arena -> {
                    Together.attackBoth(polling -> {
                        attacked(polling, AnswerRules.ANSWER, 1002, plain(0xC1, Wire.deflated("Hello")));
                    });
                });
    }

    private static Rule cutOff() {
        return Rule.client(
                "the end in the middle of a server's message is no Close",
                "RFC 6455, 7.1.5",
                "the application is told that the stream was lost",
                arena -> {
                    Visit.eachWay(Visit.Part.READS, visit -> {
                        visit.server().send(concat(answer(visit), BEFORE, plain(0x01, "never")));
                        visit.server().shutdownOutput();
                        WebSocketException cause = visit.cause();
                        Check.that(cause instanceof ConnectionLostException, "the application was told " + cause);
                        Check.same(
                                "delivered",
                                List.of(Arena.BEFORE),
                                visit.delivery().messages());
                    });
                });
    }

    private static Rule nothingBehindClose() {
        return Rule.client(
                "behind a server's Close nothing is read",
                "RFC 6455, 5.5.1",
                "1001 is answered, and nothing delivered",
                arena -> {
                    Visit.eachWay(Visit.Part.READS, visit -> {
                        visit.server().send(concat(answer(visit), BEFORE, plain(0x88, status(1001, "")), AFTER));
                        Check.same("the answer", "88 03e9", visit.server().frame());
                        visit.server().close();
                        Check.that(visit.cause() == null, "the application was told " + visit.cause());
                        Check.same(
                                "delivered",
                                List.of(Arena.BEFORE),
                                visit.delivery().messages());
                    });
                });
    }

    private static Rule legal() {
        return Rule.client(
                "frames in one piece with the 101 are delivered",
                "RFC 6455, 4.1",
                "the messages, the pong, and the Close",
                arena -> {
                    Visit.eachWay(Visit.Part.READS, visit -> {
                        visit.server()
                                .send(concat(
                                        ascii("HTTP/1.1 103 Early Hints\r\n\r\n"),
                                        answer(visit),
                                        BEFORE,
                                        plain(0x89, "p"),
                                        plain(0x82, NOTHING),
                                        plain(0x88, NOTHING)));
                        Check.same("the pong", "8a 70", visit.server().frame());
                        Check.same("the Close", "88 ", visit.server().frame());
                        visit.server().close();
                        Check.that(visit.cause() == null, "the application was told " + visit.cause());
                        Check.same(
                                "delivered",
                                List.of(Arena.BEFORE, "binary of 0"),
                                visit.delivery().messages());
                    });
                });
    }

    static byte[] answer(Visit visit) {
        return ascii(AnswerRules.ANSWER.replace("{accept}", visit.accept()) + "\r\n");
    }
}
