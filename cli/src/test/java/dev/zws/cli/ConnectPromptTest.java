package dev.zws.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.Message;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code zws connect} at a terminal: keys go in, what stands on the screen comes out. */
@Timeout(60)
class ConnectPromptTest {
    private static final String ENTER = "\r";
    private static final String UP = "\u001bOA";
    private static final String LEFT = "\u001bOD";
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";

    private final TestStreams streams = new TestStreams();
    private Screen screen;
    private Peer peer;
    private FutureTask<Integer> running;

    private void start(Peer.Talk talk) throws Exception {
        start("xterm", talk);
    }

    private void start(String terminalType, Peer.Talk talk) throws Exception {
        screen = new Screen(terminalType);
        streams.terminal = screen.terminal();
        streams.inIsTerminal = true;
        streams.outIsTerminal = true;
        peer = Peer.talking(talk);
        running = new FutureTask<>(() -> streams.connect(peer.url()));
        Thread.ofPlatform().daemon().start(running);
        screen.await("> ");
    }

    @AfterEach
    void closePeer() throws Exception {
        peer.close();
    }

    private int exit() throws Exception {
        return running.get(20, TimeUnit.SECONDS);
    }

    private static void echo(Conn conn) throws Exception {
        for (Message message; (message = conn.readMessage()) != null; ) {
            conn.write(message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xterm", "dumb"})
    void aLineIsSentAndTheAnswerShown(String terminalType) throws Exception {
        start(terminalType, ConnectPromptTest::echo);
        screen.type("hello" + ENTER);
        screen.await("< hello");
        screen.type(CTRL_D);
        assertThat(exit()).isZero();
        assertThat(streams.errText()).isEqualTo("zws: connected; Ctrl-D closes\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {CTRL_D, CTRL_C, "half a line" + CTRL_C})
    void itIsLeftWithCtrlDOrCtrlCAndClosesWith1000(String keys) throws Exception {
        start(conn -> {
            assertThat(conn.readMessage()).isNull();
            assertThat(conn.closeStatus()).isEqualTo(CloseStatus.NORMAL);
        });
        screen.type(keys);
        assertThat(exit()).isZero();
        peer.await();
    }

    @Test
    void linesCanBeEditedAndCalledBack() throws Exception {
        start(conn -> {
            assertThat(conn.readMessage().text()).isEqualTo("abc");
            assertThat(conn.readMessage().text()).isEqualTo("abcd");
            assertThat(conn.readMessage()).isNull();
        });
        screen.type("ac" + LEFT + "b" + ENTER);
        screen.await("> ");
        screen.type(UP + "d" + ENTER);
        screen.type(CTRL_D);
        assertThat(exit()).isZero();
        peer.await();
    }

    @ParameterizedTest
    @ValueSource(strings = {"!! and !1", "a\\nb \\", "\"open", " '", "{\"a\": \"b\"}", "", "grün 🙂"})
    void aLineIsSentAsItWasTyped(String line) throws Exception {
        start(conn -> {
            conn.readMessage();
            assertThat(conn.readMessage().text()).isEqualTo(line);
            conn.readMessage();
        });
        screen.type("first" + ENTER + line + ENTER + CTRL_D);
        assertThat(exit()).isZero();
        peer.await();
    }

    @Test
    void whatArrivesWhileALineIsTypedStandsAboveItAndLeavesItWhole() throws Exception {
        CountDownLatch halfTyped = new CountDownLatch(1);
        start(conn -> {
            halfTyped.await();
            conn.sendText("news");
            assertThat(conn.readMessage().text()).isEqualTo("half and half");
            conn.readMessage();
        });
        screen.type("half");
        screen.await("half");
        halfTyped.countDown();
        screen.await("< news");
        screen.await("> half");
        screen.type(" and half" + ENTER + CTRL_D);
        assertThat(exit()).isZero();
        peer.await();
    }

    @Test
    void whatIsReceivedCannotMoveTheCursorOrPassForALineOfOurs() throws Exception {
        start(conn -> {
            conn.readMessage();
            conn.sendText("a\u001b[2Jb\r\u202e\u009b\nzws: c");
            conn.sendBinary(new byte[] {0x1B, '['});
            conn.readMessage();
        });
        screen.type("go" + ENTER);
        screen.await("< a\\x1b[2Jb\\x0d\\u202e\\x9b");
        screen.await("  zws: c");
        screen.await("< [binary, 2 bytes: 1b 5b]");
        screen.type(CTRL_D);
        assertThat(exit()).isZero();
    }

    @Test
    void theServersCloseEndsThePromptWithItsCodeAndReason() throws Exception {
        start(conn -> {
            conn.readMessage();
            conn.writeClose(new CloseStatus(4001, "kicked"));
            conn.flush();
            conn.readMessage();
        });
        screen.type("hello" + ENTER + "half");
        assertThat(exit()).isEqualTo(1);
        assertThat(streams.errText()).endsWith("\nzws: closed by the peer: 4001 kicked\n");
    }

    @Test
    void aLostConnectionEndsThePrompt() throws Exception {
        start(Conn::abort);
        assertThat(exit()).isEqualTo(1);
        assertThat(streams.errText()).contains("\nzws: the connection failed: ");
    }
}
