package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** How often a channel that a selector watches is read. */
class PollReadsTest {
    private final Arriving channel = new Arriving();
    private final ByteReader reader = ByteReader.of(channel);
    private long now;
    private final Conn conn = new Conn(
            null,
            null,
            reader,
            ByteWriter.of(OutputStream.nullOutputStream()),
            new DefaultRuntimeHooks(),
            Role.SERVER,
            Conn.Config.DEFAULT,
            () -> 0,
            () -> now);

    PollReadsTest() throws IOException {
        channel.configureBlocking(false);
    }

    @Test
    void readThatLeavesRoomIsTheLastUntilTheSelectorComesBack() throws IOException {
        channel.arrived.add(text(CLIENT, "one"));
        assertThat(conn.pollMessage().text()).isEqualTo("one");
        assertThat(conn.pollMessage()).isNull();
        assertThat(channel.reads).isEqualTo(1);
        channel.arrived.add(text(CLIENT, "two"));
        assertThat(conn.pollMessage().text()).isEqualTo("two");
        assertThat(conn.pollMessage()).isNull();
        assertThat(channel.reads).isEqualTo(2);
    }

    @Test
    void soItIsInTheMiddleOfAFrame() throws IOException {
        byte[] wire = text(CLIENT, "whole");
        channel.arrived.add(Arrays.copyOf(wire, 8));
        channel.arrived.add(Arrays.copyOfRange(wire, 8, wire.length));
        assertThat(conn.pollMessage()).isNull();
        assertThat(channel.reads).isEqualTo(1);
        assertThat(conn.pollMessage().text()).isEqualTo("whole");
    }

    @Test
    void nothingThatIsThereIsLeftWhenAReadFillsTheBuffer() throws IOException {
        channel.arrived.add(frame(CLIENT, 0x82, new byte[100_000]));
        assertThat(conn.pollMessage().length()).isEqualTo(100_000);
        assertThat(conn.pollMessage()).isNull();
        assertThat(channel.reads).isEqualTo(2);
    }

    @Test // or an idle connection would hold the buffer of its last message
    void whatWasLentToReadIsGivenBackWithoutAReadInVain() throws IOException {
        channel.arrived.add(text(CLIENT, "one"));
        conn.pollMessage();
        assertThat(reader.array()).hasSizeGreaterThan(256);
        assertThat(conn.pollMessage()).isNull();
        assertThat(reader.array()).isEmpty();
    }

    @Test // as if it had been read in vain
    void waitBeginsWithTheReadThatLeftRoom() throws IOException {
        channel.arrived.add(hex("81 85 00000000 68"));
        assertThat(conn.pollMessage()).isNull();
        assertThat(channel.reads).isEqualTo(1);
        now += Conn.Config.DEFAULT.deadlines().messageNanos();
        assertThatThrownBy(conn::pollMessage)
                .isInstanceOfSatisfying(
                        ConnectionTimeoutException.class,
                        e -> assertThat(e.overdue()).isEqualTo(Overdue.MESSAGE));
    }

    /** What has arrived is there to be read, and then nothing. */
    private static final class Arriving extends Pipe.SourceChannel {
        final Queue<byte[]> arrived = new ArrayDeque<>();
        int reads;
        private ByteBuffer piece = ByteBuffer.allocate(0);

        Arriving() {
            super(SelectorProvider.provider());
        }

        @Override
        public int read(ByteBuffer target) {
            reads++;
            if (!piece.hasRemaining() && !arrived.isEmpty()) {
                piece = ByteBuffer.wrap(arrived.remove());
            }
            int count = Math.min(piece.remaining(), target.remaining());
            target.put(piece.slice(piece.position(), count));
            piece.position(piece.position() + count);
            return count;
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }
}
