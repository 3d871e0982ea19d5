package dev.zws.peers;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import java.net.InetSocketAddress;

/** Undertow, message by message. */
final class UndertowPeer implements Peer {
    private final Undertow server;

    UndertowPeer(int port, boolean deflate) {
        WebSocketProtocolHandshakeHandler handler = Handlers.websocket((exchange, channel) -> {
            channel.getReceiveSetter().set(new Echo());
            channel.resumeReceives();
        });
        if (deflate) {
            handler.addExtension(new PerMessageDeflateHandshake(false, DEFLATE_LEVEL));
        }
        server = Undertow.builder()
                .addHttpListener(port, HOST)
                .setHandler(handler)
                .build();
        server.start();
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
    }

    @Override
    public void stop() {
        server.stop();
    }

    private static final class Echo extends AbstractReceiveListener {
        @Override
        protected long getMaxTextBufferSize() {
            return MAX_MESSAGE;
        }

        @Override
        protected long getMaxBinaryBufferSize() {
            return MAX_MESSAGE;
        }

        @Override
        protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
            WebSockets.sendText(message.getData(), channel, null);
        }

        @Override
        protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
            var data = message.getData();
            WebSockets.sendBinary(data.getResource(), channel, new WebSocketCallback<Void>() {
                @Override
                public void complete(WebSocketChannel channel, Void nothing) {
                    data.free();
                }

                @Override
                public void onError(WebSocketChannel channel, Void nothing, Throwable failure) {
                    data.free();
                }
            });
        }
    }
}
