package dev.zws.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zws.CloseStatus;
import dev.zws.Role;
import dev.zws.Watchdog;
import dev.zws.examples.Answering.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One suite, unchanged over every embedding and in both roles, against a peer that writes its bytes by hand. */
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("everywhere")
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class EmbeddingTest {
    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int PING = 0x89;
    private static final int[] SIZES = {0, 1, 125, 126, 65_535, 65_536, 1 << 20};

    private static Embedding.Hosts hosts;

    private final Embedding embedding;
    private final Role role;

    EmbeddingTest(Embedding embedding, Role role) {
        this.embedding = embedding;
        this.role = role;
    }

    static Stream<Arguments> everywhere() {
        return Arrays.stream(Embedding.values())
                .flatMap(embedding ->
                        Arrays.stream(Role.values()).filter(embedding::has).map(role -> Arguments.of(embedding, role)));
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        hosts = new Embedding.Hosts(new TomcatServer(), new Certificate(folder, "dns:localhost"), Watchdog.start());
    }

    @AfterAll
    static void stop() throws Exception {
        hosts.watchdog().close();
        hosts.tomcat().close();
    }

    private Link open(Answer answer) throws Exception {
        return embedding.open(hosts, role, new Answering(answer));
    }

    private Peer peer(Link link) {
        return new Peer(link, role);
    }

    /** Ends the connection from the peer's side, in good order. */
    private static void leave(Link link, Peer peer) throws Exception {
        peer.send(peer.close(1000, ""));
        assertThat(peer.next()).hasToString("88 1000 ''");
        assertEnds(link, peer, "closed 1000 ''");
    }

    /** The session ends its direction first, nothing follows its last frame, and when the peer has ended too, all is over. */
    private static void assertEnds(Link link, Peer peer, String outcome) throws IOException {
        assertThat(peer.rest()).isEmpty();
        link.shutdownOutput().run();
        assertThat(link.outcome()).isEqualTo(outcome);
    }

    // ---- messages

    @Test
    void messagesOfEverySizeComeBack() throws Exception {
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link).open();
            for (int size : SIZES) {
                byte[] binary = bytes(size);
                peer.send(BINARY, binary);
                assertEchoed(peer.next(), BINARY, binary);
                byte[] text = text(size);
                peer.send(TEXT, text);
                assertEchoed(peer.next(), TEXT, text);
            }
            leave(link, peer);
        }
    }

    private static void assertEchoed(Peer.Seen seen, int firstByte, byte[] payload) {
        assertThat(seen.firstByte()).isEqualTo(firstByte);
        assertThat(Arrays.equals(seen.payload(), payload))
                .as("%d bytes, of %d", seen.payload().length, payload.length)
                .isTrue();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (29 * i + 11 + (i >> 8)); // B-9.31, and not periodic
        }
        return bytes;
    }

    /** Characters of every length as UTF-8, in {@code size} bytes. */
    private static byte[] text(int size) {
        byte[] utf8 = "aß€😀".repeat(size / 10 + 1).getBytes(UTF_8);
        byte[] text = Arrays.copyOf(utf8, size);
        Arrays.fill(text, size / 10 * 10, size, (byte) 'x');
        return text;
    }

    @Test
    void manyMessagesInOnePacketComeBackInOrder() throws Exception {
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link).open();
            byte[][] frames = new byte[100][];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = peer.frame(TEXT, ("message " + i).getBytes(UTF_8));
            }
            peer.send(Peer.concat(frames));
            for (int i = 0; i < frames.length; i++) {
                assertThat(peer.next()).hasToString("81 'message " + i + "'");
            }
            leave(link, peer);
        }
    }

    @Test
    void fragmentsAreJoinedAndAPingBetweenThemIsAnsweredFirst() throws Exception { // B-2.62
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link).open();
            peer.send(0x01, "frag".getBytes(UTF_8));
            peer.send(PING, new byte[] {1, 2});
            assertThat(peer.next()).hasToString("8a 0102");
            peer.send(0x00, "men".getBytes(UTF_8));
            peer.send(0x80, "ted".getBytes(UTF_8));
            assertThat(peer.next()).hasToString("81 'fragmented'");
            leave(link, peer);
        }
    }

    @Test
    void aPingIsAnsweredWithItsOwnPayload() throws Exception { // B-2.64
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link).open();
            peer.send(PING, bytes(125));
            assertEchoed(peer.next(), 0x8a, bytes(125));
            leave(link, peer);
        }
    }

    @Test
    void bytesThatComeAlongWithTheHeadAreTheFirstFrames() throws Exception { // B-4.2
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link);
            peer.open(peer.frame(TEXT, "first".getBytes(UTF_8)), Arrays.copyOf(peer.frame(TEXT, text(9)), 5));
            assertThat(peer.next()).hasToString("81 'first'");
            byte[] second = peer.frame(TEXT, text(9));
            peer.send(Arrays.copyOfRange(second, 5, second.length));
            assertEchoed(peer.next(), TEXT, text(9));
            leave(link, peer);
        }
    }

    // ---- how it ends

    @Test
    void thePeersCloseIsAnsweredWithItsCodeAndReason() throws Exception { // B-2.66
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link).open();
            peer.send(peer.close(3001, "Grüße"));
            assertThat(peer.next()).hasToString("88 3001 'Grüße'");
            assertEnds(link, peer, "closed 3001 'Grüße'");
        }
    }

    @Test
    void ourCloseArrivesWithItsCodeAndReasonAndWhatThePeerStillSendsIsRead() throws Exception {
        try (Link link = open((message, conn) -> {
            if (message.text().equals("enough")) {
                conn.writeClose(new CloseStatus(4000, "as you wish"));
            }
        })) {
            Peer peer = peer(link).open();
            peer.send(TEXT, "enough".getBytes(UTF_8));
            assertThat(peer.next()).hasToString("88 4000 'as you wish'");
            peer.send(TEXT, "one more thing".getBytes(UTF_8));
            peer.send(peer.close(4000, ""));
            assertEnds(link, peer, "closed 4000 ''");
        }
    }

    @Test
    void aPeerThatEndsItsOutputWithoutACloseStillGetsItsAnswers() throws Exception { // B-2.55: 1006
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link).open();
            byte[] message = bytes(100_000);
            peer.send(BINARY, message);
            link.shutdownOutput().run();
            assertEchoed(peer.next(), BINARY, message);
            assertThat(peer.rest()).isEmpty();
            assertThat(link.outcome()).isEqualTo("lost");
        }
    }

    @Test
    void aPeerThatIsGoneIsALoss() throws Exception {
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link).open();
            peer.send(TEXT, "Hi".getBytes(UTF_8));
            assertThat(peer.next()).hasToString("81 'Hi'");
            link.drop().run();
            assertThat(link.outcome()).isEqualTo("lost");
        }
    }

    @Test
    void aPeerThatIsGoneInTheMiddleOfAFrameIsALoss() throws Exception {
        try (Link link = open(Answer.ECHO)) {
            peer(link).open(new byte[] {(byte) TEXT});
            link.drop().run();
            assertThat(link.outcome()).isEqualTo("lost");
        }
    }

    @Test
    void textThatIsNotUtf8IsAnsweredWith1007() throws Exception { // RFC 6455, 8.1
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link).open();
            peer.send(0x01, new byte[] {'a', (byte) 0xC3});
            peer.send(0x80, new byte[] {'b'});
            assertThat(peer.next()).hasToString("88 1007 ''");
            assertEnds(link, peer, "INVALID_UTF8");
        }
    }

    @Test
    void theLastCloseArrivesAlthoughThePeerGoesOnSending() throws Exception { // RFC 6455, 7.1.1
        assumeTrue(
                embedding != Embedding.TOMCAT,
                "the container closes with input unread, which may reset the connection");
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link).open();
            peer.send(Peer.concat(peer.frame(TEXT, new byte[] {(byte) 0xFF}), peer.frame(BINARY, bytes(1 << 20))));
            assertThat(peer.next()).hasToString("88 1007 ''");
            assertEnds(link, peer, "INVALID_UTF8");
        }
    }

    // ---- handshakes that do not come to be

    @Test
    void aHandshakeThatFailsIsAnsweredByAServerAndReportedByAClient() throws Exception {
        if (role == Role.SERVER) {
            assertThatARequestThatBreaksARuleIsAnswered();
        } else {
            assertThatARefusalByTheServerIsReported();
        }
    }

    private void assertThatARequestThatBreaksARuleIsAnswered() throws Exception { // B-4.16
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link);
            peer.send(peer.request("/").replace("Version: 13", "Version: 12").getBytes(ISO_8859_1));
            assertThat(peer.readHead())
                    .startsWith("HTTP/1.1 426 ")
                    .containsIgnoringCase("sec-websocket-version: 13\r\n")
                    .containsPattern("(?i)\r\ncontent-type: text/plain; ?charset=utf-8\r\n");
            assertThat(new String(peer.rest(), UTF_8)).contains("UNSUPPORTED_WEBSOCKET_VERSION");
            link.shutdownOutput().run();
        }
    }

    private void assertThatARefusalByTheServerIsReported() throws Exception {
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link);
            peer.readHead();
            peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno".getBytes(ISO_8859_1));
            link.shutdownOutput().run();
            assertThat(link.outcome()).isEqualTo("refused 403");
        }
    }

    @Test
    void aPeerThatIsGoneInTheMiddleOfItsHeadIsALoss() throws Exception {
        assumeTrue(embedding != Embedding.TOMCAT, "the container reads the head");
        try (Link link = open(Answer.ECHO)) {
            Peer peer = peer(link);
            peer.send((role == Role.SERVER ? "GET / HTTP/1.1\r\nHo" : "HTTP/1.1 101 Swi").getBytes(ISO_8859_1));
            link.drop().run();
            assertThat(link.outcome()).isEqualTo("lost");
        }
    }
}
