package dev.zws.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Netty's frame encoder, given one payload over and over; what it makes is looked at and given back. One thread. */
final class NettyWriting {
    private final byte[] payload;
    private final Encoder encoder;
    private final EmbeddedChannel direct;
    private final ChannelHandlerContext context;
    private final List<Object> encoded = new ArrayList<>();
    private final EmbeddedChannel channel;

    /** @param masked whether the frames are, as what a client writes */
    NettyWriting(byte[] payload, boolean masked) {
        this.payload = payload;
        encoder = new Encoder(masked);
        direct = new EmbeddedChannel(encoder);
        context = direct.pipeline().context(encoder);
        channel = new EmbeddedChannel(new WebSocket13FrameEncoder(masked));
    }

    /**
     * Calls the encoder itself, as a subclass may, with a frame around the payload where it stands.
     *
     * @return how many bytes the frame has
     */
    int encode() throws Exception {
        put();
        return release();
    }

    /** A whole frame, to keep. */
    byte[] encodeToKeep() throws Exception {
        put();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : encoded) {
            bytes.writeBytes(ByteBufUtil.getBytes((ByteBuf) part));
        }
        release();
        return bytes.toByteArray();
    }

    private void put() throws Exception {
        WebSocketFrame frame = new BinaryWebSocketFrame(Unpooled.wrappedBuffer(payload));
        encoder.encode(context, frame, encoded);
        frame.release(); // as the pipeline does
    }

    private int release() {
        int length = 0;
        while (!encoded.isEmpty()) {
            ByteBuf part = (ByteBuf) encoded.removeLast();
            length += part.readableBytes();
            part.release();
        }
        return length;
    }

    /** Writes and flushes the frame through a channel that keeps what comes out at its end. */
    int pipeline() {
        ChannelFuture unused =
                channel.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(payload)), channel.voidPromise());
        int length = 0;
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            length += part.readableBytes();
            part.release();
        }
        return length;
    }

    void close() {
        direct.finishAndReleaseAll();
        channel.finishAndReleaseAll();
    }

    /** Opens to us what it opens to a subclass. */
    private static final class Encoder extends WebSocket13FrameEncoder {
        Encoder(boolean masked) {
            super(masked);
        }

        @Override
        protected void encode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) throws Exception {
            super.encode(context, frame, out);
        }
    }
}
