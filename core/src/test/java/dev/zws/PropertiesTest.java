package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random conversations. Each has its own seed, which a failure names. */
@Timeout(30)
class PropertiesTest {
    private static final Conn.Config DEFAULT = Conn.Config.DEFAULT;

    /** A body that may throw. */
    private interface Property {
        void holds(Random random) throws Exception;
    }

    private static void forAll(int cases, Property property) {
        for (int seed = 0; seed < cases; seed++) {
            try {
                property.holds(new Random(seed));
            } catch (Exception | AssertionError e) {
                fail("seed " + seed + ": " + e, e);
            }
        }
    }

    private static byte[] randomBytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String randomText(Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            int point = random.nextInt(new int[] {0x80, 0x800, 0x10000, 0x110000}[random.nextInt(4)]);
            text.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 'x' : point);
        }
        return text.toString();
    }

    private static Reading randomReading(Random random) {
        return List.of(Reading.values()).get(random.nextInt(4));
    }

    // ---- round trips

    @Test // B-10.133
    void whatOneSideSendsTheOtherReads() {
        forAll(500, random -> {
            Role role = random.nextBoolean() ? SERVER : CLIENT;
            Fixture sender = Fixture.of(role, DEFAULT);
            List<String> sent = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                sent.add(sendSomething(random, sender.conn));
            }
            sender.conn.close();
            Reading reading = randomReading(random);
            Pieces pieces = reading.source(Pieces.random(random, sender.out.written(), 5, 500));
            Fixture receiver = new Fixture(Wire.other(role), DEFAULT, pieces, 256 + random.nextInt(2_000));
            Reading.Outcome outcome = reading.all(receiver);
            assertThat(outcome.messages()).isEqualTo(sent);
            assertThat(outcome.end()).isEqualTo("closed, 1000 ''");
        });
    }

    private static String sendSomething(Random random, Conn conn) throws IOException {
        if (random.nextBoolean()) {
            String text = randomText(random, 300);
            if (random.nextBoolean()) {
                conn.writeText(text);
            } else {
                byte[] utf8 = utf8(text);
                stream(random, conn, MessageType.TEXT, utf8);
            }
            return Reading.show(MessageType.TEXT, utf8(text));
        }
        byte[] payload = randomBytes(random, random.nextInt(20) == 0 ? 66_000 : 256);
        if (random.nextBoolean()) {
            conn.writeBinary(payload);
        } else {
            stream(random, conn, MessageType.BINARY, payload);
        }
        return Reading.show(MessageType.BINARY, payload);
    }

    private static void stream(Random random, Conn conn, MessageType type, byte[] payload) throws IOException {
        try (MessageOutput out = conn.writeStream(type)) {
            for (int at = 0; at < payload.length; ) {
                int count = 1 + random.nextInt(payload.length - at);
                out.write(payload, at, count);
                at += count;
                if (random.nextInt(3) == 0) {
                    out.flush();
                }
            }
            out.finish();
        }
    }

    // ---- fragments

    /** A client's frame with a mask of its own. */
    private static byte[] maskedFrame(Random random, int first, byte[] payload) {
        byte[] key = new byte[4];
        random.nextBytes(key);
        byte[] header = Wire.header(CLIENT, first, payload.length);
        System.arraycopy(key, 0, header, header.length - 4, 4);
        return concat(header, Wire.masked(payload, key));
    }

    @Test // B-10.134
    void fragmentsWithDifferentMasksMakeUpTheMessage() {
        forAll(500, random -> {
            byte[] payload = randomBytes(random, 300);
            int cut = random.nextInt(payload.length + 1);
            byte[] wire = concat(
                    maskedFrame(random, 0x02, Arrays.copyOf(payload, cut)),
                    maskedFrame(random, 0x80, Arrays.copyOfRange(payload, cut, payload.length)));
            Reading reading = randomReading(random);
            Fixture f = Fixture.of(SERVER, reading.source(Pieces.random(random, wire, 5, 500)));
            assertThat(reading.next(f.conn)).isEqualTo(Reading.show(MessageType.BINARY, payload));
        });
    }

    @Test // B-10.135
    void pingsBetweenFragmentsAreAnsweredInOrderAndNothingElseIsSent() {
        forAll(500, random -> {
            String text = randomText(random, 40);
            byte[] payload = utf8(text);
            int fragments = 1 + random.nextInt(4);
            List<byte[]> frames = new ArrayList<>();
            List<String> pongs = new ArrayList<>();
            int at = 0;
            for (int i = 0; i < fragments; i++) {
                boolean last = i == fragments - 1;
                int end = last ? payload.length : at + random.nextInt(payload.length - at + 1);
                while (random.nextBoolean()) {
                    byte[] ping = utf8(List.of("", "!", "ok", "1234").get(random.nextInt(4)));
                    frames.add(maskedFrame(random, 0x89, ping));
                    pongs.add("8a " + HexFormat.of().formatHex(ping));
                }
                int first = (i == 0 ? 0x01 : 0x00) | (last ? 0x80 : 0);
                frames.add(maskedFrame(random, first, Arrays.copyOfRange(payload, at, end)));
                at = end;
            }
            Reading reading = randomReading(random);
            byte[] wire = concat(frames.toArray(byte[][]::new));
            Fixture f = Fixture.of(SERVER, reading.source(Pieces.random(random, wire, 5, 500)));
            assertThat(reading.next(f.conn)).isEqualTo(Reading.show(MessageType.TEXT, payload));
            f.conn.flush();
            assertThat(f.out.seen()).isEqualTo(pongs);
        });
    }

    // ---- malformed streams

    private static final List<String> SEEDS = List.of(
            "",
            "81",
            "81 80 01020304",
            "c1 80 01020304",
            "82 ff 7fffffffffffffff 01020304",
            "89 80 01020304",
            "88 82 00000000 03e8",
            "01 81 00000000 c3",
            "80 80 00000000",
            "82 fe ffff 01020304");

    /** Valid frames, seeds and noise in a row, with some bytes changed. */
    private static byte[] malformed(Random random) {
        byte[] wire = {};
        for (int i = random.nextInt(6); i >= 0; i--) {
            wire = concat(
                    wire,
                    switch (random.nextInt(4)) {
                        case 0 -> hex(SEEDS.get(random.nextInt(SEEDS.size())));
                        case 1 -> randomBytes(random, 24);
                        case 2 -> frame(CLIENT, random.nextInt(256), randomBytes(random, 20));
                        default ->
                            maskedFrame(
                                    random,
                                    new int[] {0x81, 0x01, 0x80, 0x82, 0x89, 0x00}[random.nextInt(6)],
                                    utf8(randomText(random, 5)));
                    });
        }
        for (int i = random.nextInt(3); i > 0 && wire.length > 0; i--) {
            wire[random.nextInt(wire.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return wire;
    }

    private static Conn.Config randomConfig(Random random) {
        return DEFAULT.withLimits(Limits.DEFAULT
                        .withMaxFramePayload(random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(100))
                        .withMaxMessagePayload(random.nextBoolean() ? Integer.MAX_VALUE - 8 : random.nextInt(50))
                        .withMaxStreamedPayload(random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(50))
                        .withMaxFragments(1 + random.nextInt(5))
                        .withMaxControlFramesPerSecond(1 + random.nextInt(5))
                        .withDrainBudget(random.nextInt(200))
                        .withOversize(random.nextBoolean() ? Limits.Oversize.FAIL : Limits.Oversize.DRAIN))
                .withAutoPong(random.nextInt(4) > 0)
                .withAutoReplyClose(random.nextInt(4) > 0)
                .withValidateUtf8(random.nextInt(4) > 0);
    }

    @Test // B-10.132
    void malformedStreamsEndWithAnExceptionOfOursAndAtMostOneClose() {
        forAll(30_000, random -> {
            Reading reading = randomReading(random);
            Role role = random.nextInt(4) > 0 ? SERVER : CLIENT;
            Pieces pieces = reading.source(Pieces.random(random, malformed(random), 5, 500));
            Fixture f = new Fixture(role, randomConfig(random), pieces, 256 + random.nextInt(100));
            Reading.Outcome outcome = reading.all(f); // lets nothing through but what it knows
            f.conn.drain();
            List<Wire.Seen> frames = f.out.frames();
            long closes =
                    frames.stream().filter(seen -> seen.firstByte() == 0x88).count();
            boolean violated =
                    !outcome.end().startsWith("closed") && !outcome.end().startsWith("lost");
            boolean replies =
                    outcome.end().startsWith("closed") && f.conn.config().autoReplyClose();
            assertThat(closes).isEqualTo(violated || replies ? 1 : 0);
            assertThat(frames.subList(0, (int) (frames.size() - closes))).allMatch(seen -> seen.firstByte() == 0x8a);
            assertThat(f.conn.state())
                    .isEqualTo(
                            !outcome.end().startsWith("closed")
                                    ? Conn.State.FAILED
                                    : replies ? Conn.State.CLOSED : Conn.State.CLOSING);
        });
    }

    @Test // B-10.132
    void malformedStreamsReadFrameByFrameEndWithAnExceptionOfOurs() {
        forAll(30_000, random -> {
            Role role = random.nextInt(4) > 0 ? SERVER : CLIENT;
            Pieces pieces = Pieces.random(random, malformed(random), 5, 500);
            Fixture f = new Fixture(role, randomConfig(random), pieces, 256 + random.nextInt(100));
            try {
                while (true) {
                    frameStep(random, f.conn);
                }
            } catch (ConnectionFailedException e) {
                assertThat(f.conn.state()).isEqualTo(Conn.State.FAILED);
            } catch (ConnectionClosedException e) {
                assertThat(f.conn.state()).isIn(Conn.State.CLOSING, Conn.State.CLOSED);
            }
        });
    }

    private static void frameStep(Random random, Conn conn) throws IOException {
        byte[] target = new byte[random.nextInt(40)];
        try {
            if (!conn.frameActive()) {
                switch (random.nextInt(4)) {
                    case 0 -> conn.beginFrame();
                    case 1 -> conn.readFrame(target);
                    case 2 -> {
                        if (conn.readFrameBorrowed() == null) {
                            conn.beginFrame();
                        }
                    }
                    default -> conn.readMessage(target);
                }
            } else {
                switch (random.nextInt(3)) {
                    case 0 -> conn.readFrameChunk(target, 0, target.length);
                    case 1 -> conn.readFrameAll(target);
                    default -> conn.discardFrame();
                }
            }
        } catch (MessageTooLargeException e) {
            // it stays active, or was dropped
        }
    }
}
