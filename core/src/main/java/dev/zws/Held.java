package dev.zws;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The codec that a connection holds. Its one user takes it out for as long as it works with it; any thread may release it, when the
 * connection closes. So it is given back exactly once, and never while it is used.
 */
final class Held<C> {
    private final AtomicReference<@Nullable C> codec = new AtomicReference<>();
    private final Consumer<C> giveBack;
    private volatile boolean released;

    Held(Consumer<C> giveBack) {
        this.giveBack = giveBack;
    }

    /** Takes it out; null when none is held. */
    @Nullable
    C take() {
        return codec.getAndSet(null);
    }

    /** Holds it from now on, or gives it back at once after a release. */
    void keep(C taken) {
        codec.set(taken);
        if (released) {
            release();
        }
    }

    /** Gives back what is held, and all that would be kept later. */
    void release() {
        released = true;
        C held = codec.getAndSet(null);
        if (held != null) {
            giveBack.accept(held);
        }
    }

    boolean released() {
        return released;
    }
}
