package dev.zws.validation;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a server has at one moment, seen from outside.
 *
 * @param heap bytes that live on the heap, after all garbage was collected
 * @param resident bytes of memory in use
 * @param threads of the operating system
 * @param conns objects of class {@code Conn} that live
 * @param virtualThreads that live
 */
record SoakSample(long heap, long resident, long threads, long descriptors, long conns, long virtualThreads) {
    /** What has to stay flat under load, and how much it may grow all the same: a part of what it was, and something on top. */
    enum Measure {
        /** Messages that are being put together come and go. */
        HEAP(0.25, 8 << 20),
        /** The heap is resident from the start, so what grows is native; compiled code does for a while. */
        RESIDENT(0.05, 24 << 20),
        /** The JVM starts compilers and carriers as it needs them. */
        THREADS(0, 6),
        /** Killed connections linger for up to a second. */
        DESCRIPTORS(0.1, 16),
        /** As descriptors. */
        CONNS(0.1, 16),
        /** As descriptors. */
        VIRTUAL_THREADS(0.1, 16);

        private final double part;
        private final long more;

        Measure(double part, long more) {
            this.part = part;
            this.more = more;
        }

        /** The most that the second half may have where the first half had {@code before}. */
        long most(long before) {
            return before + (long) (before * part) + more;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private long value(Measure measure) {
        return switch (measure) {
            case HEAP -> heap;
            case RESIDENT -> resident;
            case THREADS -> threads;
            case DESCRIPTORS -> descriptors;
            case CONNS -> conns;
            case VIRTUAL_THREADS -> virtualThreads;
        };
    }

    /** Fewer in each half say nothing. */
    static final int LEAST = 2;

    /** Medians of the first half of {@code samples} and of the second. */
    record Halves(long first, long second) {
        static Halves of(Measure measure, List<SoakSample> samples) {
            int half = samples.size() / 2;
            return new Halves(
                    median(measure, samples.subList(0, half)),
                    median(measure, samples.subList(samples.size() - half, samples.size())));
        }

        private static long median(Measure measure, List<SoakSample> samples) {
            long[] sorted = samples.stream()
                    .mapToLong(sample -> sample.value(measure))
                    .sorted()
                    .toArray();
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1
                    ? sorted[middle]
                    : LongStream.of(sorted[middle - 1], sorted[middle]).sum() / 2;
        }
    }

    /** Null when none of the measures grew by more than it may, or there are too few samples to say. */
    static @Nullable String growth(List<SoakSample> samples) {
        if (samples.size() < 2 * LEAST) {
            return null;
        }
        for (Measure measure : Measure.values()) {
            Halves halves = Halves.of(measure, samples);
            if (halves.second > measure.most(halves.first)) {
                return "the server's " + measure.label() + " grew from " + halves.first + " to " + halves.second
                        + ", of "
                        + measure.most(halves.first) + " that were allowed: medians of the halves of "
                        + samples.size() + " samples";
            }
        }
        return null;
    }

    /**
     * What was left behind when every connection had ended, compared with {@code before}; null when nothing was. Of threads, the JVM
     * keeps some that it started on the way.
     */
    @Nullable
    String leftover(SoakSample before) {
        if (conns > before.conns) {
            return "the server still has " + conns + " connections in memory, " + before.conns + " before";
        }
        if (virtualThreads > before.virtualThreads) {
            return "the server still has " + virtualThreads + " virtual threads, " + before.virtualThreads + " before";
        }
        if (descriptors > before.descriptors) {
            return "the server still has " + descriptors + " descriptors, " + before.descriptors + " before";
        }
        if (threads > Measure.THREADS.most(before.threads)) {
            return "the server still has " + threads + " threads, " + before.threads + " before";
        }
        return null;
    }

    /** Instances by class, and under {@code Total} all bytes, of what {@code jcmd PID GC.class_histogram} prints. */
    static Map<String, Long> histogram(String text) {
        Map<String, Long> counts = new HashMap<>();
        text.lines().map(line -> line.strip().split(" +", -1)).forEach(words -> {
            if (words.length >= 3 && words[0].equals("Total")) {
                counts.put("Total", Long.parseLong(words[2]));
            } else if (words.length >= 4 && words[0].endsWith(":")) {
                counts.putIfAbsent(words[3], Long.parseLong(words[1]));
            }
        });
        return counts;
    }
}
