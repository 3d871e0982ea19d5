package dev.zws.validation;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** OkHttp: a client that always offers permessage-deflate. It sends whole messages, and Pings only by its clock. */
final class InteropOkHttp implements InteropSocket {
    private final WebSocket socket;
    private final String subprotocol;

    private InteropOkHttp(WebSocket socket, String subprotocol) {
        this.socket = socket;
        this.subprotocol = subprotocol;
    }

    static InteropSocket connect(URI address, List<String> subprotocols, Events events) throws Exception {
        Request.Builder request = new Request.Builder().url(address.toString());
        if (!subprotocols.isEmpty()) {
            request.header("Sec-WebSocket-Protocol", String.join(", ", subprotocols));
        }
        Received received = new Received(events);
        WebSocket socket = new OkHttpClient().newWebSocket(request.build(), received);
        return new InteropOkHttp(
                socket, received.subprotocol.get(InteropClient.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Override
    public void text(String message) {
        sent(socket.send(message));
    }

    @Override
    public void binary(byte[] message) {
        sent(socket.send(ByteString.of(message)));
    }

    @Override
    public void close(int code, String reason) {
        sent(socket.close(code, reason));
    }

    private static void sent(boolean taken) {
        if (!taken) {
            throw new IllegalStateException("OkHttp did not take what was to be sent");
        }
    }

    @Override
    public String subprotocol() {
        return subprotocol;
    }

    private static final class Received extends WebSocketListener {
        final CompletableFuture<String> subprotocol = new CompletableFuture<>();
        private final Events events;

        Received(Events events) {
            this.events = events;
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            subprotocol.complete(response.header("Sec-WebSocket-Protocol", ""));
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            events.text(text);
        }

        @Override
        public void onMessage(WebSocket socket, ByteString bytes) {
            events.binary(bytes.toByteArray());
        }

        /** A Close is answered by the application. */
        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            socket.close(code, reason);
        }

        @Override
        public void onClosed(WebSocket socket, int code, String reason) {
            events.closed(code, reason);
        }

        @Override
        public void onFailure(WebSocket socket, Throwable cause, @Nullable Response response) {
            subprotocol.completeExceptionally(cause);
            events.failed(cause);
        }
    }
}
