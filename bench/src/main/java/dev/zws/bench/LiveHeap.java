package dev.zws.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What lives on the heap of another JVM: the sum of its class histogram, before which it collects all garbage. */
final class LiveHeap {
    private LiveHeap() {}

    static long bytes(long pid) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        return total(Commands.run(List.of(jcmd.toString(), String.valueOf(pid), "GC.class_histogram")));
    }

    /** Of the last line, {@code Total INSTANCES BYTES}. */
    static long total(String histogram) {
        String[] words = ProcFile.field(histogram, "Total").split("\\s+", -1);
        return Long.parseLong(words[1]);
    }
}
