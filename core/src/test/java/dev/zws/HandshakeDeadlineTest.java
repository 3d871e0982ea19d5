package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A handshake that never ends costs no thread for longer than its deadline (B-10.157, B-11.24, B-4.35). */
@Timeout(10)
class HandshakeDeadlineTest {
    private static final long SHORT = 50_000_000;
    private static final Handshake.Options OPTIONS = Handshake.Options.DEFAULT.withTimeoutNanos(SHORT);
    private static final ClientHandshake.Request REQUEST = Attempt.REQUEST.withTimeoutNanos(SHORT);

    private static void assertLate(HandshakeException e) {
        assertThat(e.refusal()).isEqualTo(Refusal.REQUEST_TIMEOUT);
        assertThat(e.status()).isEqualTo(408);
        assertThat(e).hasMessage("REQUEST_TIMEOUT: the request was not whole within PT0.05S");
    }

    @Test
    void silentClientIsCutOff() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Transport transport = Transport.of(listener.accept())) {
            assertThatThrownBy(() -> Handshake.upgrade(transport, OPTIONS))
                    .isInstanceOfSatisfying(HandshakeException.class, HandshakeDeadlineTest::assertLate);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void silentClientOfAChannelIsCutOff() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()
                        .bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                Transport transport = Transport.of(listener.accept())) {
            assertThat(client.isConnected()).isTrue();
            assertThatThrownBy(() -> Handshake.begin(transport, OPTIONS).read())
                    .isInstanceOfSatisfying(HandshakeException.class, HandshakeDeadlineTest::assertLate);
        }
    }

    @Test
    void silentServerIsLeft() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Transport transport = Transport.of(new Socket(listener.getInetAddress(), listener.getLocalPort()))) {
            assertThatThrownBy(() -> ClientHandshake.connect(transport, REQUEST))
                    .isInstanceOfSatisfying(
                            HandshakeException.class,
                            e -> assertThat(e.badHandshake()).isEqualTo(BadHandshake.TOO_SLOW));
        }
    }

    /** A source of one byte at a time, each of which comes {@link #SHORT} after the one before. */
    private static ByteReader.Source trickling(String text) {
        byte[] bytes = Exchange.bytes(text);
        int[] next = {0};
        return (target, offset, length) -> {
            long until = System.nanoTime() + SHORT;
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            target[offset] = bytes[next[0]++];
            return 1;
        };
    }

    @Test // slow, but never silent
    void clientThatTricklesIsToldThatItIsTooSlow() {
        Tape tape = new Tape();
        assertThatThrownBy(() ->
                        Handshake.upgrade(ByteReader.of(trickling(Exchange.REQUEST)), ByteWriter.of(tape), OPTIONS))
                .isInstanceOfSatisfying(HandshakeException.class, HandshakeDeadlineTest::assertLate);
        assertThat(Exchange.text(tape.written())).startsWith("HTTP/1.1 408 Request Timeout\r\n");
    }

    @Test
    void serverThatTricklesIsLeft() {
        assertThatThrownBy(() -> ClientHandshake.connect(
                        ByteReader.of(trickling(Exchange.ANSWER)), ByteWriter.of(new Tape()), REQUEST))
                .isInstanceOfSatisfying(
                        HandshakeException.class,
                        e -> assertThat(e.badHandshake()).isEqualTo(BadHandshake.TOO_SLOW));
    }

    @Test // a selector loop looks now and then
    void pollNoticesThatTimeIsOver() throws IOException {
        Pieces silent =
                Pieces.whole(Arrays.copyOf(Exchange.bytes(Exchange.REQUEST), 5)).open();
        Handshake server = Handshake.begin(ByteReader.of(silent), ByteWriter.of(new Tape()), OPTIONS);
        assertThatThrownBy(() -> {
                    while (true) {
                        assertThat(server.poll()).isNull();
                    }
                })
                .isInstanceOfSatisfying(HandshakeException.class, HandshakeDeadlineTest::assertLate);
    }

    @Test // what was waited for is of no use: the transport was cut
    void whatComesWhenTimeIsOverIsTooLate() {
        Feed feed = new Feed();
        Transport transport = Transport.of(InputStream.nullInputStream(), OutputStream.nullOutputStream(), feed::end);
        HandshakeException late = new HandshakeException(Refusal.REQUEST_TIMEOUT, "late");
        HandshakeInput input = new HandshakeInput(transport.reader(), transport, "request", SHORT, () -> late);
        assertThatThrownBy(() -> input.within(() -> feed.read(new byte[1], 0, 1))) // which ends when it is cut
                .isSameAs(late);
    }

    @Test
    void refusalWhoseBodyDoesNotEndIsStillARefusal() throws IOException {
        String answer = Exchange.crlf("HTTP/1.1 404 Not Found\nContent-Length: 100\n\nsorry");
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Transport transport = Transport.of(new Socket(listener.getInetAddress(), listener.getLocalPort()));
                Socket server = listener.accept()) {
            server.getOutputStream().write(Exchange.bytes(answer));
            assertThatThrownBy(() -> ClientHandshake.connect(transport, REQUEST))
                    .isInstanceOfSatisfying(HandshakeException.class, e -> {
                        assertThat(e.status()).isEqualTo(404);
                        assertThat(e.body()).isEqualTo("sorry");
                    });
        }
    }

    @Test
    void handshakeWithoutADeadlineHasNone() throws IOException {
        Exchange exchange = Exchange.of(Exchange.REQUEST, Handshake.Options.DEFAULT.withTimeoutNanos(0));
        assertThat(exchange.answer()).isEqualTo(Exchange.ANSWER);
    }
}
