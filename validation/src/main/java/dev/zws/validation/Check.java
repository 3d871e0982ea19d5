package dev.zws.validation;

import java.util.List;

/** What must be seen. */
final class Check {
    private Check() {}

    /** A rule was not kept. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }

    static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new Broken(otherwise);
        }
    }

    static void same(String what, Object expected, Object seen) {
        that(expected.equals(seen), what + ": expected " + expected + ", seen " + seen);
    }

    static void begins(String what, List<String> expected, List<String> seen) {
        boolean holds = expected.size() == seen.size();
        for (int i = 0; holds && i < expected.size(); i++) {
            holds = seen.get(i).startsWith(expected.get(i));
        }
        that(holds, what + ": expected " + expected + ", seen " + seen);
    }
}
