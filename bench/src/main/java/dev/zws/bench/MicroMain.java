package dev.zws.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * {@code ./zws bench-micro}: JMH with its own arguments, and with what all of our benchmarks have in common unless the arguments say
 * otherwise. Allocation and processor time are always measured. Prints a {@link MicroTable} at the end.
 */
public final class MicroMain {
    private static final String QUICK = "--quick";
    private static final String ALLOCATION = "gc";
    private static final int FORKS = 2;
    private static final int ITERATIONS = 3;
    private static final TimeValue TIME = TimeValue.milliseconds(250);
    private static final int WARMUP_ITERATIONS = 3;
    private static final TimeValue WARMUP_TIME = TimeValue.seconds(1);

    private static final String HELP = """
            ./zws bench-micro [--quick] [JMH options]

            Runs every microbenchmark, or those whose names match, in about 35 minutes on a quiet machine;
            for example ./zws bench-micro Mask Utf8. A busy one takes longer to compile: give it -wi 10.
              --quick   each once, for a millisecond: shows that they run; the figures mean nothing
            Unless given: -f 2 -wi 3 -w 1s -i 3 -r 250ms. Always: -prof gc, and the processor time of the measured thread.
            """;

    private MicroMain() {}

    /** Exits with 0, with 1 when a benchmark failed or none matches, or with 2 for wrong usage. */
    public static void main(String[] arguments) throws Exception {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) throws IOException {
        List<String> rest = new ArrayList<>(Arrays.asList(arguments));
        boolean quick = rest.remove(QUICK);
        rest.replaceAll(argument -> argument.equals("--help") ? "-h" : argument); // as JMH calls it
        CommandLineOptions given;
        try {
            given = new CommandLineOptions(rest.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            System.err.println("zws: " + e.getMessage());
            System.err.println("Try 'zws bench-micro --help'.");
            return 2;
        }
        if (asksOnly(given)) {
            if (given.shouldHelp()) {
                System.out.println(HELP);
            }
            Main.main(rest.toArray(String[]::new));
            return 0;
        }
        try {
            print(new Runner(options(given, quick)).run(), quick);
        } catch (NoBenchmarksException e) {
            System.err.println("zws: no benchmark has such a name; './zws bench-micro -l' lists them");
            return 1;
        } catch (RunnerException e) {
            System.err.println("zws: " + e.getMessage());
            return 1;
        }
        return 0;
    }

    private static void print(Collection<RunResult> results, boolean quick) {
        System.out.println();
        System.out.println(MicroTable.of(results));
        if (quick) {
            System.out.println(
                    results.size() + " benchmarks ran. Their figures mean nothing: each ran for a moment, cold.");
        }
    }

    private static boolean asksOnly(CommandLineOptions given) {
        return given.shouldHelp()
                || given.shouldList()
                || given.shouldListWithParams()
                || given.shouldListProfilers()
                || given.shouldListResultFormats();
    }

    /** What was given, completed. */
    static Options options(CommandLineOptions given, boolean quick) {
        ChainedOptionsBuilder options = new OptionsBuilder().parent(given).shouldFailOnError(true);
        if (given.getProfilers().stream()
                .noneMatch(profiler -> profiler.getKlass().equals(ALLOCATION))) {
            options.addProfiler(ALLOCATION);
        }
        options.addProfiler(ProcessorTime.class);
        if (!given.getForkCount().hasValue()) {
            options.forks(quick ? 1 : FORKS);
        }
        if (!given.getWarmupIterations().hasValue()) {
            options.warmupIterations(quick ? 0 : WARMUP_ITERATIONS);
        }
        if (!given.getWarmupTime().hasValue()) {
            options.warmupTime(WARMUP_TIME);
        }
        if (!given.getMeasurementIterations().hasValue()) {
            options.measurementIterations(quick ? 1 : ITERATIONS);
        }
        if (!given.getMeasurementTime().hasValue()) {
            options.measurementTime(quick ? TimeValue.milliseconds(1) : TIME);
        }
        List<String> jvm = jvmArguments(quick);
        jvm.addAll(given.getJvmArgsPrepend().orElse(List.of()));
        options.jvmArgsPrepend(jvm.toArray(String[]::new));
        return options.build();
    }

    /**
     * Netty at its best: on threads of its own, not looking for leaks, and with the JDK's Unsafe, which it does without from Java 24 on
     * unless told so. Enough memory that a collection is rare.
     */
    private static List<String> jvmArguments(boolean quick) {
        List<String> arguments = new ArrayList<>(List.of(
                "-Djmh.executor=CUSTOM",
                "-Djmh.executor.class=" + NettyThreads.class.getName(),
                "-Dio.netty.leakDetection.level=disabled",
                "-Dio.netty.noUnsafe=false",
                "-Xms1g",
                "-Xmx1g"));
        if (quick) {
            arguments.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        }
        return arguments;
    }
}
