package dev.zws;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few things kept for whoever needs one next. Any thread may call, and none waits. The search always begins at the same end, so
 * that what was put last, and is still warm, is mostly taken first.
 */
final class Shelf<T> {
    private final AtomicReferenceArray<@Nullable T> places;

    private final Supplier<T> maker;

    Shelf(int size, Supplier<T> maker) {
        places = new AtomicReferenceArray<>(size);
        this.maker = maker;
    }

    /** Takes one, or makes it. */
    T get() {
        T thing = take();
        return thing != null ? thing : maker.get();
    }

    /** Takes one; null when there is none. */
    @Nullable
    T take() {
        for (int i = 0; i < places.length(); i++) {
            T thing = places.get(i);
            if (thing != null && places.compareAndSet(i, thing, null)) {
                return thing;
            }
        }
        return null;
    }

    /** Puts one there; false when it is full. */
    boolean put(T thing) {
        for (int i = 0; i < places.length(); i++) {
            if (places.get(i) == null && places.compareAndSet(i, null, thing)) {
                return true;
            }
        }
        return false;
    }

    /** How many there are. */
    int count() {
        int count = 0;
        for (int i = 0; i < places.length(); i++) {
            if (places.get(i) != null) {
                count++;
            }
        }
        return count;
    }
}
