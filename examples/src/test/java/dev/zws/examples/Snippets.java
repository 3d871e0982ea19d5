package dev.zws.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The code that a page shows, and that the build compiles. */
final class Snippets {
    private Snippets() {}

    /** Every block of Java on a page. */
    static List<String> shown(Path page) throws IOException {
        return find("```java\n(.*?)```", page);
    }

    /** What stands between {@code // PAGE: begin} and {@code // PAGE: end} in a source. */
    static List<String> compiled(String page, Path source) throws IOException {
        String name = Pattern.quote("// " + page);
        return find(name + ": begin\n(.*?)\n *" + name + ": end", source);
    }

    private static List<String> find(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(Files.readString(file))
                .results()
                .map(Snippets::text)
                .toList();
    }

    private static String text(MatchResult match) {
        return match.group(1).stripIndent().strip();
    }
}
