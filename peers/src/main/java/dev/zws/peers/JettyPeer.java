package dev.zws.peers;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.compression.CompressionPool;
import org.eclipse.jetty.util.compression.DeflaterPool;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty with its own WebSocket API, without servlets, message by message. */
final class JettyPeer implements Peer {
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    JettyPeer(int port, boolean deflate) throws Exception {
        connector.setHost(HOST);
        connector.setPort(port);
        connector.setAcceptedTcpNoDelay(true);
        server.addConnector(connector);
        server.addBean(new DeflaterPool(CompressionPool.DEFAULT_CAPACITY, DEFLATE_LEVEL, true));
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setIdleTimeout(IDLE); // 30 s by default: too short for the idle suite
            container.setMaxTextMessageSize(MAX_MESSAGE);
            container.setMaxBinaryMessageSize(MAX_MESSAGE);
            container.addMapping("/*", (request, response, callback) -> {
                if (!deflate) {
                    response.setExtensions(List.of());
                }
                return new Echo();
            });
        }));
        server.start();
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }

    /** Public, for Jetty calls it by method handles. */
    public static final class Echo extends Session.Listener.AbstractAutoDemanding {
        @Override
        public void onWebSocketText(String message) {
            getSession().sendText(message, Callback.NOOP);
        }

        /** The connection is closed, which is all; by default a client that went away is a warning. */
        @Override
        public void onWebSocketError(Throwable cause) {}

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            getSession().sendBinary(payload, Callback.from(callback::succeed, callback::fail));
        }
    }
}
