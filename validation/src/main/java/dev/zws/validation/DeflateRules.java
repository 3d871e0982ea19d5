package dev.zws.validation;

import static dev.zws.validation.Arena.AFTER;
import static dev.zws.validation.Wire.concat;
import static dev.zws.validation.Wire.deflated;
import static dev.zws.validation.Wire.frame;
import static dev.zws.validation.Wire.hex;

import dev.zws.validation.Violated.Agreed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Compressed messages (RFC 7692) that are corrupt, or grow without end. */
final class DeflateRules {
    private static final int MEBIBYTE = 1024 * 1024;

    private DeflateRules() {}

    static List<Rule> table() {
        byte[] hello = deflated("Hello, Hello, Hello");
        return List.of(
                on(
                        "RSV1 is not on a continuation",
                        "RFC 7692, 6.1; Jetty 3418",
                        1002,
                        concat(
                                frame(0x41, Arrays.copyOf(hello, 3)),
                                frame(0xC0, Arrays.copyOfRange(hello, 3, hello.length)))),
                on(
                        "a compressed message does not begin within another",
                        "RFC 6455, 5.4",
                        1002,
                        concat(frame(0x41, hello), frame(0xC1, hello))),
                on("a block of the reserved type is no DEFLATE", "RFC 1951, 3.2.3", 1007, frame(0xC2, hex("07"))),
                on("noise is no DEFLATE", "RFC 7692, 7.2.2", 1007, frame(0xC2, hex("ff ff ff ff ff ff"))),
                on(
                        "a stored block's length has its complement",
                        "RFC 1951, 3.2.4",
                        1007,
                        frame(0xC2, hex("00 05 00 05 00 68 65 6c 6c 6f"))),
                on(
                        "a distance does not reach back before the message",
                        "RFC 1951, 3.2.5; B-11.18",
                        1007,
                        frame(0xC2, hex("02 02 00"))),
                on(
                        "a message that is cut off is none",
                        "B-11.17",
                        1007,
                        frame(0xC1, Arrays.copyOf(hello, hello.length - 3))),
                on(
                        "a corrupt fragment fails before the message is whole",
                        "RFC 7692, 7.2.2",
                        1007,
                        frame(0x42, hex("07"))),
                on("what is inflated to text is text", "RFC 6455, 8.1", 1007, frame(0xC1, deflated(hex("61 c0 af")))),
                on(
                        "text is judged while it is inflated, though its message is not whole",
                        "RFC 6455, 8.1",
                        1007,
                        frame(0x41, deflated(concat(hex("61 c0 af"), new byte[2000])))),
                on(
                        "the size that counts is the inflated one",
                        "CVE-2018-1000518; CVE-2026-1526; GHSA-qrvq-68c2-7grw",
                        1009,
                        frame(0xC2, deflated(new byte[MEBIBYTE + 1]))),
                on(
                        "fragments of a bomb count together",
                        "CVE-2018-1000518; CVE-2026-42587",
                        1009,
                        fragmented(deflated(new byte[2 * MEBIBYTE]), 7)),
                on(
                        "the compressed size counts, too",
                        "B-11.3; default twice 1 MiB and 64 KiB",
                        1009,
                        Wire.header(0xC2, 2 * MEBIBYTE + 64 * 1024 + 1)),
                on(
                        "empty streams without an end are no message",
                        "RFC 7692, 7.2.3.4",
                        1007,
                        frame(0xC2, Wire.times(100_000, hex("03 00")))),
                bomb(),
                ratio());
    }

    private static Rule on(String name, String source, int code, byte[] bytes) {
        return Violated.with(name, source, code, Agreed.ON, bytes);
    }

    private static byte[] fragmented(byte[] payload, int piece) {
        byte[] frames = {};
        for (int at = 0; at < payload.length; at += piece) {
            int first = (at == 0 ? 0x42 : 0x00) | (at + piece >= payload.length ? 0x80 : 0);
            frames =
                    concat(frames, frame(first, Arrays.copyOfRange(payload, at, Math.min(payload.length, at + piece))));
        }
        return frames;
    }

    /** Bombs go off at the limit, whatever is behind it. */
    private static Rule bomb() {
        return Rule.server(
                "a bomb of 1 GiB costs no more than the limit of a message",
                "CVE-2026-1526; reliability.md 3.11",
                "1009; heap after 20 of them is back",
                arena -> {
                    byte[] bomb = concat(frame(0xC2, zeros(arena.scaled(1024, 64))), AFTER);
                    for (Way way : Way.values()) {
                        Witness server = arena.server(way);
                        Footprint before = Footprint.now();
                        for (int i = 0; i < 20; i++) {
                            try (Peer peer = Arena.open(server.port(), true)) {
                                Arena.echo(peer);
                                Thread sender = Together.aside(() -> peer.flood(bomb, 1));
                                Violated.requireClose(peer, 1009);
                                peer.leave();
                                sender.join();
                                Violated.requireNothingMore(server.from(peer.localPort()), 1009);
                            }
                        }
                        Footprint after = Footprint.settled(before, arena);
                        Check.that(after.isBackAt(before), way + ": before " + before + ", after " + after);
                    }
                });
    }

    private static byte[] zeros(int mebibytes) throws IOException {
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try (DeflaterOutputStream out = new DeflaterOutputStream(made, deflater, true)) {
            for (int i = 0; i < mebibytes; i++) {
                out.write(new byte[MEBIBYTE]);
            }
            out.flush();
            return Arrays.copyOf(made.toByteArray(), made.size() - 4);
        } finally {
            deflater.end();
        }
    }

    private static Rule ratio() {
        return Rule.server(
                "where messages may be large, a ratio over 256 is a bomb",
                "default ratio, beyond 1 MiB",
                "1009",
                arena -> {
                    byte[] bomb = concat(frame(0xC2, deflated(new byte[4 * MEBIBYTE])), AFTER);
                    for (Way way : Way.values()) {
                        Witness server = arena.roomy(way);
                        try (Peer peer = Arena.open(server.port(), true)) {
                            Arena.echo(peer);
                            peer.send(bomb);
                            Violated.requireClose(peer, 1009);
                            peer.leave();
                            Violated.requireNothingMore(server.from(peer.localPort()), 1009);
                        }
                    }
                });
    }
}
