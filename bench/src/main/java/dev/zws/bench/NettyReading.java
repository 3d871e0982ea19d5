package dev.zws.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * Netty's frame decoder, fed with one frame over and over, as a channel would have it: each read gets a buffer of the default
 * allocator, into which the bytes are copied, and every buffer is given back. One thread.
 */
final class NettyReading {
    private static final int MOST_READ_AT_ONCE = 64 * 1024;

    private final byte[] frame;
    private final Decoder decoder;
    private final EmbeddedChannel direct;
    private final ChannelHandlerContext context;
    private final List<Object> decoded = new ArrayList<>();

    private final Consumer consumer = new Consumer();
    private final EmbeddedChannel channel;

    /** @param masked whether the frame is, as what a server reads */
    NettyReading(byte[] frame, boolean masked) {
        this.frame = frame;
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(masked)
                .maxFramePayloadLength(frame.length)
                .build();
        decoder = new Decoder(config);
        direct = new EmbeddedChannel(decoder);
        context = direct.pipeline().context(decoder);
        channel = new EmbeddedChannel(new WebSocket13FrameDecoder(config), consumer);
    }

    /**
     * Calls the decoder itself, as a subclass may, with the frame whole in one buffer however large it is: the least that this can
     * cost, and less than it does in a channel.
     *
     * @return something that depends on the payload
     */
    int decode() throws Exception {
        ByteBuf in = context.alloc().ioBuffer(frame.length).writeBytes(frame);
        try {
            decoder.decode(context, in, decoded);
            WebSocketFrame one = (WebSocketFrame) decoded.removeLast();
            int length = one.content().readableBytes();
            one.release();
            return length;
        } finally {
            in.release();
        }
    }

    /** What {@link #decode} decodes, to keep. */
    byte[] decodeToKeep() throws Exception {
        ByteBuf in = context.alloc().ioBuffer(frame.length).writeBytes(frame);
        decoder.decode(context, in, decoded);
        in.release();
        WebSocketFrame one = (WebSocketFrame) decoded.removeLast();
        byte[] bytes = ByteBufUtil.getBytes(one.content());
        one.release();
        return bytes;
    }

    /**
     * Sends the frame through a pipeline, in reads of at most 64 KiB, to a handler that lets it go.
     *
     * @return the sum of what {@link #decode} returns
     */
    int pipeline() {
        for (int at = 0; at < frame.length; ) {
            int count = Math.min(MOST_READ_AT_ONCE, frame.length - at);
            ByteBuf in = channel.alloc().ioBuffer(count).writeBytes(frame, at, count);
            channel.pipeline().fireChannelRead(in);
            channel.pipeline().fireChannelReadComplete();
            at += count;
        }
        return consumer.sum;
    }

    /** What {@link #pipeline} hands on, to keep. */
    byte[] pipelineToKeep() {
        consumer.keeping = true;
        pipeline();
        consumer.keeping = false;
        return consumer.kept;
    }

    void close() {
        direct.finishAndReleaseAll();
        channel.finishAndReleaseAll();
    }

    /** Opens to us what it opens to a subclass. */
    private static final class Decoder extends WebSocket13FrameDecoder {
        Decoder(WebSocketDecoderConfig config) {
            super(config);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            super.decode(context, in, out);
        }
    }

    private static final class Consumer extends ChannelInboundHandlerAdapter {
        private int sum;
        private boolean keeping;
        private byte[] kept = {};

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            WebSocketFrame frame = (WebSocketFrame) message;
            sum += frame.content().readableBytes();
            if (keeping) {
                kept = ByteBufUtil.getBytes(frame.content());
            }
            frame.release();
        }
    }
}
