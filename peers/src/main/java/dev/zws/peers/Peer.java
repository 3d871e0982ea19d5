package dev.zws.peers;

/**
 * A running server of another library, on the loopback address: it sends back every message, and is ready for connections from when
 * it is there until it is stopped.
 */
interface Peer {
    String HOST = "127.0.0.1";

    /** Of a message, in bytes: so much at least is sent back. */
    int MAX_MESSAGE = 16 << 20;

    /** What a peer compresses with where that can be set: zws's default. */
    int DEFLATE_LEVEL = 1;

    /** Where it listens. */
    int port();

    /** Ends its connections, and listens no longer. */
    void stop() throws Exception;
}
