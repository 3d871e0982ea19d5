package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Frame;
import dev.zws.FrameHeader;
import dev.zws.Handshake;
import dev.zws.Opcode;
import dev.zws.Transport;
import java.io.IOException;
import java.io.PrintStream;

/**
 * Sends every frame back as it came, fragment by fragment: what the frame level is like. Here nothing is answered unasked, so
 * pings and the Close are answered by hand.
 */
public final class FrameEchoServer {
    private static final int CHUNK = 16 * 1024;

    private FrameEchoServer() {}

    /** Listens on {@code port} (0 picks one) until the listener is closed. */
    public static Listener start(int port, Conn.Config config, PrintStream log) throws IOException {
        return new Listener(port, log, transport -> echo(transport, config));
    }

    private static void echo(Transport transport, Conn.Config config) throws IOException {
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, AnyOrigin.OPTIONS), config)) {
            byte[] chunk = new byte[CHUNK];
            while (conn.state() == Conn.State.OPEN) {
                Frame frame = conn.readFrameBorrowed();
                if (frame == null) {
                    echoInChunks(conn, chunk);
                } else if (frame.header().opcode() != Opcode.PONG) {
                    Opcode opcode = frame.header().opcode();
                    Opcode answer = opcode == Opcode.PING ? Opcode.PONG : opcode;
                    conn.writeFrame(
                            answer, frame.header().fin(), frame.borrowedArray(), frame.offset(), frame.length());
                }
            }
            conn.flush();
        }
    }

    /** A frame that is larger than the buffer comes back as several, which is the same message (RFC 6455, 5.4). */
    private static void echoInChunks(Conn conn, byte[] chunk) throws IOException {
        FrameHeader header = conn.beginFrame();
        Opcode opcode = header.opcode();
        boolean fin = header.fin();
        while (conn.frameActive()) {
            int count = conn.readFrameChunk(chunk, 0, chunk.length);
            conn.writeFrame(opcode, fin && !conn.frameActive(), chunk, 0, count);
            opcode = Opcode.CONTINUATION;
        }
    }
}
