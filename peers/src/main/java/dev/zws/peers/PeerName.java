package dev.zws.peers;

import io.helidon.webserver.WebServer;
import io.netty.bootstrap.ServerBootstrap;
import io.undertow.Undertow;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URL;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.server.Server;
import org.java_websocket.server.WebSocketServer;

/** Every peer that runs on the JVM, by the name that {@code ./zws bench-peer} takes. */
enum PeerName {
    NETTY_NIO,
    NETTY_EPOLL,
    VERTX,
    UNDERTOW,
    JETTY,
    TOMCAT,
    JAVA_WEBSOCKET,
    HELIDON;

    private static final Pattern VERSION = Pattern.compile("-([0-9][^/]*)\\.jar$");

    /** @throws IllegalArgumentException when there is none of this name */
    static PeerName of(String name) {
        return Arrays.stream(values())
                .filter(peer -> peer.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no peer " + name + ": it must be one of " + Arrays.toString(values())));
    }

    /** The library's version, as its jar is named. */
    String version() throws IOException {
        URL jar = library().getProtectionDomain().getCodeSource().getLocation();
        Matcher version = VERSION.matcher(jar.getPath());
        if (!version.find()) {
            throw new IOException("no version in " + jar);
        }
        return version.group(1);
    }

    private Class<?> library() {
        return switch (this) {
            case NETTY_NIO, NETTY_EPOLL -> ServerBootstrap.class;
            case VERTX -> Vertx.class;
            case UNDERTOW -> Undertow.class;
            case JETTY -> Server.class;
            case TOMCAT -> Tomcat.class;
            case JAVA_WEBSOCKET -> WebSocketServer.class;
            case HELIDON -> WebServer.class;
        };
    }

    /** Whether it knows permessage-deflate. */
    boolean deflates() {
        return this != HELIDON;
    }

    /**
     * Starts it.
     *
     * @param port 0 picks one
     * @param deflate whether permessage-deflate is agreed to; otherwise it is declined
     * @throws Exception when it cannot be run here, or cannot listen there
     */
    Peer start(int port, boolean deflate) throws Exception {
        return switch (this) {
            case NETTY_NIO -> NettyPeer.nio(port, deflate);
            case NETTY_EPOLL -> NettyPeer.epoll(port, deflate);
            case VERTX -> new VertxPeer(port, deflate);
            case UNDERTOW -> new UndertowPeer(port, deflate);
            case JETTY -> new JettyPeer(port, deflate);
            case TOMCAT -> new TomcatPeer(port, deflate);
            case JAVA_WEBSOCKET -> new JavaWebSocketPeer(port, deflate);
            case HELIDON -> new HelidonPeer(port);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
