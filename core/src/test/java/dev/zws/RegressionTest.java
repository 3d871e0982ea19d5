package dev.zws;

import static dev.zws.Conn.Config.DEFAULT;
import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What reviewers found by running the library: each stays mended. */
@Timeout(20)
class RegressionTest {
    @Test // or two peers whose senders fill both directions wait for each other for ever
    void readerThatSharesItsConnectionReadsWhatIsThereBeforeItFlushes() throws Exception {
        List<String> order = new ArrayList<>();
        byte[] input = Wire.concat(text(CLIENT, "a"), text(CLIENT, "b"));
        InputStream in = new ByteArrayInputStream(input) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                order.add("read");
                return super.read(target, offset, Math.min(length, 7));
            }
        };
        Conn conn = Conn.server(
                ByteReader.of(in),
                ByteWriter.of((source, offset, length) -> {
                    order.add("write");
                    return length;
                }),
                DEFAULT);
        assertThat(conn.readMessage().text()).isEqualTo("a");
        FutureTask<Void> other = new FutureTask<>(() -> {
            conn.writeText("of another thread");
            return null;
        });
        Thread.ofPlatform().start(other);
        other.get();
        assertThat(conn.readMessage().text()).isEqualTo("b");
        assertThatThrownBy(conn::readMessage).isInstanceOf(ConnectionLostException.class);
        assertThat(order).containsExactly("read", "read", "write", "read");
    }

    @Test // a flush may be put off, but not for ever
    void peerThatNeverStopsSendingIsAnsweredAllTheSame() throws Exception {
        Tape tape = new Tape();
        byte[] message = text(CLIENT, "a");
        List<Integer> written = new ArrayList<>();
        ByteReader.Source endless = new ByteReader.Source() {
            @Override
            public int read(byte[] target, int offset, int length) {
                written.add(tape.written().length);
                System.arraycopy(message, 0, target, offset, message.length);
                return message.length;
            }

            @Override
            public boolean ready() {
                return true;
            }
        };
        Conn conn = Conn.server(ByteReader.of(endless), ByteWriter.of(tape), DEFAULT);
        conn.readMessage();
        FutureTask<Void> other = new FutureTask<>(() -> {
            conn.writeText("of another thread");
            return null;
        });
        Thread.ofPlatform().start(other);
        other.get();
        for (int i = 0; i < 17; i++) {
            conn.readMessage();
        }
        assertThat(written.get(16)).isZero();
        assertThat(written.get(17)).isEqualTo(19);
    }

    @Test
    void readerThatIsAloneFlushesWithoutAskingForInput() throws IOException {
        List<String> order = new ArrayList<>();
        InputStream in = new ByteArrayInputStream(Wire.concat(text(CLIENT, "a"), text(CLIENT, "b"))) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                order.add("read");
                return super.read(target, offset, Math.min(length, 7));
            }

            @Override
            public synchronized int available() {
                order.add("asked");
                return super.available();
            }
        };
        Conn conn = Conn.server(
                ByteReader.of(in),
                ByteWriter.of((source, offset, length) -> {
                    order.add("write");
                    return length;
                }),
                DEFAULT);
        conn.write(conn.readMessage());
        conn.write(conn.readMessage());
        assertThatThrownBy(conn::readMessage).isInstanceOf(ConnectionLostException.class);
        assertThat(order).containsExactly("read", "write", "read", "write", "read");
    }

    @Test
    void streamThatCannotSayWhetherItIsReadyHasFailed() throws Exception {
        ByteReader.Source source = new ByteReader.Source() {
            @Override
            public int read(byte[] target, int offset, int length) {
                byte[] message = text(CLIENT, "a");
                System.arraycopy(message, 0, target, offset, message.length);
                return message.length;
            }

            @Override
            public boolean ready() throws IOException {
                throw new IOException("gone");
            }
        };
        Conn conn = Conn.server(ByteReader.of(source), ByteWriter.of(new Tape()), DEFAULT);
        conn.readMessage();
        FutureTask<Void> other = new FutureTask<>(() -> {
            conn.writeText("of another thread");
            return null;
        });
        Thread.ofPlatform().start(other);
        other.get();
        assertThatThrownBy(conn::readMessage)
                .isInstanceOf(ConnectionLostException.class)
                .hasRootCauseMessage("gone");
    }

    @Test // or close() waits for the reader's lock for ever
    void closeReturnsWhileAnotherThreadReadsABlockingChannel() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel silent = SocketChannel.open(listener.getLocalAddress())) {
                Transport transport = Transport.of(listener.accept());
                Conn conn = new Conn(
                        transport,
                        null,
                        transport.reader(),
                        transport.writer(),
                        new DefaultRuntimeHooks(),
                        SERVER,
                        DEFAULT,
                        MaskKeys.strong(),
                        System::nanoTime);
                FutureTask<Message> reading = new FutureTask<>(conn::readMessage);
                Thread reader = Thread.ofPlatform().start(reading);
                while (!transport.reader().filling() && reader.isAlive()) {
                    Thread.onSpinWait();
                }
                assertThat(conn.close(CloseStatus.NORMAL, Duration.ofMillis(200)))
                        .isFalse();
                assertThatThrownBy(reading::get).hasCauseInstanceOf(ConnectionTimeoutException.class);
                assertThat(silent.read(ByteBuffer.allocate(100))).isEqualTo(4); // Close 1000
            }
        }
    }

    @Test // a selector loop must come back although nothing more arrives
    void pollThatStoppedForOutputWantsToBeCalledAgainWhoeverWroteItOut() throws IOException {
        Fixture f = Fixture.open(
                SERVER,
                DEFAULT.withLimits(Limits.DEFAULT.withOutputHighWater(10)),
                text(CLIENT, "a"),
                text(CLIENT, "b"));
        f.out.takes(0);
        assertThat(f.conn.pollMessage().text()).isEqualTo("a");
        f.conn.writeText("more than ten");
        assertThat(f.conn.wantsRead()).isTrue();
        assertThat(f.conn.pollMessage()).isNull();
        assertThat(f.conn.wantsRead()).isFalse();
        f.out.takes(Long.MAX_VALUE);
        assertThat(f.conn.drain()).isTrue(); // as another thread's flush would
        assertThat(f.conn.wantsWrite()).isTrue();
        assertThat(f.conn.pollMessage().text()).isEqualTo("b");
        assertThat(f.conn.wantsWrite()).isFalse();
        assertThat(f.conn.wantsRead()).isTrue();
    }

    @Test
    void afterTheEndNobodyIsWanted() throws IOException {
        Fixture f = Fixture.open(
                SERVER,
                DEFAULT.withLimits(Limits.DEFAULT.withOutputHighWater(10)),
                text(CLIENT, "a"),
                hex("88 80 00000000"));
        f.out.takes(0);
        f.conn.pollMessage();
        f.conn.writeText("more than ten");
        assertThat(f.conn.pollMessage()).isNull();
        f.out.thenFails();
        assertThatThrownBy(f.conn::pollMessage).isInstanceOf(ConnectionLostException.class);
        assertThat(f.conn.wantsWrite()).isFalse();
    }

    @Test // the JDK copies all that it is shown into memory outside the heap, and keeps that
    void channelIsShownLittleOfALargeBacklogAtATime() throws IOException {
        List<Integer> shown = new ArrayList<>();
        WritableByteChannel channel = new WritableByteChannel() {
            @Override
            public int write(ByteBuffer source) {
                shown.add(source.remaining());
                int count = source.remaining();
                source.position(source.limit());
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        ByteWriter writer = ByteWriter.of(channel);
        writer.write(new byte[1 << 20], 0, 1 << 20);
        writer.flush();
        assertThat(shown).allMatch(count -> count <= 128 * 1024);
        assertThat(shown.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1 << 20);
    }

    @Test // a sender in the middle of a frame is in the way of the last Close, for a moment
    void closeAfterAViolationLetsTheCloseOutBehindTheFrameInItsWay() throws Exception {
        Gate gate = Gate.atWrite();
        CountDownLatch closed = new CountDownLatch(1);
        PipedOutputStream unused = new PipedOutputStream();
        Transport transport = Transport.of(new PipedInputStream(unused), unused, closed::countDown);
        Pieces in = Pieces.whole(hex("ff 80 00000000"));
        Conn conn = new Conn(
                transport,
                null,
                ByteReader.of(in),
                ByteWriter.of(gate),
                new DefaultRuntimeHooks(),
                SERVER,
                DEFAULT,
                () -> 0,
                System::nanoTime);
        FutureTask<Void> sending = new FutureTask<>(() -> {
            conn.sendBinary(new byte[100_000]);
            return null;
        });
        Thread.ofPlatform().start(sending);
        gate.awaitReached();
        assertThatThrownBy(conn::readMessage).isInstanceOf(ProtocolException.class);
        Thread closer = Thread.ofPlatform().start(() -> {
            try {
                conn.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        gate.open();
        closer.join();
        sending.get();
        assertThat(closed.getCount()).isZero();
        assertThat(gate.tape.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x82, 0x88);
    }

    @Test
    void aStreamOfTheLargestSizeFitsTheLimitOfFragments() {
        Limits limits = Limits.DEFAULT;
        assertThat(limits.maxFragments() * 16L * 1024).isGreaterThanOrEqualTo(limits.maxStreamedPayload());
    }

    @Test
    void textThatWasReadUncheckedIsCheckedWhenItIsWritten() throws IOException {
        Fixture lenient = Fixture.of(CLIENT, DEFAULT.withValidateUtf8(false), hex("81 01 ff"));
        Fixture strict = Fixture.server();
        Message message = lenient.conn.readMessage();
        assertThatThrownBy(() -> strict.conn.write(message)).isInstanceOf(IllegalArgumentException.class);
        assertThat(strict.out.written()).isEmpty();
    }

    @Test // or a retry would send its first part twice
    void pieceOfAStreamThatIsRefusedIsRefusedWhole() throws IOException {
        Fixture f = Fixture.open(SERVER, DEFAULT.withLimits(Limits.DEFAULT.withMaxPendingOutput(64 * 1024)));
        f.out.takes(0);
        f.conn.writeBinary(new byte[70_000]);
        MessageOutput out = f.conn.writeStream(MessageType.BINARY);
        assertThatThrownBy(() -> out.write(new byte[20_000])).isInstanceOf(IllegalStateException.class);
        f.out.takes(Long.MAX_VALUE);
        out.write(new byte[20_000]);
        out.finish();
        assertThat(f.out.frames().stream()
                        .skip(1)
                        .mapToInt(frame -> frame.payload().length)
                        .sum())
                .isEqualTo(20_000);
    }

    @Test // as a thread pool does it
    void streamMayBeHandedToAnotherThreadThatIsThenTheOneToldOfIt() throws Exception {
        Fixture f = Fixture.server();
        MessageOutput out = f.conn.writeStream(MessageType.BINARY);
        FutureTask<Void> second = new FutureTask<>(() -> {
            out.write(1);
            out.flush();
            assertThatThrownBy(() -> f.conn.sendText("x")).isInstanceOf(IllegalStateException.class);
            out.finish();
            return null;
        });
        Thread.ofPlatform().start(second);
        second.get();
        f.conn.sendText("after");
        assertThat(f.out.seen()).endsWith("81 'after'");
    }

    @Test // each would wait for the other, for all of its time
    void readerThatClosesTooLetsTheCloserReadInItsPlace() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn ours = link.conn(SERVER, DEFAULT);
            Conn theirs = link.peerConn(CLIENT, DEFAULT);
            CountDownLatch handling = new CountDownLatch(1);
            Running reader = Running.start(() -> {
                ours.readMessage();
                handling.countDown();
                while (ours.state() == Conn.State.OPEN) {
                    Thread.onSpinWait();
                }
                assertThatThrownBy(() -> ours.sendText("too late")).isInstanceOf(ConnectionClosedException.class);
                ours.close();
            });
            Running peer = Running.start(() -> {
                theirs.sendText("Hi");
                assertThat(theirs.readMessage()).isNull();
                theirs.close();
            });
            handling.await();
            assertThat(ours.close(CloseStatus.NORMAL, Duration.ofSeconds(30))).isTrue();
            assertThat(reader.join()).isNull();
            assertThat(peer.join()).isNull();
        }
    }

    @Test // a container's stream throws what it likes
    void goodbyeThatFailsStillEndsTheStream() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        InputStream silent = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                throw new IOException("closed");
            }
        };
        OutputStream hostile = new OutputStream() {
            @Override
            public void write(int b) {
                throw new IllegalStateException("not now");
            }
        };
        try (Watchdog watchdog = Watchdog.start()) {
            Transport transport =
                    Transport.of(silent, hostile, closed::countDown).watchedBy(watchdog);
            Deadlines deadlines = Deadlines.NONE.withIdleNanos(20_000_000);
            Conn conn = Conn.server(
                    transport, new Upgrade("/", "/", null, Headers.NONE, null), DEFAULT.withDeadlines(deadlines));
            assertThatThrownBy(conn::readMessage)
                    .isInstanceOfSatisfying(
                            ConnectionTimeoutException.class,
                            e -> assertThat(e.overdue()).isEqualTo(Overdue.IDLE));
        }
    }

    @Test // or it would spin, and the transport be cut before the Close is out
    void threadThatComesInterruptedClosesInGoodOrderAndStaysInterrupted() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.CHANNEL)) {
            Conn ours = link.conn(SERVER, DEFAULT);
            Conn theirs = link.peerConn(CLIENT, DEFAULT);
            Running peer = Running.start(() -> assertThat(theirs.readMessage()).isNull());
            Running closer = Running.start(() -> {
                Thread.currentThread().interrupt();
                assertThat(ours.close(CloseStatus.NORMAL, Duration.ofSeconds(30)))
                        .isTrue();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
            assertThat(peer.join()).isNull();
            theirs.close();
            assertThat(closer.join()).isNull();
        }
    }

    @Test // or nobody would end it, and who reads later would wait for ever
    void closeThatMeetsAnUncheckedExceptionEndsTheStream() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        InputStream hostile = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] target, int offset, int length) {
                throw new IllegalStateException("not now");
            }
        };
        Transport transport = Transport.of(hostile, OutputStream.nullOutputStream(), closed::countDown);
        Conn conn = Conn.server(transport, new Upgrade("/", "/", null, Headers.NONE, null), DEFAULT);
        assertThat(conn.close(CloseStatus.NORMAL, Duration.ofSeconds(30))).isFalse();
        closed.await();
        assertThat(conn.state()).isEqualTo(Conn.State.FAILED);
        assertThatThrownBy(conn::readMessage).isInstanceOf(ConnectionFailedException.class);
    }

    @Test // its deadline bounds it, not the budget for dropping
    void closerDropsHoweverMuchIsInFlight() throws Exception {
        try (Loopback link = Loopback.open(Loopback.Kind.SOCKET)) {
            Conn conn = link.conn(SERVER, DEFAULT.withLimits(Limits.DEFAULT.withDrainBudget(10)));
            link.send(Wire.concat(Wire.frame(CLIENT, 0x82, new byte[1_000]), Wire.close(CLIENT, 4001, "")));
            link.plainPeer.shutdownOutput();
            assertThat(conn.close(CloseStatus.NORMAL, Duration.ofSeconds(8))).isTrue();
        }
    }
}
