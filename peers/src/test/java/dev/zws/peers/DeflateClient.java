package dev.zws.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A connection by hand that offers permessage-deflate, for a peer's answer to it (RFC 7692, 7). */
final class DeflateClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    /** What a message that was flushed ends with, and is sent without (RFC 7692, 7.2.1). */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final int COMPRESSED_TEXT = 0xC1;

    private final Socket socket;
    private final DataInputStream in;
    /** The answer to the offer, lower case; empty when it was declined. */
    final String agreed;

    DeflateClient(int port, String offer) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + port
                                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Extensions: " + offer + "\r\n\r\n")
                        .getBytes(ISO_8859_1));
        in = new DataInputStream(socket.getInputStream());
        agreed = extensions(readHead());
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readByte());
        }
        return head.toString().toLowerCase(Locale.ROOT);
    }

    private static String extensions(String head) throws IOException {
        if (!head.startsWith("http/1.1 101 ")) {
            throw new IOException("refused: " + head);
        }
        String name = "sec-websocket-extensions:";
        return head.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse("");
    }

    /** Sends the text compressed in one frame, in which it may take 125 bytes. */
    void send(String text) throws IOException {
        byte[] payload = deflated(text.getBytes(UTF_8));
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(COMPRESSED_TEXT);
        if (payload.length > 125) {
            throw new IllegalArgumentException("too long for a short length: " + payload.length);
        }
        frame.write(0x80 | payload.length);
        frame.write(new byte[4], 0, 4); // a mask that changes nothing
        frame.writeBytes(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    /** The next frame, which has to be one compressed text, shorter than 64 KiB. */
    byte[] read() throws IOException {
        int first = in.readUnsignedByte();
        if (first != COMPRESSED_TEXT) {
            throw new IOException("not a compressed text in one frame but 0x%02X".formatted(first));
        }
        int length = in.readUnsignedByte();
        byte[] payload = new byte[length < 126 ? length : in.readUnsignedShort()];
        in.readFully(payload);
        return payload;
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(bytes);
            byte[] out = new byte[bytes.length + 64];
            int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(out, length - TAIL.length);
        } finally {
            deflater.end();
        }
    }

    /** @param most how long the text may be, in bytes */
    static String inflated(byte[] payload, int most) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        try {
            byte[] input = Arrays.copyOf(payload, payload.length + TAIL.length);
            System.arraycopy(TAIL, 0, input, payload.length, TAIL.length);
            inflater.setInput(input);
            byte[] out = new byte[most];
            return new String(out, 0, inflater.inflate(out), UTF_8);
        } finally {
            inflater.end();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
