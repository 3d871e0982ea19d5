package dev.zws.examples;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket client, made synchronous: what arrives is taken one event at a time. */
final class JdkClient implements AutoCloseable, WebSocket.Listener {
    private static final int DEADLINE_SECONDS = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StringBuilder message = new StringBuilder();
    final WebSocket socket;

    JdkClient(int port) {
        this(port, "/");
    }

    JdkClient(int port, String target) {
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + target), this)
                .join();
    }

    /** The next event, such as {@code "text hello"}, {@code "binary 3"} (bytes), {@code "pong 1"}, {@code "close 1000 done"}. */
    String next() throws InterruptedException {
        String event = events.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        return event == null ? "nothing within " + DEADLINE_SECONDS + " s" : event;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        return collect(webSocket, "text ", data, last);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        return collect(webSocket, "binary ", "#".repeat(data.remaining()), last);
    }

    private CompletionStage<?> collect(WebSocket webSocket, String type, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            events.add(type + (type.equals("text ") ? message : message.length()));
            message.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer data) {
        events.add("pong " + data.remaining());
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        events.add("close " + code + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        events.add("error " + error);
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
