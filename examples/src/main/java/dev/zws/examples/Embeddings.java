package dev.zws.examples;

import dev.zws.ByteReader;
import dev.zws.ByteWriter;
import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Transport;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Where a connection gets its bytes from: what {@code docs/embedding.md} quotes, and one test suite runs over. */
public final class Embeddings {
    private Embeddings() {}

    /** What is done with an open connection: straight-line code, the same over every stream. */
    @FunctionalInterface
    public interface Session {
        /** Returns when the connection has nothing more to do; it is closed then. */
        void run(Conn conn) throws IOException;
    }

    static void serve(Socket socket, Watchdog watchdog, Handshake.Options options, Session session) throws IOException {
        // embedding.md: begin
        try (socket;
                Transport transport = Transport.of(socket).watchedBy(watchdog);
                Conn conn = Conn.server(transport, Handshake.upgrade(transport, options), Conn.Config.DEFAULT)) {
            session.run(conn);
        }
        // embedding.md: end
    }

    static void connect(Socket socket, Watchdog watchdog, ClientHandshake.Request request, Session session)
            throws IOException {
        // embedding.md: begin
        try (socket;
                Transport transport = Transport.of(socket).watchedBy(watchdog);
                Conn conn = Conn.client(transport, ClientHandshake.connect(transport, request), Conn.Config.DEFAULT)) {
            session.run(conn);
        }
        // embedding.md: end
    }

    static void serve(SocketChannel channel, Handshake.Options options, Session session) throws IOException {
        try (channel;
                Transport transport = Transport.of(channel);
                Conn conn = Conn.server(transport, Handshake.upgrade(transport, options), Conn.Config.DEFAULT)) {
            session.run(conn);
        }
    }

    static void connect(SocketChannel channel, ClientHandshake.Request request, Session session) throws IOException {
        try (channel;
                Transport transport = Transport.of(channel);
                Conn conn = Conn.client(transport, ClientHandshake.connect(transport, request), Conn.Config.DEFAULT)) {
            session.run(conn);
        }
    }

    static void serveTls(
            Socket socket, SSLContext context, Watchdog watchdog, Handshake.Options options, Session session)
            throws IOException {
        // embedding.md: begin
        try (socket) {
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
            try (Transport transport = Transport.of(tls, socket).watchedBy(watchdog);
                    Conn conn = Conn.server(transport, Handshake.upgrade(transport, options), Conn.Config.DEFAULT)) {
                session.run(conn);
            }
        }
        // embedding.md: end
    }

    static void connectTls(
            Socket socket,
            String host,
            SSLContext context,
            Watchdog watchdog,
            ClientHandshake.Request request,
            Session session)
            throws IOException {
        // embedding.md: begin
        try (socket;
                Transport transport = WsClient.secure(socket, host, context).watchedBy(watchdog);
                Conn conn = Conn.client(transport, ClientHandshake.connect(transport, request), Conn.Config.DEFAULT)) {
            session.run(conn);
        }
        // embedding.md: end
    }

    static void serve(ByteReader.Source source, ByteWriter.Sink sink, Handshake.Options options, Session session)
            throws IOException {
        // embedding.md: begin
        ByteReader reader = ByteReader.of(source);
        ByteWriter writer = ByteWriter.of(sink);
        Handshake.upgrade(reader, writer, options);
        try (Conn conn = Conn.server(reader, writer, Conn.Config.DEFAULT)) {
            session.run(conn);
        }
        // embedding.md: end
    }

    static void connect(
            ByteReader.Source source, ByteWriter.Sink sink, ClientHandshake.Request request, Session session)
            throws IOException {
        ByteReader reader = ByteReader.of(source);
        ByteWriter writer = ByteWriter.of(sink);
        ClientHandshake.connect(reader, writer, request);
        try (Conn conn = Conn.client(reader, writer, Conn.Config.DEFAULT)) {
            session.run(conn);
        }
    }
}
