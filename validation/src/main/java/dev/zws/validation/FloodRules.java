package dev.zws.validation;

import static dev.zws.validation.Arena.AFTER;
import static dev.zws.validation.Arena.BEFORE;
import static dev.zws.validation.Wire.concat;
import static dev.zws.validation.Wire.frame;
import static dev.zws.validation.Wire.header;
import static dev.zws.validation.Wire.times;

import dev.zws.ConnectionLostException;
import dev.zws.WebSocketException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Too much of what is allowed, and resets where they hurt. */
final class FloodRules {
    private static final int MAX_FRAGMENTS = 64 * 1024;
    private static final int MEBIBYTE = 1024 * 1024;
    private static final byte[] NOTHING = {};
    private static final long FIVE_SECONDS = 5_000_000_000L;

    private FloodRules() {}

    static List<Rule> table() {
        return List.of(
                Violated.with(
                        "pings are bounded in number",
                        "reliability.md 2.5; default 1,000 a second",
                        1008,
                        times(3000, frame(0x89, "ping"))),
                Violated.with(
                        "pongs that nobody asked for are bounded in number",
                        "UNDERTOW-1935; default 1,000 a second",
                        1008,
                        times(3000, frame(0x8A, NOTHING))),
                Violated.with(
                        "pings between fragments are bounded in number",
                        "RFC 6455, 5.4; default 1,000 a second",
                        1008,
                        concat(frame(0x01, "a"), times(3000, concat(frame(0x89, NOTHING), frame(0x00, "a"))))),
                Violated.with(
                        "empty fragments are bounded in number",
                        "CVE-2026-48779; default 65,536",
                        1008,
                        concat(frame(0x01, NOTHING), times(MAX_FRAGMENTS, frame(0x00, NOTHING)))),
                Violated.with(
                        "fragments of a byte are bounded in number",
                        "CVE-2026-48779; CVE-2026-12151; Java-WebSocket 1508",
                        1008,
                        concat(frame(0x01, "a"), times(MAX_FRAGMENTS, frame(0x00, "a")))),
                Violated.with(
                        "fragments of a compressed message are bounded in number",
                        "CVE-2026-48779",
                        1008,
                        Violated.Agreed.ON,
                        concat(frame(0x41, NOTHING), times(MAX_FRAGMENTS, frame(0x00, NOTHING)))),
                openFragments(),
                announced(),
                tinyMessages("messages of a byte are echoed, however many", frame(0x82, "a"), "82 'a'"),
                tinyMessages("empty messages are echoed, however many", frame(0x82, NOTHING), "82 ''"),
                neverPauses(),
                comeAndGo(),
                reset("behind the 101", NOTHING),
                reset("in the middle of a frame's header", new byte[] {(byte) 0x81}),
                reset("in the middle of a payload", concat(header(0x82, 1000), new byte[100])),
                reset("between two fragments", frame(0x01, "never")),
                reset("in the middle of a compressed message", frame(0x41, Wire.deflated("never"))),
                end("behind the 101", NOTHING),
                end("in the middle of a payload", concat(header(0x82, 1000), new byte[100])),
                end("between two fragments", frame(0x01, "never")),
                resetWhileEchoing());
    }

    /** X-FRAG of reliability.md: each may hold its payload twice, and 64 KiB. */
    private static Rule openFragments() {
        return Rule.server(
                "60,000 fragments of a byte cost no more than their bytes",
                "CVE-2026-48779; ws 2331",
                "heap grows by less than 2 x 60,000 bytes and 64 KiB each",
                arena -> {
                    byte[] fragments = concat(frame(0x02, "a"), times(60_000, frame(0x00, "a")));
                    for (Way way : Way.values()) {
                        requireGrowth(arena.server(way), 40, fragments, 2 * 60_000 + 64 * 1024);
                    }
                });
    }

    private static Rule announced() {
        return Rule.server(
                "a length that is announced is not allocated",
                "Helidon 8025; F-HUGE-11",
                "heap grows by less than 64 KiB each, for 100 that announce 1 MiB",
                arena -> {
                    for (Way way : Way.values()) {
                        requireGrowth(arena.server(way), 100, concat(header(0x82, MEBIBYTE), new byte[1]), 64 * 1024);
                    }
                });
    }

    private static void requireGrowth(Witness server, int connections, byte[] bytes, int most) throws Exception {
        List<Peer> peers = new ArrayList<>();
        try {
            long before = 0;
            for (int i = 0; i <= connections; i++) {
                if (i == 1) { // the first loads what it needs
                    before = Footprint.now().heap();
                }
                Peer peer = Arena.open(server.port(), false);
                peers.add(peer);
                peer.send(bytes);
                peer.send(frame(0x89, "there?"));
                if (bytes.length > MEBIBYTE / 16) { // the ping stands behind whole frames
                    Check.same("the answer to a ping", "8a 74686572653f", peer.frame());
                }
            }
            Arena.stillEchoes(server.port());
            long growth = (Footprint.now().heap() - before) / connections;
            Check.that(growth < most, "heap grew by " + growth + " bytes for each connection");
        } finally {
            for (Peer peer : peers) {
                peer.close();
            }
        }
    }

    private static Rule tinyMessages(String name, byte[] message, String echo) {
        return Rule.server(
                name,
                "reliability.md 2.5, X-MSG",
                "each echo, in order, and a fresh connection is served meanwhile",
                arena -> {
                    int count = arena.scaled(200_000, 5000);
                    List<Integer> ports = new ArrayList<>();
                    for (Way way : Way.values()) {
                        ports.add(arena.server(way).port());
                    }
                    ports.add(arena.selectorPort());
                    for (int port : ports) {
                        try (Peer peer = Arena.open(port, false)) {
                            Thread flood = Together.aside(
                                    () -> peer.flood(times(100, message), (long) count * message.length));
                            for (int i = 0; i < count; i++) {
                                if (i == count / 2) {
                                    Arena.stillEchoes(port);
                                }
                                Check.same("echo " + i, echo, peer.frame());
                            }
                            flood.join();
                        }
                    }
                });
    }

    private static Rule neverPauses() {
        return Rule.server(
                "who sends without a pause, and reads, does not keep others waiting",
                "reliability.md 2.5, X-MSG",
                "fresh connections echo within five seconds",
                arena -> {
                    byte[] batch = times(1000, frame(0x82, new byte[16]));
                    for (int port : new int[] {arena.server(Way.BLOCKING).port(), arena.selectorPort()}) {
                        try (Peer peer = Arena.open(port, false)) {
                            Thread flood = Together.aside(() -> peer.flood(batch, Long.MAX_VALUE));
                            Thread drop = Together.aside(peer::drop);
                            for (int i = 0; i < arena.scaled(200, 20); i++) {
                                long begun = System.nanoTime();
                                Arena.stillEchoes(port);
                                Check.that(System.nanoTime() - begun < FIVE_SECONDS, "it took longer");
                            }
                            peer.leave();
                            flood.join();
                            drop.join();
                        }
                    }
                });
    }

    private static Rule comeAndGo() {
        return Rule.server(
                "connections that are reset before they say anything leave nothing behind",
                "reliability.md 2.5, C-RST",
                "heap, threads and descriptors are back",
                arena -> {
                    Footprint before = Footprint.now();
                    int count = arena.scaled(10_000, 500);
                    for (Way way : List.of(Way.BLOCKING, Way.POLLED)) {
                        for (int i = 0; i < count; i++) {
                            Peer.connect(arena.server(way).port()).reset();
                        }
                    }
                    for (int i = 0; i < count; i++) {
                        Peer.connect(arena.selectorPort()).reset();
                    }
                    arena.patientStillEcho();
                    Footprint after = Footprint.settled(before, arena);
                    Check.that(after.isBackAt(before), "before " + before + ", after " + after);
                });
    }

    private static Rule reset(String where, byte[] bytes) {
        return Rule.server(
                "a reset " + where + " ends that connection alone",
                "UNDERTOW-1934; reliability.md 2.5, C-RST",
                "the application is told that the stream was lost",
                arena -> lost(arena, bytes, Peer::reset));
    }

    private static Rule end(String where, byte[] bytes) {
        return Rule.server(
                "an end " + where + " is no Close",
                "RFC 6455, 7.1.5; B-11.34",
                "the end without a Close; the application is told that the stream was lost",
                arena -> lost(arena, bytes, peer -> {
                    peer.shutdownOutput();
                    Check.same("the answer", List.of(Peer.END), peer.framesToEnd());
                }));
    }

    @FunctionalInterface
    private interface Leaving {
        void by(Peer peer) throws IOException;
    }

    private static void lost(Arena arena, byte[] bytes, Leaving leaving) throws Exception {
        for (Way way : Way.values()) {
            Witness server = arena.server(way);
            try (Peer peer = Arena.open(server.port(), true)) {
                int port = peer.localPort();
                Arena.echo(peer);
                peer.send(bytes);
                leaving.by(peer);
                WebSocketException cause = server.from(port).cause();
                Check.that(cause instanceof ConnectionLostException, way + ": the application was told " + cause);
                Check.same("delivered", List.of(BEFORE), server.from(port).messages());
            }
        }
    }

    private static Rule resetWhileEchoing() {
        return Rule.server(
                "a reset with echoes under way ends that connection alone",
                "UNDERTOW-1934; Tyrus 654",
                "the application is told that the stream was lost",
                arena -> {
                    byte[] messages = concat(times(50, frame(0x82, new byte[10_000])), AFTER);
                    for (Way way : Way.values()) {
                        Witness server = arena.server(way);
                        try (Peer peer = Arena.open(server.port(), false)) {
                            int port = peer.localPort();
                            peer.send(messages);
                            Check.that(peer.frame().startsWith("82"), "there is no echo");
                            peer.reset();
                            WebSocketException cause = server.from(port).cause();
                            Check.that(
                                    cause instanceof ConnectionLostException,
                                    way + ": the application was told " + cause);
                        }
                    }
                });
    }
}
