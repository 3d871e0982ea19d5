package dev.zws.validation;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import org.java_websocket.WebSocket;
import org.jspecify.annotations.Nullable;

/** Every library on the JVM. */
enum InteropLibrary {
    ZWS,
    JDK,
    OKHTTP,
    JAVA_WEBSOCKET,
    JETTY,
    UNDERTOW;

    private static final Pattern VERSION = Pattern.compile("-([0-9][^/]*)\\.jar$");

    static InteropLibrary of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** As its jar is named; of the JDK, its own. */
    String version() throws IOException {
        @Nullable
        Class<?> library = switch (this) {
            case ZWS -> dev.zws.Conn.class;
            case JDK -> null;
            case OKHTTP -> OkHttpClient.class;
            case JAVA_WEBSOCKET -> WebSocket.class;
            case JETTY -> org.eclipse.jetty.server.Server.class;
            case UNDERTOW -> io.undertow.Undertow.class;
        };
        if (library == null) {
            return System.getProperty("java.version");
        }
        URL jar = library.getProtectionDomain().getCodeSource().getLocation();
        Matcher version = VERSION.matcher(jar.getPath());
        return version.find() ? version.group(1) : "?";
    }

    /** @param deflate whether permessage-deflate is offered, where that is a choice */
    InteropSocket connect(URI address, boolean deflate, List<String> subprotocols, InteropSocket.Events events)
            throws Exception {
        return switch (this) {
            case ZWS -> InteropZws.connect(address, deflate, subprotocols, events);
            case JDK -> InteropJdk.connect(address, subprotocols, events);
            case OKHTTP -> InteropOkHttp.connect(address, subprotocols, events);
            case JAVA_WEBSOCKET -> InteropJavaWebSocket.connect(address, deflate, subprotocols, events);
            case JETTY -> InteropJetty.connect(address, deflate, subprotocols, events);
            case UNDERTOW -> InteropUndertow.connect(address, deflate, subprotocols, events);
        };
    }

    /**
     * Listens until the process ends, on a port of its choice, which is returned.
     *
     * @param deflate whether permessage-deflate is agreed to
     */
    int serve(boolean deflate) throws Exception {
        return switch (this) {
            case ZWS -> InteropZws.serve(deflate);
            case JDK, OKHTTP -> throw new UnsupportedOperationException(this + " has no server");
            case JAVA_WEBSOCKET -> InteropJavaWebSocket.serve(deflate);
            case JETTY -> InteropJetty.serve(deflate);
            case UNDERTOW -> InteropUndertow.serve(deflate);
        };
    }
}
