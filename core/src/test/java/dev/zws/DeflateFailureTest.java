package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.FIN;
import static dev.zws.Wire.RSV1;
import static dev.zws.Wire.close;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.zws.FailingEngine.Operation;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine that fails costs a message or the connection, never a wrong byte, and never is a message mixed with another. */
@Timeout(30)
class DeflateFailureTest {
    private static final byte[] JSON = Deflated.json(1000, 1);

    private static final List<Operation> RECEIVING =
            List.of(Operation.MAKE, Operation.INPUT, Operation.CODE, Operation.MEMORY, Operation.RESET);

    private final FailingEngine engine = new FailingEngine(null);
    private final DeflatePool pool = new DeflatePool(engine, 8, 8, 0);

    private Fixture fixture(Role role, Takeover takeover, Pieces in) {
        boolean alone = takeover == Takeover.NONE;
        PerMessageDeflateConfig config = PerMessageDeflateConfig.DEFAULT
                .withCompressOutgoing(true)
                .withTakeover(takeover)
                .withPool(pool);
        return Fixture.deflating(role, new PerMessageDeflate(alone, alone, 15, 15), config, Conn.Config.DEFAULT, in);
    }

    private Fixture sender(Takeover takeover) {
        return fixture(SERVER, takeover, Pieces.whole(new byte[0]));
    }

    // ---- sending

    @ParameterizedTest // RFC 6455, 5.4: after the beginning of a message comes its rest, or a Close
    @EnumSource
    void fragmentsThatCannotBeCompressedToTheEndAreCutOffWith1011(Takeover takeover) {
        Fixture f = sender(takeover);
        engine.failAt(Operation.CODE, 1);
        assertThatThrownBy(() -> f.conn.sender.message(MessageType.TEXT, List.of(JSON, JSON, JSON), 0))
                .hasMessage("CODE failed");
        engine.failAt(null, 0);
        Throwable next = catchThrowable(() -> f.conn.sendText("next"));
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(RSV1 | 1, 0x88);
        assertThat(f.out.frames().getLast().payload()).startsWith(hex("03f3"));
        assertThat(next).isInstanceOf(ConnectionClosedException.class);
        assertThat(pool.compressorsInUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void messageWhoseLastFragmentCannotBeCompressedIsCutOffToo(Takeover takeover) {
        Fixture f = sender(takeover);
        engine.failAt(Operation.CODE, 1);
        assertThatThrownBy(() -> f.conn.sender.message(MessageType.TEXT, List.of(JSON, JSON), 0))
                .hasMessage("CODE failed");
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(RSV1 | 1, 0x88);
    }

    @ParameterizedTest
    @EnumSource
    void streamThatLostAPieceCannotBeFinished(Takeover takeover) throws IOException {
        Fixture f = sender(takeover);
        MessageOutput out = f.conn.writeStream(MessageType.BINARY);
        engine.failAt(Operation.CODE, 1);
        assertThatThrownBy(() -> out.write(Deflated.json(60_000, 1))).hasMessage("CODE failed");
        engine.failAt(null, 0);
        assertThatThrownBy(out::finish).isInstanceOf(ConnectionClosedException.class);
        out.close();
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(RSV1 | 2, 0x88);
        assertThat(pool.compressorsInUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void messageThatCannotBeCompressedIsNotSentAndNotReferredTo(Takeover takeover) throws IOException {
        for (Operation operation : List.of(Operation.INPUT, Operation.CODE, Operation.FLUSH)) {
            Fixture f = sender(takeover);
            byte[] other = Deflated.json(1000, 2);
            f.conn.sendBinary(JSON);
            engine.failAt(operation, 0);
            assertThatThrownBy(() -> f.conn.sendBinary(other)).hasMessage(operation.failure());
            engine.failAt(null, 0);
            f.conn.sendBinary(other);
            f.conn.writeClose(CloseStatus.NORMAL);
            f.conn.flush();
            Fixture reader = fixture(CLIENT, takeover, Pieces.whole(f.out.written()));
            assertThat(reader.conn.readMessage().bytes()).isEqualTo(JSON);
            assertThat(reader.conn.readMessage().bytes()).isEqualTo(other);
            assertThat(reader.conn.readMessage()).isNull();
        }
    }

    // ---- receiving

    @ParameterizedTest
    @EnumSource
    void messageThatCannotBeInflatedIsTheEndOfTheConnection(Reading reading) throws IOException {
        byte[] wire = concat(
                frame(CLIENT, RSV1 | 1, hex("f2 48 cd")),
                frame(CLIENT, FIN, hex("c9 c9 07 00")),
                close(CLIENT, 1000, ""));
        for (Takeover takeover : List.of(Takeover.NONE, Takeover.POOLED)) {
            for (Operation operation : RECEIVING) {
                int failures = 0;
                for (int times = 0; times < 20; times++) {
                    engine.failAt(operation, times);
                    Fixture f = fixture(SERVER, takeover, reading.source(Pieces.whole(wire)));
                    Throwable thrown = catchThrowable(() -> reading.next(f.conn));
                    if (thrown != null) {
                        failures++;
                        assertThat(thrown).hasMessage(operation.failure());
                        assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
                        assertThatThrownBy(() -> reading.next(f.conn)).isInstanceOf(ConnectionLostException.class);
                    }
                    engine.failAt(null, 0);
                    assertThat(pool.decompressorsInUse()).isZero();
                }
                assertThat(failures).as("%s", operation).isBetween(1, 19);
            }
        }
    }
}
