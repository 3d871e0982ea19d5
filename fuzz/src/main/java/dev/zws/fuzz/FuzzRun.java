package dev.zws.fuzz;

import dev.zws.FuzzTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fuzzes one target: a process of Jazzer after the other on one corpus, until there is nothing new, or no time. One thread. */
final class FuzzRun {
    /** Less than this part of all inputs may have gone by since the last new edge. */
    private static final double GROWING = 0.8;

    private static final int ONE_INPUT_SECONDS = 60;
    private static final String HEAP = "-Xmx768m";
    /** Jazzer looks for hooks in every class of every module. */
    private static final String MODULES = "java.instrument,java.management,jdk.management,jdk.unsupported,jdk.attach";
    /** Jazzer's hooks look for what {@code core} does not do, such as SQL, and rewrite classes of the JDK for it. */
    private static final String HOOKS = Stream.concat(
                    Stream.of("JazzerApi", "NativeLib", "TraceCmp", "TraceDiv", "TraceIndir")
                            .map(name -> "runtime." + name + "Hooks"),
                    Stream.of(
                                    "BigDecimal",
                                    "ClojureLangHooks",
                                    "Deserialization",
                                    "ExpressionLanguageInjection",
                                    "FilePathTraversal",
                                    "LdapInjection",
                                    "NamingContextLookup",
                                    "OsCommandInjection",
                                    "ReflectiveCall",
                                    "RegexInjection",
                                    "RegexRoadblocks",
                                    "ScriptEngineInjection",
                                    "ServerSideRequestForgery",
                                    "SqlInjection",
                                    "TemplateInjection",
                                    "UnsafeSanitizer",
                                    "XPathInjection",
                                    "XmlParserSsrfGuidance")
                            .map(name -> "sanitizers." + name))
            .map(name -> "com.code_intelligence.jazzer." + name)
            .collect(Collectors.joining(":"));

    private static final List<String> ARTIFACTS = List.of("crash-", "timeout-", "oom-", "slow-unit-");

    private final FuzzTarget target;
    private final Path folder;
    private final Consumer<String> log;

    private long inputs;
    private long lastNewEdge;
    private int edges;
    private int features;

    FuzzRun(FuzzTarget target, Path folder, Consumer<String> log) {
        this.target = target;
        this.folder = folder;
        this.log = log;
    }

    /**
     * @param runs at least so many inputs
     * @param seconds but no longer than this, about
     * @param goesOn whether there are more than {@code runs} as long as they find something new
     */
    FuzzResult run(long runs, long seconds, boolean goesOn) throws IOException, InterruptedException {
        prepare();
        long begun = System.nanoTime();
        long left = seconds;
        long next = runs;
        @Nullable String finding = null;
        while (next > 0 && left > 0 && finding == null) {
            JazzerLog run = jazzer(next, left, goesOn);
            lastNewEdge = run.lastNewEdge() == 0 ? lastNewEdge : inputs + run.lastNewEdge();
            inputs += run.inputs();
            edges = run.edges();
            features = Math.max(features, run.features());
            finding = finding(run);
            left = seconds - TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
            next = goesOn ? more(runs) : 0;
        }
        double took = (System.nanoTime() - begun) / 1e9;
        return new FuzzResult(
                target.label(),
                inputs,
                edges,
                features,
                Math.round(took * 10) / 10.0,
                Math.round(inputs / took),
                lastNewEdge,
                !isGrowing(),
                finding);
    }

    /** How many inputs are missing; 0 when there were enough. */
    private long more(long runs) {
        long forGrowth = isGrowing() ? Math.max(runs / 4, (long) (lastNewEdge / GROWING) + 1 - inputs) : 0;
        return Math.max(runs - inputs, forGrowth);
    }

    private boolean isGrowing() {
        return lastNewEdge > GROWING * inputs;
    }

    private void prepare() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(corpus());
        List<byte[]> seeds = Seeds.of(target);
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus().resolve("seed-" + i), seeds.get(i));
        }
        String dictionary = Seeds.dictionary(target);
        if (dictionary != null) {
            Files.writeString(folder.resolve("dictionary"), dictionary);
        }
    }

    private Path corpus() {
        return folder.resolve("corpus");
    }

    private List<String> command(long runs, long seconds, boolean goesOn) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "-Djdk.attach.allowAttachSelf=true", // else a second JVM attaches the agent to the first
                "--enable-native-access=ALL-UNNAMED",
                "--limit-modules=" + MODULES,
                "-Xshare:auto"));
        if (!goesOn) {
            command.add("-XX:TieredStopAtLevel=1"); // a short run ends before the other compiler has been worth it
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + JazzerTarget.class.getName(),
                "--target_args=" + target.label(),
                "--instrumentation_includes=dev.zws.*",
                "--instrumentation_excludes=dev.zws.fuzz.**",
                "--disabled_hooks=" + HOOKS,
                "--trace=cov",
                "--mutator_framework=false",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-runs=" + runs,
                "-max_total_time=" + seconds,
                "-max_len=" + target.maxLength(),
                "-timeout=" + ONE_INPUT_SECONDS,
                "-print_final_stats=1"));
        if (target.dictionary() != null) {
            command.add("-dict=" + folder.resolve("dictionary"));
        }
        command.add(corpus().toString());
        return command;
    }

    private JazzerLog jazzer(long runs, long seconds, boolean goesOn) throws IOException, InterruptedException {
        JazzerLog said = new JazzerLog(edges);
        List<String> last = new ArrayList<>();
        Process process = new ProcessBuilder(command(runs, seconds, goesOn))
                .redirectErrorStream(true)
                .start();
        Thread end = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        try (BufferedReader out = process.inputReader()) {
            process.getOutputStream().close();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.accept(line);
                last.add(line);
                if (last.size() > 30) {
                    last.removeFirst();
                }
            }
            int exit = process.waitFor();
            if (exit != 0 && artifact() == null) {
                throw new IOException("Jazzer ended with " + exit + " and no input:\n" + String.join("\n", last));
            }
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(end);
        }
        return said;
    }

    private @Nullable Path artifact() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> ARTIFACTS.stream()
                            .anyMatch(prefix -> file.getFileName().toString().startsWith(prefix)))
                    .findFirst()
                    .orElse(null);
        }
    }

    private @Nullable String finding(JazzerLog run) throws IOException {
        Path artifact = artifact();
        if (artifact == null) {
            return null;
        }
        String hex = HexFormat.of().formatHex(Files.readAllBytes(artifact));
        String kind = artifact.getFileName().toString().replaceAll("-[0-9a-f]+$", "");
        log.accept("zws: " + target.label() + ": " + kind + ", by the input\n" + hex);
        run.finding().forEach(log);
        log.accept("replay it with: ./zws fuzz --target " + target.label() + " --replay " + hex);
        return hex;
    }
}
