package dev.zws.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code docs/embedding.md} shows is compiled, and run by {@link EmbeddingTest}, {@link EchoServersTest}, {@link TomcatTest}. */
@Timeout(60)
class EmbeddingPageTest {
    private static final String PACKAGE = "java/dev/zws/examples/";

    @Test
    void everyJavaSnippetOfThePageStandsInASource() throws IOException {
        List<String> compiled = new ArrayList<>();
        for (String source : List.of(
                "main/" + PACKAGE + "Embeddings",
                "main/" + PACKAGE + "PollEchoServer",
                "test/" + PACKAGE + "WebSocketServlet")) {
            compiled.addAll(Snippets.compiled("embedding.md", Path.of("src", source + ".java")));
        }
        assertThat(compiled).hasSizeGreaterThan(5);
        assertThat(Snippets.shown(Path.of("..", "docs", "embedding.md"))).containsExactlyInAnyOrderElementsOf(compiled);
    }
}
