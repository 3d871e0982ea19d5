package dev.zws.bench;

import dev.zws.ByteReader;
import dev.zws.ByteWriter;
import dev.zws.Conn;
import dev.zws.Message;
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

/**
 * Reading a message and echoing it, in memory: a source that hands out the same masked frames for ever, {@code batch} of them in
 * one read, and a sink that forgets. No system call, so what is left is our own code.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EchoBenchmark {
    /** Payload bytes of a message. */
    @Param({"16", "125", "1024", "65536"})
    public int size;

    /** Frames that one read delivers. */
    @Param({"1", "8"})
    public int batch;

    private Conn blocking;
    private Conn polling;
    private final Forgetful sink = new Forgetful();

    /** Makes the endless input, and echoes one round of it. */
    @Setup
    public void setup() throws IOException {
        byte[] payload = LoadFrames.payload(size, false);
        byte[] frames = repeated(LoadFrames.masked(LoadFrames.BINARY, payload), batch);
        byte[] echoes = repeated(LoadFrames.unmasked(LoadFrames.BINARY, payload), batch);
        blocking = Conn.server(ByteReader.of(new Endless(frames, false)), ByteWriter.of(sink), Conn.Config.DEFAULT);
        polling = Conn.server(ByteReader.of(new Endless(frames, true)), ByteWriter.of(sink), Conn.Config.DEFAULT);
        sink.keep();
        for (int i = 0; i < batch; i++) {
            readMessage();
        }
        blocking.flush();
        Proof.same("the echo of readMessage", echoes, sink.kept());
        sink.keep();
        for (int i = 0; i < batch; i++) {
            pollMessage();
        }
        polling.flush();
        Proof.same("the echo of pollMessage", echoes, sink.kept());
    }

    private static byte[] repeated(byte[] frame, int times) {
        ByteBuffer row = ByteBuffer.allocate(times * frame.length);
        while (row.hasRemaining()) {
            row.put(frame);
        }
        return row.array();
    }

    /** {@code readMessage} and {@code write}; flushed by the read that would wait. */
    @Benchmark
    public long readMessage() throws IOException {
        blocking.write(blocking.readMessage());
        return sink.sum();
    }

    /** {@code pollMessage} and {@code write}, with an empty poll between batches, as a selector loop has it. */
    @Benchmark
    public long pollMessage() throws IOException {
        Message message = polling.pollMessage();
        if (message == null) {
            message = polling.pollMessage();
        }
        polling.write(message);
        return sink.sum();
    }
}
