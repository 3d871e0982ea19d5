package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Which module may depend on which: arrows point towards {@code core}, and {@code core} needs java.base alone. */
class ArrowsTest {
    private static final Path HOME = Path.of("..");

    /** The modules of this build, and what of it each may depend on. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "core", Set.of(),
            "fuzz", Set.of("zws"),
            "examples", Set.of("zws"),
            "cli", Set.of("zws", "zws-examples"),
            "bench", Set.of("zws"),
            "peers", Set.of("zws"),
            "validation", Set.of("zws", "zws-examples", "zws-cli"));

    private static Element pom(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
    }

    /** Of the project itself, not of a plugin. */
    private static List<Element> dependencies(Element project) {
        return all(project, "dependency").stream()
                .filter(dependency -> dependency.getParentNode().getParentNode().isSameNode(project))
                .toList();
    }

    private static List<Element> all(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    private static String text(Element parent, String name) {
        List<Element> found = all(parent, name);
        return found.isEmpty() ? "" : found.getFirst().getTextContent().strip();
    }

    @Test
    void everyModuleDependsOnNothingButWhatItMay() throws Exception {
        Map<String, Set<String>> forbidden = new TreeMap<>();
        Set<String> modules = new TreeSet<>();
        for (Element module : all(pom(HOME.resolve("pom.xml")), "module")) {
            String name = module.getTextContent().strip();
            modules.add(name);
            Set<String> beyond = new TreeSet<>();
            for (Element dependency : dependencies(pom(HOME.resolve(name).resolve("pom.xml")))) {
                if (text(dependency, "groupId").equals("dev.zws")) {
                    beyond.add(text(dependency, "artifactId"));
                }
            }
            beyond.removeAll(ARROWS.getOrDefault(name, Set.of()));
            if (!beyond.isEmpty()) {
                forbidden.put(name, beyond);
            }
        }
        assertThat(forbidden).isEmpty();
        assertThat(modules).isSubsetOf(ARROWS.keySet()).contains("core", "examples", "cli", "validation");
    }

    @Test
    void coreShipsWithNoDependency() throws Exception {
        for (Element dependency : dependencies(pom(Path.of("pom.xml")))) {
            assertThat(text(dependency, "scope"))
                    .as(text(dependency, "artifactId"))
                    .isIn("provided", "test");
        }
    }

    @Test
    void coreRequiresJavaBaseAndExportsItsOnePackage() throws Exception {
        Path classes = Path.of(
                Opcode.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleDescriptor descriptor;
        try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
            descriptor = ModuleDescriptor.read(in);
        }
        assertThat(descriptor.requires())
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder("java.base", "org.jspecify");
        assertThat(descriptor.requires())
                .filteredOn(requires -> requires.name().equals("org.jspecify"))
                .allMatch(requires -> requires.modifiers().equals(Set.of(ModuleDescriptor.Requires.Modifier.STATIC)));
        assertThat(descriptor.exports())
                .extracting(ModuleDescriptor.Exports::toString)
                .containsExactly("dev.zws");
        assertThat(descriptor.uses()).isEmpty();
        assertThat(descriptor.provides()).isEmpty();
    }
}
