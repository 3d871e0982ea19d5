package dev.zws;

import org.jspecify.annotations.Nullable;

/** The peer broke a rule. This side has answered with the rule's close code, once, and the connection is over. */
public final class ProtocolException extends ConnectionFailedException {
    private static final long serialVersionUID = 1L;

    private final Violation violation;

    ProtocolException(Violation violation, String detail) {
        this(violation, violation + ": " + detail, null);
    }

    private ProtocolException(Violation violation, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.violation = violation;
    }

    /** The rule that was broken. */
    public Violation violation() {
        return violation;
    }

    @Override
    public int closeCode() {
        return violation.closeCode();
    }

    @Override
    ProtocolException again() {
        return new ProtocolException(violation, String.valueOf(getMessage()), this);
    }
}
