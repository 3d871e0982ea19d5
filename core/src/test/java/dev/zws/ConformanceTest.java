package dev.zws;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages that map rules to tests name tests that exist. */
class ConformanceTest {
    private static final Path HOME = Path.of("..");
    private static final List<String> MODULES = List.of("core", "examples", "cli", "bench", "validation");

    /** All that the specification of behaviour has. */
    private static final List<String> RULES = Stream.of(
                    "B-1.1 to B-1.71, B-1.80",
                    "B-2.1 to B-2.3, B-2.10 to B-2.15, B-2.20 to B-2.22, B-2.30 to B-2.36, B-2.40, B-2.45 to B-2.56",
                    "B-2.60 to B-2.85, B-2.90 to B-2.95",
                    "B-3.1 to B-3.8, B-3.15 to B-3.17, B-3.20 to B-3.22, B-3.30 to B-3.40, B-3.50 to B-3.54",
                    "B-4.1 to B-4.8, B-4.10 to B-4.35, B-4.29a, B-4.40, B-4.41",
                    "B-5.1 to B-5.15, B-6.1 to B-6.13",
                    "B-7.1 to B-7.10, B-7.20 to B-7.32, B-7.40 to B-7.44, B-7.50 to B-7.64",
                    "B-8.1 to B-8.15",
                    "B-9.1 to B-9.10, B-9.15 to B-9.17, B-9.20 to B-9.25, B-9.30 to B-9.33, B-9.40 to B-9.53",
                    "B-10.1 to B-10.141, B-10.150 to B-10.159",
                    "B-11.1 to B-11.46, B-12.1 to B-12.12")
            .flatMap(ranges -> Arrays.stream(ranges.split(", ", -1)))
            .flatMap(ConformanceTest::rules)
            .toList();

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

    /** A row says of which rules it is in its first cell: {@code B-1.5}, {@code B-1.6, B-1.9}, {@code B-1.39 to B-1.44}. */
    @Test
    void everyRuleOfTheSpecificationHasItsRow() throws IOException {
        Set<String> rows = new TreeSet<>();
        for (String line : Files.readAllLines(HOME.resolve("docs/conformance.md"))) {
            if (line.startsWith("| B-")) {
                String cell = line.substring(2, line.indexOf(" |", 2));
                Arrays.stream(cell.split(", ", -1))
                        .flatMap(ConformanceTest::rules)
                        .forEach(rows::add);
            }
        }
        assertThat(rows).containsExactlyInAnyOrderElementsOf(RULES);
    }

    /** What becomes of a rule is the first word of the third cell. */
    @Test
    void everyRuleOfTheFirstNineSectionsIsKeptImprovedOrDropped() throws IOException {
        assertThat(Files.readAllLines(HOME.resolve("docs/conformance.md")))
                .filteredOn(line -> line.matches("\\| B-[1-9]\\..*"))
                .hasSizeGreaterThan(200)
                .allMatch(line -> line.split(" \\| ", -1)[2].matches("(kept|improved|dropped)\\b.*"));
    }

    /** The rules from the first to the last of {@code range}. */
    private static Stream<String> rules(String range) {
        String[] ends = range.split(" to ", -1);
        String section = ends[0].substring(0, ends[0].indexOf('.') + 1);
        if (ends.length == 1) {
            return Stream.of(range);
        }
        return IntStream.rangeClosed(numberWithin(section, ends[0]), numberWithin(section, ends[1]))
                .mapToObj(number -> section + number);
    }

    private static int numberWithin(String section, String rule) {
        return Integer.parseInt(rule.substring(section.length()));
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
