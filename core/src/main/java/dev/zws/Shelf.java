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
        return get(0);
    }

    /** As {@link #get()}, with the search begun at place {@code from}, of any, and carried on at the first. */
    T get(int from) {
        T thing = take(from);
        return thing != null ? thing : maker.get();
    }

    /** Takes one; null when there is none. */
    @Nullable
    T take() {
        return take(0);
    }

    private @Nullable T take(int from) {
        int size = places.length();
        for (int i = from; i < from + size; i++) {
            int place = i < size ? i : i - size;
            T thing = places.get(place);
            if (thing != null && places.compareAndSet(place, thing, null)) {
                return thing;
            }
        }
        return null;
    }

    /** Puts one there; false when it is full. */
    boolean put(T thing) {
        return put(thing, 0);
    }

    /** As {@link #put(Object)}, searching as {@link #get(int)} does. */
    boolean put(T thing, int from) {
        int size = places.length();
        for (int i = from; i < from + size; i++) {
            int place = i < size ? i : i - size;
            if (places.get(place) == null && places.compareAndSet(place, null, thing)) {
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
