package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.extensions.IExtension;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.protocols.IProtocol;
import org.java_websocket.protocols.Protocol;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** Java-WebSocket. */
final class InteropJavaWebSocket implements InteropSocket {
    private final WebSocket socket;

    private InteropJavaWebSocket(WebSocket socket) {
        this.socket = socket;
    }

    /** @param subprotocols besides which it takes part without one */
    private static Draft draft(boolean deflate, List<String> subprotocols) {
        List<IExtension> extensions = deflate ? List.of(new PerMessageDeflateExtension()) : List.of();
        List<IProtocol> protocols = subprotocols.isEmpty()
                ? List.of(new Protocol(""))
                : subprotocols.stream().<IProtocol>map(Protocol::new).toList();
        return new Draft_6455(extensions, protocols);
    }

    static InteropSocket connect(URI address, boolean deflate, List<String> subprotocols, Events events)
            throws Exception {
        Client client = new Client(address, draft(deflate, subprotocols), events);
        if (!client.connectBlocking(InteropClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("not connected");
        }
        return new InteropJavaWebSocket(client);
    }

    static int serve(boolean deflate) throws Exception {
        Server server = new Server(draft(deflate, List.of(InteropEcho.SUBPROTOCOL, "")));
        server.start();
        server.started.get(InteropClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return server.getPort();
    }

    @Override
    public void text(String message) {
        socket.send(message);
    }

    @Override
    public void binary(byte[] message) {
        socket.send(message);
    }

    @Override
    public boolean fragments(String... parts) {
        for (int i = 0; i < parts.length; i++) {
            ByteBuffer part = ByteBuffer.wrap(parts[i].getBytes(UTF_8));
            socket.sendFragmentedFrame(Opcode.TEXT, part, i == parts.length - 1);
        }
        return true;
    }

    @Override
    public boolean ping(String payload) {
        PingFrame ping = new PingFrame();
        ping.setPayload(ByteBuffer.wrap(payload.getBytes(UTF_8)));
        socket.sendFrame(ping);
        return true;
    }

    @Override
    public void close(int code, String reason) {
        socket.close(code, reason);
    }

    @Override
    public String subprotocol() {
        return socket.getProtocol().getProvidedProtocol();
    }

    private static byte[] bytes(ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        return bytes;
    }

    private static final class Client extends WebSocketClient {
        private final Events events;

        Client(URI address, Draft draft, Events events) {
            super(address, draft);
            this.events = events;
        }

        @Override
        public void onOpen(ServerHandshake handshake) {}

        @Override
        public void onMessage(String message) {
            events.text(message);
        }

        @Override
        public void onMessage(ByteBuffer message) {
            events.binary(bytes(message));
        }

        @Override
        public void onClose(int code, String reason, boolean remote) {
            events.closed(code, reason);
        }

        @Override
        public void onError(Exception failure) {
            events.failed(failure);
        }
    }

    private static final class Server extends WebSocketServer {
        final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
        private final Map<WebSocket, InteropEcho> echoes = new ConcurrentHashMap<>();

        Server(Draft draft) {
            super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(draft));
        }

        @Override
        public void onStart() {
            started.complete(null);
        }

        @Override
        public void onOpen(WebSocket socket, ClientHandshake handshake) {
            InteropEcho echo = new InteropEcho(handshake.getResourceDescriptor());
            echoes.put(socket, echo);
            echo.opened(new InteropJavaWebSocket(socket));
        }

        private InteropEcho echo(WebSocket socket) {
            return echoes.getOrDefault(socket, new InteropEcho("never opened"));
        }

        @Override
        public void onMessage(WebSocket socket, String message) {
            echo(socket).text(message);
        }

        @Override
        public void onMessage(WebSocket socket, ByteBuffer message) {
            echo(socket).binary(bytes(message));
        }

        @Override
        public void onClose(WebSocket socket, int code, String reason, boolean remote) {
            echo(socket).closed(code, reason);
        }

        /** @param socket null when it is the server that failed, such as to listen */
        @Override
        public void onError(@Nullable WebSocket socket, Exception failure) {
            started.completeExceptionally(failure);
            if (socket != null) {
                echo(socket).failed(failure);
            }
        }
    }
}
