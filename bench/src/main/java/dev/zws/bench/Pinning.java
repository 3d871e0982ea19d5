package dev.zws.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which processor the servers have, and which one the client. Immutable.
 *
 * @param sharedCore whether the two are threads of one core, so that each slows the other down
 */
record Pinning(int server, int client, boolean sharedCore) {
    private static final String ALLOWED = "Cpus_allowed_list:";

    /**
     * The first processor that this process may use, and the last one that is no thread of the same core.
     *
     * @throws IOException when there is only one, or when {@code taskset} is missing
     */
    static Pinning ofThisMachine() throws IOException {
        List<Integer> allowed = processors(ProcFile.field(Files.readString(Path.of("/proc/self/status")), ALLOWED));
        try {
            Commands.run(List.of("taskset", "--version"));
        } catch (IOException e) {
            throw new IOException("taskset is missing, with which servers and client get a processor each: install"
                    + " util-linux, or measure --unpinned");
        }
        if (allowed.size() < 2) {
            throw new IOException(
                    "servers and client need a processor each, and there is only one: measure --unpinned");
        }
        int server = allowed.getFirst();
        Path siblings = Path.of("/sys/devices/system/cpu/cpu" + server + "/topology/thread_siblings_list");
        return of(allowed, Files.isReadable(siblings) ? processors(Files.readString(siblings)) : List.of(server));
    }

    /** @param siblings the threads of the core that the first of {@code allowed} is on */
    static Pinning of(List<Integer> allowed, List<Integer> siblings) {
        List<Integer> others = new ArrayList<>(allowed);
        others.removeAll(siblings);
        return others.isEmpty()
                ? new Pinning(allowed.getFirst(), allowed.getLast(), true)
                : new Pinning(allowed.getFirst(), others.getLast(), false);
    }

    /** Of a list in the form of the kernel: {@code 0-3,8}. */
    static List<Integer> processors(String list) {
        List<Integer> processors = new ArrayList<>();
        for (String range : list.strip().split(",", -1)) {
            String[] ends = range.split("-", -1);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int processor = Integer.parseInt(ends[0]); processor <= last; processor++) {
                processors.add(processor);
            }
        }
        return processors;
    }

    List<Integer> both() {
        return List.of(server, client);
    }

    /** What stands before the command of a server. */
    List<String> serverPrefix() {
        return List.of("taskset", "-c", String.valueOf(server));
    }

    /** Every thread of this process, and so every one that they start. */
    void pinThisProcess() throws IOException {
        String self = String.valueOf(ProcessHandle.current().pid());
        Commands.run(List.of("taskset", "-a", "-c", "-p", String.valueOf(client), self));
    }
}
