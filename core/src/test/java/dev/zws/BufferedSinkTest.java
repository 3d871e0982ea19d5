package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sink may hold bytes back until it is flushed, as a buffered stream or a servlet container's does. */
class BufferedSinkTest {
    private static final int SINK_BUFFER = 256 * 1024;

    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    private final ByteWriter writer = ByteWriter.of(new BufferedOutputStream(arrived, SINK_BUFFER));

    /** Around what the writer takes at once: 65,532 bytes of payload with their header are 64 KiB. */
    @ParameterizedTest
    @ValueSource(ints = {100, 65_531, 65_532, 65_533, 65_535, 65_536, 70_000, 131_072, 200_000})
    void whatWasWrittenHasLeftTheSinkBeforeTheReaderWaits(int size) throws IOException { // B-2.64
        Pieces pieces = Pieces.whole(frame(Role.CLIENT, 0x82, bytes(size)));
        Conn conn = Conn.server(ByteReader.of(pieces), writer, Conn.Config.DEFAULT);
        conn.write(conn.readMessage());
        assertThatExceptionOfType(ConnectionLostException.class).isThrownBy(conn::readMessage);
        assertThat(arrived.size()).isEqualTo(frame(Role.SERVER, 0x82, bytes(size)).length);
    }

    @ParameterizedTest
    @EnumSource
    void theSameWhenTheReaderPolls(Role role) throws IOException {
        Pieces pieces =
                Pieces.whole(frame(Wire.other(role), 0x82, bytes(65_535))).open();
        ByteReader reader = ByteReader.of(pieces);
        Conn conn = role == Role.SERVER
                ? Conn.server(reader, writer, Conn.Config.DEFAULT)
                : Conn.client(reader, writer, Conn.Config.DEFAULT);
        conn.write(conn.pollMessage());
        assertThat(conn.pollMessage()).isNull();
        assertThat(arrived.size()).isEqualTo(frame(role, 0x82, bytes(65_535)).length);
    }
}
