package dev.zws.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The peer's side of a stream, at whose other side a session runs.
 *
 * @param base what every target begins with that leads to the session
 * @param shutdownOutput ends the peer's direction, as its kind of stream does in good order
 * @param drop ends both directions without a word
 * @param end how the session ended
 */
record Link(
        String base,
        InputStream in,
        OutputStream out,
        Action shutdownOutput,
        Action drop,
        CompletableFuture<String> end)
        implements AutoCloseable {
    /** What may fail. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    /** How the session ended, when it has. */
    String outcome() {
        return end.copy().orTimeout(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join();
    }

    @Override
    public void close() throws IOException {
        drop.run();
    }
}
