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
 * Reading a binary message of one frame, which comes in one read, or in as few as the buffers allow: ours beside Netty's decoder and
 * Tomcat's. For each the bytes are copied once from where they lie, as a socket would do, so that unmasking in place does no harm.
 * Netty gives frames, and would need an aggregator to make messages of them; Tomcat hands whole messages to a handler.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadBenchmark {
    /** Payload bytes of a message. */
    @Param({"0", "16", "125", "126", "1024", "65536", "1048576"})
    public int size;

    /** Who reads: a server's input is masked. */
    @Param({"SERVER", "CLIENT"})
    public Role role;

    private byte[] frame;
    private byte[] target;
    private Conn conn;
    private NettyReading netty;
    private TomcatCodec tomcat;
    private int tomcatRead;
    private byte[] tomcatKept;

    /** Has everybody read the message, and compares. */
    @Setup
    public void setup() throws Exception {
        boolean server = role == Role.SERVER;
        byte[] payload = LoadFrames.payload(size, false);
        frame = server
                ? LoadFrames.masked(LoadFrames.BINARY, payload)
                : LoadFrames.unmasked(LoadFrames.BINARY, payload);
        target = new byte[size];
        ByteReader reader = ByteReader.of(new Endless(frame, false));
        ByteWriter writer = ByteWriter.of(new Forgetful());
        conn = server
                ? Conn.server(reader, writer, Conn.Config.DEFAULT)
                : Conn.client(reader, writer, Conn.Config.DEFAULT);
        netty = new NettyReading(frame, server);
        tomcat = new TomcatCodec(server, new Forgetful(), Math.max(1, size), this::received);

        Proof.same("what was lent", payload, conn.readMessage().bytes());
        Proof.that(copied() == size, "not all was copied");
        Proof.same("what was copied", payload, target);
        Proof.same("what Netty decoded", payload, netty.decodeToKeep());
        Proof.same("what came through Netty's pipeline", payload, netty.pipelineToKeep());
        Proof.that(nettyDecoder() == size, "Netty decoded another length");
        tomcatKept = new byte[0];
        tomcat();
        Proof.same("what Tomcat read", payload, tomcatKept);
        tomcatKept = null;
    }

    /** Gives Netty's buffers back. */
    @TearDown
    public void tearDown() {
        netty.close();
        tomcat.close();
    }

    private void received(ByteBuffer message) {
        tomcatRead += message.remaining();
        if (tomcatKept != null) {
            tomcatKept = new byte[message.remaining()];
            message.get(tomcatKept);
        }
    }

    /** {@code readMessage()}: lent where it stands, or from where it was assembled. */
    @Benchmark
    public int lent() throws IOException {
        return conn.readMessage().length();
    }

    /** {@code readMessage(byte[])}: into an array of the caller's. */
    @Benchmark
    public int copied() throws IOException {
        return conn.readMessage(target).length();
    }

    /** Baseline: Netty's decoder alone, called directly, with the frame whole in one buffer. */
    @Benchmark
    public int nettyDecoder() throws Exception {
        return netty.decode();
    }

    /** Baseline: the same in a pipeline, in reads of at most 64 KiB. */
    @Benchmark
    public int nettyPipeline() {
        return netty.pipeline();
    }

    /** Baseline: Tomcat's parser, to a handler of whole messages. */
    @Benchmark
    public int tomcat() throws IOException {
        tomcat.read(frame);
        return tomcatRead;
    }
}
