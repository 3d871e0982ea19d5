package dev.zws;

import java.io.ByteArrayInputStream;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS for tests: a context with one self-signed certificate for localhost, good until 2119, that it also trusts. */
final class Tls {
    private static final String PASSWORD = "secret";

    /**
     * Made with {@code keytool -genkeypair -alias a -keyalg EC -groupname secp256r1 -dname CN=localhost
     * -startdate 2020/01/01 -validity 36500 -storetype PKCS12 -storepass secret -keystore t.p12}.
     */
    private static final String KEY_STORE = """
            MIID1gIBAzCCA4AGCSqGSIb3DQEHAaCCA3EEggNtMIIDaTCCASAGCSqGSIb3DQEHAaCCAREEggENMIIBCTCCAQUGCyqGSIb3
            DQEMCgECoIG9MIG6MGYGCSqGSIb3DQEFDTBZMDgGCSqGSIb3DQEFDDArBBRy4XN/nwa1mHlebdbZdykHZ1w9GgICJxACASAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKSsHAEZuWRV91J7sBZ76LkEUD3+8396Cb7hHZLQKjH2HgYQuWmGvYo2qFi2
            rrO6JOJqoyYR0eSqOE96jykK798GAl1O7qUmWFiAxwEaoiDIQFWuOaw3B2jVy/ddNpnFYwklMTYwEQYJKoZIhvcNAQkUMQQe
            AgBhMCEGCSqGSIb3DQEJFTEUBBJUaW1lIDE3OTU0MzE1MjgzODcwggJBBgkqhkiG9w0BBwagggIyMIICLgIBADCCAicGCSqG
            SIb3DQEHATBmBgkqhkiG9w0BBQ0wWTA4BgkqhkiG9w0BBQwwKwQU4XIF6CZhRvnQdMNhLdzF1M8TTLMCAicQAgEgMAwGCCqG
            SIb3DQIJBQAwHQYJYIZIAWUDBAEqBBAZbuq/l2KhJZbS4ukuaAqsgIIBsLfrddIfMWyLHKda1doiLBogd4aW4IYQ3COdGpgP
            LDmPAQS/WPAr84SdLI1AVALlQycTmzILjI9eKW526+w7dqIJIAYICr5ymdQv8B2Oil3awnJBASlYj4uigCQpaQJxsI9K0aHv
            dvMK6V7QPlPgAwbP53KgtBo/HnT6sRmWN7zqBzt6Hkrha9HYWky/xI//vV6qLfkauCjJwmWrQwE4EalJqnPpqIEfKBNNa7K0
            L5hdR6Y618R/KEQQNuqZFwRqrBKQcpLegyOKasTEfyUOJ8L21Rb2IOU1S7QWzdSVAfrAXW7kbWr3Yu0JeC/CzXgcHBzuyFsP
            JC/mf7pOuAgO9fiXS1/0sbjxIqDpoZsfG5aue6T8kJe+Lqt3diUM2wvy9UhHiGCZTTUuEuayL8cY25vM0krmu6f4aYhcF4Nv
            XUg/z70VrjHPs/JaYk5ouEz+fdd20uGmk2cBfkz8NHkplmvT8o8SjUWTcZAlaf79xO3vnzAyfZlSkM0ei4vtkWncTLuqYIeT
            Hj9I3XghPQr6fP4gx7u3Yof1K3LY8jGpnq+n3rK5ylI8Dj5iwmOhwl30+TBNMDEwDQYJYIZIAWUDBAIBBQAEILlkN6fbK07w
            P7UU8nMBT5WFpOoxc65VWbGC2Sc5OTRRBBREqGSkq3aNC7tzPKMpbtdGu9hQRQICJxA=
            """;

    private Tls() {}

    static SSLContext context() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(Base64.getMimeDecoder().decode(KEY_STORE)), PASSWORD.toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", store.getCertificate("a"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
