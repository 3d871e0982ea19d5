package dev.zws.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.Deadlines;
import dev.zws.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChatTest {
    private static final Conn.Config SHORT =
            Conn.Config.DEFAULT.withDeadlines(Deadlines.DEFAULT.withWriteNanos(300_000_000));

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(log, true, UTF_8);

    private static Conn join(Listener server, String room) throws IOException {
        return join(new Socket(), server, room);
    }

    private static Conn join(Socket socket, Listener server, String room) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        Transport transport = Transport.of(socket);
        ClientHandshake.Request request = ClientHandshake.Request.of("localhost", room);
        return Conn.client(transport, ClientHandshake.connect(transport, request), Conn.Config.DEFAULT);
    }

    /** Waits until its own word comes back: then it is in the room. */
    private static void settle(Conn conn) throws IOException {
        conn.sendText("here");
        assertThat(conn.readMessage().text()).isEqualTo("here");
    }

    /** The next message that is not somebody's arrival. */
    private static String next(Conn conn) throws IOException {
        String text = conn.readMessage().text();
        return text.equals("here") ? next(conn) : text;
    }

    @Test
    void everybodyInARoomGetsWhatAnybodySaysAndNobodyElseDoes() throws Exception {
        try (Listener server = Chat.start(0, SHORT, out);
                Conn ann = join(server, "/garden");
                Conn bob = join(server, "/garden");
                Conn eve = join(server, "/kitchen")) {
            settle(ann);
            settle(eve);
            settle(bob);
            ann.sendText("hello, garden");
            bob.sendBinary(new byte[1]);
            assertThat(next(bob)).isEqualTo("hello, garden");
            eve.sendText("nobody else?");
            assertThat(next(eve)).isEqualTo("nobody else?");
        }
    }

    /** Counts the messages of the speaker, which come in order. */
    private static FutureTask<Integer> count(Conn conn, int messages) {
        FutureTask<Integer> counting = new FutureTask<>(() -> {
            for (int i = 0; i < messages; i++) {
                assertThat(next(conn)).startsWith("message " + i + " ");
            }
            return messages;
        });
        Thread.startVirtualThread(counting);
        return counting;
    }

    @Test
    void stalledMemberIsDroppedWithinItsWriteDeadlineWhileTheOthersKeepReceiving() throws Exception {
        int messages = 1_000;
        String padding = "x".repeat(16_000);
        try (Listener server = Chat.start(0, SHORT, out);
                Socket socket = new Socket();
                Conn speaker = join(server, "/room")) {
            socket.setReceiveBufferSize(4 * 1024);
            Conn stalled = join(socket, server, "/room");
            settle(speaker);
            List<FutureTask<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Conn member = join(server, "/room");
                settle(member);
                counts.add(count(member, messages));
            }
            for (int i = 0; i < messages; i++) {
                speaker.sendText("message " + i + " " + padding);
                assertThat(next(speaker)).startsWith("message " + i + " "); // so no faster than it is heard
            }
            for (FutureTask<Integer> count : counts) {
                assertThat(count.get(30, TimeUnit.SECONDS)).isEqualTo(messages);
            }
            assertThat(stalled.state()).isEqualTo(Conn.State.OPEN); // it never looked
        }
        assertThat(log.toString(UTF_8))
                .containsAnyOf(
                        "WRITE: the peer did not take what was written within PT0.3S", "the connection was aborted");
    }
}
