package dev.zws;

import static dev.zws.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transport over a bare pair of streams, such as a servlet container's: it cannot be timed, so it is never waited for. */
class StreamTransportTest {
    private static final Duration FOR_EVER = Duration.ofDays(10);

    @Test
    void aPairOfStreamsIsReadAndWritten() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Transport transport = Transport.of(new ByteArrayInputStream(bytes(10)), out, () -> {});
        ByteReader reader = transport.reader();
        assertThat(reader.fill()).isEqualTo(10);
        assertThat(reader.array()).startsWith(bytes(10));
        transport.writer().write(bytes(20), 0, 20);
        transport.writer().flush();
        assertThat(out.toByteArray()).isEqualTo(bytes(20));
    }

    @Test
    void closingAPairOfStreamsClosesTheOutputThenBothAndReadsNothing() {
        Streams streams = new Streams();
        Transport transport = Transport.of(streams.in, streams.out, () -> streams.log.add("closed"));
        transport.close(FOR_EVER.toNanos(), false);
        assertThat(streams.log).containsExactly("out closed", "closed");
        transport.close();
        assertThat(streams.log).hasSize(2);
    }

    @Test
    void shuttingDownTheOutputOfAPairOfStreamsClosesIt() throws Exception {
        Streams streams = new Streams();
        Transport transport = Transport.of(streams.in, streams.out, () -> streams.log.add("closed"));
        transport.shutdownOutput();
        assertThat(streams.log).containsExactly("out closed");
    }

    @Test
    void abortingAPairOfStreamsClosesBothAtOnceAndACloseAfterwardsDoesNothing() {
        Streams streams = new Streams();
        Transport transport = Transport.of(streams.in, streams.out, () -> streams.log.add("closed"));
        transport.abort();
        assertThat(streams.log).containsExactly("closed");
        transport.close();
        assertThat(streams.log).containsExactly("closed");
    }

    @Test
    void closeEndsAPairOfStreamsAlthoughItsOutputCannotBeClosed() {
        Streams streams = new Streams();
        OutputStream failing = new FilterOutputStream(streams.out) {
            @Override
            public void close() throws IOException {
                throw new IOException("the output is broken");
            }
        };
        Transport transport = Transport.of(streams.in, failing, () -> {
            streams.log.add("closed");
            throw new IOException("all is broken");
        });
        assertThatCode(transport::close).doesNotThrowAnyException();
        assertThat(streams.log).containsExactly("closed");
        assertThatCode(transport::abort).doesNotThrowAnyException();
    }

    @Test // whoever closes waits until the reader has left the stream, but not once it is interrupted
    void closeThatIsInterruptedWhileItWaitsForTheReaderClosesAtOnce() throws Exception {
        Streams streams = new Streams();
        Feed feed = new Feed();
        InputStream in = new FilterInputStream(streams.in) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return feed.read(target, offset, length);
            }
        };
        OutputStream out = new FilterOutputStream(streams.out) {
            @Override
            public void close() throws IOException {
                super.close();
                Thread.currentThread().interrupt();
            }
        };
        Transport transport = Transport.of(in, out, () -> {
            streams.log.add("closed");
            feed.end();
        });
        Running reader = Running.start(() -> transport.reader().fill());
        feed.awaitReader();
        transport.close(FOR_EVER.toNanos(), false);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(streams.log).containsExactly("out closed", "closed");
        assertThat(reader.join()).isNull();
    }

    @ParameterizedTest // as Tomcat's do, where another thread has aborted; who shares the connection looks before
    // reading
    @ValueSource(booleans = {false, true})
    void streamThatThrowsAnUncheckedExceptionOnceItIsClosedIsALostConnection(boolean shared) throws Exception {
        IllegalStateException closed = new IllegalStateException("The InputStream has been closed");
        InputStream in = new FilterInputStream(new ByteArrayInputStream(Wire.text(Role.CLIENT, "last"))) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, open());
            }

            @Override
            public int available() throws IOException {
                return open();
            }

            private int open() throws IOException {
                if (super.available() == 0) {
                    throw closed;
                }
                return super.available();
            }
        };
        Transport transport = Transport.of(in, OutputStream.nullOutputStream(), () -> {});
        Conn conn = Conn.server(transport, new Upgrade("/", "/", null, Headers.NONE, null), Conn.Config.DEFAULT);
        assertThat(conn.readMessage().text()).isEqualTo("last");
        if (shared) {
            assertThat(Running.start(() -> conn.sendText("from another thread")).join())
                    .isNull();
        }
        assertThatThrownBy(conn::readMessage)
                .isInstanceOf(ConnectionLostException.class)
                .hasCause(closed);
        assertThat(conn.state()).isEqualTo(Conn.State.FAILED);
    }

    /** Streams that remember what was done to them. */
    private static final class Streams {
        final List<String> log = new ArrayList<>();
        final InputStream in = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                log.add("in read");
                return super.read(target, offset, length);
            }

            @Override
            public void close() {
                log.add("in closed");
            }
        };
        final OutputStream out = new OutputStream() {
            @Override
            public void write(int b) {}

            @Override
            public void close() {
                log.add("out closed");
            }
        };
    }
}
