package dev.zws.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel tells of a process, and of all (proc(5)). */
final class ProcFile {
    private static final int UTIME = 14;
    private static final int STIME = 15;
    private static final int FIRST_AFTER_NAME = 3;

    // of /proc/stat, behind the name of the processor
    private static final int USER = 0;
    private static final int NICE = 1;
    private static final int SYSTEM = 2;
    private static final int STEAL = 7;

    private ProcFile() {}

    /** The text of {@code /proc/PID/NAME}. */
    static String read(long pid, String name) throws IOException {
        return Files.readString(Path.of("/proc", String.valueOf(pid), name));
    }

    /** Clock ticks in user and kernel mode, of {@code stat}; the name of the program, which may hold anything, stands in brackets. */
    static long cpuTicks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[UTIME - FIRST_AFTER_NAME]) + Long.parseLong(fields[STIME - FIRST_AFTER_NAME]);
    }

    /** Bytes of memory that are in use, of {@code status}. */
    static long residentBytes(String status) {
        String kib = field(status, "VmRSS:");
        return Long.parseLong(kib.substring(0, kib.indexOf(' '))) * 1024;
    }

    /**
     * Clock ticks that {@code processors} have been busy, of {@code /proc/stat}; all processors when it is empty. Without those of
     * interrupts, which belong to no process, and with those that a hypervisor gave to others.
     */
    static long busyTicks(String stat, List<Integer> processors) {
        List<String> lines = processors.isEmpty()
                ? List.of("cpu ")
                : processors.stream().map(each -> "cpu" + each + " ").toList();
        long ticks = 0;
        for (String line : lines) {
            String[] fields = field(stat, line).split(" +", -1);
            ticks += Long.parseLong(fields[USER])
                    + Long.parseLong(fields[NICE])
                    + Long.parseLong(fields[SYSTEM])
                    + Long.parseLong(fields[STEAL]);
        }
        return ticks;
    }

    /** What stands behind {@code name} in the first line that begins with it. */
    static String field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no " + name));
    }
}
