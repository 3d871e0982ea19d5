package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Every branch of the library is taken by some test, or {@code coverage-exceptions.md} says why not. Not one of the tests: the build
 * runs it when JaCoCo has reported on them.
 */
class CoverageGate {
    private static final Path REPORT = Path.of("target/site/jacoco/jacoco.xml");
    private static final Path EXCEPTIONS = Path.of("coverage-exceptions.md");

    /** Such as {@code - `Watch.check`, 1, sometimes: why}. */
    private static final Pattern EXCEPTION = Pattern.compile("- `([\\w$.]+)`, ([1-9]\\d*), (always|sometimes): \\S.*");

    private record Excuse(int missed, boolean sometimes) {}

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    /** The missed branches of each method that has any, overloads together: {@code Class.method}. */
    private static Map<String, Integer> missed() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        Element report = factory.newDocumentBuilder().parse(REPORT.toFile()).getDocumentElement();
        Map<String, Integer> missed = new HashMap<>();
        for (Element folder : children(report, "package")) {
            for (Element type : children(folder, "class")) {
                String name = type.getAttribute("name");
                for (Element method : children(type, "method")) {
                    String key = name.substring(name.lastIndexOf('/') + 1) + "." + method.getAttribute("name");
                    for (Element counter : children(method, "counter")) {
                        int count = Integer.parseInt(counter.getAttribute("missed"));
                        if (counter.getAttribute("type").equals("BRANCH") && count > 0) {
                            missed.merge(key, count, Integer::sum);
                        }
                    }
                }
            }
        }
        return missed;
    }

    private static Map<String, Excuse> exceptions() throws Exception {
        Map<String, Excuse> exceptions = new HashMap<>();
        for (String line : Files.readAllLines(EXCEPTIONS)) {
            if (line.startsWith("- ")) {
                Matcher entry = EXCEPTION.matcher(line);
                assertThat(entry.matches()).as("an exception: %s", line).isTrue();
                Excuse twice = exceptions.put(
                        entry.group(1),
                        new Excuse(
                                Integer.parseInt(entry.group(2)), entry.group(3).equals("sometimes")));
                assertThat(twice).as("listed twice: %s", line).isNull();
            }
        }
        return exceptions;
    }

    @Test
    void everyBranchIsTakenOrExcused() throws Exception {
        Map<String, Integer> missed = missed();
        Map<String, Excuse> exceptions = exceptions();
        TreeSet<String> methods = new TreeSet<>(missed.keySet());
        methods.addAll(exceptions.keySet());
        List<String> wrong = new ArrayList<>();
        for (String method : methods) {
            int branches = missed.getOrDefault(method, 0);
            Excuse listed = exceptions.getOrDefault(method, new Excuse(0, false));
            if (branches > listed.missed || branches < listed.missed && !listed.sometimes) {
                wrong.add(method + ": " + branches + " missed, " + listed.missed + " listed");
            }
        }
        assertThat(wrong).as("branches missed, against coverage-exceptions.md").isEmpty();
    }
}
