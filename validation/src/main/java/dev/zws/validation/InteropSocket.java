package dev.zws.validation;

/**
 * A connection of some library, in either role, as {@link InteropClient} and {@link InteropEcho} use it. What it sends leaves in the
 * order of the calls; what arrives goes to an {@link Events}.
 */
interface InteropSocket {
    void text(String message) throws Exception;

    void binary(byte[] message) throws Exception;

    /** Sends one text message, each part as a fragment; false, and nothing is sent, when the library cannot. */
    default boolean fragments(String... parts) throws Exception {
        return false;
    }

    /** Sends a Ping; false, and nothing is sent, when the library cannot. */
    default boolean ping(String payload) throws Exception {
        return false;
    }

    /** Begins the closing handshake. */
    void close(int code, String reason) throws Exception;

    /** What was agreed on; empty for nothing. Asked of a client, once it is open. */
    String subprotocol();

    /** Told by a library, one call after the other. */
    interface Events {
        void text(String message);

        void binary(byte[] message);

        /** With what the library says of the end. */
        void closed(int code, String reason);

        void failed(Throwable cause);
    }
}
