package dev.zws.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.zws.Conn;
import dev.zws.DeflateEngine;
import dev.zws.DeflatePool;
import dev.zws.Handshake;
import dev.zws.OriginPolicy;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Takeover;
import dev.zws.Transport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * {@code zws bench-deflate-idle}: what a connection that is idle keeps, with compression and without. Each has exchanged messages, in
 * memory, so there are no sockets and no threads to count: what is printed is the live heap a connection, and the codecs still in use.
 */
final class DeflateIdle {
    private static final String REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
    private static final int MESSAGES = 10;
    private static final int[] LENGTHS = {200, 4_000};
    private static final int[] WINDOWS = {9, 12, 15};
    private static final int TAIL = 4;
    private static final int TEXT = 0x81;
    private static final int COMPRESSED = 0x40;
    private static final int MASKED_16_BIT_LENGTH = 0xFE;

    private DeflateIdle() {}

    static void run(int connections, PrintStream out) throws IOException {
        out.printf(
                "%,d connections, after %d messages each way; live heap in bytes a connection%n",
                connections, MESSAGES);
        for (int length : LENGTHS) {
            measure(out, connections, length, "no compression", null);
            for (Takeover takeover : Takeover.values()) {
                for (int window : takeover == Takeover.POOLED ? WINDOWS : new int[] {15}) {
                    PerMessageDeflateConfig config = PerMessageDeflateConfig.DEFAULT
                            .withCompressOutgoing(true)
                            .withTakeover(takeover)
                            .withOutgoingWindowBits(window)
                            .withIncomingWindowBits(window);
                    measure(out, connections, length, takeover + ", " + window + " bits", config);
                }
            }
        }
    }

    private static void measure(
            PrintStream out, int connections, int length, String name, @Nullable PerMessageDeflateConfig config)
            throws IOException {
        DeflatePool pool = new DeflatePool(DeflateEngine.ZIP, Integer.MAX_VALUE, Integer.MAX_VALUE, 1);
        Handshake.Options options = Handshake.Options.DEFAULT
                .withOriginPolicy(OriginPolicy.ANY)
                .withDeflate(config == null ? null : config.withPool(pool));
        byte[] input = input(length, config != null);
        List<Conn> idle = new ArrayList<>(connections);
        long before = liveHeap();
        for (int i = 0; i < connections; i++) {
            idle.add(served(options, input));
        }
        out.printf(
                "%,5d B, %-15s %,7d; codecs in use: %,d compressors, %,d decompressors%n",
                length, name, (liveHeap() - before) / connections, pool.compressorsInUse(), pool.decompressorsInUse());
        for (Conn conn : idle) {
            conn.abort();
        }
        pool.close();
    }

    /** A connection that has echoed all that its peer sent, which says nothing more. */
    private static Conn served(Handshake.Options options, byte[] input) throws IOException {
        Transport transport = Transport.of(new Quiet(input), OutputStream.nullOutputStream(), () -> {});
        Conn conn = Conn.server(transport, Handshake.upgrade(transport, options), Conn.Config.DEFAULT);
        for (int i = 0; i < MESSAGES; i++) {
            conn.write(Objects.requireNonNull(conn.readMessage()));
        }
        if (conn.pollMessage() != null) { // as every loop does before it waits: the last message is lent no longer
            throw new IOException("more messages than were sent");
        }
        return conn;
    }

    /** Has nothing more for now when all is read. */
    private static final class Quiet extends FilterInputStream {
        Quiet(byte[] input) {
            super(new ByteArrayInputStream(input));
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return Math.max(0, in.read(target, offset, length));
        }
    }

    /** What a client sends: the request, and the messages, each compressed by itself. */
    private static byte[] input(int length, boolean compressed) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.writeBytes(REQUEST.getBytes(US_ASCII));
        for (int i = 0; i < MESSAGES; i++) {
            byte[] json = Trades.json(length, new Random(i));
            byte[] payload = compressed ? deflated(json) : json;
            input.write(TEXT | (compressed ? COMPRESSED : 0));
            if (payload.length < 126) {
                input.write(0x80 | payload.length);
            } else {
                input.write(MASKED_16_BIT_LENGTH);
                input.write(payload.length >> 8);
                input.write(payload.length);
            }
            input.writeBytes(new byte[4]); // a mask that changes nothing
            input.writeBytes(payload);
        }
        return input.toByteArray();
    }

    private static byte[] deflated(byte[] payload) {
        Deflater deflater = new Deflater(1, true);
        try {
            deflater.setInput(payload);
            byte[] buffer = new byte[payload.length + 100];
            int length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(buffer, length - TAIL);
        } finally {
            deflater.end();
        }
    }

    private static long liveHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
