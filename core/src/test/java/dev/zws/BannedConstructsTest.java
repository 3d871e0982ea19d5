package dev.zws;

import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * Reads the compiled library and refuses what it may not use: {@code synchronized} (before JDK 24 it pins a virtual
 * thread to its carrier), thread locals, weak randomness, and any dependency besides java.base.
 */
class BannedConstructsTest {

    private static final int ASM = Opcodes.ASM9;

    private static final Set<String> BANNED_TYPES = Set.of(
            "java/lang/ThreadLocal",
            "java/lang/InheritableThreadLocal",
            "java/util/Random",
            "java/util/SplittableRandom",
            "java/util/concurrent/ThreadLocalRandom");

    private static final Set<String> JAVA_BASE_PACKAGES = Object.class.getModule().getDescriptor().exports().stream()
            .filter(exports -> !exports.isQualified())
            .map(exports -> exports.source().replace('.', '/'))
            .collect(toUnmodifiableSet());

    private static final Set<String> OTHER_PACKAGES = Set.of("dev/zws", "org/jspecify/annotations");

    @Test
    void libraryUsesNoBannedConstruct() throws Exception {
        List<Path> classes = libraryClasses();
        assertThat(classes).as("class files of the library").isNotEmpty();

        List<String> findings = new ArrayList<>();
        for (Path file : classes) {
            findings.addAll(findings(Files.readAllBytes(file)));
        }

        assertThat(findings).as("constructs that the library may not use").isEmpty();
    }

    @Test
    void everyBannedConstructIsFound() throws Exception {
        String in = "dev.zws.BannedConstructsTest$";
        assertThat(findings(bytes(SynchronizedMethod.class)))
                .containsExactly(in + "SynchronizedMethod.run: synchronized method; use a ReentrantLock");
        assertThat(findings(bytes(SynchronizedBlock.class)))
                .containsExactly(in + "SynchronizedBlock.run: synchronized block; use a ReentrantLock");
        assertThat(findings(bytes(HoldsThreadLocal.class)))
                .containsExactly(in + "HoldsThreadLocal: refers to java.lang.ThreadLocal");
        assertThat(findings(bytes(CallsRandom.class))).containsExactly(in + "CallsRandom: refers to java.util.Random");
        assertThat(findings(bytes(LeavesJavaBase.class)))
                .containsExactly(in + "LeavesJavaBase: refers to java.util.logging.Logger, which is not in java.base");
        assertThat(findings(bytes(Innocent.class))).isEmpty();
    }

    private static List<Path> libraryClasses() throws IOException, URISyntaxException {
        Path root = Path.of(
                Opcode.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith("module-info.class"))
                    .toList();
        }
    }

    private static byte[] bytes(Class<?> type) throws IOException {
        try (InputStream in = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
            return in.readAllBytes();
        }
    }

    private static List<String> findings(byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        String self = reader.getClassName().replace('/', '.');
        List<String> findings = new ArrayList<>();
        reader.accept(new Monitors(self, findings), ClassReader.SKIP_DEBUG);
        reader.accept(new ClassRemapper(new ClassWriter(0), new References(self, findings)), ClassReader.SKIP_DEBUG);
        return findings.stream().distinct().toList();
    }

    /** Finds synchronized methods and blocks. */
    private static final class Monitors extends ClassVisitor {
        private final String self;
        private final List<String> findings;

        Monitors(String self, List<String> findings) {
            super(ASM);
            this.self = self;
            this.findings = findings;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                findings.add(self + "." + name + ": synchronized method; use a ReentrantLock");
            }
            return new MethodVisitor(ASM) {
                @Override
                public void visitInsn(int opcode) {
                    if (opcode == Opcodes.MONITORENTER) {
                        findings.add(self + "." + name + ": synchronized block; use a ReentrantLock");
                    }
                }
            };
        }
    }

    /** Is shown the name of every class that a class file refers to: in code, descriptors, signatures, annotations. */
    private static final class References extends Remapper {
        private final String self;
        private final List<String> findings;

        References(String self, List<String> findings) {
            super(ASM);
            this.self = self;
            this.findings = findings;
        }

        @Override
        public String map(String internalName) {
            String name = internalName.replace('/', '.');
            if (BANNED_TYPES.contains(internalName)) {
                findings.add(self + ": refers to " + name);
            }
            String packageName = internalName.substring(0, Math.max(0, internalName.lastIndexOf('/')));
            if (!JAVA_BASE_PACKAGES.contains(packageName) && !OTHER_PACKAGES.contains(packageName)) {
                findings.add(self + ": refers to " + name + ", which is not in java.base");
            }
            return internalName;
        }
    }

    // What the second test reads.

    static final class SynchronizedMethod {
        synchronized void run() {}
    }

    static final class SynchronizedBlock {
        int runs;

        void run() {
            synchronized (this) {
                runs++;
            }
        }
    }

    static final class HoldsThreadLocal {
        static final ThreadLocal<String> HELD = new ThreadLocal<>();
    }

    static final class CallsRandom {
        int run() {
            return new Random().nextInt();
        }
    }

    static final class LeavesJavaBase {
        java.util.logging.Logger logger;
    }

    static final class Innocent {
        final List<String> names = new ArrayList<>();
    }
}
