package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** STABILITY.md: no change of the public API lands unnoticed. */
class PublicApiTest {
    private static final Path AGREED = Path.of("api.txt");

    private static String current() throws Exception {
        return PublicApi.of(classes(Conn.class), "dev.zws");
    }

    private static Path classes(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    @Test
    void thePublicApiIsTheOneThatIsCommitted() throws Exception {
        String current = current();
        Path seen = Files.writeString(Path.of("target", "api.txt"), current);
        assertThat(current)
                .as(
                        "when the change is meant, and allowed by STABILITY.md: cp core/%s core/%s, and a line in CHANGELOG.md",
                        seen, AGREED)
                .isEqualTo(Files.readString(AGREED));
    }

    /** So that the test above cannot pass by seeing nothing. */
    @Test
    void whatAUserCanSeeIsDescribed() throws Exception {
        assertThat(current().lines().toList())
                .contains(
                        "public final class dev.zws.Conn implements java.lang.AutoCloseable",
                        "    public dev.zws.Message? readMessage() throws java.io.IOException",
                        "public enum dev.zws.Role {SERVER, CLIENT}",
                        "public record dev.zws.TimeoutConfig(long readNanos, long writeNanos, long flushNanos)",
                        "public abstract sealed class dev.zws.HandlerContext<S> permits SliceContext, StreamContext")
                .noneMatch(line -> line.contains("FrameReader"));
    }

    @Test
    void configurationMayGrow() throws Exception {
        List<String> api = current().lines().toList();
        for (Class<?> record : List.of(
                Conn.Config.class,
                Limits.class,
                Deadlines.class,
                PerMessageDeflateConfig.class,
                Handshake.Options.class,
                ClientHandshake.Request.class,
                Handler.Options.class,
                Handler.AsyncOptions.class)) {
            assertThat(api)
                    .as(record.getName())
                    .anyMatch(line -> line.startsWith("    @Provisional public " + record.getSimpleName() + "("));
        }
    }
}
