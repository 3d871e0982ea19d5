package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hooks of real transports, which enforce the budgets of single calls (B-6.12). */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class BudgetOverSocketTest {
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(30);
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private static Conn.Config reading(long nanos) {
        return Conn.Config.DEFAULT.withTimeouts(TimeoutConfig.NONE.withReadNanos(nanos));
    }

    @ParameterizedTest
    @EnumSource(names = {"SOCKET", "TLS"})
    void readOverItsBudgetFailsAndTheSocketIsReadOn(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            RuntimeHooks hooks = link.transport.hooks();
            Conn conn = Conn.server(link.transport.reader(), link.transport.writer(), reading(SHORT), hooks);
            link.send(new byte[] {(byte) 0x81});
            assertThatThrownBy(conn::readMessage).isInstanceOf(WebSocketTimeoutException.class);
            assertThatThrownBy(conn::readMessage).isInstanceOf(WebSocketTimeoutException.class);
            assertThat(link.ours.getSoTimeout()).isZero();
            byte[] hello = text(CLIENT, "late");
            link.send(Arrays.copyOfRange(hello, 1, hello.length));
            Message message = null;
            while (message == null) {
                try {
                    message = conn.readMessage();
                } catch (WebSocketTimeoutException e) {
                    // it is still under way
                }
            }
            assertThat(message.text()).isEqualTo("late");
        }
    }

    @ParameterizedTest
    @EnumSource
    void budgetsThatAreKeptLeaveNoDeadlineBehind(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            Conn.Config config = Conn.Config.DEFAULT.withTimeouts(new TimeoutConfig(LONG, LONG, LONG));
            Conn conn = link.conn(SERVER, config.withDeadlines(Deadlines.NONE));
            link.send(text(CLIENT, "in time"));
            assertThat(conn.readMessage().text()).isEqualTo("in time");
            conn.sendText("answer");
            byte[] answer = new byte[8];
            assertThat(link.in().readNBytes(answer, 0, 8)).isEqualTo(8);
            assertThat(Wire.frames(answer)).extracting(Object::toString).containsExactly("81 'answer'");
            assertThat(link.ours.getSoTimeout()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void deadlineOfAStreamThatHasEndedIsNobodysTrouble(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            link.transport.abort();
            RuntimeHooks hooks = link.transport.hooks();
            for (IoPhase phase : IoPhase.values()) {
                assertThatCode(() -> {
                            hooks.setDeadline(phase, hooks.nowNanos() + LONG);
                            hooks.clearDeadline(phase);
                        })
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void tlsSocketIsNotTakenWithoutTheOneBelow() throws IOException {
        try (Socket tls = SSLSocketFactory.getDefault().createSocket()) {
            assertThatThrownBy(() -> Transport.of(tls))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Transport.of(tls, below)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closerThatComesInterruptedClosesAndStaysInterrupted(Loopback.Kind kind) throws Exception {
        try (Loopback link = Loopback.open(kind)) {
            link.plainPeer.close();
            Thread.currentThread().interrupt();
            link.transport.close();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void handshakeWithoutADeadlineWaitsForItsRequest() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            link.send(Exchange.bytes(Exchange.REQUEST));
            Handshake.Options options = Handshake.Options.DEFAULT.withTimeoutNanos(0);
            assertThat(Handshake.upgrade(link.transport, options).target()).isEqualTo("/chat?room=1");
        }
    }

    @Test
    void closerWithNoTimeLeavesUnreadWhatANonBlockingChannelHas() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));
                Socket peer = new Socket(loopback, listener.socket().getLocalPort())) {
            SocketChannel channel = listener.accept();
            peer.getOutputStream().write(new byte[1000]);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(1); // it has come
            channel.configureBlocking(false);
            Transport.of(channel).close(0, false);
            assertThat(channel.isOpen()).isFalse();
        }
    }
}
