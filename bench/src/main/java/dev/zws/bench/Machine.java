package dev.zws.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What something was measured on. Immutable. */
record Machine(String processor, int processors, long memoryBytes, String kernel, String jdk) {
    static Machine here() throws IOException {
        String name = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        String kib = ProcFile.field(Files.readString(Path.of("/proc/meminfo")), "MemTotal:");
        return new Machine(
                name,
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(kib.substring(0, kib.indexOf(' '))) * 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor") + " " + Runtime.version());
    }
}
