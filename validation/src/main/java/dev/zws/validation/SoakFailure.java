package dev.zws.validation;

import org.jspecify.annotations.Nullable;

/** What a soak was to find: the first thing that is not as it should be. */
final class SoakFailure extends Exception {
    private static final long serialVersionUID = 1L;

    SoakFailure(String message) {
        this(message, null);
    }

    SoakFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
