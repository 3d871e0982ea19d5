package dev.zws.validation;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * What this process holds after a garbage collection.
 *
 * @param heap bytes in use
 * @param threads live platform threads
 * @param descriptors open ones; 0 where the system does not tell
 */
record Footprint(long heap, int threads, long descriptors) {
    /** What may remain: classes, compiled code's constants and the pools' idle codecs are no leak of connections. */
    static final Footprint SLACK = new Footprint(8 * 1024 * 1024, 8, 16);

    private static final long TICK_NANOS = 20_000_000L;
    private static final long PATIENCE_NANOS = 15_000_000_000L;

    static Footprint now() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long descriptors = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
        return new Footprint(
                runtime.totalMemory() - runtime.freeMemory(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                descriptors);
    }

    boolean isBackAt(Footprint before) {
        return heap <= before.heap + SLACK.heap
                && threads <= before.threads + SLACK.threads
                && descriptors <= before.descriptors + SLACK.descriptors;
    }

    /**
     * Looks again until all is back, for a while: connections end a moment after their peers. What they delivered is forgotten, which is
     * this program's own and would be counted.
     */
    static Footprint settled(Footprint before, Arena arena) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        Footprint now = now();
        while ((arena.open() > 0 || !now.isBackAt(before)) && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(TICK_NANOS);
            arena.forget();
            now = now();
        }
        return now;
    }

    @Override
    public String toString() {
        return heap / 1024 + " KiB of heap, " + threads + " threads, " + descriptors + " descriptors";
    }
}
