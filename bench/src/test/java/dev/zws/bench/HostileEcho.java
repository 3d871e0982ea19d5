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

    /** The payload of the next frame, which has to be masked and of less than 2 GiB; null for a Close. */
    static byte[] readFrame(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte() & 0x7F;
        byte[] payload = new byte
                [switch (length) {
                    case 126 -> in.readUnsignedShort();
                    case 127 -> (int) in.readLong();
                    default -> length;
                }];
        byte[] key = in.readNBytes(4);
        in.readFully(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= key[i % 4];
        }
        return first == 0x88 ? null : payload;
    }

    static void writeFrame(OutputStream out, byte[] payload) throws IOException {
        writeFrame(out, 0x82, payload);
    }

    static void writeFrame(OutputStream out, int first, byte[] payload) throws IOException {
        out.write(LoadFrames.unmasked(first, payload));
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
