package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A socket's output can be shut down once only. */
@Timeout(10)
class OutputShutdownTest {
    @Test // the watchdog's goodbye and the application's close, say: the second would cut off the first
    void twoThreadsMayShutTheOutputOfASocketDownAtOnce() throws Exception {
        TwiceShut socket = new TwiceShut();
        Transport transport = Transport.of(socket);
        Running first = Running.start(transport::shutdownOutput);
        while (socket.asked.get() == 0) {
            Thread.onSpinWait();
        }
        Running second = Running.start(transport::shutdownOutput);
        socket.second = second.thread();
        assertThat(first.join()).isNull();
        assertThat(second.join()).isNull();
        assertThat(socket.shut.get()).isTrue();
    }

    /** Whoever asks it first is answered when another has asked, too, or waits for its turn. */
    private static final class TwiceShut extends Socket {
        final AtomicInteger asked = new AtomicInteger();
        final AtomicBoolean shut = new AtomicBoolean();
        volatile Thread second = Thread.currentThread();

        @Override
        public boolean isOutputShutdown() {
            boolean already = shut.get();
            asked.incrementAndGet();
            while (asked.get() < 2 && second.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            return already;
        }

        @Override
        public void shutdownOutput() throws IOException {
            if (shut.getAndSet(true)) {
                throw new SocketException("Socket output is already shutdown"); // as the JDK's does
            }
        }

        @Override
        public InputStream getInputStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void setTcpNoDelay(boolean on) {}
    }
}
