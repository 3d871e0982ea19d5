package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.ClientHandshake;
import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.Message;
import dev.zws.MessageOutput;
import dev.zws.MessageType;
import dev.zws.OriginPolicy;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Transport;
import dev.zws.Upgrade;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** zws itself. */
final class InteropZws implements InteropSocket {
    private static final int BACKLOG = 50;

    private final Conn conn;
    private final String subprotocol;

    private InteropZws(Conn conn, Upgrade upgrade) {
        this.conn = conn;
        this.subprotocol = upgrade.subprotocol() == null ? "" : upgrade.subprotocol();
    }

    /** What it offers and agrees to; null for nothing. */
    static @Nullable PerMessageDeflateConfig compression(boolean deflate) {
        return deflate ? PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true) : null;
    }

    static InteropSocket connect(URI address, boolean deflate, List<String> subprotocols, Events events)
            throws IOException {
        ClientHandshake.Request request = ClientHandshake.Request.of(address)
                .withDeflate(compression(deflate))
                .withSubprotocols(subprotocols.toArray(String[]::new));
        Transport transport = Transport.of(new Socket(address.getHost(), address.getPort()));
        Upgrade upgrade = ClientHandshake.connect(transport, request);
        Conn conn = Conn.client(transport, upgrade, Conn.Config.DEFAULT);
        Thread.startVirtualThread(() -> {
            try (conn) {
                receive(conn, events);
            } catch (Exception e) {
                events.failed(e);
            }
        });
        return new InteropZws(conn, upgrade);
    }

    /** Listens until the process ends, and returns the port. */
    static int serve(boolean deflate) throws IOException {
        Handshake.Options options = Handshake.Options.DEFAULT
                .withDeflate(compression(deflate))
                .withSubprotocols(InteropEcho.SUBPROTOCOL)
                .withOriginPolicy(OriginPolicy.ANY);
        ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("accept").start(() -> accept(listener, options));
        return listener.getLocalPort();
    }

    private static void accept(ServerSocket listener, Handshake.Options options) {
        try (listener) {
            while (true) {
                Socket socket = listener.accept();
                Thread.startVirtualThread(() -> serve(socket, options));
            }
        } catch (IOException e) {
            System.err.println("accept: " + e);
        }
    }

    private static void serve(Socket socket, Handshake.Options options) {
        String path = "before the request";
        try (socket;
                Transport transport = Transport.of(socket)) {
            Upgrade upgrade = Handshake.upgrade(transport, options);
            path = upgrade.path();
            try (Conn conn = Conn.server(transport, upgrade, Conn.Config.DEFAULT)) {
                InteropEcho echo = new InteropEcho(upgrade.path());
                echo.opened(new InteropZws(conn, upgrade));
                receive(conn, echo);
            }
        } catch (Exception e) {
            System.err.println(path + ": " + e);
        }
    }

    private static void receive(Conn conn, Events events) throws IOException {
        for (Message message; (message = conn.readMessage()) != null; ) {
            if (message.type() == MessageType.TEXT) {
                events.text(message.text());
            } else {
                events.binary(message.bytes());
            }
        }
        CloseStatus status = conn.closeStatus();
        if (status == null) {
            throw new IOException("ended, but with no status");
        }
        events.closed(status.code(), status.reason());
    }

    @Override
    public void text(String message) throws IOException {
        conn.sendText(message);
    }

    @Override
    public void binary(byte[] message) throws IOException {
        conn.sendBinary(message);
    }

    @Override
    public boolean fragments(String... parts) throws IOException {
        try (MessageOutput out = conn.writeStream(MessageType.TEXT)) {
            for (String part : parts) {
                out.write(part.getBytes(UTF_8));
                out.flush();
            }
            out.finish();
        }
        conn.flush();
        return true;
    }

    @Override
    public boolean ping(String payload) throws IOException {
        conn.writePing(payload.getBytes(UTF_8));
        conn.flush();
        return true;
    }

    @Override
    public void close(int code, String reason) throws IOException {
        conn.writeClose(new CloseStatus(code, reason));
        conn.flush();
    }

    @Override
    public String subprotocol() {
        return subprotocol;
    }
}
