package dev.zws;

import org.jspecify.annotations.Nullable;

/** The peer took too long, and this side has ended the connection. */
public final class ConnectionTimeoutException extends ConnectionFailedException {
    private static final long serialVersionUID = 1L;

    private final Overdue overdue;

    ConnectionTimeoutException(Overdue overdue, String detail) {
        this(overdue, overdue + ": " + detail, null);
    }

    private ConnectionTimeoutException(Overdue overdue, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.overdue = overdue;
    }

    /** What took too long. */
    public Overdue overdue() {
        return overdue;
    }

    @Override
    public int closeCode() {
        return overdue.closeCode();
    }

    @Override
    ConnectionTimeoutException again() {
        return new ConnectionTimeoutException(overdue, String.valueOf(getMessage()), this);
    }
}
