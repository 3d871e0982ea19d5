package dev.zws.validation;

import static dev.zws.validation.Wire.concat;
import static dev.zws.validation.Wire.frame;
import static dev.zws.validation.Wire.header;
import static dev.zws.validation.Wire.hex;
import static dev.zws.validation.Wire.status;

import dev.zws.CloseStatus;
import java.util.List;

/** Text that is none, messages that grow too large, and Closes that are malformed or come twice. */
final class MessageRules {
    private MessageRules() {}

    static List<Rule> table() {
        return List.of(
                // ---- text (RFC 3629)
                text("a lone continuation byte is no text", "80"),
                text("the bytes 0xFE and 0xFF are in no text", "61 fe ff"),
                text("an overlong slash is no text", "c0 af"),
                text("an overlong NUL is no text", "c0 80"),
                text("an overlong form of three bytes is no text", "e0 80 af"),
                text("an overlong form of four bytes is no text", "f0 80 80 af"),
                text("a surrogate is no text", "ed a0 80"),
                text("a pair of surrogates is no text", "ed a0 bd ed b8 80"),
                text("beyond U+10FFFF there is no text", "f4 90 80 80"),
                text("a form of five bytes is no text", "f8 88 80 80 80"),
                text("a character that is cut off is no text", "61 e2 82"),
                Violated.with(
                        "text fails at its first bad byte, though its frame is not whole",
                        "RFC 6455, 8.1; Autobahn 6.4",
                        1007,
                        concat(header(0x81, 1000), Wire.masked(hex("61 62 c0 af")))),
                Violated.with(
                        "text fails at its first bad byte, though its message is not whole",
                        "RFC 6455, 8.1; Autobahn 6.4",
                        1007,
                        concat(frame(0x01, hex("61 62")), frame(0x00, hex("c0 af")))),
                Violated.with(
                        "a character that fragments cut apart is judged whole",
                        "RFC 6455, 8.1",
                        1007,
                        concat(frame(0x01, hex("ed")), frame(0x00, new byte[0]), frame(0x80, hex("a0 80")))),
                Violated.with(
                        "a character does not reach over a message's end",
                        "RFC 6455, 8.1",
                        1007,
                        concat(frame(0x01, hex("e2")), frame(0x80, hex("82")), frame(0x81, hex("ac")))),
                // ---- sizes
                Violated.with(
                        "fragments together are bounded",
                        "RFC 6455, 10.4; CVE-2020-27813",
                        1009,
                        concat(frame(0x02, new byte[1000]), header(0x80, 1024 * 1024 - 999))),
                Violated.with(
                        "a sum of lengths does not overflow",
                        "CVE-2020-27813",
                        1009,
                        concat(frame(0x02, new byte[100]), hex("80 ff 7fffffffffffffff 37fa213d"))),
                Violated.with(
                        "a sum of lengths does not overflow 32 bits",
                        "CVE-2020-27813",
                        1009,
                        concat(frame(0x02, new byte[100]), header(0x80, Integer.MAX_VALUE))),
                // ---- Close
                Violated.with("a Close has no payload of one byte", "RFC 6455, 5.5.1", 1002, frame(0x88, hex("03"))),
                close(0),
                close(999),
                close(1004),
                close(1005),
                close(1006),
                close(1015),
                close(1016),
                close(2999),
                close(5000),
                close(65_535),
                Violated.with(
                        "a Close's reason is text",
                        "RFC 6455, 5.5.1 and 8.1",
                        1007,
                        frame(0x88, concat(status(1000, ""), hex("c0 af")))),
                Violated.with(
                        "a Close's reason is not cut off within a character",
                        "RFC 6455, 5.5.1 and 8.1",
                        1007,
                        frame(0x88, concat(status(1000, "a"), hex("e2 82")))),
                Violated.closed(
                        "behind a Close nothing is read",
                        "RFC 6455, 5.5.1; B-11.9",
                        CloseStatus.NORMAL,
                        concat(frame(0x88, status(1000, "")), frame(0x82, "late"), frame(0x89, "late"))),
                Violated.closed(
                        "a second Close is not answered",
                        "RFC 6455, 5.5.1; C-AFTER",
                        CloseStatus.NORMAL,
                        concat(frame(0x88, status(1000, "")), frame(0x88, status(1001, "")))),
                Violated.closed(
                        "behind a Close even what is no frame does no harm",
                        "RFC 6455, 5.5.1",
                        CloseStatus.NORMAL,
                        concat(frame(0x88, status(1000, "")), hex("ff ff ff ff ff ff ff ff"))),
                Violated.closed(
                        "a Close cuts off the message that it stands in",
                        "RFC 6455, 5.5.1",
                        CloseStatus.GOING_AWAY,
                        concat(frame(0x01, "never"), frame(0x88, status(1001, "")), frame(0x80, " whole"))));
    }

    private static Rule text(String name, String bytes) {
        return Violated.with(name, "RFC 6455, 8.1; RFC 3629, 3", 1007, frame(0x81, hex(bytes)));
    }

    private static Rule close(int code) {
        return Violated.with(
                "close code " + code + " does not travel",
                "RFC 6455, 7.4; B-11.13",
                1002,
                frame(0x88, status(code, "")));
    }
}
