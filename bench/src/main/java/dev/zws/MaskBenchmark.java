package dev.zws;

import dev.zws.bench.Proof;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
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
 * Masking beside the two things it can be measured by: {@code System.arraycopy}, which moves the same bytes and computes nothing,
 * and a loop that adds up the same bytes as longs, which reads each once and writes none. In this package as {@link HeaderBenchmark}.
 *
 * <p>The bytes stand behind a header, at places that the compiler does not know, as they do in a connection. With literals in their
 * stead it makes better code of the same loop than any connection gets.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MaskBenchmark {
    private static final int KEY = 0x1122_3344;

    /** Bytes. */
    @Param({"16", "125", "1024", "65536", "1048576"})
    public int size;

    private byte[] source;
    private byte[] target;
    private int from = 6;
    private int to = 14;

    /** Masks byte by byte, as RFC 6455, 5.3 has it, and compares. */
    @Setup
    public void setup() {
        source = new byte[from + size];
        target = new byte[to + size];
        new Random(1).nextBytes(source);
        byte[] plain = source.clone();
        byte[] masked = source.clone();
        ByteBuffer key = ByteBuffer.allocate(Integer.BYTES).putInt(KEY);
        for (int i = 0; i < size; i++) {
            masked[from + i] ^= key.get(i % 4);
        }
        copyMasked();
        Proof.same("what copyMasked made", behind(from, masked), behind(to, target));
        applyMask();
        Proof.same("what applyMask made", masked, source);
        applyMask();
        Proof.same("what applyMask made again", plain, source);
    }

    private static byte[] behind(int header, byte[] array) {
        return Arrays.copyOfRange(array, header, array.length);
    }

    /** Where it stands. */
    @Benchmark
    public byte[] applyMask() {
        Mask.apply(source, from, size, KEY);
        return source;
    }

    /** On the way into another array. */
    @Benchmark
    public byte[] copyMasked() {
        Mask.copy(source, from, target, to, size, KEY);
        return target;
    }

    /** Baseline: the copy alone. */
    @Benchmark
    public byte[] javaArraycopy() {
        System.arraycopy(source, from, target, to, size);
        return target;
    }

    /** Baseline: one look at everything. */
    @Benchmark
    public long javaLongSum() {
        long sum = 0;
        int i = 0;
        for (; i <= size - Long.BYTES; i += Long.BYTES) {
            sum += (long) Bytes.LONG.get(source, from + i);
        }
        for (; i < size; i++) {
            sum += source[from + i];
        }
        return sum;
    }
}
