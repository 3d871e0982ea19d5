package dev.zws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a Close: parsed as RFC 6455, 5.5.1 says, encoded again to the same bytes, refused by the rule that it breaks first;
 * and a connection that gets it answers with the same, which the other side then understands.
 */
final class ClosePayloadFuzz {
    private ClosePayloadFuzz() {}

    static void run(byte[] input) throws IOException {
        FuzzInput in = new FuzzInput(input);
        Role role = in.flag() ? Role.SERVER : Role.CLIENT;
        boolean strict = in.flag();
        byte[] payload = in.take(FrameHeader.MAX_CONTROL_PAYLOAD);
        @Nullable Violation expected = expected(payload, strict);
        @Nullable CloseStatus status = null;
        try {
            status = CloseStatus.parse(payload, 0, payload.length, strict);
            Holds.same(null, expected, "violation");
        } catch (ProtocolException e) {
            Holds.same(expected, e.violation(), "violation");
        }
        boolean text = payload.length < 2 || Utf8Validator.isValid(payload, 2, payload.length - 2);
        if (status != null && text) {
            Holds.same(payload, status.encode(), "encoded again");
        }
        answer(role, Conn.Config.DEFAULT.withValidateUtf8(strict), payload, status, expected);
    }

    private static void answer(
            Role role, Conn.Config config, byte[] payload, @Nullable CloseStatus status, @Nullable Violation expected)
            throws IOException {
        Fixture f = Fixture.of(role, config, Wire.frame(Wire.other(role), 0x88, payload));
        try {
            Holds.same(null, f.conn.readMessage(), "message");
            Holds.same(status, f.conn.closeStatus(), "status");
            Holds.same(
                    "[88 " + HexFormat.of().formatHex(payload) + "]",
                    f.out.seen().toString(),
                    "answer");
        } catch (ProtocolException e) {
            Holds.same(expected, e.violation(), "violation of the connection");
        }
        Fixture peer = Fixture.of(Wire.other(role), config, f.out.written());
        Holds.same(null, peer.conn.readMessage(), "message");
        Holds.same(
                status != null ? status : new CloseStatus(closeCode(expected), ""), peer.conn.closeStatus(), "echoed");
    }

    private static int closeCode(@Nullable Violation violation) {
        return violation == null ? CloseCode.NO_STATUS : violation.closeCode();
    }

    private static @Nullable Violation expected(byte[] payload, boolean strict) {
        if (payload.length == 0) {
            return null;
        }
        if (payload.length == 1) {
            return Violation.INVALID_CLOSE_PAYLOAD;
        }
        int code = (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        boolean reserved = code < 1000 || code >= 1004 && code <= 1006 || code >= 1015 && code < 3000 || code > 4999;
        if (reserved) {
            return Violation.INVALID_CLOSE_CODE;
        }
        String reason = new String(payload, 2, payload.length - 2, UTF_8);
        boolean text = Arrays.equals(reason.getBytes(UTF_8), Arrays.copyOfRange(payload, 2, payload.length));
        return strict && !text ? Violation.INVALID_UTF8 : null;
    }
}
