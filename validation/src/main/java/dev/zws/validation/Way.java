package dev.zws.validation;

/** How the application under test reads. */
enum Way {
    /** {@code readMessage()} on a thread of its own. */
    BLOCKING,
    /** {@code readStream()} on a thread of its own. */
    STREAMED,
    /** Handlers that run at the same time, {@code Handler.runAsync}. */
    ASYNC,
    /** {@code pollMessage()} over a non-blocking channel. */
    POLLED
}
