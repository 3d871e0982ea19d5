package dev.zws.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive of classes that the launcher has made for its next start, in a copy with the jars alone. */
@Timeout(300)
class LauncherArchiveTest {
    private static final Path ORIGINAL = Path.of("..");

    @TempDir
    private static Path home;

    private static Path folder;
    private static Path archive;
    private static byte[] whole;

    @BeforeAll
    static void startOnceAndAwaitTheArchive() throws Exception {
        assertThat(zws(ORIGINAL)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor())
                .isZero(); // which builds what is missing
        Files.copy(ORIGINAL.resolve("zws"), home.resolve("zws"), StandardCopyOption.COPY_ATTRIBUTES);
        copyJars(Path.of("cli", "target"));
        copyJars(Path.of("cli", "target", "lib"));
        folder = Files.createDirectory(home.resolve(Path.of("cli", "target", "start")));
        archive = folder.resolve("classes.jsa");
        try (WatchService watch = folder.getFileSystem().newWatchService()) {
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            assertOnlyTheVersionIsPrinted(zws());
            while (!Files.exists(archive) || isBeingMade()) {
                WatchKey changed = watch.poll(120, TimeUnit.SECONDS);
                assertThat(changed).as("what makes the archive").isNotNull();
                changed.pollEvents();
                changed.reset();
            }
        }
        whole = Files.readAllBytes(archive);
    }

    private static void copyJars(Path from) throws IOException {
        Files.createDirectories(home.resolve(from));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(ORIGINAL.resolve(from), "*.jar")) {
            for (Path jar : jars) {
                Files.copy(jar, home.resolve(from).resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static boolean isBeingMade() throws IOException {
        try (DirectoryStream<Path> scratch = Files.newDirectoryStream(folder, Files::isDirectory)) {
            return scratch.iterator().hasNext();
        }
    }

    private static ProcessBuilder zws() {
        return zws(home);
    }

    private static ProcessBuilder zws(Path repository) {
        return new ProcessBuilder(repository.resolve("zws").toString(), "--version");
    }

    private static void assertOnlyTheVersionIsPrinted(ProcessBuilder builder) throws Exception {
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).matches("zws [0-9.]+\n");
        assertThat(process.getErrorStream().readAllBytes()).isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    /** Beside the file that is there, which a process may have mapped. */
    private static void replaceArchive(byte[] bytes) throws IOException {
        Files.move(Files.write(home.resolve("next"), bytes), archive, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void theSecondStartTakesItsClassesFromTheArchive() throws Exception {
        replaceArchive(whole);
        Path log = home.resolve("log");
        ProcessBuilder logging = zws().redirectErrorStream(true)
                .redirectOutput(home.resolve("out").toFile());
        logging.environment().put("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + log);
        assertThat(logging.start().waitFor()).isZero();
        assertThat(Files.readString(log))
                .contains("dev.zws.cli.Main source: shared objects file")
                .contains("picocli.CommandLine source: shared objects file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "empty", "cut", "overwritten", "whole"})
    void whateverBecameOfTheArchiveOnlyTheProgramSpeaks(String state) throws Exception {
        switch (state) {
            case "missing" -> Files.deleteIfExists(archive);
            case "empty" -> replaceArchive(new byte[0]);
            case "cut" -> replaceArchive(Arrays.copyOf(whole, whole.length / 2));
            case "overwritten" -> {
                byte[] damaged = whole.clone();
                Arrays.fill(damaged, whole.length / 2, whole.length / 2 + 65_536, (byte) 'x');
                replaceArchive(damaged);
            }
            default -> replaceArchive(whole);
        }
        assertOnlyTheVersionIsPrinted(zws());
    }
}
