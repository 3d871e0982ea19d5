package dev.zws.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zws.MessageType;
import dev.zws.Opcode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class PeerTest {
    /** Those of {@code zws} and of browsers. */
    private static final List<String> OFFERS = List.of(
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; client_max_window_bits");

    private static final boolean LINUX_X86_64 =
            "Linux amd64".equals(System.getProperty("os.name") + " " + System.getProperty("os.arch"));

    private static final Logger LOGS = Logger.getLogger("");

    /** With and without permessage-deflate; all tests share them. */
    private static final Map<PeerName, Peer> PLAIN = new EnumMap<>(PeerName.class);

    private static final Map<PeerName, Peer> DEFLATING = new EnumMap<>(PeerName.class);

    @BeforeAll
    static void onlyWarningsAreLogged() {
        LOGS.setLevel(Level.WARNING);
    }

    @AfterAll
    static void stop() throws Exception {
        for (Map<PeerName, Peer> peers : List.of(PLAIN, DEFLATING)) {
            for (Peer peer : peers.values()) {
                peer.stop();
            }
        }
    }

    private static int port(PeerName name, boolean deflate) throws Exception {
        assumeTrue(name != PeerName.NETTY_EPOLL || LINUX_X86_64, "epoll is there on Linux with x86-64 only");
        Map<PeerName, Peer> peers = deflate ? DEFLATING : PLAIN;
        if (!peers.containsKey(name)) {
            peers.put(name, name.start(0, deflate));
        }
        return peers.get(name).port();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(PeerName.class)
    void eachMessageUpTo64KiBComesBackInOneFrame(PeerName name) throws Exception {
        try (EchoClient client = new EchoClient(port(name, false))) {
            for (int length : new int[] {0, 16, 125, 126, 65_535, 65_536}) {
                client.conn.sendBinary(bytes(length));
                assertThat(client.readWhole(Opcode.BINARY)).isEqualTo(bytes(length));
            }
            for (String text : List.of("", "Grüße", "x".repeat(65_536), "€".repeat(21_845))) {
                client.conn.sendText(text);
                assertThat(client.readWhole(Opcode.TEXT)).asString(UTF_8).isEqualTo(text);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PeerName.class)
    void aMessageOf16MiBComesBack(PeerName name) throws Exception {
        // Helidon would need minutes: four times the time for twice the length.
        byte[] bytes = bytes(name == PeerName.HELIDON ? Peer.MAX_MESSAGE / 128 : Peer.MAX_MESSAGE);
        try (EchoClient client = new EchoClient(port(name, false))) {
            // Some send back while they still receive.
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> client.send(bytes));
            var echo = client.conn.readMessage();
            assertThat(echo.type()).isEqualTo(MessageType.BINARY);
            assertThat(Arrays.equals(echo.bytes(), bytes)).isTrue();
            sent.get();
        }
    }

    @ParameterizedTest
    @EnumSource(PeerName.class)
    void messagesSentAtOnceComeBackInOrder(PeerName name) throws Exception {
        try (EchoClient client = new EchoClient(port(name, false))) {
            for (int i = 0; i < 1_000; i++) {
                client.conn.writeText("message " + i);
            }
            client.conn.flush();
            for (int i = 0; i < 1_000; i++) {
                assertThat(client.readWhole(Opcode.TEXT)).asString(UTF_8).isEqualTo("message " + i);
            }
        }
    }

    static Stream<Arguments> offers() {
        return Arrays.stream(PeerName.values())
                .filter(PeerName::deflates)
                .flatMap(name -> OFFERS.stream().map(offer -> Arguments.of(name, offer)));
    }

    @ParameterizedTest
    @MethodSource("offers")
    void permessageDeflateIsAgreedToAndUsedWhenAskedFor(PeerName name, String offer) throws Exception {
        String text = "a text that repeats itself, ".repeat(100);
        try (DeflateClient client = new DeflateClient(port(name, true), offer)) {
            assertThat(client.agreed).startsWith("permessage-deflate");
            client.send(text);
            byte[] echo = client.read();
            assertThat(echo).hasSizeLessThan(200);
            assertThat(DeflateClient.inflated(echo, text.length() + 1)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @EnumSource(PeerName.class)
    void permessageDeflateIsDeclinedOtherwise(PeerName name) throws Exception {
        int port = port(name, false);
        for (String offer : OFFERS) {
            try (DeflateClient client = new DeflateClient(port, offer)) {
                assertThat(client.agreed).isEmpty();
            }
        }
    }
}
