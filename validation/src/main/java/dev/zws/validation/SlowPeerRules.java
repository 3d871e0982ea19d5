package dev.zws.validation;

import static dev.zws.validation.Arena.AFTER;
import static dev.zws.validation.Arena.BEFORE;
import static dev.zws.validation.Wire.concat;
import static dev.zws.validation.Wire.frame;
import static dev.zws.validation.Wire.header;
import static dev.zws.validation.Wire.status;

import dev.zws.ConnectionFailedException;
import dev.zws.ConnectionTimeoutException;
import dev.zws.WebSocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Peers that take their time: each costs a server no more than its deadlines. */
final class SlowPeerRules {
    private static final long DRIP_NANOS = 20_000_000L;
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long MEBIBYTE = 1024 * 1024;

    private SlowPeerRules() {}

    static List<Rule> table() {
        return List.of(
                neverReads(
                        "who never reads is cut at the write deadline",
                        "ws echo, X-SLOW-1; Jetty 2061; PokerTH 518",
                        frame(0x82, new byte[60_000])),
                neverReads(
                        "who never reads pongs is cut, too", "B-11.7", concat(pings(8), frame(0x82, new byte[60_000]))),
                drips(
                        "a message that drips is held to a deadline over all of it",
                        "reliability.md 2.5; B-11.38",
                        1008,
                        header(0x82, 1000)),
                drips(
                        "fragments that drip are held to a deadline over their message",
                        "reliability.md 2.5; B-11.38",
                        1008,
                        concat(frame(0x02, "a"), header(0x00, 1000))),
                silent(),
                neverCloses(),
                goesOnAfterClose(),
                goesOnAfterViolation());
    }

    private static byte[] pings(int count) {
        byte[][] pings = new byte[count][];
        Arrays.fill(pings, frame(0x89, new byte[125]));
        return concat(pings);
    }

    private static Rule neverReads(String name, String source, byte[] piece) {
        return Rule.server(name, source, "the connection ends; less than 64 MiB were taken", arena -> {
            Together.attackEveryWay(way -> {
                Witness server = arena.impatient(way);
                try (Peer peer = Arena.opened(Peer.connectNarrow(server.port()), false)) {
                    long begun = System.nanoTime();
                    AtomicLong sent = new AtomicLong();
                    Thread flood = Together.aside(() -> sent.set(peer.flood(piece, 64 * MEBIBYTE)));
                    WebSocketException cause = server.from(peer.localPort()).cause();
                    Check.that(cause instanceof ConnectionFailedException, way + ": the application was told " + cause);
                    Check.that(System.nanoTime() - begun < PATIENCE_NANOS, way + ": it took longer");
                    peer.leave(); // the server's kernel may hold on to the stream for longer
                    flood.join();
                    Check.that(sent.get() < 64 * MEBIBYTE, way + ": 64 MiB were taken");
                }
            });
        });
    }

    @FunctionalInterface
    private interface Provocation {
        void of(Way way, Witness server, Peer peer) throws Exception;
    }

    /** Something done to each impatient server, by a peer whom it has answered once. */
    private static void provoke(Arena arena, Provocation provocation) throws Exception {
        Together.attackEveryWay(way -> {
            Witness server = arena.impatient(way);
            try (Peer peer = Arena.open(server.port(), false)) {
                Arena.echo(peer);
                provocation.of(way, server, peer);
            }
        });
    }

    /** Bytes that come in time one by one, but not all of them. */
    private static Rule drips(String name, String source, int code, byte[] begin) {
        return Rule.server(name, source, code + " within the message's deadline", arena -> {
            provoke(arena, (way, server, peer) -> {
                peer.send(begin);
                Thread drip = Together.aside(() -> drip(peer));
                requireTimeout(way, peer, code, server);
                drip.join();
            });
        });
    }

    private static void drip(Peer peer) {
        while (peer.flood(new byte[1], 1) > 0) {
            LockSupport.parkNanos(DRIP_NANOS);
        }
    }

    private static void requireTimeout(Way way, Peer peer, int code, Witness server) throws Exception {
        long begun = System.nanoTime();
        int port = peer.localPort();
        List<String> seen = new ArrayList<>(peer.framesToEnd());
        seen.removeIf(frame -> frame.startsWith("89")); // is anybody there?
        Check.begins(way + ": the answer", List.of("88 " + HexFormat.of().toHexDigits((short) code), Peer.END), seen);
        Check.that(System.nanoTime() - begun < PATIENCE_NANOS, way + ": it took longer");
        peer.leave();
        WebSocketException cause = server.from(port).cause();
        Check.that(cause instanceof ConnectionTimeoutException, way + ": the application was told " + cause);
        Check.same("delivered", List.of(BEFORE), server.from(port).messages());
    }

    private static Rule silent() {
        return Rule.server(
                "who says nothing, not even to a ping, is told so",
                "UNDERTOW-1934, C-HALF; reliability.md 2.5",
                "a ping, then 1001",
                arena -> {
                    provoke(arena, (way, server, peer) -> {
                        requireTimeout(way, peer, 1001, server);
                    });
                });
    }

    /** The server has said its Close; the peer neither answers nor ends the stream. */
    private static Rule neverCloses() {
        return Rule.server(
                "who does not end the stream after a violation is not waited for",
                "CVE-2024-23672; Java-WebSocket 1317",
                "1002, and the server lets go within its deadline",
                arena -> {
                    provoke(arena, (way, server, peer) -> {
                        peer.send(concat(frame(0xF1, "a"), AFTER));
                        Violated.requireClose(peer, 1002);
                        Violated.requireNothingMore(server.from(peer.localPort()), 1002);
                    });
                });
    }

    private static Rule goesOnAfterClose() {
        return Rule.server(
                "who goes on sending after a Close is not listened to for long",
                "CVE-2024-23672, C-AFTER-6",
                "1000, and the server lets go within its deadline",
                arena -> {
                    provoke(arena, (way, server, peer) -> {
                        peer.send(frame(0x88, status(1000, "")));
                        Thread flood = Together.aside(() -> peer.flood(AFTER, Long.MAX_VALUE));
                        Check.same(way + ": the answer", "88 03e8", peer.frameButPings());
                        Delivery delivery = server.from(peer.localPort());
                        Check.that(delivery.cause() == null, way + ": the application was told " + delivery.cause());
                        Check.same("delivered", List.of(BEFORE), delivery.messages());
                        peer.leave();
                        flood.join();
                    });
                });
    }

    private static Rule goesOnAfterViolation() {
        return Rule.server(
                "who goes on sending after a violation can read why it ended, and is not listened to for long",
                "RFC 6455, 7.1.7",
                "1002, and the server lets go within its deadline",
                arena -> {
                    provoke(arena, (way, server, peer) -> {
                        peer.send(frame(0xF1, "a"));
                        Thread flood = Together.aside(() -> peer.flood(AFTER, Long.MAX_VALUE));
                        Check.same(way + ": the answer", "88 03ea", peer.frameButPings());
                        Violated.requireNothingMore(server.from(peer.localPort()), 1002);
                        peer.leave();
                        flood.join();
                    });
                });
    }
}
