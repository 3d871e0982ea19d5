package dev.zws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.bench.Proof;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Text: checked, whole and in pieces that cut characters apart, beside a loop that only adds up the bytes, the JDK's decoder, which
 * also makes chars of them, and Netty's check; and a {@code String} encoded, beside {@code String.getBytes}. Netty's check is public as a handler only, which is called as
 * its pipeline would: a frame goes in, and on to a handler that does nothing. In this package as {@link HeaderBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Utf8Benchmark {
    /** A prime, so that characters of two, three and four bytes are cut at every place. */
    private static final int PIECE = 61;

    /** What the text is made of. */
    public enum Script {
        /** One byte a character. */
        ASCII("The quick brown fox jumps over the lazy dog; "),
        /** Some of two bytes among many of one. */
        LATIN("Höflich grüßt Zoë den façonnierten Älpler: "),
        /** Three bytes a character. */
        CJK("人人生而自由在尊严和权利上一律平等"),
        /** Four bytes a character. */
        EMOJI("😀🎉🚀🌍🎈🐙🍀🔥");

        private final String sample;

        Script(String sample) {
            this.sample = sample;
        }
    }

    /** The kind of text. */
    @Param
    public Script text;

    /** Its length in bytes, about. */
    @Param("4096")
    public int size;

    private String string;
    private byte[] bytes;
    private byte[] target;
    private final Utf8Validator validator = new Utf8Validator();
    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private CharBuffer chars;
    private ByteBuffer input;

    private final Utf8FrameValidator nettyHandler = new Utf8FrameValidator();
    private final EmbeddedChannel channel = new EmbeddedChannel(nettyHandler, new Last());
    private ChannelHandlerContext nettyContext;
    private TextWebSocketFrame nettyFrame;

    /** Makes the text, and has everybody judge it and a spoiled one. */
    @Setup
    public void setup() throws Exception {
        string = text.sample.repeat(Math.max(1, size / text.sample.getBytes(UTF_8).length));
        bytes = string.getBytes(UTF_8);
        target = new byte[string.length() * Utf8.MAX_BYTES_PER_CHAR];
        chars = CharBuffer.allocate(string.length() + 1);
        input = ByteBuffer.wrap(bytes);
        nettyContext = channel.pipeline().context(nettyHandler);
        ByteBuf content = ByteBufAllocator.DEFAULT.buffer(bytes.length).writeBytes(bytes);
        nettyFrame = new TextWebSocketFrame(content);

        Proof.that(checkWhole() && checkPieces(), "good text was refused");
        Proof.that(javaDecoder() == string.length() && chars.flip().toString().equals(string), "decoded wrongly");
        Proof.that(
                javaDecoderPieces() == string.length()
                        && chars.flip().toString().equals(string),
                "cut wrongly");
        Proof.same("the text", bytes, Arrays.copyOf(target, encode()));
        nettyValidator();
        byte last = bytes[bytes.length - 1];
        bytes[bytes.length - 1] = (byte) 0xFF;
        Proof.that(!checkWhole() && !checkPieces(), "bad text was accepted");
        Proof.that(nettyRefuses(bytes), "Netty accepted bad text");
        bytes[bytes.length - 1] = last;
    }

    private static boolean nettyRefuses(byte[] text) {
        EmbeddedChannel once = new EmbeddedChannel(new Utf8FrameValidator());
        try {
            return !once.writeInbound(new TextWebSocketFrame(Unpooled.copiedBuffer(text)));
        } catch (CorruptedFrameException e) {
            return true;
        } finally {
            once.finishAndReleaseAll();
        }
    }

    /** Gives Netty's buffer back. */
    @TearDown
    public void tearDown() {
        nettyFrame.release();
        channel.finishAndReleaseAll();
    }

    /** All at once. */
    @Benchmark
    public boolean checkWhole() {
        validator.reset();
        return validator.accept(bytes, 0, bytes.length) && validator.isComplete();
    }

    /** As small frames bring it. */
    @Benchmark
    public boolean checkPieces() {
        validator.reset();
        boolean good = true;
        for (int at = 0; at < bytes.length; at += PIECE) {
            good &= validator.accept(bytes, at, Math.min(PIECE, bytes.length - at));
        }
        return good && validator.isComplete();
    }

    /** A {@code String} to bytes: counted, then encoded, as a text message is. */
    @Benchmark
    public int encode() {
        long length = Utf8.length(string);
        int encoded = Utf8.encode(string, length, 0, string.length(), target, 0);
        return encoded == length ? encoded : -1;
    }

    /** Baseline: one look at everything. */
    @Benchmark
    public long javaLongSum() {
        long sum = 0;
        int i = 0;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            sum += (long) Bytes.LONG.get(bytes, i);
        }
        for (; i < bytes.length; i++) {
            sum += bytes[i];
        }
        return sum;
    }

    /** Baseline: the JDK's decoder, into chars that are reused. */
    @Benchmark
    public int javaDecoder() {
        decoder.reset();
        chars.clear();
        input.clear();
        boolean good = !decoder.decode(input, chars, true).isError()
                && !decoder.flush(chars).isError();
        return good ? chars.position() : -1;
    }

    /** Baseline: the same in pieces; it leaves what it cannot decode yet in its input. */
    @Benchmark
    public int javaDecoderPieces() {
        decoder.reset();
        chars.clear();
        input.clear();
        boolean good = true;
        for (int end = 0; end < bytes.length; ) {
            end = Math.min(end + PIECE, bytes.length);
            input.limit(end);
            good &= !decoder.decode(input, chars, end == bytes.length).isError();
        }
        return good && !decoder.flush(chars).isError() ? chars.position() : -1;
    }

    /** Baseline: the JDK's encoder, which makes an array. */
    @Benchmark
    public byte[] javaGetBytes() {
        return string.getBytes(UTF_8);
    }

    /** Baseline: Netty's check; it throws for bad text. */
    @Benchmark
    public int nettyValidator() throws Exception {
        nettyHandler.channelRead(nettyContext, nettyFrame);
        return nettyFrame.refCnt();
    }

    /** Takes what has passed the check, and leaves it to the next round. */
    private static final class Last extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {}
    }
}
