package dev.zws.peers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** Java-WebSocket, message by message. */
final class JavaWebSocketPeer implements Peer {
    private static final int PATIENCE_SECONDS = 20;
    private static final int STOP_MILLIS = 1_000;

    private final Echo server;

    JavaWebSocketPeer(int port, boolean deflate) throws Exception {
        server = new Echo(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                deflate ? new Draft_6455(new PerMessageDeflateExtension(DEFLATE_LEVEL)) : new Draft_6455());
        server.setReuseAddr(true);
        server.setTcpNoDelay(true);
        server.start();
        server.started.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public void stop() throws InterruptedException {
        server.stop(STOP_MILLIS);
    }

    private static final class Echo extends WebSocketServer {
        final CompletableFuture<Void> started = new CompletableFuture<>();

        Echo(InetSocketAddress address, Draft draft) {
            super(address, List.of(draft));
        }

        @Override
        public void onStart() {
            started.complete(null);
        }

        @Override
        public void onMessage(WebSocket socket, String message) {
            socket.send(message);
        }

        @Override
        public void onMessage(WebSocket socket, ByteBuffer message) {
            socket.send(message);
        }

        /** @param socket null when it is the server that failed, such as to listen */
        @Override
        public void onError(@Nullable WebSocket socket, Exception failure) {
            started.completeExceptionally(failure);
        }

        @Override
        public void onOpen(WebSocket socket, ClientHandshake handshake) {}

        @Override
        public void onClose(WebSocket socket, int code, String reason, boolean remote) {}
    }
}
