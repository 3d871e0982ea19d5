package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK's {@code java.net.http.WebSocket}: a client without extensions. */
final class InteropJdk implements InteropSocket {
    private final WebSocket socket;

    private InteropJdk(WebSocket socket) {
        this.socket = socket;
    }

    static InteropSocket connect(URI address, List<String> subprotocols, Events events) throws Exception {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (!subprotocols.isEmpty()) {
            List<String> lesser = subprotocols.subList(1, subprotocols.size());
            builder.subprotocols(subprotocols.getFirst(), lesser.toArray(String[]::new));
        }
        return new InteropJdk(await(builder.buildAsync(address, new Received(events))));
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(InteropClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void text(String message) throws Exception {
        await(socket.sendText(message, true));
    }

    @Override
    public void binary(byte[] message) throws Exception {
        await(socket.sendBinary(ByteBuffer.wrap(message), true));
    }

    @Override
    public boolean fragments(String... parts) throws Exception {
        for (int i = 0; i < parts.length; i++) {
            await(socket.sendText(parts[i], i == parts.length - 1));
        }
        return true;
    }

    @Override
    public boolean ping(String payload) throws Exception {
        await(socket.sendPing(ByteBuffer.wrap(payload.getBytes(UTF_8))));
        return true;
    }

    @Override
    public void close(int code, String reason) throws Exception {
        await(socket.sendClose(code, reason));
    }

    @Override
    public String subprotocol() {
        return socket.getSubprotocol();
    }

    /** Puts the parts together in which it hands out messages. */
    private static final class Received implements WebSocket.Listener {
        private final Events events;
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

        Received(Events events) {
            this.events = events;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String message = text.toString();
                text.setLength(0);
                events.text(message);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            binary.writeBytes(part);
            if (last) {
                byte[] message = binary.toByteArray();
                binary.reset();
                events.binary(message);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.closed(code, reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable cause) {
            events.failed(cause);
        }
    }
}
