package dev.zws.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Option;

/** The options about TLS that a server has. Without {@code --tls-keystore} there is none. */
final class Tls {
    @Option(
            names = "--tls-keystore",
            required = true,
            paramLabel = "FILE",
            description = "Speak TLS, with the key and the certificate of this PKCS #12 file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path keystore;

    @Option(
            names = "--tls-password",
            required = true,
            paramLabel = "PASSWORD",
            description = "What that file is locked with; others on this machine can see it.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String password;

    /** Shows that certificate. */
    SSLContext context() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(keystore.toFile(), password.toCharArray());
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException
                | GeneralSecurityException
                | IllegalArgumentException e) { // the last when there is no such file
            throw new IOException("cannot use " + keystore + ": " + e.getMessage(), e);
        }
    }
}
