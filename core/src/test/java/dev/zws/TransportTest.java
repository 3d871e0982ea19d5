package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 6455, 7.1.1; B-11.39: an end that destroys nothing that was written, and an abort that frees everyone. */
@Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
class TransportTest {
    private static final byte[] LAST_WORDS = utf8("these are the last bytes");
    private static final Duration FOR_EVER = Duration.ofDays(10);
    private static final int BUFFER = 64 * 1024;
    private static final int MORE_THAN_BUFFERS_HOLD = 1 << 20;

    enum Kind {
        SOCKET,
        TLS,
        BLOCKING_CHANNEL,
        NON_BLOCKING_CHANNEL
    }

    @AutoClose
    private final Link link = new Link();

    // ---- taking over

    @Test
    void nagleIsTurnedOffOnASocket() throws Exception {
        link.connect();
        assertThat(link.ours.getTcpNoDelay()).isFalse();
        Transport.of(link.ours);
        assertThat(link.ours.getTcpNoDelay()).isTrue();
    }

    @Test
    void nagleIsTurnedOffOnAChannel() throws Exception {
        link.connectChannel();
        assertThat(link.channel.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
        Transport.of(link.channel);
        assertThat(link.channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
    }

    @Test
    void nagleIsTurnedOffBelowTls() throws Exception {
        link.open(Kind.TLS);
        assertThat(link.ours.getTcpNoDelay()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void bytesGoBothWays(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        transport.writer().write(bytes(1_000), 0, 1_000);
        transport.writer().flush();
        assertThat(link.peerIn().readNBytes(1_000)).isEqualTo(bytes(1_000));

        link.peerOut().write(bytes(3_000));
        link.peerOut().flush();
        assertThat(read(transport, 3_000)).isEqualTo(bytes(3_000));
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfThePeersOutputIsTheEndOfTheInput(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        link.peer.shutdownOutput();
        assertThat(awaitFill(transport)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(names = "TLS", mode = EnumSource.Mode.EXCLUDE)
    void theReaderOfABlockingSocketKnowsWhetherBytesHaveArrived(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        assertThat(transport.reader().ready()).isFalse();
        link.peerOut().write(bytes(10));
        awaitArrival(10);
        assertThat(transport.reader().ready()).isEqualTo(kind != Kind.NON_BLOCKING_CHANNEL);
        read(transport, 10);
        assertThat(transport.reader().ready()).isFalse();
    }

    // ---- ending politely

    @ParameterizedTest
    @EnumSource
    void afterAShutdownOfTheOutputReadingGoesOn(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        sendLastWords(transport);
        transport.shutdownOutput();
        assertThat(link.peerIn().readAllBytes()).isEqualTo(LAST_WORDS);

        link.peerOut().write(bytes(500));
        link.peerOut().flush();
        assertThat(read(transport, 500)).isEqualTo(bytes(500));
    }

    @ParameterizedTest
    @EnumSource(names = "NON_BLOCKING_CHANNEL", mode = EnumSource.Mode.EXCLUDE)
    void theLastBytesArriveAlthoughThePeerIsStillSendingWhatNobodyReads(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        FutureTask<byte[]> received = start(() -> {
            link.peerOut().write(bytes(MORE_THAN_BUFFERS_HOLD));
            link.peerOut().flush();
            byte[] all = link.peerIn().readAllBytes();
            link.peerOut().write(LAST_WORDS); // after a reset this and the first would be exceptions
            link.peerOut().flush();
            link.peer.close();
            return all;
        });
        assertThat(transport.reader().fill()).isPositive();
        sendLastWords(transport);
        transport.close(Duration.ofSeconds(8).toNanos(), false);
        assertThat(get(received)).isEqualTo(LAST_WORDS);
        assertEnded(transport);
    }

    @ParameterizedTest
    @EnumSource(names = "TLS", mode = EnumSource.Mode.EXCLUDE)
    void inputThatWaitsIsDroppedSoThatClosingIsNoReset(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        link.peerOut().write(bytes(20_000));
        awaitArrival(20_000);
        sendLastWords(transport);
        transport.close(Duration.ofMillis(50).toNanos(), false);
        assertThat(link.peerIn().readAllBytes()).isEqualTo(LAST_WORDS);
        assertThatCode(() -> link.peerOut().write(1))
                .as("what fails after a reset")
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void theLastBytesArriveAndThenTheEnd(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        FutureTask<byte[]> received = start(() -> {
            byte[] all = link.peerIn().readAllBytes();
            link.peer.close();
            return all;
        });
        sendLastWords(transport);
        transport.close();
        assertThat(get(received)).isEqualTo(LAST_WORDS);
        assertEnded(transport);
    }

    @Test
    void closeWaitsAboutASecondForAPeerThatNeverEnds() throws Exception {
        assertThat(Transport.LINGER).isEqualTo(Duration.ofSeconds(1));
        Transport transport = link.open(Kind.SOCKET);
        transport.close();
        assertEnded(transport);
    }

    @ParameterizedTest
    @EnumSource(names = "NON_BLOCKING_CHANNEL", mode = EnumSource.Mode.EXCLUDE)
    void closeWaitsNoLongerThanItsTimeForAPeerThatNeverEnds(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        transport.close(Duration.ofMillis(50).toNanos(), false);
        assertEnded(transport);
        assertThat(link.peerIn().readAllBytes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void closeWaitsNoLongerThanItsTimeForAPeerThatNeverStopsSending(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        CountDownLatch sending = new CountDownLatch(1);
        FutureTask<Void> flood = start(() -> {
            byte[] some = bytes(1_000);
            while (true) {
                link.peerOut().write(some);
                link.peerOut().flush();
                sending.countDown();
            }
        });
        sending.await();
        transport.close(Duration.ofMillis(200).toNanos(), false);
        assertEnded(transport);
        assertThatThrownBy(() -> get(flood)).isInstanceOf(IOException.class);
    }

    @Test
    void closeDoesNotWaitOverANonBlockingChannel() throws Exception {
        Transport transport = link.open(Kind.NON_BLOCKING_CHANNEL);
        sendLastWords(transport);
        transport.close(FOR_EVER.toNanos(), false);
        assertEnded(transport);
        assertThat(link.peerIn().readAllBytes()).isEqualTo(LAST_WORDS);
    }

    @ParameterizedTest // a watchdog's goodbye and the application's close may meet
    @EnumSource(names = "NON_BLOCKING_CHANNEL", mode = EnumSource.Mode.EXCLUDE)
    void closeWaitsForThePeerAlthoughTheOutputWasShutDownBefore(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        transport.shutdownOutput();
        Running closing = Running.start(() -> transport.close(FOR_EVER.toNanos(), false));
        closing.awaitBlocked();
        link.peer.close();
        assertThat(closing.join()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void closeDoesNotWaitForAPeerThatHasEnded(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        link.peerOut().write(bytes(10));
        link.peerOut().flush();
        link.peer.shutdownOutput();
        transport.close(FOR_EVER.toNanos(), false);
        assertEnded(transport);
    }

    @ParameterizedTest
    @EnumSource
    void closeDoesNotThrowWhenThePeerIsGone(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        link.plainPeer.setSoLinger(true, 0);
        link.plainPeer.close(); // resets the connection
        assertThatCode(() -> transport.close(FOR_EVER.toNanos(), false)).doesNotThrowAnyException();
        assertEnded(transport);
    }

    @ParameterizedTest
    @EnumSource
    void aSecondCloseDoesNothing(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        link.peer.shutdownOutput();
        transport.close();
        assertThatCode(transport::close).doesNotThrowAnyException();
        assertThatCode(transport::abort).doesNotThrowAnyException();
        assertEnded(transport);
    }

    // ---- ending a peer that takes nothing

    @ParameterizedTest
    @EnumSource
    void abortSendsNothingMoreOfWhatThePeerHasNotTaken(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        sendLastWords(transport);
        transport.abort();
        assertThatThrownBy(() -> link.peerIn().readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void outputThatANonBlockingChannelDidNotTakeIsNotKeptByTheKernel() throws Exception {
        Transport transport = link.open(Kind.NON_BLOCKING_CHANNEL);
        for (long taken = -1; taken != transport.writer().taken(); ) {
            taken = transport.writer().taken();
            transport.writer().write(new byte[MORE_THAN_BUFFERS_HOLD], 0, MORE_THAN_BUFFERS_HOLD);
            transport.writer().drain();
        }
        transport.close();
        assertThatThrownBy(() -> link.peerIn().transferTo(OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class);
    }

    // ---- ending while another thread reads

    @ParameterizedTest
    @CsvSource({
        "SOCKET, true", "SOCKET, false",
        "TLS, true", "TLS, false",
        "BLOCKING_CHANNEL, true", "BLOCKING_CHANNEL, false"
    })
    void closeFreesABlockedReaderWhenItsTimeIsOver(Kind kind, boolean virtual) throws Exception {
        Transport transport = link.open(kind);
        FutureTask<Integer> reading = new FutureTask<>(() -> transport.reader().fill());
        awaitBlocked(startThread(reading, virtual));
        transport.close(Duration.ofMillis(50).toNanos(), false);
        assertThatThrownBy(() -> get(reading)).isInstanceOf(IOException.class);
        assertEnded(transport);
    }

    @ParameterizedTest
    @EnumSource(names = "NON_BLOCKING_CHANNEL", mode = EnumSource.Mode.EXCLUDE)
    void aBlockedReaderGetsTheEndForWhichCloseWaits(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        FutureTask<Integer> reading = new FutureTask<>(() -> transport.reader().fill());
        awaitBlocked(startThread(reading, true));
        FutureTask<byte[]> received = start(() -> {
            byte[] all = link.peerIn().readAllBytes();
            link.peer.close();
            return all;
        });
        sendLastWords(transport);
        transport.close(FOR_EVER.toNanos(), false);
        assertThat(get(received)).isEqualTo(LAST_WORDS);
        assertThat(get(reading)).isEqualTo(-1);
        assertEnded(transport);
    }

    @ParameterizedTest
    @EnumSource(names = "NON_BLOCKING_CHANNEL", mode = EnumSource.Mode.EXCLUDE)
    void whatAReaderLeavesUnreadIsDroppedSoThatClosingIsNoReset(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        FutureTask<Integer> reading = new FutureTask<>(() -> transport.reader().fill());
        awaitBlocked(startThread(reading, true));
        FutureTask<byte[]> received = start(() -> {
            byte[] all = link.peerIn().readAllBytes(); // by now close waits for the end
            link.peerOut().write(bytes(MORE_THAN_BUFFERS_HOLD));
            link.peerOut().flush();
            link.peer.close();
            return all;
        });
        sendLastWords(transport);
        transport.close(Duration.ofSeconds(8).toNanos(), false);
        assertThat(get(received)).isEqualTo(LAST_WORDS);
        assertThat(get(reading)).isPositive();
        assertEnded(transport);
    }

    // ---- aborting

    @ParameterizedTest
    @CsvSource({
        "SOCKET, true", "SOCKET, false",
        "TLS, true", "TLS, false",
        "BLOCKING_CHANNEL, true", "BLOCKING_CHANNEL, false"
    })
    void abortFreesABlockedReader(Kind kind, boolean virtual) throws Exception {
        Transport transport = link.open(kind);
        FutureTask<Integer> reading = new FutureTask<>(() -> transport.reader().fill());
        awaitBlocked(startThread(reading, virtual));
        transport.abort();
        assertThatThrownBy(() -> get(reading)).isInstanceOf(IOException.class);
        assertEnded(transport);
    }

    @ParameterizedTest
    @CsvSource({
        "SOCKET, true", "SOCKET, false",
        "TLS, true", "TLS, false",
        "BLOCKING_CHANNEL, true", "BLOCKING_CHANNEL, false"
    })
    void abortFreesAWriterWhosePeerDoesNotRead(Kind kind, boolean virtual) throws Exception {
        Transport transport = link.open(kind);
        FutureTask<Void> writing = new FutureTask<>(() -> {
            byte[] some = bytes(1 << 20);
            while (true) {
                transport.writer().write(some, 0, some.length);
            }
        });
        awaitBlocked(startThread(writing, virtual));
        transport.abort();
        assertThatThrownBy(() -> get(writing)).isInstanceOf(IOException.class);
        assertEnded(transport);
    }

    @ParameterizedTest
    @EnumSource
    void abortDoesNotWaitForThePeerAndASecondOneDoesNothing(Kind kind) throws Exception {
        Transport transport = link.open(kind);
        transport.abort();
        assertEnded(transport);
        assertThatCode(transport::abort).doesNotThrowAnyException();
        assertThatCode(() -> transport.close(FOR_EVER.toNanos(), false)).doesNotThrowAnyException();
    }

    // ---- helpers

    /** Fills until {@code count} bytes are there and takes them. */
    private static byte[] read(Transport transport, int count) throws IOException {
        ByteReader reader = transport.reader();
        while (reader.buffered() < count) {
            awaitFill(transport);
        }
        byte[] read = new byte[count];
        System.arraycopy(reader.array(), reader.position(), read, 0, count);
        reader.skip(count);
        return read;
    }

    /** One fill that brings bytes or the end, over a non-blocking channel too. */
    private static int awaitFill(Transport transport) throws IOException {
        int read = transport.reader().fill();
        while (read == 0) {
            Thread.onSpinWait();
            read = transport.reader().fill();
        }
        return read;
    }

    private static void sendLastWords(Transport transport) throws IOException {
        transport.writer().write(LAST_WORDS, 0, LAST_WORDS.length);
        transport.writer().flush();
    }

    /** Waits until so many bytes stand in the socket's buffer. */
    private void awaitArrival(int count) throws IOException {
        InputStream in = link.ours.getInputStream();
        while (in.available() < count) {
            Thread.onSpinWait();
        }
    }

    private void assertEnded(Transport transport) {
        assertThat(link.ours.isClosed()).isTrue();
        assertThatThrownBy(() -> sendLastWords(transport)).isInstanceOf(IOException.class);
    }

    private static <T> FutureTask<T> start(Callable<T> callable) {
        FutureTask<T> task = new FutureTask<>(callable);
        startThread(task, true);
        return task;
    }

    private static Thread startThread(FutureTask<?> task, boolean virtual) {
        return (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(task);
    }

    /** The task's result, or what it threw. */
    private static <T> T get(FutureTask<T> task) throws Exception {
        try {
            return task.get(9, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Waits until the thread waits for the network: a virtual one is parked, a platform thread is in a native call. */
    private static void awaitBlocked(Thread thread) {
        while (thread.getState() == Thread.State.NEW || !isBlocked(thread)) {
            Thread.onSpinWait();
        }
    }

    private static boolean isBlocked(Thread thread) {
        if (thread.getState() != Thread.State.RUNNABLE) {
            return true;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0 && stack[0].isNativeMethod();
    }

    /** A connection over the loopback interface, with small buffers. */
    private static final class Link implements AutoCloseable {
        Socket ours;
        SocketChannel channel;
        Socket plainPeer;
        /** The other end, with TLS when there is any. */
        Socket peer;

        void connect() throws IOException {
            try (ServerSocket server = new ServerSocket()) {
                server.setReceiveBufferSize(BUFFER);
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                connectPeer(server.getLocalSocketAddress());
                ours = server.accept();
                ours.setSendBufferSize(BUFFER);
            }
        }

        void connectChannel() throws IOException {
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                connectPeer(server.getLocalAddress());
                channel = server.accept();
                channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
                ours = channel.socket();
            }
        }

        private void connectPeer(SocketAddress address) throws IOException {
            plainPeer = new Socket();
            plainPeer.setReceiveBufferSize(BUFFER);
            plainPeer.setSendBufferSize(BUFFER);
            plainPeer.connect(address);
            peer = plainPeer;
        }

        Transport open(Kind kind) throws Exception {
            return switch (kind) {
                case SOCKET -> {
                    connect();
                    yield Transport.of(ours);
                }
                case TLS -> {
                    connect();
                    yield Transport.of(connectTls(), ours);
                }
                case BLOCKING_CHANNEL, NON_BLOCKING_CHANNEL -> {
                    connectChannel();
                    channel.configureBlocking(kind == Kind.BLOCKING_CHANNEL);
                    yield Transport.of(channel);
                }
            };
        }

        /** Our end of a TLS connection; the peer is the client. */
        private SSLSocket connectTls() throws Exception {
            SSLContext context = Tls.context();
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(ours, null, true);
            SSLSocket tlsPeer = (SSLSocket)
                    context.getSocketFactory().createSocket(plainPeer, "localhost", plainPeer.getPort(), true);
            peer = tlsPeer;
            FutureTask<Void> handshake = start(() -> {
                tlsPeer.startHandshake();
                return null;
            });
            tls.startHandshake();
            get(handshake);
            return tls;
        }

        InputStream peerIn() throws IOException {
            return peer.getInputStream();
        }

        OutputStream peerOut() throws IOException {
            return peer.getOutputStream();
        }

        @Override
        public void close() throws IOException {
            if (plainPeer != null) {
                plainPeer.close();
            }
            if (ours != null) {
                ours.close();
            }
        }
    }
}
