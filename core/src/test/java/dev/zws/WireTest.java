package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The fixture that makes the frames of other tests, held against bytes written by hand (B-10.129 to B-10.131). */
class WireTest {
    @Test
    void aServersFramesAreUnmaskedAndShortOrExtended() {
        assertThat(Wire.frame(Role.SERVER, 0x81, "Hi")).isEqualTo(hex("81 02 48 69"));
        assertThat(Wire.frame(Role.SERVER, 0x82, bytes(125))).isEqualTo(concat(hex("82 7d"), bytes(125)));
        assertThat(Wire.frame(Role.SERVER, 0x82, bytes(126))).isEqualTo(concat(hex("82 7e 00 7e"), bytes(126)));
        assertThat(Wire.frame(Role.SERVER, 0x02, bytes(65_535)))
                .startsWith(hex("02 7e ff ff"))
                .hasSize(4 + 65_535);
    }

    @Test
    void aClientsFramesAreMaskedWithTheKeyOfTheRfc() {
        assertThat(Wire.text(Role.CLIENT, "Hello")).isEqualTo(hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
        assertThat(Wire.frame(Role.CLIENT, 0x82, bytes(126))).startsWith(hex("82 fe 00 7e 37 fa 21 3d"));
    }

    @Test
    void aLongFrameHasA64BitLength() {
        byte[] frame = Wire.frame(Role.CLIENT, 0x82, bytes(65_536));
        byte[] header = hex("82 ff 00 00 00 00 00 01 00 00 37 fa 21 3d");
        byte[] masked = bytes(65_536);
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= header[10 + i % 4];
        }
        assertThat(frame).isEqualTo(concat(header, masked));
    }

    @Test
    void anEmptyMaskedContinuationHasAKeyAndNoPayload() {
        assertThat(Wire.frame(Role.CLIENT, 0x00, "")).isEqualTo(hex("00 80 37 fa 21 3d"));
    }

    @Test
    void aCloseHasItsCodeAndReason() {
        assertThat(Wire.close(Role.SERVER, 1000, "bye")).isEqualTo(hex("88 05 03 e8 62 79 65"));
    }

    @Test
    void framesAreTakenApartAsTheyWereMade() {
        byte[] wire = concat(
                Wire.text(Role.CLIENT, "Hello"),
                Wire.frame(Role.SERVER, 0x8A, hex("01 02")),
                Wire.frame(Role.CLIENT, 0x02, bytes(126)),
                Wire.frame(Role.SERVER, 0x80, bytes(65_536)));
        assertThat(Wire.frames(wire)).extracting(Wire.Seen::firstByte).containsExactly(0x81, 0x8A, 0x02, 0x80);
        assertThat(Wire.frames(wire)).extracting(Wire.Seen::masked).containsExactly(true, false, true, false);
        assertThat(Wire.frames(wire))
                .extracting(Wire.Seen::payload)
                .containsExactly(utf8("Hello"), hex("01 02"), bytes(126), bytes(65_536));
        assertThat(Wire.frames(wire).subList(0, 2))
                .extracting(Wire.Seen::toString)
                .containsExactly("81 'Hello'", "8a 0102");
    }

    @Test
    void aFrameCutShortIsNoFrame() {
        byte[] wire = Wire.text(Role.CLIENT, "Hello");
        for (int length = 1; length < wire.length; length++) {
            byte[] cut = Arrays.copyOf(wire, length);
            assertThatThrownBy(() -> Wire.frames(cut)).isInstanceOf(BufferUnderflowException.class);
        }
    }

    @Test
    void noShortPatternRepeatsInTheBytes() {
        byte[] bytes = bytes(1_000);
        for (int period = 1; period <= 64; period++) {
            assertThat(Arrays.copyOfRange(bytes, period, 1_000)).isNotEqualTo(Arrays.copyOf(bytes, 1_000 - period));
        }
    }
}
