package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 6455, 5.2 and 5.5; B-1.6, B-1.9, B-1.10. */
class OpcodeTest {
    private static final Map<Opcode, Integer> NUMBERS = Map.of(
            Opcode.CONTINUATION, 0x0,
            Opcode.TEXT, 0x1,
            Opcode.BINARY, 0x2,
            Opcode.CLOSE, 0x8,
            Opcode.PING, 0x9,
            Opcode.PONG, 0xA);

    @Test
    void theSixFrameTypesHaveTheNumbersOfTheRfc() {
        assertThat(NUMBERS).containsOnlyKeys(Opcode.values());
        NUMBERS.forEach(
                (opcode, number) -> assertThat(opcode.code()).as(opcode.name()).isEqualTo(number));
    }

    @Test
    void everyNumberOfAFrameTypeFindsIt() {
        NUMBERS.forEach((opcode, number) -> assertThat(Opcode.of(number)).isSameAs(opcode));
    }

    @Test
    void theOtherTenNumbersAreReserved() {
        int[] reserved = {0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF};
        for (int number : reserved) {
            assertThat(Opcode.of(number)).as("opcode %x", number).isNull();
        }
        assertThat(reserved.length + NUMBERS.size()).isEqualTo(16);
    }

    @Test
    void onlyTheLowFourBitsOfTheFirstByteCount() {
        for (int high = 0x00; high <= 0xF0; high += 0x10) {
            for (int low = 0x0; low <= 0xF; low++) {
                int firstByte = high | low;
                assertThat(Opcode.of(firstByte))
                        .as("first byte %02x", firstByte)
                        .isSameAs(Opcode.of(low));
                assertThat(Opcode.of((byte) firstByte)).as("as a signed byte").isSameAs(Opcode.of(low));
            }
        }
    }

    @Test
    void closePingAndPongAreControlFrames() {
        assertThat(Opcode.values())
                .filteredOn(Opcode::isControl)
                .containsExactly(Opcode.CLOSE, Opcode.PING, Opcode.PONG);
    }

    @Test
    void textAndBinaryAreDataAndAContinuationIsNeitherDataNorControl() {
        assertThat(Opcode.values()).filteredOn(Opcode::isData).containsExactly(Opcode.TEXT, Opcode.BINARY);
        assertThat(Opcode.CONTINUATION.isData()).isFalse();
        assertThat(Opcode.CONTINUATION.isControl()).isFalse();
    }

    @Test
    void onlyTextAndBinaryBeginAMessage() {
        assertThat(Opcode.TEXT.messageType()).isSameAs(MessageType.TEXT);
        assertThat(Opcode.BINARY.messageType()).isSameAs(MessageType.BINARY);
        assertThat(Opcode.values())
                .filteredOn(opcode -> opcode.messageType() == null)
                .containsExactly(Opcode.CONTINUATION, Opcode.CLOSE, Opcode.PING, Opcode.PONG);
    }

    @Test
    void theOpcodeOfAMessageTypeBeginsThatType() {
        assertThat(MessageType.values()).containsExactly(MessageType.TEXT, MessageType.BINARY);
        assertThat(MessageType.TEXT.opcode()).isSameAs(Opcode.TEXT);
        assertThat(MessageType.BINARY.opcode()).isSameAs(Opcode.BINARY);
    }
}
