package dev.zws.validation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Takeover;
import dev.zws.Transport;
import dev.zws.Upgrade;
import dev.zws.Watchdog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The server, as its clients see it. Any thread. */
record SoakPeer(InetSocketAddress address, @Nullable SSLContext tls, boolean deflate, Watchdog watchdog) {
    /** What waits in the kernel for silent peers is bounded, or it runs out of memory for TCP and drops what others send. */
    private static final int BUFFER = 256 * 1024;

    private static final int CONNECT_MILLIS = 30_000;
    private static final int WINDOWS = 7;
    private static final byte[] HALF_HELLO = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xfc, 0x03};

    /**
     * A connection to it.
     *
     * @param socket what is written to: over TLS the TLS socket
     * @param below the TCP socket
     */
    record Line(Conn conn, Socket socket, Socket below) {
        /** Ends the TCP connection at once, in both directions. */
        void reset() throws IOException {
            below.setSoLinger(true, 0);
            below.close();
        }

        /** Ends this side's stream, and reading goes on. */
        void fin() throws IOException {
            below.shutdownOutput();
        }
    }

    /** Shakes hands, with what {@code random} says about compression. */
    Line open(SplittableRandom random) throws IOException, SoakFailure {
        Socket below = connect();
        boolean opened = false;
        try {
            Socket socket = tls == null ? below : layered(tls, below);
            Transport transport = socket instanceof SSLSocket ssl ? Transport.of(ssl, below) : Transport.of(below);
            transport.watchedBy(watchdog);
            ClientHandshake.Request request = ClientHandshake.Request.of("localhost", "/soak")
                    .withTimeoutNanos(CONNECT_MILLIS * 1_000_000L)
                    .withDeflate(deflate ? compression(random) : null);
            Upgrade upgrade = ClientHandshake.connect(transport, request);
            if ((upgrade.deflate() != null) != deflate) {
                throw new SoakFailure("compression was " + (deflate ? "not " : "") + "agreed on");
            }
            Line line = new Line(Conn.client(transport, upgrade, Conn.Config.DEFAULT), socket, below);
            opened = true;
            return line;
        } finally {
            if (!opened) {
                below.close();
            }
        }
    }

    private Socket connect() throws IOException {
        Socket below = new Socket();
        below.setReceiveBufferSize(BUFFER);
        below.setSendBufferSize(BUFFER);
        try {
            below.connect(address, CONNECT_MILLIS);
            return below;
        } catch (IOException e) {
            below.close();
            throw e;
        }
    }

    private Socket layered(SSLContext context, Socket below) throws IOException {
        return context.getSocketFactory().createSocket(below, "localhost", address.getPort(), true);
    }

    /** Every takeover and every window, so that the server's side has each, too. */
    private static PerMessageDeflateConfig compression(SplittableRandom random) {
        Takeover[] kinds = Takeover.values();
        return PerMessageDeflateConfig.DEFAULT
                .withCompressOutgoing(true)
                .withTakeover(kinds[random.nextInt(kinds.length)])
                .withOutgoingWindowBits(window(random))
                .withIncomingWindowBits(window(random))
                .withMinPayloadLength(random.nextBoolean() ? 0 : 64)
                .withRequireCompressionGain(random.nextBoolean());
    }

    /** Half of all have the largest, which are compressed another way. */
    private static int window(SplittableRandom random) {
        return random.nextBoolean() ? 15 : 15 - random.nextInt(WINDOWS);
    }

    /** Begins to shake hands, with TLS or for WebSocket, and goes away. */
    void breakOffHandshake(SplittableRandom random, SoakLog log) throws IOException {
        byte[] request = ("GET /soak HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n")
                .getBytes(US_ASCII);
        try (Socket below = connect()) {
            log.expect(below.getLocalPort());
            if (tls != null && random.nextBoolean()) {
                below.getOutputStream().write(HALF_HELLO, 0, random.nextInt(HALF_HELLO.length));
            } else {
                Socket socket = tls == null ? below : layered(tls, below);
                socket.getOutputStream().write(request, 0, random.nextInt(request.length));
            }
            if (random.nextBoolean()) {
                below.setSoLinger(true, 0);
            }
        }
    }
}
