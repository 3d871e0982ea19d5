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
 * One connection of the load client, which knows beforehand every byte that it sends and that has to come back. It blocks, or is
 * watched by a selector. Used by one thread at a time; {@link #answered()} and {@link #close()} by any.
 */
final class LoadConnection implements Closeable {
    private static final int LEAST_BUFFER = 4 * 1024;
    private static final int MOST_BUFFER = 64 * 1024;
    private static final int MOST_HEADER = 10;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final int number;
    private final SocketChannel channel;
    /** Whether the sockets hold a whole pipeline, so that it can be sent before anything is read. */
    private final boolean fitting;

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
    private long begun;
    private @Nullable ByteBuffer pong;

    private LoadConnection(int number, SocketChannel channel, Load load, LoadFrames frames) throws IOException {
        this.number = number;
        this.channel = channel;
        this.frames = frames;
        requests = frames.requests();
        answers = new LoadAnswers(frames, load.verify());
        long expected = (long) load.pipeline() * (load.messageSize() + MOST_HEADER);
        input = ByteBuffer.allocateDirect(Math.clamp(expected, LEAST_BUFFER, MOST_BUFFER));
        fitting = (long) load.pipeline() * frames.longest() <= LoadFrames.MAX_ROW;
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

    /** Whether it may block: a pipeline that no socket holds has to be sent and read by turns. */
    boolean mayBlock() {
        return fitting;
    }

    /** Has {@code selector} watch it, for {@code attachment}; until that is closed it does not block. */
    void watchedBy(Selector selector, Object attachment) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, attachment);
    }

    /** Nobody watches it any more: it blocks again. */
    void unwatched() throws IOException {
        channel.configureBlocking(true);
    }

    /** Sends {@code count} messages, or as much of them as the socket takes now; answers are counted from {@code now} on. */
    void begin(int count, long now) throws IOException {
        framesLeft = count;
        asked += count;
        begun = now;
        send();
    }

    /** Something of what was begun, or a pong, is still to be sent. */
    boolean sends() {
        return pong != null || framesLeft > 0;
    }

    /** Sends more and reads once. Returns whether everything that was begun is answered. */
    boolean advance(Histogram latencies) throws IOException {
        if (sends()) {
            send();
        }
        long before = answers.count();
        receive();
        if (answers.count() > before) {
            latencies.recordValueWithCount(System.nanoTime() - begun, answers.count() - before);
            answered.lazySet(answers.count());
        }
        if (answers.count() > asked) {
            throw new IOException("more came back than was sent");
        }
        return answers.count() == asked;
    }

    /** As much as the socket takes: all, when it blocks. */
    private void send() throws IOException {
        int wrote = 1;
        while (sends() && wrote > 0) {
            wrote = sendRow();
        }
    }

    private int sendRow() throws IOException {
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

    private void receive() throws IOException {
        if (channel.read(input.clear()) < 0) {
            throw new IOException("the server ended the connection, " + answers.count() + " answers in");
        }
        answers.take(input.flip());
        ByteBuffer wanted = answers.takePong();
        if (wanted != null && (pong == null || pong.position() == 0)) {
            pong = wanted;
        }
    }

    /** Says that no more will come (RFC 6455, 7.1.1). */
    void sendClose() throws IOException {
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
    }
}
