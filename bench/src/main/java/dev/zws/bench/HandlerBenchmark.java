package dev.zws.bench;

import dev.zws.ByteReader;
import dev.zws.ByteWriter;
import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Message;
import dev.zws.Response;
import dev.zws.SliceContext;
import dev.zws.SliceHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a handler costs beside the same echo written by hand, in memory. A loop goes on to the end of its connection, so each
 * invocation has a connection of its own, whose peer sends {@value #MESSAGES} messages of 16 bytes, {@code batch} of them in one
 * read, and a Close; an operation is one message. Handlers of three classes take turns, so that the call is not inlined.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 8, time = 2)
@Fork(2)
public class HandlerBenchmark {
    private static final int MESSAGES = 1_000_000;
    private static final int SIZE = 16;

    /** Frames that one read delivers. */
    @Param({"1", "8"})
    public int batch;

    private final List<SliceHandler<long[]>> handlers = List.of(new First(), new Second(), new Third());
    private final long[] state = new long[1];
    private int next;
    private long sunk;

    private static final class First implements SliceHandler<long[]> {
        @Override
        public Response handle(SliceContext<long[]> context) throws IOException {
            context.respond(context.message());
            return Response.NONE;
        }
    }

    private static final class Second implements SliceHandler<long[]> {
        @Override
        public Response handle(SliceContext<long[]> context) throws IOException {
            Message message = context.message();
            context.respond(message.type(), message.borrowedArray(), message.offset(), message.length());
            return Response.NONE;
        }
    }

    private static final class Third implements SliceHandler<long[]> {
        @Override
        public Response handle(SliceContext<long[]> context) throws IOException {
            context.state()[0]++;
            context.respond(context.message());
            return Response.NONE;
        }
    }

    private Conn conn() {
        return Conn.server(ByteReader.of(new Peer(batch)), ByteWriter.of(this::sink), Conn.Config.DEFAULT);
    }

    private int sink(byte[] source, int offset, int length) {
        sunk += source[offset];
        return length;
    }

    /** {@code readMessage} and {@code write}. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long byHand() throws IOException {
        Conn conn = conn();
        for (Message message; (message = conn.readMessage()) != null; ) {
            conn.write(message);
        }
        return sunk;
    }

    /** {@code Handler.run}. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long byHandler() throws IOException {
        next = (next + 1) % handlers.size();
        Handler.run(Handler.Options.DEFAULT, conn(), state, handlers.get(next));
        return sunk;
    }

    /** Sends masked frames, then a Close. */
    private static final class Peer implements ByteReader.Source {
        private static final byte[] KEY = {0x11, 0x22, 0x33, 0x44};
        private static final byte[] CLOSE = frame(0x88, 0);

        private final byte[] frames;
        private int left;

        Peer(int batch) {
            byte[] one = frame(0x82, SIZE);
            frames = new byte[batch * one.length];
            for (int i = 0; i < batch; i++) {
                System.arraycopy(one, 0, frames, i * one.length, one.length);
            }
            left = MESSAGES / batch;
        }

        private static byte[] frame(int firstByte, int size) {
            byte[] frame = new byte[6 + size];
            frame[0] = (byte) firstByte;
            frame[1] = (byte) (0x80 | size);
            System.arraycopy(KEY, 0, frame, 2, KEY.length);
            for (int i = 0; i < size; i++) {
                frame[6 + i] = (byte) ((17 * i + 31) ^ KEY[i % KEY.length]);
            }
            return frame;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            byte[] next = left-- > 0 ? frames : CLOSE;
            System.arraycopy(next, 0, target, offset, next.length); // there is room: all before was consumed
            return next.length;
        }
    }
}
