package dev.zws.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that do the opening handshake and then nothing: a socket each, and no thread. Used by one thread. */
final class IdleConnections implements AutoCloseable {
    private static final int MAX_HEAD = 8 * 1024;
    private static final String END = "\r\n\r\n";

    private final URI uri;
    private final int timeoutMillis;
    private final List<SocketChannel> channels = new ArrayList<>();
    private final byte[] scratch = new byte[MAX_HEAD];

    IdleConnections(URI uri, int timeoutMillis) {
        this.uri = uri;
        this.timeoutMillis = timeoutMillis;
    }

    /** One after the other, each when the one before has its answer: no backlog overflows. */
    void open(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            try {
                openOne();
            } catch (IOException e) {
                throw new IOException("idle connection " + (i + 1) + " of " + count + ": " + e.getMessage(), e);
            }
        }
    }

    private void openOne() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channels.add(channel);
        channel.socket().connect(new InetSocketAddress(uri.getHost(), uri.getPort()), timeoutMillis);
        channel.write(ByteBuffer.wrap(request()));
        channel.socket().setSoTimeout(timeoutMillis);
        InputStream in = channel.socket().getInputStream();
        String head = "";
        for (int length = 0; !head.contains(END); ) {
            int read = length < MAX_HEAD ? in.read(scratch, length, MAX_HEAD - length) : -1;
            if (read < 0) {
                throw new IOException("the answer to the handshake has no end");
            }
            length += read;
            head = new String(scratch, 0, length, StandardCharsets.ISO_8859_1);
        }
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IOException(
                    "the handshake was refused: " + head.lines().findFirst().orElse(""));
        }
        channel.configureBlocking(false);
    }

    private byte[] request() {
        return """
                GET %s HTTP/1.1\r
                Host: %s\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                \r
                """.formatted(uri.getRawPath(), uri.getRawAuthority()).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A failure when the server has ended one of them, whose memory would then not be counted. */
    void requireOpen() throws IOException {
        int ended = 0;
        for (SocketChannel channel : channels) {
            try {
                ended += channel.read(ByteBuffer.wrap(scratch)) < 0 ? 1 : 0;
            } catch (IOException e) { // reset
                ended++;
            }
        }
        if (ended > 0) {
            throw new IOException(ended + " of " + channels.size() + " idle connections were ended by the server");
        }
    }

    @Override
    public void close() {
        for (SocketChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                // closed is closed
            }
        }
    }
}
