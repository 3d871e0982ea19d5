package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory grows with the bytes that arrive, never with a length that is announced; measured as what this thread allocates. */
class MemoryTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int KIB = 1024;

    private static final Conn.Config NO_LIMITS = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT
            .withMaxFramePayload(Long.MAX_VALUE)
            .withMaxMessagePayload(Integer.MAX_VALUE - 8)
            .withMaxStreamedPayload(Long.MAX_VALUE)
            .withMaxFragments(Integer.MAX_VALUE));

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Reads until the source has nothing now. */
    private static void readAll(Conn conn, Reading reading, byte[] target) throws IOException {
        try {
            switch (reading) {
                case WHOLE -> conn.readMessage();
                case POLLED -> conn.pollMessage();
                case INTO_ARRAY -> conn.readMessage(target);
                case STREAMED -> {
                    try (MessageInput input = conn.readStream()) {
                        while (input.read(target, 0, target.length) >= 0) {
                            // on
                        }
                    }
                }
            }
        } catch (IllegalStateException e) {
            // nothing now
        }
    }

    @ParameterizedTest // reliability.md 2.1, F-HUGE-11; B-11.3
    @EnumSource
    void hundredConnectionsThatAnnounceTwoGibibytesCostNothing(Reading reading) throws IOException {
        byte[] announced = concat(header(CLIENT, 0x02, Integer.MAX_VALUE - 8L), bytes(100));
        byte[] target = new byte[KIB];
        readAll(Fixture.open(SERVER, NO_LIMITS, announced).conn, reading, target); // classes are loaded
        Fixture[] fixtures = new Fixture[100];
        long before = allocated();
        for (int i = 0; i < fixtures.length; i++) {
            fixtures[i] = Fixture.open(SERVER, NO_LIMITS, announced);
            readAll(fixtures[i].conn, reading, target);
        }
        assertThat(allocated() - before).isLessThan(100 * 16 * KIB);
        assertThat(fixtures).allMatch(f -> f.conn.frameActive() && f.conn.state() == Conn.State.OPEN);
        assertThat(fixtures).allMatch(f -> f.reader.array().length <= KIB);
    }

    @ParameterizedTest
    @EnumSource
    void messageCostsAFewTimesTheBytesThatArrivedHoweverManyWereAnnounced(Reading reading) throws IOException {
        int arrived = 500 * KIB;
        byte[] wire = concat(header(CLIENT, 0x02, Integer.MAX_VALUE - 8L), new byte[arrived]);
        byte[] target = new byte[KIB];
        readAll(Fixture.open(SERVER, NO_LIMITS, wire).conn, reading, target);
        ByteArrayInputStream in = new ByteArrayInputStream(wire);
        ByteReader reader = ByteReader.of(
                (ByteReader.Source) (array, offset, length) -> Math.max(0, in.read(array, offset, length)));
        Conn conn = Conn.server(reader, ByteWriter.of(new Tape()), NO_LIMITS);
        long before = allocated();
        readAll(conn, reading, target);
        assertThat(allocated() - before).isLessThan(4L * arrived);
        assertThat(in.available()).isZero();
        assertThat(reader.array().length).isLessThanOrEqualTo(64 * KIB);
    }

    @ParameterizedTest // 2,240: arrays of a quarter, of half and of all of it, and the smaller ones before them
    @CsvSource({"250, 1000", "1024, 2240"})
    void messageHasItsWholeArrayOnceAQuarterOfItHasArrived(int arrived, int most) throws IOException {
        byte[] wire = concat(header(CLIENT, 0x82, 1024 * KIB), new byte[arrived * KIB]);
        readAll(Fixture.open(SERVER, NO_LIMITS, wire).conn, Reading.POLLED, wire);
        ByteArrayInputStream in = new ByteArrayInputStream(wire);
        ByteReader reader = ByteReader.of(
                (ByteReader.Source) (array, offset, length) -> Math.max(0, in.read(array, offset, length)));
        Conn conn = Conn.server(reader, ByteWriter.of(new Tape()), NO_LIMITS);
        long before = allocated();
        conn.pollMessage();
        assertThat(allocated() - before).isLessThan((long) most * KIB);
        assertThat(in.available()).isZero();
    }

    @ParameterizedTest // reliability.md 2.2, X-FRAG-1 to -3
    @EnumSource
    void hundredThousandFragmentsCostNoMoreThanTheirBytes(Reading reading) throws IOException {
        for (int payload = 0; payload <= 1; payload++) {
            byte[] fragment = frame(SERVER, 0x00, new byte[payload]);
            byte[] wire = new byte[100_000 * fragment.length];
            for (int i = 0; i < wire.length; i++) {
                wire[i] = fragment[i % fragment.length];
            }
            wire[0] = 0x02;
            wire[wire.length - fragment.length] = (byte) 0x80;
            byte[] target = new byte[128 * KIB];
            Conn conn =
                    Conn.client(ByteReader.of(new ByteArrayInputStream(wire)), ByteWriter.of(new Tape()), NO_LIMITS);
            long before = allocated();
            readAll(conn, reading, target);
            assertThat(allocated() - before).isLessThan(4L * 100_000 * payload + 200 * KIB);
            assertThat(conn.openMessage()).isNull();
        }
    }

    @Test // one object for all messages, bytes lent from one buffer
    void messageInSteadyStateCostsNothing() throws IOException {
        byte[] messages = new byte[20_000 * 12];
        byte[] one = frame(CLIENT, 0x81, "steady");
        for (int i = 0; i < messages.length; i++) {
            messages[i] = one[i % one.length];
        }
        Conn conn = Conn.server(
                ByteReader.of(new ByteArrayInputStream(messages)),
                ByteWriter.of((source, offset, length) -> length),
                NO_LIMITS);
        for (int i = 0; i < 12_000; i++) { // until the buffers have grown to what flows
            conn.write(conn.readMessage());
        }
        long before = allocated();
        for (int i = 0; i < 8_000; i++) {
            conn.write(conn.readMessage());
        }
        assertThat(allocated() - before).isLessThan(64 * KIB);
    }

    @Test // too large for the buffer by its header, so it is assembled, always in the same array
    void messageThatIsAssembledCostsNothingInSteadyState() throws IOException {
        byte[] one = frame(CLIENT, 0x82, new byte[64 * KIB]);
        byte[] messages = new byte[100 * one.length];
        for (int i = 0; i < messages.length; i++) {
            messages[i] = one[i % one.length];
        }
        Conn conn = Conn.server(
                ByteReader.of(new ByteArrayInputStream(messages)),
                ByteWriter.of((source, offset, length) -> length),
                NO_LIMITS);
        for (int i = 0; i < 20; i++) {
            conn.write(conn.readMessage());
        }
        long before = allocated();
        for (int i = 0; i < 80; i++) {
            conn.write(conn.readMessage());
        }
        assertThat(allocated() - before).isLessThan(64 * KIB);
    }

    @ParameterizedTest // on the reading thread, so that it is seen here
    @ValueSource(strings = {"run", "ordered", "unordered"})
    void handlerThatEchoesCostsNothing(String loop) throws IOException {
        byte[] messages = new byte[20_000 * 12];
        byte[] one = frame(CLIENT, 0x81, "steady");
        for (int i = 0; i < messages.length; i++) {
            messages[i] = one[i % one.length];
        }
        Conn conn = Conn.server(
                ByteReader.of(new ByteArrayInputStream(messages)),
                ByteWriter.of((source, offset, length) -> length),
                NO_LIMITS);
        long[] count = new long[3];
        SliceHandler<long[]> handler = context -> {
            if (++context.state()[0] == 12_000) { // until the buffers have grown to what flows
                context.state()[1] = allocated();
            }
            if (context.state()[0] == 20_000) {
                context.state()[2] = allocated();
            }
            context.respond(context.message());
            return Response.NONE;
        };
        if (loop.equals("run")) {
            Handler.run(Handler.Options.DEFAULT, conn, count, handler);
        } else {
            Handler.runAsync(
                    Handler.AsyncOptions.DEFAULT.withOrdered(loop.equals("ordered")),
                    Runnable::run,
                    conn,
                    count,
                    handler);
        }
        assertThat(count[0]).isEqualTo(20_000);
        assertThat(count[2] - count[1]).isLessThan(64 * KIB);
    }

    @Test
    void pingsAndPongsCostNothing() throws IOException {
        byte[] pings = new byte[20_000 * 8];
        byte[] ping = frame(CLIENT, 0x89, "ok");
        for (int i = 0; i < pings.length; i++) {
            pings[i] = ping[i % ping.length];
        }
        byte[] end = frame(CLIENT, 0x81, "end");
        ByteArrayInputStream in = new ByteArrayInputStream(concat(pings, end));
        Conn.Config config =
                Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxControlFramesPerSecond(Integer.MAX_VALUE));
        int[] written = new int[1];
        Conn conn = Conn.server(
                ByteReader.of(in),
                ByteWriter.of((source, offset, length) -> {
                    written[0] += length;
                    return length;
                }),
                config);
        long before = allocated();
        assertThat(conn.readMessage().length()).isEqualTo(3);
        assertThat(allocated() - before).isLessThan(384 * KIB); // two buffers of 64 KiB, doubled up to
        conn.flush();
        assertThat(written[0]).isEqualTo(20_000 * 4);
    }

    @Test
    void readerGrowsOnlyWhenItsBufferIsFullOfBytesThatArrived() throws IOException {
        Fixture f = Fixture.open(SERVER, NO_LIMITS, header(CLIENT, 0x82, 50_000));
        assertThat(f.conn.pollMessage()).isNull();
        byte[] payload = new byte[50_000];
        for (int at = 0; at < payload.length; at += 500) {
            f.in.add(Arrays.copyOfRange(payload, at, at + 500));
            f.conn.pollMessage();
            f.conn.pollMessage(); // nothing is lent to the application any more
            assertThat(f.reader.array().length).isLessThanOrEqualTo(KIB);
        }
        assertThat(f.conn.frameActive()).isFalse();
    }
}
