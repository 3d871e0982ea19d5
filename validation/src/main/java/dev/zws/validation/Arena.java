package dev.zws.validation;

import static dev.zws.validation.Wire.ascii;
import static dev.zws.validation.Wire.frame;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.Deadlines;
import dev.zws.PerMessageDeflateConfig;
import dev.zws.examples.PollEchoServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The servers under attack, one for each {@link Way}, patient and impatient; and the example that serves all on one thread. */
final class Arena implements AutoCloseable {
    static final String GET = "GET /chat HTTP/1.1\r\n";
    static final String HOST = "Host: good.example\r\n";
    static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    static final String VERSION = "Sec-WebSocket-Version: 13\r\n";
    static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    static final String END = "\r\n";
    static final String REQUEST = GET + HOST + UPGRADE + KEY + VERSION;

    /** How long an impatient server waits for anything. */
    static final long SHORT_NANOS = 500_000_000L;

    /** Sent before what breaks a rule, and echoed. */
    static final String BEFORE = "before";

    /** Sent behind what breaks a rule; nobody may ever see it. */
    static final byte[] AFTER = frame(0x81, "after");

    static final Deadlines SHORT =
            new Deadlines(SHORT_NANOS, 4 * SHORT_NANOS, SHORT_NANOS, SHORT_NANOS, SHORT_NANOS, SHORT_NANOS);

    private static final int ROOM = 16 * 1024 * 1024;

    private final boolean quick;
    private final Map<Way, Witness> patient = new EnumMap<>(Way.class);
    private final Map<Way, Witness> impatient = new EnumMap<>(Way.class);
    private final Map<Way, Witness> roomy = new EnumMap<>(Way.class);
    private final PollEchoServer selector;

    Arena(boolean quick) throws IOException {
        this.quick = quick;
        for (Way way : Way.values()) {
            patient.put(way, Witness.start(way, Witness.OPTIONS, Witness.CONFIG));
            impatient.put(
                    way,
                    Witness.start(
                            way, Witness.OPTIONS.withTimeoutNanos(SHORT_NANOS), Witness.CONFIG.withDeadlines(SHORT)));
            roomy.put(
                    way,
                    Witness.start(
                            way,
                            Witness.OPTIONS,
                            Witness.CONFIG.withLimits(Witness.CONFIG
                                    .limits()
                                    .withMaxMessagePayload(ROOM)
                                    .withMaxStreamedPayload(ROOM))));
        }
        selector = PollEchoServer.start(
                0,
                PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true),
                Witness.CONFIG,
                new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    }

    /** How much of a flood is sent. */
    int scaled(int full, int reduced) {
        return quick ? reduced : full;
    }

    Witness server(Way way) {
        return Objects.requireNonNull(patient.get(way));
    }

    Witness impatient(Way way) {
        return Objects.requireNonNull(impatient.get(way));
    }

    /** One that takes messages of 16 MiB. */
    Witness roomy(Way way) {
        return Objects.requireNonNull(roomy.get(way));
    }

    private List<Witness> witnesses() {
        return Stream.of(patient, impatient, roomy)
                .flatMap(servers -> servers.values().stream())
                .toList();
    }

    /** The port of the example that serves all connections on one thread. */
    int selectorPort() {
        return selector.port();
    }

    /** A connection past its handshake. */
    static Peer open(int port, boolean deflate) throws IOException {
        return opened(Peer.connect(port), deflate);
    }

    static Peer opened(Peer peer, boolean deflate) throws IOException {
        peer.send(ascii(REQUEST + (deflate ? DEFLATE : "") + END));
        String head = peer.head();
        Check.that(head.startsWith("HTTP/1.1 101 "), "a good handshake is not answered with 101 but: " + head);
        Check.same("permessage-deflate agreed on", deflate, head.contains("permessage-deflate"));
        return peer;
    }

    /** Proves that a connection works. */
    static void echo(Peer peer) throws IOException {
        peer.send(frame(0x81, BEFORE));
        Check.same("the echo", "81 'before'", peer.frame());
    }

    /** A fresh connection to every server still echoes, and closes in order. */
    void everybodyStillEchoes() throws IOException {
        for (Witness server : witnesses()) {
            stillEchoes(server.port());
        }
        stillEchoes(selectorPort());
    }

    /** As {@link #everybodyStillEchoes}, of the servers with default deadlines: no pause of this process can make these give up. */
    void patientStillEcho() throws IOException {
        for (Witness server : patient.values()) {
            stillEchoes(server.port());
        }
        stillEchoes(selectorPort());
    }

    static void stillEchoes(int port) throws IOException {
        try (Peer peer = open(port, false)) {
            echo(peer);
            peer.send(frame(0x88, Wire.status(1000, "")));
            Check.same("the end of a fresh connection", List.of("88 03e8", Peer.END), peer.framesToEnd());
        }
    }

    /** How many connections are still being served. */
    int open() {
        return witnesses().stream().mapToInt(Witness::open).sum();
    }

    void forget() {
        witnesses().forEach(Witness::forget);
    }

    @Override
    public void close() throws IOException {
        for (Witness server : witnesses()) {
            server.close();
        }
        selector.close();
    }
}
