package dev.zws.validation;

import static dev.zws.validation.Wire.ascii;
import static dev.zws.validation.Wire.concat;
import static dev.zws.validation.Wire.hex;
import static dev.zws.validation.Wire.plain;
import static dev.zws.validation.Wire.status;

import dev.zws.BadHandshake;
import dev.zws.ConnectionLostException;
import dev.zws.ConnectionTimeoutException;
import dev.zws.HandshakeException;
import dev.zws.WebSocketException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Servers that answer without an end, or never: each costs a client no more than its deadlines. */
final class SlowServerRules {
    private static final long DRIP_NANOS = 20_000_000L;
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long GIBIBYTE = 1024L * 1024 * 1024;

    private SlowServerRules() {}

    static List<Rule> table() {
        return List.of(
                endless(
                        "an answer's line without an end is refused at its limit",
                        BadHandshake.HEAD_TOO_LARGE,
                        "HTTP/1.1 101 ",
                        "a"),
                endless(
                        "an answer's headers without an end are refused at their limit",
                        BadHandshake.HEAD_TOO_LARGE,
                        "HTTP/1.1 101 a\r\n",
                        "X: a\r\n"),
                endless("empty lines without an end are no answer", BadHandshake.BAD_RESPONSE, "", "\r\n"),
                endlessBody(),
                late("a server that says nothing is not waited for", ""),
                late(
                        "an answer that is never whole is not waited for",
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: "),
                drippingHead(),
                drippingMessage(),
                silent(),
                endAtOnce(),
                resetAtOnce(),
                closes(
                        "a server that never answers a Close is not waited for",
                        "CVE-2024-23672; Java-WebSocket 1317",
                        new byte[0]),
                closes(
                        "a server that never ends the stream is not waited for",
                        "RFC 6455, 7.1.1; Java-WebSocket 347",
                        plain(0x88, status(1000, ""))),
                closesInFlood());
    }

    private static Rule endless(String name, BadHandshake expected, String begin, String more) {
        return Rule.client(name, "CVE-2023-43669; reliability.md 3.13", expected.name(), arena -> {
            Visit.eachWay(Visit.Part.HURRIES, visit -> {
                visit.server().send(ascii(begin));
                Thread flood =
                        Together.aside(() -> visit.server().flood(ascii(more.repeat(4096 / more.length())), GIBIBYTE));
                requireBad(visit, expected);
                visit.server().close();
                flood.join();
            });
        });
    }

    private static void requireBad(Visit visit, BadHandshake expected) throws InterruptedException {
        long begun = System.nanoTime();
        WebSocketException cause = visit.cause();
        Check.that(
                cause instanceof HandshakeException refused && refused.badHandshake() == expected,
                "the application was told " + cause);
        Check.that(System.nanoTime() - begun < PATIENCE_NANOS, "it took longer");
        Check.same("delivered", List.of(), visit.delivery().messages());
    }

    private static Rule endlessBody() {
        return Rule.client(
                "a refusal's body without an end is cut off",
                "reliability.md 3.13; default 64 KiB",
                "403, and 64 KiB of the body at most",
                arena -> {
                    Visit.eachWay(Visit.Part.HURRIES, visit -> {
                        visit.server().send(ascii("HTTP/1.1 403 Forbidden\r\n\r\n"));
                        Thread flood = Together.aside(() -> visit.server().flood(ascii("no ".repeat(1000)), GIBIBYTE));
                        WebSocketException cause = visit.cause();
                        Check.that(
                                cause instanceof HandshakeException refused
                                        && refused.status() == 403
                                        && refused.body().length() <= 64 * 1024,
                                "the application was told " + cause);
                        visit.server().close();
                        flood.join();
                    });
                });
    }

    private static Rule late(String name, String begin) {
        return Rule.client(name, "reliability.md 2.3 and 3.13", BadHandshake.TOO_SLOW.name(), arena -> {
            Visit.eachWay(Visit.Part.HURRIES, visit -> {
                visit.server().send(ascii(begin));
                requireBad(visit, BadHandshake.TOO_SLOW);
            });
        });
    }

    private static Rule drippingHead() {
        return Rule.client(
                "an answer that drips is held to a deadline over all of it",
                "reliability.md 2.3, slowloris",
                BadHandshake.TOO_SLOW.name(),
                arena -> {
                    Visit.eachWay(Visit.Part.HURRIES, visit -> {
                        Thread drip = Together.aside(() -> drip(visit.server(), ServerFrameRules.answer(visit)));
                        requireBad(visit, BadHandshake.TOO_SLOW);
                        visit.server().close();
                        drip.join();
                    });
                });
    }

    private static void drip(Peer peer, byte[] bytes) {
        for (byte b : bytes) {
            LockSupport.parkNanos(DRIP_NANOS);
            if (peer.flood(new byte[] {b}, 1) == 0) {
                return;
            }
        }
    }

    private static Rule drippingMessage() {
        return Rule.client(
                "a server's message that drips is held to a deadline over all of it",
                "B-11.38",
                "1008; the application is told that it took too long",
                arena -> timesOut(1008, concat(plain(0x81, Arena.BEFORE), hex("82 7e 03e8")), new byte[1000]));
    }

    private static Rule silent() {
        return Rule.client(
                "a server that says nothing, not even to a ping, is told so",
                "UNDERTOW-1934, C-HALF",
                "a ping, then 1001; the application is told that it took too long",
                arena -> timesOut(1001, plain(0x81, Arena.BEFORE), new byte[0]));
    }

    private static void timesOut(int code, byte[] begin, byte[] dripping) throws Exception {
        Visit.eachWay(Visit.Part.HURRIES, visit -> {
            visit.server().send(concat(ServerFrameRules.answer(visit), begin));
            Thread drip = Together.aside(() -> drip(visit.server(), dripping));
            List<String> seen = visit.server().framesToEnd().stream()
                    .filter(frame -> !frame.startsWith("89"))
                    .toList();
            Check.same("the answer", List.of(code == 1008 ? "88 03f0" : "88 03e9", Peer.END), seen);
            visit.server().close();
            drip.join();
            WebSocketException cause = visit.cause();
            Check.that(cause instanceof ConnectionTimeoutException, "the application was told " + cause);
            Check.same("delivered", List.of(Arena.BEFORE), visit.delivery().messages());
        });
    }

    private static Rule endAtOnce() {
        return Rule.client(
                "the end instead of an answer is no connection",
                "RFC 9112, 8",
                "the application is told that the stream was lost",
                arena -> {
                    Visit.eachWay(Visit.Part.HURRIES, visit -> {
                        visit.server().send(ascii("HTTP/1.1 101 Switching"));
                        visit.server().shutdownOutput();
                        requireLost(visit);
                    });
                });
    }

    private static Rule resetAtOnce() {
        return Rule.client(
                "a reset instead of an answer is no connection",
                "reliability.md 2.5, C-RST",
                "the application is told that the stream was lost",
                arena -> {
                    Visit.eachWay(Visit.Part.HURRIES, visit -> {
                        visit.server().send(ascii("HTTP/1.1 101 Switching"));
                        visit.server().reset();
                        requireLost(visit);
                    });
                });
    }

    private static void requireLost(Visit visit) throws InterruptedException {
        WebSocketException cause = visit.cause();
        Check.that(cause instanceof ConnectionLostException, "the application was told " + cause);
        Check.same("delivered", List.of(), visit.delivery().messages());
    }

    /** The application closes as soon as the connection is open. */
    private static Rule closes(String name, String source, byte[] answer) {
        return Rule.client(name, source, "close() returns within its time", arena -> {
            try (Visit visit = Visit.of(false, Visit.Part.CLOSES)) {
                visit.server().send(ServerFrameRules.answer(visit));
                Check.same("the client's Close", "88 03e8", visit.server().frame());
                visit.server().send(answer);
                requireReturn(visit);
            }
        });
    }

    private static Rule closesInFlood() {
        return Rule.client(
                "a server that goes on sending, and never answers a Close, is not waited for",
                "CVE-2024-23672",
                "close() returns within its time",
                arena -> {
                    try (Visit visit = Visit.of(false, Visit.Part.CLOSES)) {
                        visit.server().send(ServerFrameRules.answer(visit));
                        Thread flood =
                                Together.aside(() -> visit.server().flood(plain(0x82, new byte[1000]), Long.MAX_VALUE));
                        Check.same(
                                "the client's Close", "88 03e8", visit.server().frame());
                        requireReturn(visit);
                        visit.server().close();
                        flood.join();
                    }
                });
    }

    private static void requireReturn(Visit visit) throws InterruptedException {
        long begun = System.nanoTime();
        visit.cause();
        Check.that(System.nanoTime() - begun < PATIENCE_NANOS, "it took longer");
        Check.same("delivered", List.of(), visit.delivery().messages());
    }
}
