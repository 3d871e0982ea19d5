package dev.zws.fuzz;

import dev.zws.FuzzTarget;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What Jazzer calls, by these names. */
public final class JazzerTarget {
    private static @Nullable FuzzTarget target;

    private JazzerTarget() {}

    /**
     * Begins.
     *
     * @param arguments the label of the target
     */
    public static void fuzzerInitialize(String[] arguments) {
        target = Objects.requireNonNull(FuzzTarget.of(arguments[0]), arguments[0]);
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        Objects.requireNonNull(target).run(input);
    }
}
