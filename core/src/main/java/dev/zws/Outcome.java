package dev.zws;

import org.jspecify.annotations.Nullable;

/**
 * How a handler loop ended (RFC 6455, 7.1.4 to 7.1.6). Immutable.
 *
 * @param clean true when the peer's Close ended it
 * @param status the code and reason of the peer's Close; otherwise the code that stands for the failure, which the peer was told if
 *     it could be: 1006 when the stream was lost
 * @param messages how many messages were given to the handler
 * @param responses how many messages were sent in response
 * @param unfinished how many handlers had not returned when the time for that was over; always 0 but for {@link Handler#runAsync}
 * @param failure why it ended when it is not clean
 */
public record Outcome(
        boolean clean,
        CloseStatus status,
        long messages,
        long responses,
        int unfinished,
        @Nullable WebSocketException failure) {

    /** @param failure what the reading threw, or null when it found the peer's Close */
    static Outcome of(Conn conn, long messages, long responses, int unfinished, @Nullable WebSocketException failure) {
        return new Outcome(failure == null, status(conn, failure), messages, responses, unfinished, failure);
    }

    private static CloseStatus status(Conn conn, @Nullable WebSocketException failure) {
        CloseStatus received = conn.closeStatus();
        return switch (failure) {
            case null -> received == null ? CloseStatus.NO_STATUS : received;
            case MessageTooLargeException e -> new CloseStatus(CloseCode.MESSAGE_TOO_BIG, "");
            case ConnectionFailedException e -> new CloseStatus(e.closeCode(), "");
            default -> CloseStatus.ABNORMAL;
        };
    }
}
