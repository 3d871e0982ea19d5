package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a connection over TLS ends, in both roles: who says what, and that nothing of it is lost (RFC 6455, 7.1.1; RFC 8446, 6.1). */
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("everywhere")
@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
class TlsEndTest {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final Upgrade UPGRADE = new Upgrade("/", "/", null, Headers.NONE, null);

    private final String protocol;
    private final Role role;
    private Socket ours;
    private Socket theirs;
    private Transport transport;
    private TlsPeer peer;

    TlsEndTest(String protocol, Role role) {
        this.protocol = protocol;
        this.role = role;
    }

    static Stream<Arguments> everywhere() {
        return Stream.of("TLSv1.3", "TLSv1.2")
                .flatMap(protocol -> Stream.of(Role.values()).map(role -> Arguments.of(protocol, role)));
    }

    @BeforeEach
    void connect() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listener = new ServerSocket(0, 1, loopback)) {
            theirs = new Socket(loopback, listener.getLocalPort());
            ours = listener.accept();
        }
        theirs.setSoTimeout(PATIENCE_MILLIS);
        transport = Transport.of(tls(), ours);
        peer = new TlsPeer(theirs, Wire.other(role), protocol);
    }

    private SSLSocket tls() throws Exception {
        return role == Role.SERVER
                ? (SSLSocket) Tls.context().getSocketFactory().createSocket(ours, null, true)
                : (SSLSocket) Tls.context().getSocketFactory().createSocket(ours, "localhost", ours.getPort(), true);
    }

    @AfterEach
    void disconnect() throws IOException {
        theirs.close();
        ours.close();
    }

    /** Runs our end: echoes until the peer closes, then closes. TLS shakes hands at the first byte. */
    private Running echo() {
        return Running.start(() -> {
            try (Conn conn = conn()) {
                for (Message message; (message = conn.readMessage()) != null; ) {
                    conn.write(message);
                }
            }
        });
    }

    private Conn conn() {
        return role == Role.SERVER
                ? Conn.server(transport, UPGRADE, Conn.Config.DEFAULT)
                : Conn.client(transport, UPGRADE, Conn.Config.DEFAULT);
    }

    /** Runs our end of the opening handshake. */
    private Running open() {
        return Running.start(() -> {
            if (role == Role.SERVER) {
                Handshake.upgrade(transport, Handshake.Options.DEFAULT);
            } else {
                ClientHandshake.connect(transport, ClientHandshake.Request.of("localhost", "/"));
            }
        });
    }

    private byte[] fromPeer(String text) {
        return text(Wire.other(role), text);
    }

    /** How our end's frames look on the wire, such as {@code 81 'Hi'}. */
    private static String seen(byte[] wire) {
        return Wire.frames(wire).toString();
    }

    private static void assertLost(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        ConnectionLostException.class,
                        lost -> assertThat(lost.closeCode()).isEqualTo(CloseCode.ABNORMAL_CLOSURE));
    }

    // ---- in good order

    /** The server ends TLS first, and the client waits for that (RFC 6455, 7.1.1); either end gets the other's close_notify. */
    private void assertEndsInOrder() throws Exception {
        if (role == Role.SERVER) {
            assertThat(peer.readToCloseNotify()).isEmpty();
            assertThat(ours.isClosed()).isFalse();
            peer.writeCloseNotify();
        } else {
            peer.writeCloseNotify();
            assertThat(peer.readToCloseNotify()).isEmpty();
        }
        assertThat(theirs.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void behindTheAnswerToThePeersCloseComesCloseNotify() throws Exception {
        Running echo = echo();
        peer.handshake();
        peer.write(fromPeer("Hi"), close(Wire.other(role), 3000, "bye"));
        assertThat(seen(peer.read(role == Role.SERVER ? 11 : 19))).isEqualTo("[81 'Hi', 88 0bb8627965]");
        assertEndsInOrder();
        assertThat(echo.join()).isNull();
    }

    @Test
    void closeSendsACloseAndBehindThePeersCloseComesCloseNotify() throws Exception {
        Running closing = Running.start(() -> {
            try (Conn conn = conn()) {
                conn.readMessage();
            }
        });
        peer.handshake();
        peer.write(fromPeer("enough"));
        assertThat(seen(peer.read(role == Role.SERVER ? 4 : 8))).isEqualTo("[88 03e8]");
        peer.write(close(Wire.other(role), 1000, ""));
        assertEndsInOrder();
        assertThat(closing.join()).isNull();
    }

    @Test
    void aPeerThatEndsItsDirectionFirstStillGetsItsAnswersAndCloseNotify() throws Exception {
        Running echo = echo();
        peer.handshake();
        peer.write(fromPeer("last words"));
        peer.writeCloseNotify();
        assertThat(seen(peer.readToCloseNotify())).isEqualTo("[81 'last words']");
        assertLost(echo.join());
    }

    @Test
    void theLastCloseArrivesAlthoughThePeerGoesOnSending() throws Exception {
        Running echo = echo();
        peer.handshake();
        peer.write(frame(Wire.other(role), 0x83, ""), frame(Wire.other(role), 0x82, bytes(1 << 20)));
        assertThat(seen(peer.readToCloseNotify())).isEqualTo("[88 03ea]");
        peer.writeCloseNotify();
        assertThat(theirs.getInputStream().read()).isEqualTo(-1);
        assertThat(echo.join())
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        broken -> assertThat(broken.violation()).isEqualTo(Violation.UNKNOWN_OPCODE));
    }

    // ---- cut off

    @Test
    void aStreamThatEndsWithoutCloseNotifyIsALoss() throws Exception { // B-2.55
        Running echo = echo();
        peer.handshake();
        peer.write(fromPeer("Hi"));
        peer.read(role == Role.SERVER ? 4 : 8);
        theirs.shutdownOutput();
        assertLost(echo.join());
    }

    @Test
    void aStreamThatIsCutOffWithinARecordIsALoss() throws Exception {
        Running echo = echo();
        peer.handshake();
        theirs.getOutputStream().write(new byte[] {23, 3, 3, 0, 100, 1, 2, 3}); // application data, 100 bytes announced
        theirs.shutdownOutput();
        assertLost(echo.join());
    }

    @Test
    void aResetIsALoss() throws Exception {
        Running echo = echo();
        peer.handshake();
        theirs.setSoLinger(true, 0);
        theirs.close();
        assertLost(echo.join());
    }

    @Test
    void anAbortIsSeenAsACutNotAsAnEnd() throws Exception {
        Conn conn = conn();
        Running reading = Running.start(conn::readMessage);
        peer.handshake();
        peer.write(frame(Wire.other(role), 0x89, "here")); // its pong shows that our end reads
        peer.read(role == Role.SERVER ? 6 : 10);
        conn.abort();
        assertLost(reading.join());
        assertThatExceptionOfType(SocketException.class).isThrownBy(peer::readToCloseNotify);
    }

    // ---- before it is open

    @Test
    void aPeerThatIsGoneBeforeTlsHasBegunIsALoss() throws Exception {
        Running opening = open();
        theirs.close();
        assertLost(opening.join());
    }

    @Test
    void aPeerThatIsGoneInTheMiddleOfTheTlsHandshakeIsALoss() throws Exception {
        Running opening = open();
        if (role == Role.SERVER) {
            byte[] hello = peer.hello();
            theirs.getOutputStream().write(Arrays.copyOf(hello, hello.length / 2));
        } else {
            theirs.getInputStream().readNBytes(5); // the client's hello has begun
            theirs.getOutputStream().write(new byte[] {22, 3, 3, 0, 100, 2}); // the server's stays in its beginning
        }
        theirs.close();
        assertLost(opening.join());
    }

    @Test
    void aPeerThatIsGoneBetweenTlsAndTheEndOfItsHeadIsALoss() throws Exception {
        Running opening = open();
        peer.handshake();
        peer.write(Exchange.bytes(role == Role.SERVER ? "GET / HTTP/1.1\r\nHost" : "HTTP/1.1 101"));
        theirs.shutdownOutput();
        assertLost(opening.join());
    }

    @Test
    void whatIsNoTlsIsALoss() throws Exception {
        Running opening = open();
        theirs.getOutputStream().write(Exchange.bytes(Exchange.REQUEST));
        theirs.shutdownOutput();
        assertLost(opening.join());
    }

    @Test
    void anAbortFreesWhoWaitsForTheTlsHandshake() throws Exception {
        Running opening = open();
        if (role == Role.CLIENT) {
            theirs.getInputStream().readNBytes(5);
        }
        transport.abort();
        assertLost(opening.join());
    }
}
