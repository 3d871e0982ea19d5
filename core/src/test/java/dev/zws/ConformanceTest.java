package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** The map from rules to tests names tests that exist. */
class ConformanceTest {
    private static final Path MAP = Path.of("..", "docs", "conformance.md");

    @Test
    void everyTestThatTheMapNamesExists() throws IOException {
        Set<String> missing = new TreeSet<>();
        List<MatchResult> named = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`")
                .matcher(Files.readString(MAP))
                .results()
                .toList();
        for (MatchResult test : named) {
            if (!exists(test.group(1), test.group(2))) {
                missing.add(test.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).hasSizeGreaterThan(100);
    }

    private static boolean exists(String type, String method) {
        try {
            return Arrays.stream(Class.forName("dev.zws." + type).getDeclaredMethods())
                    .anyMatch(m -> m.getName().equals(method) && AnnotationSupport.isAnnotated(m, Testable.class));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
