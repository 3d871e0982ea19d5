package dev.zws.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.URI;

/** Netty's opening handshakes, each in a channel of its own with the handlers that its users put there. */
final class NettyHandshakes {
    private static final int MAX_HEAD = 16 * 1024;
    private static final URI ADDRESS = URI.create("ws://chat.example.com/chat?room=1");
    private static final WebSocketServerHandshakerFactory SERVERS =
            new WebSocketServerHandshakerFactory("ws://chat.example.com/chat?room=1", null, false);

    private NettyHandshakes() {}

    /** A server's; returns its answer. */
    static byte[] accept(byte[] request) {
        EmbeddedChannel channel = server();
        channel.writeInbound(channel.alloc().ioBuffer(request.length).writeBytes(request));
        byte[] answer = written(channel);
        channel.finishAndReleaseAll();
        return answer;
    }

    /** The channel of {@link #accept}, without anything that comes in; true when it is closed. */
    static boolean channelAlone() {
        EmbeddedChannel channel = server();
        return !channel.finishAndReleaseAll();
    }

    private static EmbeddedChannel server() {
        return new EmbeddedChannel(
                new HttpServerCodec(),
                new HttpObjectAggregator(MAX_HEAD),
                new SimpleChannelInboundHandler<FullHttpRequest>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
                        ChannelFuture unused = SERVERS.newHandshaker(request).handshake(context.channel(), request);
                    }
                });
    }

    /** A client's; true when it is connected. */
    static boolean connect() {
        WebSocketClientHandshaker handshaker = WebSocketClientHandshakerFactory.newHandshaker(
                ADDRESS, WebSocketVersion.V13, null, false, new DefaultHttpHeaders());
        EmbeddedChannel channel = new EmbeddedChannel(
                new HttpClientCodec(),
                new HttpObjectAggregator(MAX_HEAD),
                new SimpleChannelInboundHandler<FullHttpResponse>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
                        handshaker.finishHandshake(context.channel(), response);
                    }
                });
        ChannelFuture unused = handshaker.handshake(channel);
        channel.runPendingTasks();
        byte[] answer = CannedServer.answer(written(channel));
        channel.writeInbound(channel.alloc().ioBuffer(answer.length).writeBytes(answer));
        channel.finishAndReleaseAll();
        return handshaker.isHandshakeComplete();
    }

    private static byte[] written(EmbeddedChannel channel) {
        byte[] all = {};
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            byte[] bytes = ByteBufUtil.getBytes(part);
            part.release();
            all = all.length == 0 ? bytes : joined(all, bytes);
        }
        return all;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
