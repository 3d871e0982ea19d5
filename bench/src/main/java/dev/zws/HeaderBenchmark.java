package dev.zws;

import dev.zws.bench.Proof;
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
 * One header of each form. {@code role} is who decodes, so a server's are masked. There is no baseline: no peer's codec does only
 * this.
 *
 * <p>It stands in this package, though in the jar of the benchmarks, because what it measures is not public: those jars are on the
 * class path, where a package may be spread over several.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeaderBenchmark {
    private static final int KEY = 0x1122_3344;
    private static final long MAX_PAYLOAD = 16L * 1024 * 1024;

    /** The length announced: of 7 bits, 16 and 64. */
    @Param({"125", "126", "65536"})
    public int size;

    /** Who decodes; the other one encodes. */
    @Param({"SERVER", "CLIENT"})
    public Role role;

    private final byte[] encoded = new byte[FrameHeader.MAX_LENGTH];
    private final byte[] target = new byte[FrameHeader.MAX_LENGTH];
    private final FrameHeader header = new FrameHeader();

    /** Encodes what is decoded. */
    @Setup
    public void setup() throws ProtocolException {
        int length = FrameHeader.encode(encoded, 0, Opcode.BINARY, true, false, size, role == Role.SERVER, KEY);
        Proof.that(decode() == size && header.length() == length && header.fin(), "decoded " + header);
        Proof.that(encode() == length, "encoded " + encode() + " bytes");
        Proof.same("the header", encoded, target);
    }

    /** Decoded and held against every rule. */
    @Benchmark
    public long decode() throws ProtocolException {
        header.decode(encoded, 0, role, false, false, MAX_PAYLOAD);
        return header.payloadLength();
    }

    /** Encoded, with a key that is at hand. */
    @Benchmark
    public int encode() {
        return FrameHeader.encode(target, 0, Opcode.BINARY, true, false, size, role == Role.SERVER, KEY);
    }
}
