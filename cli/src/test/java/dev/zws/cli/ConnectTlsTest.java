package dev.zws.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.Conn;
import dev.zws.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code zws connect} with {@code wss}: only a certificate that is vouched for and for this host will do, unless told otherwise. */
@Timeout(60)
class ConnectTlsTest {
    private static final SSLContext BEFORE = defaultContext();
    private static Certificate certificate;

    private final TestStreams streams = new TestStreams();

    private static SSLContext defaultContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        certificate = new Certificate(folder, "dns:localhost");
    }

    @AfterAll
    static void trustAsBefore() {
        SSLContext.setDefault(BEFORE);
    }

    private static Peer peer() throws Exception {
        return Peer.tls(certificate.shown(), ConnectTlsTest::echo);
    }

    private static void echo(Conn conn) throws IOException {
        for (Message message; (message = conn.readMessage()) != null; ) {
            conn.write(message);
        }
    }

    private int connect(Peer peer, String host, String... more) {
        String[] arguments = new String[more.length + 4];
        arguments[0] = "wss://" + host + ":" + peer.port() + "/";
        arguments[1] = "--message=secret";
        arguments[2] = "--wait=0";
        arguments[3] = "--timeout=20";
        System.arraycopy(more, 0, arguments, 4, more.length);
        return streams.connect(arguments);
    }

    @Test
    void aTrustedCertificateForTheHostIsTaken() throws Exception {
        SSLContext.setDefault(certificate.trusted());
        try (Peer peer = peer()) {
            assertThat(connect(peer, "localhost")).isZero();
            peer.await();
        }
        assertThat(streams.outText()).isEqualTo("secret\n");
        assertThat(streams.errText()).isEmpty();
    }

    @Test
    void aTrustedCertificateForAnotherHostIsRefused() throws Exception {
        SSLContext.setDefault(certificate.trusted());
        try (Peer peer = peer()) {
            assertThat(connect(peer, "127.0.0.1")).isEqualTo(1);
        }
        assertRefused("127.0.0.1");
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
        SSLContext.setDefault(BEFORE);
        try (Peer peer = peer()) {
            assertThat(connect(peer, "localhost")).isEqualTo(1);
        }
        assertRefused("localhost");
    }

    private void assertRefused(String host) {
        assertThat(streams.outText()).isEmpty();
        assertThat(streams.errText())
                .startsWith("zws: TLS with " + host + ":")
                .endsWith(" (--trust FILE vouches for a certificate, --insecure takes any)\n")
                .containsOnlyOnce("\n");
    }

    @Test
    void insecureTakesAnyCertificateForAnyHostWithOneLineOfWarning() throws Exception {
        SSLContext.setDefault(BEFORE);
        try (Peer peer = peer()) {
            assertThat(connect(peer, "127.0.0.1", "--insecure")).isZero();
            peer.await();
        }
        assertThat(streams.outText()).isEqualTo("secret\n");
        assertThat(streams.errText()).isEqualTo("zws: warning: the server's certificate and name are not checked\n");
    }

    @Test
    void aFileCanVouchForACertificateButNotForAnotherHost(@TempDir Path folder) throws Exception {
        SSLContext.setDefault(BEFORE);
        Path file = certificate.write(folder.resolve("it.pem"));
        try (Peer peer = peer()) {
            assertThat(connect(peer, "localhost", "--trust", file.toString())).isZero();
            peer.await();
        }
        assertThat(streams.outText()).isEqualTo("secret\n");
        assertThat(streams.errText()).isEmpty();
        try (Peer peer = peer()) {
            assertThat(connect(peer, "127.0.0.1", "--trust", file.toString())).isEqualTo(1);
        }
        assertThat(streams.errText()).startsWith("zws: TLS with 127.0.0.1:");
    }

    @Test
    void aFileThatVouchesForNobodyIsOneLineOfError(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("empty.pem"));
        try (Peer peer = peer()) {
            assertThat(connect(peer, "localhost", "--trust", file.toString())).isEqualTo(1);
        }
        assertThat(streams.errText())
                .startsWith("zws: cannot use " + file)
                .contains("no certificate")
                .containsOnlyOnce("\n");
    }

    @Test
    void aServerWithoutTlsIsOneLineOfError() throws Exception {
        try (Peer peer = Peer.saying("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            assertThat(connect(peer, "127.0.0.1")).isEqualTo(1);
        }
        assertThat(streams.errText())
                .startsWith("zws: TLS with 127.0.0.1:")
                .contains("ws://")
                .containsOnlyOnce("\n");
    }
}
