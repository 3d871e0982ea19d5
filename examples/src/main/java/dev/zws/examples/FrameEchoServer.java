package dev.zws.examples;

import dev.zws.CloseCode;
import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.Frame;
import dev.zws.FrameHeader;
import dev.zws.Handshake;
import dev.zws.Opcode;
import dev.zws.PerMessageDeflate;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Transport;
import dev.zws.Upgrade;
import java.io.IOException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends every frame back as it came, fragment by fragment: what the frame level is like. Here nothing is answered unasked, so
 * pings and the Close are answered by hand.
 *
 * <p>Nothing is inflated here either: compressed payloads go back as they are, which only some agreements allow
 * ({@link #canEcho}).
 */
public final class FrameEchoServer {
    private static final int CHUNK = 16 * 1024;
    private static final int ANY_WINDOW = 15;

    private FrameEchoServer() {}

    /**
     * Listens on {@code port} (0 picks one) until the listener is closed.
     *
     * @param deflate what clients may compress, but for the server's own window, which is not limited unless a client asks for that;
     *     null for nothing
     */
    public static Listener start(
            int port, @Nullable PerMessageDeflateConfig deflate, Conn.Config config, PrintStream log)
            throws IOException {
        Handshake.Options options =
                AnyOrigin.OPTIONS.withDeflate(deflate == null ? null : deflate.withOutgoingWindowBits(ANY_WINDOW));
        return new Listener(port, log, transport -> echo(transport, options, config));
    }

    /**
     * Whether the client understands its own compressed messages (RFC 7692, 7.1). They refer back as far as its window, which the
     * server's has to hold. And if they refer to earlier messages, the client must have kept those as what the server sent; it
     * did, for it got all of them back, unless the server said that it keeps nothing.
     */
    static boolean canEcho(PerMessageDeflate agreed) {
        return agreed.clientMaxWindowBits() <= agreed.serverMaxWindowBits()
                && (agreed.clientNoContextTakeover() || !agreed.serverNoContextTakeover());
    }

    private static void echo(Transport transport, Handshake.Options options, Conn.Config config) throws IOException {
        Upgrade upgrade = Handshake.upgrade(transport, options);
        try (Conn conn = Conn.server(transport, upgrade, config)) {
            if (upgrade.deflate() != null && !canEcho(upgrade.deflate())) {
                conn.writeClose(new CloseStatus(
                        CloseCode.POLICY_VIOLATION,
                        "an echo of frames needs client_max_window_bits, or a larger server's"));
                return;
            }
            byte[] chunk = new byte[CHUNK];
            while (conn.state() == Conn.State.OPEN) {
                Frame frame = conn.readFrameBorrowed();
                if (frame == null) {
                    echoInChunks(conn, chunk);
                } else if (frame.header().opcode() != Opcode.PONG) {
                    Opcode opcode = frame.header().opcode();
                    Opcode answer = opcode == Opcode.PING ? Opcode.PONG : opcode;
                    conn.writeFrame(
                            answer,
                            frame.header().fin(),
                            frame.header().compressed(),
                            frame.borrowedArray(),
                            frame.offset(),
                            frame.length());
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
        boolean compressed = header.compressed();
        while (conn.frameActive()) {
            int count = conn.readFrameChunk(chunk, 0, chunk.length);
            conn.writeFrame(opcode, fin && !conn.frameActive(), compressed, chunk, 0, count);
            compressed = false; // said once, on the first frame of a message (RFC 7692, 6)
            opcode = Opcode.CONTINUATION;
        }
    }
}
