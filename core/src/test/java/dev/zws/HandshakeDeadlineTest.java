package dev.zws;

import static dev.zws.Loopback.everywhere;
import static dev.zws.Running.start;
import static dev.zws.Wire.hex;
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
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A handshake that never ends costs no thread for longer than its deadline (B-10.157, B-11.24, B-4.35). */
@Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
class HandshakeDeadlineTest {
    private static final long SHORT = 50_000_000;
    private static final Handshake.Options OPTIONS = Handshake.Options.DEFAULT.withTimeoutNanos(SHORT);
    private static final ClientHandshake.Request REQUEST = Attempt.REQUEST.withTimeoutNanos(SHORT);

    private static void assertLate(HandshakeException e) {
        assertThat(e.refusal()).isEqualTo(Refusal.REQUEST_TIMEOUT);
        assertThat(e.status()).isEqualTo(408);
        assertThat(e).hasMessage("REQUEST_TIMEOUT: the request was not whole within PT0.05S");
    }

    private static void assertLate(Running server) throws Exception {
        assertThat(server.join()).isInstanceOfSatisfying(HandshakeException.class, HandshakeDeadlineTest::assertLate);
    }

    private static void assertTooSlow(HandshakeException e) {
        assertThat(e.badHandshake()).isEqualTo(BadHandshake.TOO_SLOW);
    }

    private static void assertTooSlow(Running client) throws Exception {
        assertThat(client.join())
                .isInstanceOfSatisfying(HandshakeException.class, HandshakeDeadlineTest::assertTooSlow);
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
                    .isInstanceOfSatisfying(HandshakeException.class, HandshakeDeadlineTest::assertTooSlow);
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
                .isInstanceOfSatisfying(HandshakeException.class, HandshakeDeadlineTest::assertTooSlow);
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

    // ---- over every kind of stream

    @Test
    void serverWhoseClientIsSilentOrTricklesGivesUp() throws Exception {
        for (byte[] said : List.of(new byte[0], Wire.utf8("GET / HT"))) {
            everywhere((link, virtual) -> {
                Running server = start(virtual, () -> Handshake.upgrade(link.transport, OPTIONS));
                Running peer = start(() -> trickleHead(link, said));
                assertLate(server);
                link.transport.close();
                peer.join();
            });
        }
    }

    @Test
    void clientWhoseServerIsSilentOrTricklesGivesUp() throws Exception {
        for (byte[] said : List.of(new byte[0], Wire.utf8("HTTP/1.1 101 "))) {
            everywhere((link, virtual) -> {
                Running client = start(virtual, () -> ClientHandshake.connect(link.transport, REQUEST));
                Running peer = start(() -> trickleHead(link, said));
                assertTooSlow(client);
                link.transport.close();
                peer.join();
            });
        }
    }

    /** Sends the beginning, unless there is none, and then one byte after the other. */
    private static void trickleHead(Loopback link, byte[] beginning) throws IOException {
        if (beginning.length > 0) {
            link.send(beginning);
            for (int sent = 0; sent < 5_000 && !link.ours.isClosed(); sent++) {
                while (!link.transport.reader().filling() && !link.ours.isClosed()) {
                    Thread.onSpinWait();
                }
                link.send(Wire.utf8("x"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverWhoseClientStopsInTheMiddleOfTheTlsHandshakeGivesUp(boolean virtual) throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            SSLSocket tls = (SSLSocket) Tls.context().getSocketFactory().createSocket(link.ours, null, true);
            Transport transport = Transport.of(tls, link.ours);
            link.send(hex("16 03 01 02 00 01 00")); // the beginning of a ClientHello
            Running server = start(virtual, () -> Handshake.upgrade(transport, OPTIONS));
            assertLate(server);
            assertThat(link.ours.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clientWhoseServerNeverAnswersTheTlsHandshakeGivesUp(boolean virtual) throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            SSLSocket tls = (SSLSocket)
                    Tls.context().getSocketFactory().createSocket(link.ours, "localhost", link.ours.getPort(), true);
            Transport transport = Transport.of(tls, link.ours);
            assertTooSlow(start(virtual, () -> ClientHandshake.connect(transport, REQUEST)));
            assertThat(link.ours.isClosed()).isTrue();
        }
    }
}
