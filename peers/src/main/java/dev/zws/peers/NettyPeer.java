package dev.zws.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Netty, frame by frame, with one flush for all that one read brought. */
final class NettyPeer implements Peer {
    private static final int MAX_HEAD = 65_536;
    private static final int WINDOW_BITS = 15;

    private final EventLoopGroup loops;
    private final Channel listener;

    private NettyPeer(IoHandlerFactory io, Class<? extends ServerChannel> type, int port, boolean deflate) {
        loops = new MultiThreadIoEventLoopGroup(io);
        listener = new ServerBootstrap()
                .group(loops)
                .channel(type)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Connection(deflate))
                .bind(HOST, port)
                .syncUninterruptibly()
                .channel();
    }

    static Peer nio(int port, boolean deflate) {
        return new NettyPeer(NioIoHandler.newFactory(), NioServerSocketChannel.class, port, deflate);
    }

    static Peer epoll(int port, boolean deflate) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException(
                    "epoll is not available here, only on Linux with x86-64: " + Epoll.unavailabilityCause());
        }
        return new NettyPeer(EpollIoHandler.newFactory(), EpollServerSocketChannel.class, port, deflate);
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void stop() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Connection extends ChannelInitializer<SocketChannel> {
        private final Echo echo = new Echo();
        private final boolean deflate;
        private final WebSocketServerProtocolConfig config;

        Connection(boolean deflate) {
            this.deflate = deflate;
            config = WebSocketServerProtocolConfig.newBuilder()
                    .websocketPath("/")
                    .checkStartsWith(true)
                    .allowExtensions(deflate)
                    .maxFramePayloadLength(MAX_MESSAGE)
                    .build();
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            ChannelPipeline pipeline = channel.pipeline();
            pipeline.addLast(new HttpServerCodec());
            pipeline.addLast(new HttpObjectAggregator(MAX_HEAD));
            if (deflate) {
                pipeline.addLast(new WebSocketServerExtensionHandler(deflate()));
            }
            pipeline.addLast(new WebSocketServerProtocolHandler(config));
            pipeline.addLast(echo);
        }

        /** WebSocketServerCompressionHandler, but for the level, and agreeing to a client that wants no context takeover. */
        private static PerMessageDeflateServerExtensionHandshaker deflate() {
            return new PerMessageDeflateServerExtensionHandshaker(
                    DEFLATE_LEVEL, true, WINDOW_BITS, true, false, MAX_MESSAGE);
        }
    }

    @Sharable
    @SuppressWarnings("FutureReturnValueIgnored") // what cannot be written has lost its connection, which is all
    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            context.write(frame.retain());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
