package dev.zws.bench;

import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.OriginPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;

/** An echo server that listens: what the load client measures. Any thread may use it. */
interface MeasuredEcho extends AutoCloseable {
    int BACKLOG = 4096;
    long ACCEPT_PAUSE_NANOS = 50_000_000;

    /** It has nothing to protect. */
    Handshake.Options OPTIONS = Handshake.Options.DEFAULT.withOriginPolicy(OriginPolicy.ANY);

    /**
     * Listens on {@code address} until closed.
     *
     * @param config its deadlines are watched when {@code watched}
     */
    static MeasuredEcho start(
            EchoMode mode, InetSocketAddress address, Conn.Config config, boolean watched, PrintWriter log)
            throws IOException {
        return switch (mode) {
            case VIRTUAL -> new ThreadEcho(address, Thread.ofVirtual().factory(), config, watched, log);
            case PLATFORM ->
                new ThreadEcho(address, Thread.ofPlatform().daemon().factory(), config, watched, log);
            case SELECTOR -> new SelectorEcho(address, config, watched, log);
        };
    }

    /** The port that it listens on. */
    int port();

    /** Waits until it is closed. */
    void await() throws InterruptedException;

    /** Stops listening and ends every connection at once. */
    @Override
    void close() throws IOException;
}
