package dev.zws.bench;

import dev.zws.Handshake;
import dev.zws.Transport;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A server for one connection that answers as a test has it, byte by byte, on a thread of its own. */
final class HostileEcho implements AutoCloseable {
    /** What is done after the handshake; then the socket is closed. */
    interface Talk {
        void serve(DataInputStream in, OutputStream out) throws Exception;
    }

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final FutureTask<Void> serving;

    HostileEcho(Talk talk) throws IOException {
        serving = new FutureTask<>(() -> {
            try (Socket socket = listener.accept()) {
                Handshake.upgrade(Transport.of(socket), MeasuredEcho.OPTIONS);
                talk.serve(new DataInputStream(socket.getInputStream()), socket.getOutputStream());
            }
            return null;
        });
        Thread.ofPlatform().daemon().name("hostile").start(serving);
    }

    /** The payload of the next frame, which has to be short and masked; null for a Close. */
    static byte[] readFrame(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        byte[] payload = new byte[in.readUnsignedByte() & 0x7F];
        byte[] key = in.readNBytes(4);
        in.readFully(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= key[i % 4];
        }
        return first == 0x88 ? null : payload;
    }

    static void writeFrame(OutputStream out, byte[] payload) throws IOException {
        byte[] frame = new byte[2 + payload.length];
        frame[0] = (byte) 0x82;
        frame[1] = (byte) payload.length;
        System.arraycopy(payload, 0, frame, 2, payload.length);
        out.write(frame);
    }

    /** Sends back what comes, until the Close. */
    static void echo(DataInputStream in, OutputStream out) throws IOException {
        for (byte[] payload; (payload = readFrame(in)) != null; ) {
            writeFrame(out, payload);
        }
    }

    String port() {
        return String.valueOf(listener.getLocalPort());
    }

    /** Waits until the connection was served; throws what the test's part threw. */
    void await() throws Exception {
        serving.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
