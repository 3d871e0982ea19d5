package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.Message;
import dev.zws.MessageType;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.Takeover;
import dev.zws.examples.HandlerEchoServer;
import dev.zws.examples.HandlerEchoServer.Mode;
import dev.zws.examples.Listener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The load against an honest server in this process, and against liars, each of which has to be found out. */
@Timeout(120)
class SoakLoadTest {
    private static final Conn.Config CONFIG = Conn.Config.DEFAULT;
    private static final Duration UNTIL_FOUND_OUT = Duration.ofSeconds(60);
    private static final int LATER = 20;

    private final SoakLog log = new SoakLog();

    private static SoakSettings settings(int connections, Duration duration, boolean deflate, double faults) {
        return new SoakSettings(connections, duration, deflate, false, faults, 1, List.of());
    }

    // ---- an honest one

    private final class LogLines extends PrintStream {
        LogLines() {
            super(new ByteArrayOutputStream(), true, UTF_8);
        }

        @Override
        public void println(String line) {
            log.take(line);
        }
    }

    @ParameterizedTest
    @CsvSource({"SYNC,false", "SYNC,true", "STREAM,true"})
    void anHonestServerSurvivesEveryFaultAndNothingIsDifferent(Mode mode, boolean deflate) throws Exception {
        PerMessageDeflateConfig compression =
                PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true).withTakeover(Takeover.DEDICATED);
        SoakSettings settings = settings(8, Duration.ofSeconds(2), deflate, 100);
        try (Listener server = HandlerEchoServer.start(0, mode, deflate ? compression : null, CONFIG, new LogLines())) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            SoakLoad load = SoakLoad.start(settings, address, null, log);
            load.awaitOver(settings.duration());
            load.finish();
            assertThat(load.counts().messages()).isPositive();
            assertThat(load.counts().faults()).isPositive();
            assertThat(load.counts().reconnects()).isPositive();
            assertThat(log.unexpected()).isNull();
        }
    }

    // ---- liars

    private void assertFoundOut(String how, Duration duration, Conn.Config config, LyingEcho.Lie lie) throws Exception {
        try (LyingEcho server = new LyingEcho(config, lie)) {
            SoakLoad load = SoakLoad.start(settings(2, duration, false, 0), server.address(), null, log);
            load.awaitOver(duration);
            assertThatExceptionOfType(SoakFailure.class)
                    .isThrownBy(load::finish)
                    .withMessageContaining(how);
        }
    }

    private void assertFoundOut(String how, LyingEcho.Lie lie) throws Exception {
        assertFoundOut(how, UNTIL_FOUND_OUT, CONFIG, lie);
    }

    private static void echo(Conn conn, Message message) throws IOException {
        conn.write(message);
    }

    /** Not the first, and one whose last byte is no part of the stamp and may be anything. */
    private static boolean isWorthALie(Message message, long number) {
        return number > LATER && message.length() > 100 && message.type() == MessageType.BINARY;
    }

    @Test
    void aFlippedBitIsFound() throws Exception {
        assertFoundOut("different from byte", (conn, message, number) -> {
            byte[] bytes = message.bytes();
            if (isWorthALie(message, number)) {
                bytes[bytes.length - 1] ^= 1;
                conn.writeBinary(bytes);
            } else {
                echo(conn, message);
            }
        });
    }

    @Test
    void aDroppedMessageIsFound() throws Exception {
        assertFoundOut("came back as", (conn, message, number) -> {
            if (number != LATER) {
                echo(conn, message);
            }
        });
    }

    @Test
    void theLastMessageThatIsDroppedIsMissedAtTheEnd() throws Exception {
        assertFoundOut(
                "came back before the server's Close", Duration.ofMillis(300), CONFIG, (conn, message, number) -> {
                    if (number <= LATER) {
                        echo(conn, message);
                    }
                });
    }

    @Test
    void aDuplicatedMessageIsFound() throws Exception {
        assertFoundOut("came back", (conn, message, number) -> {
            echo(conn, message);
            if (isWorthALie(message, number)) {
                echo(conn, message);
            }
        });
    }

    @Test
    void aMessageOfAnotherConnectionIsFound() throws Exception {
        AtomicReference<Message> others = new AtomicReference<>();
        assertFoundOut("came back as", (conn, message, number) -> {
            if (isWorthALie(message, number) && !others.compareAndSet(null, message.copy())) {
                conn.write(others.get());
            } else {
                echo(conn, message);
            }
        });
    }

    @Test
    void theWrongTypeIsFound() throws Exception {
        assertFoundOut("came back as binary", (conn, message, number) -> conn.writeBinary(message.bytes()));
    }

    @Test
    void aTruncatedMessageIsFound() throws Exception {
        assertFoundOut("came back as", (conn, message, number) -> {
            if (isWorthALie(message, number)) {
                conn.writeBinary(message.bytes(), 0, message.length() - 1);
            } else {
                echo(conn, message);
            }
        });
    }

    @Test
    void aPingWithoutAPongIsFound() throws Exception {
        assertFoundOut(
                "a ping was not answered",
                Duration.ofSeconds(1),
                CONFIG.withAutoPong(false),
                (conn, message, number) -> echo(conn, message));
    }

    @Test
    void aServerThatClosesByItselfIsFound() throws Exception {
        assertFoundOut("the server closed with", (conn, message, number) -> {
            if (number == LATER) {
                conn.writeClose(new CloseStatus(1001, "enough"));
            } else if (number < LATER) {
                echo(conn, message);
            }
        });
    }

    @Test
    void aServerThatResetsIsFound() throws Exception {
        assertFoundOut("failed", (conn, message, number) -> {
            if (number == LATER) {
                conn.abort();
            } else {
                echo(conn, message);
            }
        });
    }
}
