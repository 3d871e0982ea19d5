package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undertow.Undertow;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketExtension;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.client.WebSocketClient;
import io.undertow.websockets.client.WebSocketClientNegotiation;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.core.protocol.version13.Hybi13Handshake;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.xnio.IoFuture;
import org.xnio.OptionMap;
import org.xnio.Xnio;

/** Undertow. It sends whole messages. */
final class InteropUndertow implements InteropSocket {
    private static final int BUFFER = 16 * 1024;
    private static final int MAX_MESSAGE = 4 << 20;
    private static final ByteBufferPool POOL = new DefaultByteBufferPool(false, BUFFER);

    private final WebSocketChannel channel;

    private InteropUndertow(WebSocketChannel channel) {
        this.channel = channel;
    }

    static InteropSocket connect(URI address, boolean deflate, List<String> subprotocols, Events events)
            throws Exception {
        WebSocketClient.ConnectionBuilder builder = WebSocketClient.connectionBuilder(
                        Xnio.getInstance().createWorker(OptionMap.EMPTY), POOL, address)
                .setClientNegotiation(new WebSocketClientNegotiation(
                        subprotocols, deflate ? WebSocketExtension.parse("permessage-deflate") : List.of()));
        if (deflate) {
            builder.setClientExtensions(Set.of(deflating(true)));
        }
        IoFuture<WebSocketChannel> opening = builder.connect();
        if (opening.await(InteropClient.PATIENCE.toSeconds(), TimeUnit.SECONDS) != IoFuture.Status.DONE) {
            throw new IllegalStateException("not connected: " + opening.getStatus());
        }
        WebSocketChannel channel = opening.get();
        channel.getReceiveSetter().set(new Received(events));
        channel.resumeReceives();
        return new InteropUndertow(channel);
    }

    static int serve(boolean deflate) {
        Hybi13Handshake handshake = new Hybi13Handshake(Set.of(InteropEcho.SUBPROTOCOL), true);
        WebSocketConnectionCallback opened = (exchange, channel) -> {
            InteropEcho echo =
                    new InteropEcho(URI.create(exchange.getRequestURI()).getPath());
            echo.opened(new InteropUndertow(channel));
            channel.getReceiveSetter().set(new Received(echo));
            channel.resumeReceives();
        };
        WebSocketProtocolHandshakeHandler handler = new WebSocketProtocolHandshakeHandler(List.of(handshake), opened);
        if (deflate) {
            handler.addExtension(deflating(false));
        }
        Undertow server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(handler)
                .build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
    }

    /** Context is kept, as by default; messages may be as long as they are here, for which the default is too short. */
    private static PerMessageDeflateHandshake deflating(boolean client) {
        return new PerMessageDeflateHandshake(
                client, PerMessageDeflateHandshake.DEFAULT_DEFLATER, true, true, MAX_MESSAGE);
    }

    @Override
    public void text(String message) {
        WebSockets.sendText(message, channel, null);
    }

    @Override
    public void binary(byte[] message) {
        WebSockets.sendBinary(ByteBuffer.wrap(message.clone()), channel, null); // which it masks where it stands
    }

    @Override
    public boolean ping(String payload) {
        WebSockets.sendPing(ByteBuffer.wrap(payload.getBytes(UTF_8)), channel, null);
        return true;
    }

    @Override
    public void close(int code, String reason) {
        WebSockets.sendClose(code, reason, channel, null);
    }

    @Override
    public String subprotocol() {
        String agreed = channel.getSubProtocol();
        return agreed == null ? "" : agreed;
    }

    private static final class Received extends AbstractReceiveListener {
        private final Events events;

        Received(Events events) {
            this.events = events;
        }

        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            events.text(message.getData());
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            var data = message.getData();
            ByteBuffer whole = WebSockets.mergeBuffers(data.getResource());
            byte[] bytes = new byte[whole.remaining()];
            whole.get(bytes);
            data.free();
            events.binary(bytes);
        }

        @Override
        protected void onCloseMessage(CloseMessage close, WebSocketChannel channel) {
            events.closed(close.getCode(), close.getReason());
        }

        @Override
        protected void onError(WebSocketChannel channel, Throwable cause) {
            super.onError(channel, cause);
            events.failed(cause);
        }
    }
}
