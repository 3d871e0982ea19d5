package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A fresh key with a certificate of its own for localhost, in a file that lives as long as this. */
final class SoakKey implements AutoCloseable {
    private static final String PASSWORD = "soaking";

    private final Path folder = Files.createTempDirectory("zws-soak");
    private final Path file = folder.resolve("key.p12");

    /** Has keytool make it. */
    SoakKey() throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        SoakServer.program("keytool"),
                        "-genkeypair",
                        "-alias",
                        "soak",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        keytool.getOutputStream().close();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        if (keytool.waitFor() != 0) {
            close();
            throw new IOException("keytool failed: " + said.strip());
        }
    }

    /** For {@code ./zws echo}. */
    List<String> arguments() {
        return List.of("--tls-keystore=" + file, "--tls-password=" + PASSWORD);
    }

    /** Trusts it, and nothing else. */
    SSLContext trusted() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("soak", store.getCertificate("soak"));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not to be had: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
    }
}
