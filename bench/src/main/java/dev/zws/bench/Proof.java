package dev.zws.bench;

import java.util.Arrays;

/** What a benchmark's setup shows before anything is measured: that the right thing is. A benchmark that is wrong fails. */
public final class Proof {
    private Proof() {}

    /**
     * The bytes are those that are wanted.
     *
     * @throws IllegalStateException when they differ, with the first place
     */
    public static void same(String what, byte[] wanted, byte[] got) {
        int at = Arrays.mismatch(wanted, got);
        that(at < 0, what + " differs at byte " + at + " of " + wanted.length + ", got " + got.length);
    }

    /**
     * Something holds.
     *
     * @throws IllegalStateException when it does not
     */
    public static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException("this benchmark is wrong: " + otherwise);
        }
    }
}
