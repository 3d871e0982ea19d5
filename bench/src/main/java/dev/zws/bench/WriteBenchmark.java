package dev.zws.bench;

import dev.zws.ByteReader;
import dev.zws.ByteWriter;
import dev.zws.Conn;
import dev.zws.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * Sending a binary message in one frame, each by itself, to somebody who forgets it: ours beside Netty's encoder and Tomcat's sender.
 * A client masks with a fresh key; ours comes from a strong source.
 *
 * <p>What goes out is looked at, not copied, so who hands on the payload where it stands does nothing that grows with its length.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WriteBenchmark {
    /** Payload bytes of a message. */
    @Param({"0", "16", "125", "126", "1024", "65536", "1048576"})
    public int size;

    /** Who writes: a client masks. */
    @Param({"SERVER", "CLIENT"})
    public Role role;

    private byte[] payload;
    private ByteBuffer directBuffer;
    private ByteBuffer view;
    private final Forgetful sink = new Forgetful();
    private Conn conn;
    private NettyWriting netty;
    private TomcatCodec tomcat;
    private final Forgetful tomcatSink = new Forgetful();

    /** Has everybody write the message, and reads it. */
    @Setup
    public void setup() throws Exception {
        boolean client = role == Role.CLIENT;
        payload = LoadFrames.payload(size, false);
        directBuffer = ByteBuffer.allocateDirect(size).put(payload).flip();
        view = ByteBuffer.wrap(payload);
        ByteReader none = ByteReader.of((target, offset, length) -> -1);
        ByteWriter writer = ByteWriter.of(sink);
        conn = client ? Conn.client(none, writer, Conn.Config.DEFAULT) : Conn.server(none, writer, Conn.Config.DEFAULT);
        netty = new NettyWriting(payload, client);
        tomcat = new TomcatCodec(!client, tomcatSink, Math.max(1, size), message -> {});

        sink.keep();
        fromArray();
        requireFrame("from an array", sink.kept());
        sink.keep();
        fromDirectBuffer();
        requireFrame("from a direct buffer", sink.kept());
        requireFrame("Netty's", netty.encodeToKeep());
        Proof.that(nettyEncoder() == nettyPipeline(), "Netty's lengths differ");
        tomcatSink.keep();
        tomcat();
        requireFrame("Tomcat's", tomcatSink.kept());
        Proof.same("the payload after all this", LoadFrames.payload(size, false), payload);
    }

    /** Read by the other side, it is the payload. */
    private void requireFrame(String whose, byte[] frame) throws IOException {
        ByteReader reader = ByteReader.of(new Endless(frame, false));
        ByteWriter writer = ByteWriter.of(new Forgetful());
        Conn peer = role == Role.CLIENT
                ? Conn.server(reader, writer, Conn.Config.DEFAULT)
                : Conn.client(reader, writer, Conn.Config.DEFAULT);
        Proof.same("the frame " + whose, payload, peer.readMessage().bytes());
        Proof.same("the frame " + whose + ", again", payload, peer.readMessage().bytes());
    }

    /** Gives Netty's buffers back. */
    @TearDown
    public void tearDown() {
        netty.close();
        tomcat.close();
    }

    /** {@code sendBinary(byte[])}. */
    @Benchmark
    public long fromArray() throws IOException {
        conn.sendBinary(payload);
        return sink.sum();
    }

    /** {@code sendBinary(ByteBuffer)}, of a direct one, which is copied first. */
    @Benchmark
    public long fromDirectBuffer() throws IOException {
        conn.sendBinary(directBuffer);
        return sink.sum();
    }

    /** Baseline: Netty's encoder alone, called directly, with the array wrapped. */
    @Benchmark
    public int nettyEncoder() throws Exception {
        return netty.encode();
    }

    /** Baseline: with the array wrapped, in a pipeline, flushed. */
    @Benchmark
    public int nettyPipeline() {
        return netty.pipeline();
    }

    /** Baseline: Tomcat's sender, from the array wrapped. */
    @Benchmark
    public long tomcat() throws IOException {
        tomcat.write(view.clear());
        return tomcatSink.sum();
    }
}
