package dev.zws;

import org.jspecify.annotations.Nullable;

/** The stream ended or failed before a Close arrived: close code 1006 (RFC 6455, 7.1.5). The connection is over. */
public final class ConnectionLostException extends ConnectionFailedException {
    private static final long serialVersionUID = 1L;

    ConnectionLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public int closeCode() {
        return CloseCode.ABNORMAL_CLOSURE;
    }

    @Override
    ConnectionLostException again() {
        return new ConnectionLostException(String.valueOf(getMessage()), this);
    }
}
