package dev.zws;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages that map rules to tests name tests that exist. */
class ConformanceTest {
    private static final Path HOME = Path.of("..");
    private static final List<String> MODULES = List.of("core", "examples", "cli", "validation");

    @ParameterizedTest
    @CsvSource({"conformance.md, 300", "guarantees.md, 40", "security.md, 60"})
    void everyTestThatAPageNamesExists(String page, int atLeast) throws IOException {
        Set<String> missing = new TreeSet<>();
        List<MatchResult> named = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`")
                .matcher(Files.readString(HOME.resolve("docs").resolve(page)))
                .results()
                .toList();
        for (MatchResult test : named) {
            if (!isTest(source(test.group(1)), test.group(2))) {
                missing.add(test.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).hasSizeGreaterThan(atLeast);
    }

    @Test
    void everyTestClassThatStandsForAllItsTestsExists() throws IOException {
        List<String> named = Pattern.compile("`([A-Z]\\w*Test)`")
                .matcher(Files.readString(HOME.resolve("docs/conformance.md")))
                .results()
                .map(type -> type.group(1))
                .toList();
        assertThat(named)
                .hasSizeGreaterThan(5)
                .allSatisfy(type -> assertThat(source(type)).as(type).contains("@Test"));
    }

    @Test
    void whatIsNoTestIsNoticed() {
        assertThat(isTest(source("ConformanceTest"), "whatIsNoTestIsNoticed")).isTrue();
        assertThat(isTest(source("ConformanceTest"), "isTest")).isFalse();
        assertThat(source("NoSuchTest")).isEmpty();
    }

    /** A method that JUnit runs: void, with a test's annotation and no blank line before it. */
    private static boolean isTest(String source, String method) {
        return Pattern.compile("(?s)@(Parameterized|Repeated)?Test\\b((?!\n\n).)*?\\bvoid " + method + "\\(")
                .matcher(source)
                .find();
    }

    private static String source(String type) {
        return MODULES.stream()
                .map(module -> HOME.resolve(module).resolve("src/test/java"))
                .flatMap(ConformanceTest::files)
                .filter(file -> file.endsWith(type + ".java"))
                .map(ConformanceTest::read)
                .collect(joining());
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
