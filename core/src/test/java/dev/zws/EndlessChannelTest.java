package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A peer that never stops sending, as a selector's thread meets it. */
class EndlessChannelTest {
    private static final int RECEIVE_BUFFER = 64 * 1024;
    private static final byte[] MESSAGE = Wire.text(Role.CLIENT, "again");

    @Test
    void closeDropsWhatAReceiveBufferHoldsAndDoesNotGoOnReading() throws IOException {
        EndlessChannel channel = new EndlessChannel();
        channel.configureBlocking(false);
        Transport.of(channel).close(Duration.ofSeconds(60).toNanos(), false);
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.outputShut).isTrue();
        assertThat(channel.taken).isBetween(RECEIVE_BUFFER, 2 * RECEIVE_BUFFER);
    }

    @Test
    void pollGivesTheOthersOfItsSelectorTheirTurnBetweenTwoMessages() throws IOException {
        EndlessChannel channel = new EndlessChannel();
        channel.configureBlocking(false);
        Conn conn = Conn.server(ByteReader.of(channel), ByteWriter.of(channel), Conn.Config.DEFAULT);
        int[] handled = new int[1];
        SliceLoop<int[]> loop = Handler.loop(Handler.Options.DEFAULT, conn, handled, context -> {
            context.state()[0]++;
            return Response.NONE;
        });
        for (int turn = 1; turn <= 3; turn++) {
            int before = handled[0];
            assertThat(loop.poll()).isNull();
            assertThat(conn.wantsRead()).isTrue();
            assertThat(channel.taken - MESSAGE.length * handled[0]).isBetween(0, MESSAGE.length - 1);
            assertThat(handled[0] - before).isPositive();
        }
    }

    /** Has always more to read, up to eight megabytes, so that a test that fails ends. */
    private static final class EndlessChannel extends SocketChannel {
        private int taken;
        private boolean outputShut;

        EndlessChannel() {
            super(SelectorProvider.provider());
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (taken > 8 * 1024 * 1024) {
                throw new IOException("enough");
            }
            int count = target.remaining();
            while (target.hasRemaining()) {
                target.put(MESSAGE[taken++ % MESSAGE.length]);
            }
            return count;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T getOption(SocketOption<T> name) {
            assertThat(name).isEqualTo(StandardSocketOptions.SO_RCVBUF);
            return (T) Integer.valueOf(RECEIVE_BUFFER);
        }

        @Override
        public <T> SocketChannel setOption(SocketOption<T> name, T value) {
            return this;
        }

        @Override
        public SocketChannel shutdownOutput() {
            outputShut = true;
            return this;
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of(StandardSocketOptions.SO_RCVBUF);
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketChannel bind(SocketAddress local) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketChannel shutdownInput() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isConnectionPending() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean connect(SocketAddress remote) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean finishConnect() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getRemoteAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getLocalAddress() {
            throw new UnsupportedOperationException();
        }
    }
}
