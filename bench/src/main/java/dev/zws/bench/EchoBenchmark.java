package dev.zws.bench;

import dev.zws.ByteReader;
import dev.zws.ByteWriter;
import dev.zws.Conn;
import dev.zws.Message;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading a message and echoing it, in memory: a source that hands out the same masked frames for ever, {@code batch} of them in
 * one read, and a sink that forgets. No system call, so what is left is our own code.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EchoBenchmark {
    /** Payload bytes of a message. */
    @Param({"16", "125", "1024", "65536"})
    public int size;

    /** Frames that one read delivers. */
    @Param({"1", "8"})
    public int batch;

    private Conn blocking;
    private Conn polling;
    private long sunk;

    /** Makes the endless input. */
    @Setup
    public void setup() {
        byte[] frames = maskedFrames(size, batch);
        blocking =
                Conn.server(ByteReader.of(new Endless(frames, false)), ByteWriter.of(this::sink), Conn.Config.DEFAULT);
        polling = Conn.server(ByteReader.of(new Endless(frames, true)), ByteWriter.of(this::sink), Conn.Config.DEFAULT);
    }

    private int sink(byte[] source, int offset, int length) {
        sunk += source[offset];
        return length;
    }

    /** {@code readMessage} and {@code write}; flushed by the read that would wait. */
    @Benchmark
    public long readMessage() throws IOException {
        blocking.write(blocking.readMessage());
        return sunk;
    }

    /** {@code pollMessage} and {@code write}, with an empty poll between batches, as a selector loop has it. */
    @Benchmark
    public long pollMessage() throws IOException {
        Message message = polling.pollMessage();
        if (message == null) {
            message = polling.pollMessage();
        }
        polling.write(message);
        return sunk;
    }

    private static byte[] maskedFrames(int size, int count) {
        byte[] key = {0x11, 0x22, 0x33, 0x44};
        int header = size <= 125 ? 6 : size <= 0xFFFF ? 8 : 14;
        byte[] frames = new byte[count * (header + size)];
        for (int frame = 0; frame < count; frame++) {
            int at = frame * (header + size);
            frames[at] = (byte) 0x82;
            frames[at + 1] = (byte) (0x80 | (size <= 125 ? size : size <= 0xFFFF ? 126 : 127));
            for (int i = 0; i < header - 6; i++) {
                frames[at + header - 5 - i] = (byte) (i < 4 ? size >> 8 * i : 0);
            }
            System.arraycopy(key, 0, frames, at + header - 4, 4);
            for (int i = 0; i < size; i++) {
                frames[at + header + i] = (byte) ((17 * i + 31) ^ key[i % 4]);
            }
        }
        return frames;
    }

    /** Delivers the frames over and over; as a non-blocking source it has nothing between two rounds. */
    private static final class Endless implements ByteReader.Source {
        private final byte[] frames;
        private final boolean nonBlocking;
        private int position;
        private boolean dry;

        Endless(byte[] frames, boolean nonBlocking) {
            this.frames = frames;
            this.nonBlocking = nonBlocking;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (dry) {
                dry = false;
                return 0;
            }
            int count = Math.min(length, frames.length - position);
            System.arraycopy(frames, position, target, offset, count);
            position += count;
            if (position == frames.length) {
                position = 0;
                dry = nonBlocking;
            }
            return count;
        }
    }
}
