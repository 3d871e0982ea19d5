package dev.zws.bench;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * The processor time of an operation, in the thread that is measured. Beside other work the clock counts the others' turns too, and
 * this does not; it also leaves out the threads that compile and collect garbage. JMH makes it, by name.
 */
public final class ProcessorTime implements InternalProfiler {
    /** What its result is called. */
    static final String LABEL = "processor.time";

    private long before;

    @Override
    public String getDescription() {
        return "processor time of the measured thread";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = NettyThreads.processorNanos();
    }

    @Override
    public Collection<ScalarResult> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double nanos = NettyThreads.processorNanos() - before;
        long operations = result.getMetadata().getAllOps();
        return nanos == 0 // without a fork, JMH measures on threads of its own
                ? List.of()
                : List.of(new ScalarResult(LABEL, nanos / operations, "ns/op", AggregationPolicy.AVG));
    }
}
