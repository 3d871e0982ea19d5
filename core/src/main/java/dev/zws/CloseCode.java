package dev.zws;

/**
 * The close codes of RFC 6455, 7.4.1 and of the registry kept after it. Plain numbers, because applications choose their own
 * from 3000 to 4999.
 */
public final class CloseCode {
    /** The purpose of the connection is fulfilled. */
    public static final int NORMAL_CLOSURE = 1000;
    /** The endpoint goes away: a server stops, a page is left. */
    public static final int GOING_AWAY = 1001;
    /** The peer broke the protocol. */
    public static final int PROTOCOL_ERROR = 1002;
    /** A type of data that this endpoint does not take. */
    public static final int UNSUPPORTED_DATA = 1003;
    /** Never on the wire: the peer's Close carried no code (RFC 6455, 7.1.5). */
    public static final int NO_STATUS = 1005;
    /** Never on the wire: the connection ended without a Close (RFC 6455, 7.1.5). */
    public static final int ABNORMAL_CLOSURE = 1006;
    /** The payload does not fit its type, such as text that is not UTF-8. */
    public static final int INVALID_FRAME_PAYLOAD_DATA = 1007;
    /** The endpoint's policy is violated, and no other code fits. */
    public static final int POLICY_VIOLATION = 1008;
    /** A message or frame is larger than this endpoint takes. */
    public static final int MESSAGE_TOO_BIG = 1009;
    /** The client needed an extension that the server did not agree to. */
    public static final int MANDATORY_EXTENSION = 1010;
    /** The endpoint met a condition of its own that it cannot go on from. */
    public static final int INTERNAL_ERROR = 1011;
    /** The service restarts; reconnect after a random wait of some seconds. */
    public static final int SERVICE_RESTART = 1012;
    /** The service is overloaded; try again later. */
    public static final int TRY_AGAIN_LATER = 1013;
    /** A gateway got an invalid answer from the server behind it. */
    public static final int BAD_GATEWAY = 1014;

    private CloseCode() {}

    /**
     * True when {@code code} may stand in a Close frame: 1000 to 1003, 1007 to 1014 and 3000 to 4999 (RFC 6455, 7.4.2; stricter
     * than the original, B-11.13).
     */
    public static boolean isValid(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
