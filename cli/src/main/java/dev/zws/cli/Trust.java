package dev.zws.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose certificates a client takes: without one of these options, those that the JDK vouches for. */
final class Trust {
    @Option(
            names = {"-k", "--insecure"},
            description = "Take any certificate, whomever it is for.")
    private boolean insecure;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description =
                    "Vouch for the certificates in this PEM file, and for no others; they have to be for the host.")
    private @Nullable Path file;

    /** Whether nothing is checked. */
    boolean insecure() {
        return insecure;
    }

    /** Checks as {@code options} ask for, or as the JDK does when there are none. */
    static SSLContext context(@Nullable Trust options) throws IOException, GeneralSecurityException {
        if (options == null) {
            return SSLContext.getDefault();
        }
        return options.file == null ? AnyCertificate.context() : vouchedFor(options.file);
    }

    private static SSLContext vouchedFor(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new IOException("there is no certificate in it");
            }
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (Certificate certificate : certificates) {
                trusted.setCertificateEntry(String.valueOf(trusted.size()), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException("cannot use " + file + ": " + e.getMessage(), e);
        }
    }
}
