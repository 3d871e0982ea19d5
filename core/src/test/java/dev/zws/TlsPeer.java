package dev.zws;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * The far end of a TLS connection, record by record. Unlike a socket of the JDK it tells an end that was announced (close_notify,
 * RFC 8446, 6.1) from a stream that was cut off.
 */
final class TlsPeer {
    private static final int ROOM = 64 * 1024;

    private final SSLEngine engine;
    private final Socket socket;
    private final ByteBuffer received = ByteBuffer.allocate(ROOM).flip();
    private final ByteBuffer sending = ByteBuffer.allocate(ROOM);
    private final ByteBuffer plain = ByteBuffer.allocate(ROOM);

    TlsPeer(Socket socket, Role role, String protocol) throws Exception {
        this.socket = socket;
        engine = Tls.context().createSSLEngine();
        engine.setUseClientMode(role == Role.CLIENT);
        engine.setEnabledProtocols(new String[] {protocol});
    }

    void handshake() throws IOException {
        engine.beginHandshake();
        for (HandshakeStatus status = engine.getHandshakeStatus();
                status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED;
                status = engine.getHandshakeStatus()) {
            switch (status) {
                case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
                case NEED_TASK -> engine.getDelegatedTask().run();
                default -> unwrap();
            }
        }
    }

    /** The bytes of its first flight. */
    byte[] hello() throws IOException {
        engine.beginHandshake();
        engine.wrap(ByteBuffer.allocate(0), sending.clear());
        return Arrays.copyOf(sending.array(), sending.position());
    }

    void write(byte[]... parts) throws IOException {
        for (ByteBuffer from = ByteBuffer.wrap(Wire.concat(parts)); from.hasRemaining(); ) {
            wrap(from);
        }
    }

    /** Announces that no more will come. */
    void writeCloseNotify() throws IOException {
        engine.closeOutbound();
        while (!engine.isOutboundDone()) {
            wrap(ByteBuffer.allocate(0));
        }
    }

    private void wrap(ByteBuffer from) throws IOException {
        engine.wrap(from, sending.clear());
        socket.getOutputStream().write(sending.array(), 0, sending.position());
    }

    /** The next {@code count} bytes of the application; what comes in a record with them must be no more. */
    byte[] read(int count) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < count) {
            all.writeBytes(unwrap());
        }
        return all.toByteArray();
    }

    /**
     * What is left of the application's bytes until the end is announced.
     *
     * @throws EOFException when the stream ends without that
     */
    byte[] readToCloseNotify() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!engine.isInboundDone()) {
            all.writeBytes(unwrap());
        }
        return all.toByteArray();
    }

    /** The application's bytes in the next record. */
    private byte[] unwrap() throws IOException {
        plain.clear();
        while (engine.unwrap(received, plain).getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            received.compact();
            int count = socket.getInputStream().read(received.array(), received.position(), received.remaining());
            if (count < 0) {
                throw new EOFException("the stream ended without close_notify");
            }
            received.position(received.position() + count).flip();
        }
        return Arrays.copyOf(plain.array(), plain.position());
    }
}
