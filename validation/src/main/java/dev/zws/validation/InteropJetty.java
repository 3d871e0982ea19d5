package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/** Jetty, with its own API. */
final class InteropJetty implements InteropSocket {
    private static final int MAX_MESSAGE = 4 << 20;

    private final Session session;

    private InteropJetty(Session session) {
        this.session = session;
    }

    static InteropSocket connect(URI address, boolean deflate, List<String> subprotocols, Events events)
            throws Exception {
        WebSocketClient client = new WebSocketClient();
        client.setMaxTextMessageSize(MAX_MESSAGE);
        client.setMaxBinaryMessageSize(MAX_MESSAGE);
        client.start();
        ClientUpgradeRequest request = new ClientUpgradeRequest(address);
        if (deflate) {
            request.addExtensions("permessage-deflate");
        }
        request.setSubProtocols(subprotocols);
        CompletableFuture<Session> session = client.connect(new Endpoint(events, opened -> {}), request);
        return new InteropJetty(session.get(InteropClient.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    static int serve(boolean deflate) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setIdleTimeout(Duration.ofMinutes(1));
            container.setMaxTextMessageSize(MAX_MESSAGE);
            container.setMaxBinaryMessageSize(MAX_MESSAGE);
            container.addMapping("/*", (request, response, callback) -> {
                if (!deflate) {
                    response.setExtensions(List.of());
                }
                if (request.hasSubProtocol(InteropEcho.SUBPROTOCOL)) {
                    response.setAcceptedSubProtocol(InteropEcho.SUBPROTOCOL);
                }
                InteropEcho echo = new InteropEcho(Request.getPathInContext(request));
                return new Endpoint(echo, session -> echo.opened(new InteropJetty(session)));
            });
        }));
        server.start();
        return connector.getLocalPort();
    }

    @Override
    public void text(String message) {
        session.sendText(message, Callback.NOOP);
    }

    @Override
    public void binary(byte[] message) {
        session.sendBinary(ByteBuffer.wrap(message), Callback.NOOP);
    }

    @Override
    public boolean fragments(String... parts) throws Exception {
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            boolean last = i == parts.length - 1;
            Callback.Completable.with(sent -> session.sendPartialText(part, last, sent))
                    .get(InteropClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        return true;
    }

    @Override
    public boolean ping(String payload) {
        session.sendPing(ByteBuffer.wrap(payload.getBytes(UTF_8)), Callback.NOOP);
        return true;
    }

    @Override
    public void close(int code, String reason) {
        session.close(code, reason, Callback.NOOP);
    }

    @Override
    public String subprotocol() {
        String agreed = session.getUpgradeResponse().getAcceptedSubProtocol();
        return agreed == null ? "" : agreed;
    }

    /** Public, for Jetty calls it by method handles. */
    public static final class Endpoint extends Session.Listener.AbstractAutoDemanding {
        private final Events events;
        private final Consumer<Session> opened;

        Endpoint(Events events, Consumer<Session> opened) {
            this.events = events;
            this.opened = opened;
        }

        @Override
        public void onWebSocketOpen(Session session) {
            super.onWebSocketOpen(session);
            opened.accept(session);
        }

        @Override
        public void onWebSocketText(String message) {
            events.text(message);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            byte[] message = new byte[payload.remaining()];
            payload.get(message);
            callback.succeed();
            events.binary(message);
        }

        @Override
        public void onWebSocketClose(int code, @Nullable String reason, Callback callback) {
            events.closed(code, reason == null ? "" : reason);
            callback.succeed();
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            events.failed(cause);
        }
    }
}
