package dev.zws.bench;

import dev.zws.ClientHandshake;
import dev.zws.HandshakeException;
import dev.zws.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the load client, which knows beforehand every byte that it sends and that has to come back. Used by one thread at
 * a time; {@link #answered()} and {@link #close()} by any.
 */
final class LoadConnection implements Closeable {
    private static final int LEAST_BUFFER = 4 * 1024;
    private static final int MOST_BUFFER = 64 * 1024;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final int number;
    private final SocketChannel channel;
    /** Of a pipeline that the sockets may not hold: it is sent and read by turns. Null when each waits for the other. */
    private final @Nullable Selector selector;

    private final ByteBuffer requests;
    private final ByteBuffer response;
    private final ByteBuffer input;
    private final int requestLength;
    private final int responseLength;
    private final int headerLength;
    /** Of each answer, this many bytes are looked at. */
    private final int checkedLength;

    private final AtomicLong answered = new AtomicLong();

    // of the exchange that is going on
    private long answeredBefore;
    private long sent;
    private long received;

    private LoadConnection(int number, SocketChannel channel, Load load, LoadFrames frames) throws IOException {
        this.number = number;
        this.channel = channel;
        requests = frames.requests();
        response = frames.response();
        requestLength = frames.requestLength();
        responseLength = frames.responseLength();
        headerLength = frames.headerLength();
        checkedLength = load.verify() ? responseLength : headerLength;
        long answers = (long) load.pipeline() * responseLength;
        input = ByteBuffer.allocateDirect(Math.clamp(answers, LEAST_BUFFER, MOST_BUFFER));
        if ((long) load.pipeline() * requestLength <= LoadFrames.MAX_ROW) {
            selector = null;
        } else {
            selector = Selector.open();
            channel.configureBlocking(false);
            channel.register(selector, 0);
        }
    }

    /** Connects and does the opening handshake, without extensions; {@code number} names it, from 1. */
    static LoadConnection open(Load load, LoadFrames frames, int number) throws IOException {
        String name = load.uri().getRawAuthority();
        InetSocketAddress address = new InetSocketAddress(load.host(), load.port());
        if (address.isUnresolved()) {
            throw new IOException("unknown host: " + load.host());
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(address, (int) Math.min(load.timeout().toMillis() + 1, Integer.MAX_VALUE));
            Transport transport = Transport.of(channel);
            ClientHandshake.Request request = ClientHandshake.Request.of(load.uri())
                    .withTimeoutNanos(load.timeout().toNanos());
            ClientHandshake.connect(transport, request);
            if (transport.reader().buffered() > 0) {
                throw new IOException("the server sent something before it was asked");
            }
            return new LoadConnection(number, channel, load, frames);
        } catch (SocketTimeoutException e) {
            channel.close();
            throw new IOException("no connection to " + name + " in time", e);
        } catch (HandshakeException e) {
            channel.close();
            throw new IOException("no WebSocket at " + load.uri() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot connect to " + name + ": " + e.getMessage(), e);
        }
    }

    int number() {
        return number;
    }

    /** How many answers have come in all, warm-up included. */
    long answered() {
        return answered.getOpaque();
    }

    /**
     * Sends {@code count} messages, and waits for as many answers.
     *
     * @param begun when this began; {@code latencies} are counted from then
     */
    void exchange(int count, long begun, Histogram latencies) throws IOException {
        long toSend = (long) count * requestLength;
        long toReceive = (long) count * responseLength;
        long seen = 0;
        answeredBefore = answered.getPlain();
        sent = 0;
        received = 0;
        while (received < toReceive) {
            int wrote = sent < toSend ? send(toSend - sent) : 0;
            if (selector == null && sent < toSend) {
                continue;
            }
            int read = receive(toReceive - received);
            if (read > 0) {
                long whole = received / responseLength;
                if (whole > seen) {
                    latencies.recordValueWithCount(System.nanoTime() - begun, whole - seen);
                    seen = whole;
                    answered.lazySet(answeredBefore + whole);
                }
            } else if (wrote == 0) {
                await(sent < toSend);
            }
        }
    }

    private int send(long left) throws IOException {
        int from = (int) (sent % requests.capacity());
        int length = (int) Math.min(requests.capacity() - from, left);
        int wrote = channel.write(requests.limit(from + length).position(from));
        sent += wrote;
        return wrote;
    }

    /** Never more than was asked for. */
    private int receive(long left) throws IOException {
        input.clear().limit((int) Math.min(input.capacity(), left));
        int read = channel.read(input);
        if (read < 0) {
            throw new IOException("the server ended the connection, " + answers() + " answers in");
        }
        check(read);
        received += read;
        return read;
    }

    /** B-9.42 counts bytes only; here headers, or every byte, must be those of an echo. */
    private void check(int read) throws IOException {
        int into = (int) (received % responseLength);
        for (int at = -into; at < read; at += responseLength) {
            int from = Math.max(0, -at);
            int to = Math.min(checkedLength, read - at);
            if (from < to) {
                response.limit(to).position(from);
                input.limit(at + to).position(at + from);
                int different = input.mismatch(response);
                if (different >= 0) {
                    throw wrong(from + different, at + from + different, read);
                }
            }
        }
    }

    /** @param at of the answer, where in it the first wrong byte is; it is at {@code index} of what was read */
    private IOException wrong(int at, int index, int read) {
        String which = "answer " + (answeredBefore + (received + index) / responseLength + 1);
        input.limit(read);
        int first = Byte.toUnsignedInt(input.get(index));
        if (at == 0) {
            String kind = switch (first) {
                case 0x88 -> " a Close" + code(index, read);
                case 0x89 -> " a ping, which this client does not answer";
                default -> " a frame that begins with " + hex(first);
            };
            return new IOException(which + " is no echo but" + kind);
        }
        int expected = Byte.toUnsignedInt(response.get(at));
        String where =
                at < headerLength ? "byte " + at + " of its header" : "byte " + (at - headerLength) + " of its payload";
        return new IOException(which + " is wrong: " + where + " is " + hex(first) + ", not " + hex(expected));
    }

    private String code(int index, int read) {
        return index + 4 <= read ? " with " + Short.toUnsignedInt(input.getShort(index + 2)) : "";
    }

    private static String hex(int value) {
        return "0x%02X".formatted(value);
    }

    private long answers() {
        return answeredBefore + received / responseLength;
    }

    private void await(boolean writable) throws IOException {
        if (selector == null) {
            return;
        }
        for (SelectionKey key : selector.keys()) {
            key.interestOps(SelectionKey.OP_READ | (writable ? SelectionKey.OP_WRITE : 0));
        }
        selector.select(key -> {});
    }

    /** Says that no more will come (RFC 6455, 7.1.1). */
    void sendClose() throws IOException {
        if (selector != null) {
            selector.close();
            channel.configureBlocking(true);
        }
        channel.write(LoadFrames.close());
    }

    /**
     * Waits until the server has ended the connection, or until {@code deadline}.
     *
     * @return the first byte that still came; -1 for none
     */
    int awaitEnd(long deadline) throws IOException {
        InputStream in = channel.socket().getInputStream();
        byte[] scratch = new byte[LEAST_BUFFER];
        int first = -1;
        try {
            for (long left; (left = deadline - System.nanoTime()) > 0; ) {
                channel.socket().setSoTimeout((int) (left / NANOS_PER_MILLI) + 1);
                if (in.read(scratch) < 0) {
                    break;
                }
                first = first < 0 ? Byte.toUnsignedInt(scratch[0]) : first;
            }
        } catch (SocketTimeoutException e) {
            // a server that does not answer a Close is no matter of this measurement
        }
        return first;
    }

    /** At once, whoever waits in it. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (selector != null) {
            selector.close();
        }
    }
}
