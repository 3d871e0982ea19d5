package dev.zws.validation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InteropTapeTest {
    private static final String HEAD =
            "GET /ping HTTP/1.1\r\nSec-WebSocket-Extensions: a\r\nsec-websocket-extensions:b\r\n\r\n";

    private static byte[] traffic() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(HEAD.getBytes(ISO_8859_1));
        all.writeBytes(HexFormat.of().parseHex("c183" + "00000000" + "010203")); // compressed text
        all.writeBytes(HexFormat.of().parseHex("027e0100" + "ff".repeat(256))); // binary, not the last of its fragments
        all.writeBytes(HexFormat.of().parseHex("8982" + "01020304" + "4142")); // a masked Ping
        all.writeBytes(HexFormat.of().parseHex("807f0000000000000003" + "616263"));
        all.writeBytes(HexFormat.of().parseHex("8802" + "0fa0"));
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 100_000})
    void readsTheSameHoweverTheBytesArrive(int size) {
        InteropTape tape = new InteropTape();
        byte[] traffic = traffic();
        for (int at = 0; at < traffic.length; at += size) {
            int count = Math.min(size, traffic.length - at);
            tape.take(HexFormat.of().parseHex(HexFormat.of().formatHex(traffic, at, at + count)), count);
        }
        assertThat(tape.head()).isEqualTo(HEAD);
        assertThat(tape.header("Sec-WebSocket-Extensions")).containsExactly("a", "b");
        assertThat(tape.frames())
                .extracting(InteropTape.Frame::opcode)
                .containsExactly(InteropTape.TEXT, InteropTape.BINARY, InteropTape.PING, 0, InteropTape.CLOSE);
        assertThat(tape.frames()).extracting(InteropTape.Frame::length).containsExactly(3L, 256L, 2L, 3L, 2L);
        assertThat(tape.compressed()).isEqualTo(1);
        assertThat(tape.fragmented()).isTrue();
        assertThat(tape.frames().get(2).payload()).isEqualTo(ByteBuffer.wrap(new byte[] {0x40, 0x40}));
        assertThat(tape.frames().getLast().code()).isEqualTo(4000);
        assertThat(tape.end())
                .isEqualTo("[C1 83, 02 7E 01 00, 89 82 + 40 40, 80 7F 00 00 00 00 00 00 00 03, 88 02 + 0F A0]");
    }

    @Test
    void aFrameIsWholeWithItsLastByte() {
        InteropTape tape = new InteropTape();
        byte[] bytes = ("HTTP/1.1 101 x\r\n\r\n" + "\u0081\u0003abc").getBytes(ISO_8859_1);
        tape.take(bytes, bytes.length - 1);
        assertThat(tape.hasWholeFrame()).isFalse();
        tape.take(new byte[] {'c'}, 1);
        assertThat(tape.hasWholeFrame()).isTrue();
        assertThat(tape.frames()).extracting(Object::toString).containsExactly("81 03");
    }
}
