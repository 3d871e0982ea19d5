package dev.zws.validation;

import static dev.zws.validation.Arena.AFTER;
import static dev.zws.validation.Arena.END;
import static dev.zws.validation.Arena.GET;
import static dev.zws.validation.Arena.HOST;
import static dev.zws.validation.Arena.KEY;
import static dev.zws.validation.Arena.REQUEST;
import static dev.zws.validation.Arena.UPGRADE;
import static dev.zws.validation.Arena.VERSION;
import static dev.zws.validation.Wire.ascii;
import static dev.zws.validation.Wire.concat;

import dev.zws.ConnectionLostException;
import dev.zws.WebSocketException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Request heads that are too large, never end, or come too slowly, and offers of extensions that make no sense. */
final class HeadRules {
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEAD = 16 * 1024;
    private static final int MAX_LINES = 100;
    private static final long MEBIBYTE = 1024 * 1024;
    private static final int SLOW = 1000;
    private static final long FIVE_SECONDS = 5_000_000_000L;
    private static final long DRIP_NANOS = 20_000_000L;

    private HeadRules() {}

    static List<Rule> table() {
        return List.of(
                Refused.with(
                        "the request line is bounded",
                        "RFC 9112, 3; default 8 KiB",
                        414,
                        "GET /" + "a".repeat(MAX_LINE) + " HTTP/1.1\r\n" + HOST + UPGRADE + KEY + VERSION + END),
                Refused.with(
                        "a header line is bounded",
                        "RFC 6585, 5; default 8 KiB",
                        431,
                        REQUEST + "X: " + "a".repeat(MAX_LINE) + "\r\n" + END),
                Refused.with(
                        "a header's name is bounded",
                        "RFC 6585, 5; default 8 KiB",
                        431,
                        REQUEST + "X".repeat(MAX_LINE) + ": a\r\n" + END),
                Refused.with(
                        "the number of headers is bounded",
                        "RFC 6585, 5; CVE-2024-37890; default 100",
                        431,
                        REQUEST + "X: a\r\n".repeat(MAX_LINES) + END),
                Refused.with(
                        "the whole head is bounded",
                        "RFC 6585, 5; default 16 KiB",
                        431,
                        REQUEST + ("X: " + "a".repeat(MAX_LINE / 4) + "\r\n").repeat(4 * MAX_HEAD / MAX_LINE) + END),
                endless(
                        "a request line without an end is refused at its limit",
                        "CVE-2023-43669; Java-WebSocket 1.6.0",
                        414,
                        "GET /",
                        "a"),
                endless(
                        "a header line without an end is refused at its limit",
                        "CVE-2023-43669; Java-WebSocket 1.6.0",
                        431,
                        REQUEST + "X: ",
                        "a"),
                endless(
                        "header lines without an end are refused at their limit",
                        "RFC 6585, 5",
                        431,
                        REQUEST,
                        "X: a\r\n"),
                endless("empty lines without an end are no request", "RFC 9112, 2.2", 400, "", "\r\n"),
                bytewise(),
                late("a request that is never whole is not waited for", "reliability.md 2.3, slowloris", REQUEST),
                late("who connects and says nothing is not waited for", "reliability.md 2.3, slowloris", ""),
                drip(),
                thousandSlow(),
                halfThenEnd(),
                halfThenReset(),
                Accepted.declined(
                        "an extension of another name is declined", "RFC 6455, 9.1", "x-webkit-deflate-frame"),
                Accepted.declined(
                        "an unknown parameter declines the offer", "RFC 7692, 7.1", "permessage-deflate; evil"),
                Accepted.declined(
                        "a repeated parameter declines the offer",
                        "RFC 7692, 7.1",
                        "permessage-deflate; client_max_window_bits; client_max_window_bits"),
                Accepted.declined(
                        "a window of 7 bits declines the offer",
                        "RFC 7692, 7.1.2.1",
                        "permessage-deflate; server_max_window_bits=7"),
                Accepted.declined(
                        "a window of 16 bits declines the offer",
                        "RFC 7692, 7.1.2.1; CVE-2026-2229",
                        "permessage-deflate; server_max_window_bits=16"),
                Accepted.declined(
                        "a window of 8 bits, which zlib has not, declines the offer",
                        "RFC 7692, 7.1.2.1; tornado 6.5 answered 500",
                        "permessage-deflate; server_max_window_bits=8"),
                Accepted.declined(
                        "a window's bits have no leading zero",
                        "RFC 7692, 7.1.2.1",
                        "permessage-deflate; client_max_window_bits=010"),
                Accepted.declined(
                        "a flag has no value", "RFC 7692, 7.1.1.1", "permessage-deflate; server_no_context_takeover=1"),
                Accepted.declined(
                        "an open quotation declines the offer",
                        "RFC 6455, 9.1",
                        "permessage-deflate; client_max_window_bits=\"10"),
                Accepted.declined(
                        "names of prototypes are names",
                        "CVE-2020-7662; ws 3.3.1",
                        "constructor, __proto__; toString=1"),
                Accepted.declined(
                        "long lists of nothing cost no more than their bytes",
                        "CVE-2021-32640; CVE-2020-7663",
                        "a;b=\"" + "\\\\".repeat(4000) + ";".repeat(100)));
    }

    private static final List<Way> WAYS = List.of(Way.BLOCKING, Way.POLLED);

    private static Rule endless(String name, String source, int status, String begin, String more) {
        return Rule.server(name, source, String.valueOf(status), arena -> {
            byte[] piece = ascii(more.repeat(4096 / more.length()));
            List<Integer> ports = new ArrayList<>();
            WAYS.forEach(way -> ports.add(arena.server(way).port()));
            ports.add(arena.selectorPort());
            for (int port : ports) {
                try (Peer peer = Peer.connect(port)) {
                    peer.send(ascii(begin));
                    Thread flood = Together.aside(() -> peer.flood(piece, 64 * MEBIBYTE));
                    String head = peer.head();
                    Check.that(head.startsWith("HTTP/1.1 " + status + ' '), "expected " + status + ", seen: " + head);
                    peer.leave();
                    flood.join();
                }
            }
        });
    }

    private static Rule bytewise() {
        return Rule.server(
                "a head in segments of a byte costs each byte once",
                "CVE-2023-43669",
                "431 within five seconds",
                arena -> {
                    for (Way way : WAYS) {
                        try (Peer peer = Peer.connect(arena.server(way).port())) {
                            long begun = System.nanoTime();
                            peer.sendBytewise(concat(ascii(REQUEST + "X: " + "a".repeat(MAX_LINE)), AFTER));
                            Refused.requireRefusal(peer, 431);
                            Check.that(System.nanoTime() - begun < FIVE_SECONDS, "it took longer");
                        }
                    }
                });
    }

    private static Rule late(String name, String source, String begin) {
        return Rule.server(name, source, "the end, or 408, within the handshake's deadline", arena -> {
            Together.attack(WAYS, way -> {
                Witness server = arena.impatient(way);
                try (Peer peer = Peer.connect(server.port())) {
                    peer.send(ascii(begin));
                    requireLate(peer, server);
                }
            });
        });
    }

    private static Rule drip() {
        return Rule.server(
                "a request that drips is held to a deadline over all of it",
                "reliability.md 2.3, slowloris",
                "the end, or 408, within the handshake's deadline",
                arena -> {
                    Together.attack(WAYS, way -> {
                        Witness server = arena.impatient(way);
                        try (Peer peer = Peer.connect(server.port())) {
                            Thread drip = Together.aside(() -> drip(peer, ascii(REQUEST + END)));
                            requireLate(peer, server);
                            drip.join();
                        }
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

    private static void requireLate(Peer peer, Witness server) throws Exception {
        long begun = System.nanoTime();
        int port = peer.localPort();
        String answer = head(peer);
        Check.that(answer.isEmpty() || answer.startsWith("HTTP/1.1 408 "), "expected the end or 408, seen: " + answer);
        Check.that(System.nanoTime() - begun < FIVE_SECONDS, "it took longer");
        peer.leave();
        Refused.requireNothingDelivered(server.from(port), 408);
    }

    private static String head(Peer peer) {
        try {
            return peer.head();
        } catch (IOException e) {
            return "";
        }
    }

    private static Rule thousandSlow() {
        return Rule.server(
                "1,000 slow handshakes do not keep a fresh one waiting",
                "reliability.md 2.3 and 3.8, slowloris",
                "a fresh connection echoes within five seconds",
                arena -> {
                    for (int port : new int[] {
                        arena.server(Way.BLOCKING).port(), arena.selectorPort(),
                    }) {
                        besideSlow(port);
                    }
                });
    }

    private static void besideSlow(int port) throws IOException {
        List<Peer> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW; i++) {
                slow.add(Peer.connect(port));
                slow.getLast().send(ascii(GET + HOST.substring(0, 1 + i % HOST.length())));
            }
            long begun = System.nanoTime();
            Arena.stillEchoes(port);
            Check.that(System.nanoTime() - begun < FIVE_SECONDS, "it took longer");
        } finally {
            for (Peer peer : slow) {
                peer.close();
            }
        }
    }

    private static Rule halfThenEnd() {
        return Rule.server(
                "a request that the end of the stream cuts off is none",
                "RFC 9112, 8",
                "the end, without an answer",
                arena -> {
                    for (Way way : WAYS) {
                        try (Peer peer = Peer.connect(arena.server(way).port())) {
                            peer.send(ascii(REQUEST));
                            peer.shutdownOutput();
                            Check.same("the answer", "", peer.head());
                            requireLost(arena.server(way).from(peer.localPort()));
                        }
                    }
                });
    }

    private static Rule halfThenReset() {
        return Rule.server(
                "a reset in the middle of a request ends that connection alone",
                "reliability.md 2.5, C-RST",
                "the application is told that the stream was lost",
                arena -> {
                    for (Way way : WAYS) {
                        Peer peer = Peer.connect(arena.server(way).port());
                        int port = peer.localPort();
                        peer.send(ascii(REQUEST));
                        peer.reset();
                        requireLost(arena.server(way).from(port));
                    }
                });
    }

    private static void requireLost(Delivery delivery) throws InterruptedException {
        WebSocketException cause = delivery.cause();
        Check.that(cause instanceof ConnectionLostException, "the application was told " + cause);
        Check.same("delivered", List.of(), delivery.messages());
    }
}
