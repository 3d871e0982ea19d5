package dev.zws;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong on a connection through no fault of the caller. Misuse by the caller is {@link IllegalStateException} or
 * {@link IllegalArgumentException} instead and changes nothing.
 *
 * <pre>
 * WebSocketException
 * ├─ ConnectionFailedException     terminal; every later call fails for the same first cause
 * │  ├─ ProtocolException          the peer broke a rule: its Violation; the mapped Close was sent
 * │  ├─ ConnectionLostException    the stream failed, or ended without a Close
 * │  └─ ConnectionTimeoutException the peer took too long: what was Overdue
 * ├─ WebSocketTimeoutException     a read, or a sender's turn, did not come in time; the connection goes on
 * ├─ MessageTooLargeException      something did not fit where it should go; the connection goes on
 * ├─ ConnectionClosedException     a Close has passed; nothing more can be written, or read
 * └─ HandshakeException            no connection came to be; the answer was sent
 * </pre>
 */
public abstract sealed class WebSocketException extends IOException
        permits ConnectionFailedException,
                WebSocketTimeoutException,
                MessageTooLargeException,
                ConnectionClosedException,
                HandshakeException {
    private static final long serialVersionUID = 1L;

    WebSocketException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
