package dev.zws.peers;

import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.FrameHeader;
import dev.zws.Limits;
import dev.zws.Message;
import dev.zws.Opcode;
import dev.zws.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** A connection of zws's client to a peer. */
final class EchoClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Conn.Config CONFIG = Conn.Config.DEFAULT.withLimits(
            Limits.DEFAULT.withMaxFramePayload(Peer.MAX_MESSAGE).withMaxMessagePayload(Peer.MAX_MESSAGE));

    private final Socket socket = new Socket();
    final Conn conn;

    EchoClient(int port) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        Transport transport = Transport.of(socket);
        URI address = URI.create("ws://" + Peer.HOST + ":" + port + "/");
        conn = Conn.client(transport, ClientHandshake.connect(transport, ClientHandshake.Request.of(address)), CONFIG);
    }

    static String echoOf(int port, String text) throws IOException {
        try (EchoClient client = new EchoClient(port)) {
            client.conn.sendText(text);
            Message echo = client.conn.readMessage();
            return echo.text();
        }
    }

    /** The payload of the next frame, which has to be a whole message of this kind. */
    byte[] readWhole(Opcode opcode) throws IOException {
        FrameHeader header = conn.beginFrame();
        if (header.opcode() != opcode || !header.fin()) {
            throw new IOException("not one whole frame of " + opcode + " but " + header);
        }
        byte[] payload = new byte[Math.toIntExact(header.payloadLength())];
        conn.readFrameAll(payload);
        return payload;
    }

    void send(byte[] binary) {
        try {
            conn.sendBinary(binary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            conn.close();
        }
    }
}
