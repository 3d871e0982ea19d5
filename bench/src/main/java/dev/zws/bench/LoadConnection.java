package dev.zws.bench;

import dev.zws.ClientHandshake;
import dev.zws.HandshakeException;
import dev.zws.PerMessageDeflate;
import dev.zws.Transport;
import dev.zws.Upgrade;
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
    private static final int MOST_HEADER = 10;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final int number;
    private final SocketChannel channel;
    /** Of a pipeline that the sockets may not hold: it is sent and read by turns. Null when each waits for the other. */
    private final @Nullable Selector selector;

    private final LoadFrames frames;
    private final ByteBuffer requests;
    private final ByteBuffer input;
    private final LoadAnswers answers;
    private final AtomicLong answered = new AtomicLong();

    /** Which of the frames is next, and which of all their bytes: in the midst of it when the socket did not take all. */
    private int frame;

    private int position;
    private int framesLeft;
    private long asked;
    private @Nullable ByteBuffer pong;

    private LoadConnection(int number, SocketChannel channel, Load load, LoadFrames frames) throws IOException {
        this.number = number;
        this.channel = channel;
        this.frames = frames;
        requests = frames.requests();
        answers = new LoadAnswers(frames, load.verify());
        long expected = (long) load.pipeline() * (load.messageSize() + MOST_HEADER);
        input = ByteBuffer.allocateDirect(Math.clamp(expected, LEAST_BUFFER, MOST_BUFFER));
        if ((long) load.pipeline() * frames.longest() <= LoadFrames.MAX_ROW) {
            selector = null;
        } else {
            selector = Selector.open();
            channel.configureBlocking(false);
            channel.register(selector, 0);
        }
    }

    /** What is sent where this was agreed on, or nothing. */
    interface Frames {
        LoadFrames where(@Nullable PerMessageDeflate agreed) throws IOException;
    }

    /** Connects and does the opening handshake; {@code number} names it, from 1. */
    static LoadConnection open(Load load, Frames frames, int number) throws IOException {
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
                    .withDeflate(load.compression().offer())
                    .withTimeoutNanos(load.timeout().toNanos());
            Upgrade upgrade = ClientHandshake.connect(transport, request);
            if (transport.reader().buffered() > 0) {
                throw new IOException("the server sent something before it was asked");
            }
            return new LoadConnection(number, channel, load, frames.where(upgrade.deflate()));
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
        framesLeft = count;
        asked += count;
        while (answers.count() < asked) {
            boolean toSend = pong != null || framesLeft > 0;
            int wrote = toSend ? send() : 0;
            if (selector == null && (pong != null || framesLeft > 0)) {
                continue;
            }
            long before = answers.count();
            int read = receive();
            if (answers.count() > before) {
                latencies.recordValueWithCount(System.nanoTime() - begun, answers.count() - before);
                answered.lazySet(answers.count());
            }
            if (read == 0 && wrote == 0) {
                await(toSend);
            }
        }
        if (answers.count() > asked) {
            throw new IOException("more came back than was sent");
        }
    }

    private int send() throws IOException {
        if (pong != null && position == frames.start(frame)) {
            int wrote = channel.write(pong);
            pong = pong.hasRemaining() ? pong : null;
            return wrote;
        }
        int last = Math.min(frame + framesLeft, frames.count()) - 1;
        int wrote = channel.write(requests.limit(frames.end(last)).position(position));
        position += wrote;
        while (framesLeft > 0 && position >= frames.end(frame)) {
            framesLeft--;
            frame++;
            if (frame == frames.count()) {
                frame = frames.loop();
                position = frames.start(frame);
                break;
            }
        }
        return wrote;
    }

    private int receive() throws IOException {
        int read = channel.read(input.clear());
        if (read < 0) {
            throw new IOException("the server ended the connection, " + answers.count() + " answers in");
        }
        answers.take(input.flip());
        ByteBuffer asked = answers.takePong();
        if (asked != null && (pong == null || pong.position() == 0)) {
            pong = asked;
        }
        return read;
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
