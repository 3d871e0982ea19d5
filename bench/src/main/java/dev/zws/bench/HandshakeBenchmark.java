package dev.zws.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.zws.ByteReader;
import dev.zws.ByteWriter;
import dev.zws.ClientHandshake;
import dev.zws.Handshake;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The opening handshake, head to head: a browser's request is read and answered, and a client's request is written and its answer
 * read. With all that a connection needs for it, buffers included, since each has one handshake; in Netty's case that is a channel,
 * whose own cost is shown beside.
 *
 * <p>The answer to a client depends on its key, so a stand-in for the server makes it in the same way for both.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HandshakeBenchmark {
    private static final byte[] REQUEST = """
            GET /chat?room=1 HTTP/1.1\r
            Host: chat.example.com\r
            Connection: Upgrade\r
            Pragma: no-cache\r
            Cache-Control: no-cache\r
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36\r
            Upgrade: websocket\r
            Origin: https://chat.example.com\r
            Sec-WebSocket-Version: 13\r
            Accept-Encoding: gzip, deflate, br, zstd\r
            Accept-Language: en-US,en;q=0.9\r
            Cookie: session=0123456789abcdef0123456789abcdef\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
            \r
            """.getBytes(ISO_8859_1);

    /** RFC 6455, 1.3. */
    private static final String ACCEPT_KEY = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final ClientHandshake.Request ours = ClientHandshake.Request.of("chat.example.com", "/chat?room=1");
    private final Forgetful sink = new Forgetful();

    /** Shakes hands with everybody once. */
    @Setup
    public void setup() throws Exception {
        sink.keep();
        accept();
        requireAccepted(sink.kept());
        requireAccepted(NettyHandshakes.accept(REQUEST));
        Proof.that(connect() > 0, "we were not connected");
        Proof.that(nettyConnect(), "Netty was not connected");
    }

    private static void requireAccepted(byte[] answer) {
        String text = new String(answer, ISO_8859_1);
        Proof.that(text.startsWith("HTTP/1.1 101 ") && text.contains(ACCEPT_KEY), "the answer was " + text);
    }

    /** A server's: the request in, 101 out. */
    @Benchmark
    public String accept() throws IOException {
        ByteReader reader = ByteReader.of(new Endless(REQUEST, false));
        return Handshake.upgrade(reader, ByteWriter.of(sink), Handshake.Options.DEFAULT)
                .target();
    }

    /** A client's: the request out, the answer in. */
    @Benchmark
    public int connect() throws IOException {
        CannedServer server = new CannedServer();
        return ClientHandshake.connect(ByteReader.of(server), ByteWriter.of(server), ours)
                .headers()
                .fields()
                .size();
    }

    /** The part of the stand-in in {@link #connect} and {@link #nettyConnect}. */
    @Benchmark
    public byte[] answerAlone() {
        return CannedServer.answer(REQUEST);
    }

    /** Baseline: a server's with Netty, in a channel of its own with the usual handlers. */
    @Benchmark
    public byte[] nettyAccept() {
        return NettyHandshakes.accept(REQUEST);
    }

    /** Baseline: a client's with Netty. */
    @Benchmark
    public boolean nettyConnect() {
        return NettyHandshakes.connect();
    }

    /** What Netty's channel for a server costs, made, read from and closed, without a handshake. */
    @Benchmark
    public boolean nettyChannelAlone() {
        return NettyHandshakes.channelAlone();
    }
}
