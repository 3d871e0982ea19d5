package dev.zws.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.ProfilerConfig;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

@Timeout(120)
class MicroTest {
    /** A message that fits everywhere, and one that has to be put together. */
    private static final String SIZES = "size=16,65536";
    /** One setting of compression will do, of the many that are measured. */
    private static final String[] DEFLATE = {"-p", "takeover=POOLED", "-p", "windowBits=15"};

    private static Options options(boolean quick, String... arguments) throws Exception {
        return MicroMain.options(new CommandLineOptions(arguments), quick);
    }

    @Test
    void everyBenchmarkProvesItselfRightAndRuns() throws Exception {
        String[] once = {"-f", "0", "-v", "SILENT", "-p", SIZES};
        Options options =
                options(true, Stream.of(once, DEFLATE).flatMap(Stream::of).toArray(String[]::new));
        Collection<RunResult> results = new Runner(options).run(); // one that fails throws
        Set<String> ran = results.stream()
                .map(result -> result.getParams().getBenchmark())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> all = BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
                .stream()
                .map(BenchmarkListEntry::getUsername)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(ran).isEqualTo(all);
        assertThat(ran.stream().map(name -> name.replaceAll("^.*?([A-Z]\\w+)Benchmark\\..*$", "$1")))
                .contains("Header", "Mask", "MaskKeys", "Utf8", "Read", "Write", "Handshake", "Echo");
        assertThat(MicroTable.of(results))
                .contains("| size | applyMask | copyMasked | javaArraycopy | javaLongSum |\n| --- | --- |")
                .containsPattern("\\| 65536 \\| [0-9.,]+, [0-9,]+ B \\| ")
                .containsPattern(
                        "\\| role \\| size \\| copied \\| lent \\| nettyDecoder \\| nettyPipeline \\| tomcat \\|");
    }

    @Test
    void allocationIsAlwaysMeasuredAndOnlyOnce() throws Exception {
        assertThat(options(false).getProfilers())
                .containsExactlyInAnyOrder(
                        new ProfilerConfig("gc", ""), new ProfilerConfig(ProcessorTime.class.getName(), ""));
        assertThat(options(false, "-prof", "gc").getProfilers()).hasSize(2);
        assertThat(options(true, "-prof", "stack").getProfilers()).hasSize(3);
    }

    @Test
    void whatIsGivenStands() throws Exception {
        Options given = options(true, "Mask", "-f", "5", "-i", "7", "-r", "3s", "-jvmArgsPrepend", "-Xint");
        assertThat(given.getIncludes()).containsExactly("Mask");
        assertThat(given.getForkCount().get()).isEqualTo(5);
        assertThat(given.getMeasurementIterations().get()).isEqualTo(7);
        assertThat(given.getMeasurementTime().get()).isEqualTo(TimeValue.seconds(3));
        assertThat(given.getJvmArgsPrepend().get()).contains("-Xmx1g").endsWith("-Xint");
        assertThat(given.getWarmupIterations().get()).isZero();
    }

    @Test
    void aBenchmarkThatMakesOtherBytesFails() {
        Proof.same("a", new byte[] {1, 2}, new byte[] {1, 2});
        assertThatThrownBy(() -> Proof.same("a copy", new byte[] {1, 2}, new byte[] {1, 3}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this benchmark is wrong: a copy differs at byte 1 of 2, got 2");
        assertThatThrownBy(() -> Proof.same("a copy", new byte[] {1, 2}, new byte[] {1}))
                .isInstanceOf(IllegalStateException.class);
    }
}
