package dev.zws.validation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A raw socket, and what the other side sends over it. Knows no rules, so it can break them. One thread at a time. */
final class Peer implements AutoCloseable {
    /** How the end of the stream shows in {@link #framesToEnd}. */
    static final String END = "end";

    static final String RESET = "reset";

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int MAX_HEAD = 64 * 1024;
    private static final int SHOWN = 24;

    private final Socket socket;
    private final InputStream in;

    private Peer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static Peer connect(int port) throws IOException {
        return connect(new Socket(), port);
    }

    /** One whose receive buffer is as small as can be had. */
    static Peer connectNarrow(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1);
        return connect(socket, port);
    }

    private static Peer connect(Socket socket, int port) throws IOException {
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            return new Peer(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    static Peer accepted(Socket socket) throws IOException {
        return new Peer(socket);
    }

    int localPort() {
        return socket.getLocalPort();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Each byte in a segment of its own. */
    void sendBytewise(byte[] bytes) throws IOException {
        for (byte b : bytes) {
            socket.getOutputStream().write(b);
        }
    }

    /** Sends until the other side has had enough, or {@code most} bytes; how many went out. */
    long flood(byte[] piece, long most) {
        long sent = 0;
        try {
            while (sent < most) {
                send(piece);
                sent += piece.length;
            }
        } catch (IOException e) {
            // it does not want more
        }
        return sent;
    }

    /** The next byte, 0 to 255; -1 at the end, and when the connection was reset. */
    int read() throws IOException {
        try {
            return in.read();
        } catch (SocketException e) {
            return -1;
        }
    }

    /** A head up to its empty line, or as far as it comes. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < MAX_HEAD) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            head.append((char) b);
        }
        return head.toString();
    }

    /** All that is still to come. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** One frame, such as {@code 81 'Hi'} or {@code 88 03ea}: first byte, then text for data and hex for control; or how it ended. */
    String frame() throws IOException {
        try {
            int first = in.read();
            if (first < 0) {
                return END;
            }
            int second = in.read();
            int size = second & 0x7F;
            int length = size < 126 ? size : (int) number(size == 126 ? Short.BYTES : Long.BYTES);
            byte[] key = (second & 0x80) == 0 ? new byte[4] : in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= key[i % 4];
            }
            return show(first, payload) + (payload.length < length ? " cut off" : "");
        } catch (SocketException e) {
            return RESET;
        }
    }

    /** The next frame that is not a ping. */
    String frameButPings() throws IOException {
        String frame = frame();
        while (frame.startsWith("89")) {
            frame = frame();
        }
        return frame;
    }

    private long number(int bytes) throws IOException {
        long number = 0;
        for (byte b : in.readNBytes(bytes)) {
            number = number << 8 | b & 0xFF;
        }
        return number;
    }

    private static String show(int first, byte[] payload) {
        String code = HexFormat.of().toHexDigits((byte) first);
        if ((first & 0x08) != 0) {
            return code + ' ' + HexFormat.of().formatHex(payload);
        }
        String text = new String(payload, UTF_8);
        return code + " '" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "...' " + payload.length : text + "'");
    }

    /** All frames that are still to come, and how it ended. */
    List<String> framesToEnd() throws IOException {
        List<String> frames = new ArrayList<>();
        do {
            frames.add(frame());
        } while (!frames.getLast().equals(END) && !frames.getLast().equals(RESET));
        return frames;
    }

    /** Reads and drops all that is still to come. */
    void drop() {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // that was all
        }
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends it with a TCP reset. */
    void reset() throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    /** Closes it before its time. */
    void leave() throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
