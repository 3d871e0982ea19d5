package dev.zws.bench;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.Outcome;
import dev.zws.Response;
import dev.zws.Transport;
import dev.zws.Watchdog;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Sends every message back, with one thread a connection: virtual or not. */
final class ThreadEcho implements MeasuredEcho {
    private final ServerSocket listener = new ServerSocket();
    private final ThreadFactory threads;
    private final @Nullable Executor handlers;
    private final Handshake.Options options;
    private final Conn.Config config;
    private final PrintWriter log;
    private final @Nullable Watchdog watchdog;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;

    /** @param handlers runs the echo beside the reading threads; null for these themselves */
    ThreadEcho(
            InetSocketAddress address,
            ThreadFactory threads,
            @Nullable Executor handlers,
            Handshake.Options options,
            Conn.Config config,
            boolean watched,
            PrintWriter log)
            throws IOException {
        this.threads = threads;
        this.handlers = handlers;
        this.options = options;
        this.config = config;
        this.log = log;
        try {
            listener.setReuseAddress(true);
            listener.bind(address, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        watchdog = watched ? Watchdog.start() : null;
        acceptor = Thread.ofPlatform().name("accept").start(this::accept);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket accepted = listener.accept();
                open.add(accepted);
                threads.newThread(() -> serve(accepted)).start();
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    log.println("accept: " + e.getMessage());
                    LockSupport.parkNanos(ACCEPT_PAUSE_NANOS); // out of descriptors, say: others may close meanwhile
                }
            }
        }
    }

    private void serve(Socket accepted) {
        SocketAddress peer = accepted.getRemoteSocketAddress();
        try (accepted;
                Transport transport = Transport.of(accepted)) {
            if (watchdog != null) {
                transport.watchedBy(watchdog);
            }
            echo(transport);
        } catch (IOException e) {
            if (!listener.isClosed()) {
                log.println(peer + ": " + e.getMessage());
            }
        } finally {
            open.remove(accepted);
        }
    }

    private void echo(Transport transport) throws IOException {
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, options), config)) {
            if (handlers != null) {
                echoAsync(conn, handlers);
                return;
            }
            for (Message message; (message = conn.readMessage()) != null; ) {
                conn.write(message);
            }
        }
    }

    private void echoAsync(Conn conn, Executor executor) throws IOException {
        Outcome outcome = Handler.runAsync(Handler.AsyncOptions.DEFAULT, executor, conn, this, context -> {
            context.respond(context.message());
            return Response.NONE;
        });
        if (outcome.failure() != null) {
            throw outcome.failure();
        }
    }

    @Override
    public int port() {
        return listener.getLocalPort();
    }

    @Override
    public void await() throws InterruptedException {
        acceptor.join();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket accepted : open) {
            accepted.close();
        }
        if (watchdog != null) {
            watchdog.close();
        }
    }
}
