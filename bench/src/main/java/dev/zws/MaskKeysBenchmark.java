package dev.zws;

import dev.zws.bench.Proof;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The key of one frame, which is part of all that a client writes: ours; drawn one by one from the same strong source; and, not as
 * good, from the JDK's fast generator, whose numbers can be predicted. In this package as {@link HeaderBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MaskKeysBenchmark {
    private final SecureRandom strong = new SecureRandom();
    private final MaskKeys keys = MaskKeys.strong();

    /** Draws a few. */
    @Setup
    public void setup() {
        Proof.that(keys.next() != keys.next() || keys.next() != keys.next(), "the same key again and again");
    }

    /** From the batch of a stripe. */
    @Benchmark
    public int freshKey() {
        return keys.next();
    }

    /** Baseline: each by itself. */
    @Benchmark
    public int javaSecureRandom() {
        return strong.nextInt();
    }

    /** Baseline: not for keys. */
    @Benchmark
    public int javaThreadLocalRandom() {
        return ThreadLocalRandom.current().nextInt();
    }
}
