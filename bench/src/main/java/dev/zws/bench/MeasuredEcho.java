package dev.zws.bench;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Handshake;
import dev.zws.OriginPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** An echo server that listens: what the load client measures. Any thread may use it. */
interface MeasuredEcho extends AutoCloseable {
    int BACKLOG = 4096;
    long ACCEPT_PAUSE_NANOS = 50_000_000;

    /** As many as the original has by default (B-1.58). */
    int HANDLER_THREADS = 4;

    /** It has nothing to protect. */
    Handshake.Options OPTIONS = Handshake.Options.DEFAULT.withOriginPolicy(OriginPolicy.ANY);

    /**
     * Listens on {@code address} until closed.
     *
     * @param async with a handler that runs beside the reading thread; not for the selector
     * @param config its deadlines are watched when {@code watched}
     */
    static MeasuredEcho start(
            EchoMode mode,
            boolean async,
            InetSocketAddress address,
            Handshake.Options options,
            Conn.Config config,
            boolean watched,
            PrintWriter log)
            throws IOException {
        return switch (mode) {
            case VIRTUAL -> {
                ThreadFactory threads = Thread.ofVirtual().factory();
                yield new ThreadEcho(
                        address, threads, async ? Handler.VIRTUAL_THREADS : null, options, config, watched, log);
            }
            case PLATFORM -> {
                ThreadFactory threads = Thread.ofPlatform().daemon().factory();
                Executor handlers = async ? Executors.newFixedThreadPool(HANDLER_THREADS, threads) : null;
                yield new ThreadEcho(address, threads, handlers, options, config, watched, log);
            }
            case SELECTOR -> new SelectorEcho(address, options, config, watched, log);
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
