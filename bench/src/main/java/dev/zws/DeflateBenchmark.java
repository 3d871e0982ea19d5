package dev.zws;

import dev.zws.bench.Trades;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One direction of permessage-deflate, in memory: different messages of JSON, one after the other, as a connection has them. In the
 * package of the library, which has these classes to itself.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DeflateBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int MESSAGES = 256; // the smallest of them together are more than a window

    /** Payload bytes of a message. */
    @Param({"256", "4096", "65536"})
    public int size;

    /** Whether a message refers to the ones before. */
    @Param({"NONE", "POOLED", "DEDICATED"})
    public Takeover takeover;

    /** How far back. */
    @Param({"9", "12", "15"})
    public int windowBits;

    /** How much a pooled connection keeps of what it sent; 0 for the window. */
    @Param("0")
    public int historyBits;

    /** zlib's level. */
    @Param("1")
    public int level;

    private final byte[][] messages = new byte[MESSAGES][];
    private final byte[][] payloads = new byte[MESSAGES][];
    private byte[] target;
    private Deflation deflation;
    private Inflation inflation;
    private int next;

    /**
     * Sums over an iteration, to be divided by its messages. Processor time, unlike the clock, does not count what other programs
     * take.
     */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Sizes {
        /** Bytes of the compressed messages. */
        public long compressed;
        /** Messages. */
        public long messages;
        /** Microseconds of processor time. */
        public long cpu;

        private long begun;

        /** Looks at the clock. */
        @Setup(Level.Iteration)
        public void begin() {
            begun = THREADS.getCurrentThreadCpuTime();
        }

        /** Looks at it again. */
        @TearDown(Level.Iteration)
        public void end() {
            cpu = (THREADS.getCurrentThreadCpuTime() - begun) / 1000;
        }
    }

    /** Makes the messages, and the payloads that a peer with the same parameters would send. */
    @Setup
    public void setup() {
        Random random = new Random(1);
        Deflation peer = deflation();
        for (int i = 0; i < MESSAGES; i++) {
            messages[i] = Trades.json(size, random);
        }
        for (int i = 0; i < 2 * MESSAGES; i++) { // the second round refers to the first, as every later one does
            byte[] message = messages[i % MESSAGES];
            peer.compress(message, 0, size, true);
            payloads[i % MESSAGES] = Arrays.copyOf(peer.array(), peer.length());
            peer.sent();
        }
        peer.release();
        deflation = deflation();
        inflation = new Inflation(DeflatePool.shared(), takeover, windowBits, Integer.MAX_VALUE);
        target = new byte[size + 1];
        for (int i = 0; takeover != Takeover.NONE && i < MESSAGES; i++) {
            next = i;
            inflatePlain();
        }
        next = 0;
    }

    private Deflation deflation() {
        return new Deflation(
                DeflatePool.shared(), level, takeover, windowBits, historyBits == 0 ? windowBits : historyBits);
    }

    /** What the first round of messages leaves in the window of the receiver. */
    private void inflatePlain() {
        Deflation plain = new Deflation(DeflatePool.shared(), 0, Takeover.NONE, 15);
        plain.compress(messages[next], 0, size, true);
        inflate(plain.array(), plain.length());
        plain.sent();
    }

    /** Ends what a dedicated connection holds. */
    @TearDown
    public void tearDown() {
        deflation.release();
    }

    /** A message out. */
    @Benchmark
    public int compress(Sizes sizes) {
        next = (next + 1) % MESSAGES;
        deflation.compress(messages[next], 0, size, true);
        int length = deflation.length();
        deflation.sent();
        sizes.compressed += length;
        sizes.messages++;
        return length;
    }

    /** A message in. */
    @Benchmark
    public int inflate(Sizes sizes) {
        byte[] payload = payloads[next];
        sizes.messages++;
        sizes.compressed += payload.length;
        next = (next + 1) % MESSAGES;
        return inflate(payload, payload.length);
    }

    private int inflate(byte[] payload, int length) {
        try {
            inflation.begin();
            inflation.input(payload, 0, length);
            int inflated = 0;
            for (int count = 1; count > 0; inflated += count) {
                count = inflation.inflate(target, inflated, target.length - inflated);
            }
            inflation.end();
            if (inflated != size) {
                throw new IllegalStateException("inflated " + inflated);
            }
            return inflated;
        } catch (WebSocketException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What borrowing and giving back costs. */
    @Benchmark
    public Object pool(Sizes sizes) {
        sizes.messages++;
        DeflateEngine.Decompressor codec = DeflatePool.shared().tryBorrowDecompressor();
        DeflatePool.shared().giveBack(codec);
        return codec;
    }
}
