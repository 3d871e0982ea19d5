package dev.zws;

/** What took too long when a connection ends by {@link ConnectionTimeoutException}, with the close code that the peer is told. */
public enum Overdue {
    /** A message did not become whole within {@link Deadlines#messageNanos}: 1008. */
    MESSAGE(CloseCode.POLICY_VIOLATION),
    /** Nothing arrived within {@link Deadlines#idleNanos}: 1001. */
    IDLE(CloseCode.GOING_AWAY),
    /** Nothing arrived within {@link Deadlines#pongNanos} of a ping: 1001. */
    PONG(CloseCode.GOING_AWAY),
    /** The peer did not take what was written within {@link Deadlines#writeNanos}, or in time for a cooperative budget: 1006. */
    WRITE(CloseCode.ABNORMAL_CLOSURE),
    /** The closing handshake took longer than {@link Conn#close(CloseStatus, java.time.Duration)} was given: 1006. */
    CLOSE(CloseCode.ABNORMAL_CLOSURE);

    private final int closeCode;

    Overdue(int closeCode) {
        this.closeCode = closeCode;
    }

    /** What the peer is told; 1006 when it cannot be told anything. */
    public int closeCode() {
        return closeCode;
    }
}
