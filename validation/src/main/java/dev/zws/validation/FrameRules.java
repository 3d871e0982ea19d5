package dev.zws.validation;

import static dev.zws.validation.Wire.concat;
import static dev.zws.validation.Wire.frame;
import static dev.zws.validation.Wire.header;
import static dev.zws.validation.Wire.hex;
import static dev.zws.validation.Wire.plain;
import static dev.zws.validation.Wire.status;

import dev.zws.validation.Violated.Agreed;
import java.util.List;

/** Frames that no client may send (RFC 6455, 5): first bytes, masks, lengths, control frames. */
final class FrameRules {
    private static final byte[] NOTHING = {};

    private FrameRules() {}

    static List<Rule> table() {
        return List.of(
                // ---- reserved bits and opcodes
                Violated.with(
                        "RSV1 has no meaning unless agreed on",
                        "RFC 6455, 5.2; CVE-2026-59881",
                        1002,
                        Agreed.OFF,
                        frame(0xC1, Wire.deflated("Hello"))),
                Violated.with("RSV2 has no meaning", "RFC 6455, 5.2; B-2.12", 1002, frame(0xA1, "a")),
                Violated.with("RSV3 has no meaning", "RFC 6455, 5.2; B-2.12", 1002, frame(0x91, "a")),
                Violated.with("all reserved bits at once have no meaning", "RFC 6455, 5.2", 1002, frame(0xF1, "a")),
                Violated.with("a reserved bit on a ping has no meaning", "RFC 6455, 5.2", 1002, frame(0xA9, "a")),
                Violated.with("RSV1 is not on a ping", "RFC 7692, 6.1", 1002, frame(0xC9, "a")),
                Violated.with("RSV1 is not on a Close", "RFC 7692, 6.1", 1002, frame(0xC8, status(1000, ""))),
                Violated.with("opcode 3 is reserved", "RFC 6455, 5.2", 1002, frame(0x83, "a")),
                Violated.with("opcode 7 is reserved", "RFC 6455, 5.2", 1002, frame(0x87, "a")),
                Violated.with("opcode 0xB is reserved", "RFC 6455, 5.2", 1002, frame(0x8B, "a")),
                Violated.with("opcode 0xF is reserved", "RFC 6455, 5.2", 1002, frame(0x8F, NOTHING)),
                Violated.with(
                        "a reserved opcode is no fragment either",
                        "RFC 6455, 5.2",
                        1002,
                        concat(frame(0x01, "a"), frame(0x83, "b"))),
                // ---- masks
                Violated.with("a client masks", "RFC 6455, 5.1", 1002, plain(0x81, "a")),
                Violated.with("a client masks an empty frame, too", "RFC 6455, 5.1", 1002, plain(0x82, NOTHING)),
                Violated.with("a client masks a ping, too", "RFC 6455, 5.1", 1002, plain(0x89, "a")),
                Violated.with("a client masks a Close, too", "RFC 6455, 5.1", 1002, plain(0x88, status(1000, ""))),
                Violated.with(
                        "a client masks every fragment",
                        "RFC 6455, 5.1",
                        1002,
                        concat(frame(0x01, "a"), plain(0x80, "b"))),
                // ---- lengths
                Violated.with(
                        "125 bytes have no length of 16 bits",
                        "RFC 6455, 5.2",
                        1002,
                        concat(hex("82 fe 007d 37fa213d"), new byte[125])),
                Violated.with("no bytes have no length of 16 bits", "RFC 6455, 5.2", 1002, hex("82 fe 0000 37fa213d")),
                Violated.with(
                        "65,535 bytes have no length of 64 bits",
                        "RFC 6455, 5.2",
                        1002,
                        hex("82 ff 000000000000ffff 37fa213d")),
                Violated.with(
                        "no bytes have no length of 64 bits",
                        "RFC 6455, 5.2",
                        1002,
                        hex("82 ff 0000000000000000 37fa213d")),
                Violated.with(
                        "the top bit of a length of 64 bits is 0",
                        "RFC 6455, 5.2; CVE-2020-13935",
                        1002,
                        hex("82 ff 8000000000000000 37fa213d")),
                Violated.with("a length is not -1", "CVE-2020-13935", 1002, hex("82 ff ffffffffffffffff 37fa213d")),
                Violated.with(
                        "a frame of 2^63 - 1 bytes is too large",
                        "RFC 6455, 10.4; CVE-2026-1528",
                        1009,
                        hex("82 ff 7fffffffffffffff 37fa213d")),
                Violated.with(
                        "a frame of 2^32 + 1 bytes is not one of 1 byte",
                        "RFC 6455, 10.4; baresip/re 1584",
                        1009,
                        hex("82 ff 0000000100000001 37fa213d")),
                Violated.with(
                        "a frame of 2^31 - 1 bytes is too large",
                        "Java-WebSocket 1.6.0 stopped listening",
                        1009,
                        header(0x82, Integer.MAX_VALUE)),
                Violated.with(
                        "a frame of 2^31 bytes is not one of -2^31", "baresip/re 1584", 1009, header(0x82, 1L << 31)),
                Violated.with(
                        "a frame is bounded",
                        "RFC 6455, 10.4; default 16 MiB",
                        1009,
                        header(0x82, 16 * 1024 * 1024 + 1)),
                Violated.with(
                        "a message of one frame is bounded",
                        "RFC 6455, 10.4; default 1 MiB",
                        1009,
                        header(0x82, 1024 * 1024 + 1)),
                // ---- control frames
                Violated.with("a ping is not fragmented", "RFC 6455, 5.5", 1002, frame(0x09, "a")),
                Violated.with("a pong is not fragmented", "RFC 6455, 5.5", 1002, frame(0x0A, "a")),
                Violated.with("a Close is not fragmented", "RFC 6455, 5.5", 1002, frame(0x08, status(1000, ""))),
                Violated.with("a ping has at most 125 bytes", "RFC 6455, 5.5", 1002, frame(0x89, new byte[126])),
                Violated.with("a pong has at most 125 bytes", "RFC 6455, 5.5", 1002, frame(0x8A, new byte[126])),
                Violated.with(
                        "a Close has at most 125 bytes",
                        "RFC 6455, 5.5",
                        1002,
                        frame(0x88, status(1000, "a".repeat(124)))),
                Violated.with("a ping has no length of 64 bits", "RFC 6455, 5.5", 1002, header(0x89, 65_536)),
                Violated.with(
                        "a short ping has no length of 16 bits", "RFC 6455, 5.2", 1002, hex("89 fe 0001 37fa213d 56")),
                // ---- sequences
                Violated.with("a continuation continues something", "RFC 6455, 5.4", 1002, frame(0x80, "a")),
                Violated.with("a fragment of nothing continues nothing", "RFC 6455, 5.4", 1002, frame(0x00, NOTHING)),
                Violated.with(
                        "a ping begins nothing that could be continued",
                        "RFC 6455, 5.4",
                        1002,
                        concat(frame(0x89, "a"), frame(0x80, "b"))),
                Violated.with(
                        "a text does not begin within a text",
                        "RFC 6455, 5.4",
                        1002,
                        concat(frame(0x01, "a"), frame(0x81, "b"))),
                Violated.with(
                        "a binary message does not begin within a text",
                        "RFC 6455, 5.4",
                        1002,
                        concat(frame(0x01, "a"), frame(0x02, "b"))),
                Violated.with(
                        "a text does not begin within an empty fragment's message",
                        "RFC 6455, 5.4",
                        1002,
                        concat(frame(0x02, NOTHING), frame(0x81, "b"))),
                Violated.with(
                        "a ping between fragments does not end their message",
                        "RFC 6455, 5.4",
                        1002,
                        concat(frame(0x01, "a"), frame(0x89, "p"), frame(0x81, "b"))),
                Violated.with(
                        "HTTP is no frame", "RFC 6455, 5.2", 1002, Wire.ascii("GET / HTTP/1.1\r\nHost: a\r\n\r\n")));
    }
}
