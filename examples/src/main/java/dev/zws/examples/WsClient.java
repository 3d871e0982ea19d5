package dev.zws.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.ClientHandshake;
import dev.zws.CloseCode;
import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.Frame;
import dev.zws.Message;
import dev.zws.MessageType;
import dev.zws.Opcode;
import dev.zws.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Has an echo server send back a message and a ping, and takes its leave: straight-line code, with TLS or without. */
public final class WsClient {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final byte[] PING = "demo".getBytes(UTF_8);

    private WsClient() {}

    /**
     * Prints what came back.
     *
     * @param host a name, an IPv4 address or an [IPv6] address
     * @param path with a query perhaps
     * @param tls whom to trust, for {@code wss://}; null for {@code ws://}
     * @throws dev.zws.HandshakeException when the server refuses
     * @throws IOException when it does not echo, and when the connection fails
     */
    public static void run(
            String host, int port, String path, String message, @Nullable SSLContext tls, PrintStream out)
            throws IOException {
        URI address = URI.create((tls == null ? "ws://" : "wss://") + host + ":" + port + path);
        ClientHandshake.Request request = ClientHandshake.Request.of(address);
        try (Socket socket = connect(host, port);
                Transport transport = tls == null ? Transport.of(socket) : secure(socket, host, tls);
                Conn conn = Conn.client(transport, ClientHandshake.connect(transport, request), Conn.Config.DEFAULT)) {
            talk(conn, message, out);
        }
    }

    private static Socket connect(String host, int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
        return socket;
    }

    /**
     * That the certificate is for {@code host} is checked only when asked for. The server is told the host (SNI) without asking,
     * when it is a name with a dot.
     */
    static Transport secure(Socket socket, String host, SSLContext context) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return Transport.of(tls, socket);
    }

    private static void talk(Conn conn, String message, PrintStream out) throws IOException {
        conn.sendText(message);
        Message echo = conn.readMessage();
        if (echo == null || echo.type() != MessageType.TEXT) {
            throw new IOException("the server did not send a text back");
        }
        out.println("echoed text: " + echo.text());

        conn.writePing(PING);
        conn.flush();
        Frame pong = conn.readFrameBorrowed(); // at message level a pong is passed over
        if (pong == null || pong.header().opcode() != Opcode.PONG) {
            throw new IOException("the server did not answer a ping with a pong");
        }
        out.println("pong payload: " + new String(pong.bytes(), UTF_8));

        conn.writeClose(new CloseStatus(CloseCode.NORMAL_CLOSURE, "done"));
        while (conn.readMessage() != null) {
            // until the server has closed too
        }
    }
}
