package dev.zws.validation;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Another library, and the program that it is tried by.
 *
 * @param command as {@link InteropProgram} says, to which the role and what follows are added
 * @param install what is run first, so that the program finds what it needs; empty for nothing
 * @param environment what the program needs of it
 * @param without why it does not compress; empty when it does
 */
record InteropPeer(
        String name,
        List<String> command,
        List<String> install,
        Map<String, String> environment,
        boolean isClient,
        boolean isServer,
        String without) {
    private static final Duration INSTALLING = Duration.ofMinutes(10);

    /** All that there are, in the order of the table; {@code home} is the repository. */
    static List<InteropPeer> all(Path home) {
        Path scripts = home.resolve("validation/interop");
        String ws = home.resolve("peers/js/install.sh").toString();
        return List.of(
                new InteropPeer(
                        "ws",
                        List.of("node", scripts.resolve("ws.mjs").toString()),
                        List.of(ws, "ws"),
                        Map.of(),
                        true,
                        true,
                        ""),
                python(home, "websockets"),
                python(home, "aiohttp"),
                onTheJvm("jdk", false, "java.net.http.WebSocket has no extensions"),
                onTheJvm("okhttp", false, ""),
                onTheJvm("java-websocket", true, ""),
                onTheJvm("jetty", true, ""),
                onTheJvm("undertow", true, ""),
                new InteropPeer(
                        "chromium",
                        List.of("node", scripts.resolve("chromium.mjs").toString()),
                        List.of(scripts.resolve("install.sh").toString(), "chromium"),
                        Map.of(),
                        true,
                        false,
                        ""));
    }

    private static InteropPeer python(Path home, String name) {
        Path scripts = home.resolve("validation/interop");
        return new InteropPeer(
                name,
                List.of("python3", scripts.resolve(name + "_program.py").toString()),
                List.of(scripts.resolve("install.sh").toString(), name),
                Map.of(
                        "PYTHONPATH",
                        home.resolve("validation/target/interop/" + name).toString(),
                        "PYTHONDONTWRITEBYTECODE",
                        "1"),
                true,
                true,
                "");
    }

    private static InteropPeer onTheJvm(String name, boolean isServer, String without) {
        return new InteropPeer(name, program(name), List.of(), Map.of(), true, isServer, without);
    }

    /** The program of a library on the JVM: this class path, and a compiler that is soon done. */
    static List<String> program(String library) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                InteropProgram.class.getName(),
                library);
    }

    /** @throws IOException when it is missing, and says why */
    void prepare() throws IOException, InterruptedException {
        if (install.isEmpty()) {
            return;
        }
        try (InteropProcess installing = InteropProcess.start(install, Map.of(), "")) {
            if (!installing.awaitEnd(INSTALLING) || installing.exitValue() != 0) {
                throw new IOException(installing.last());
            }
        }
    }
}
