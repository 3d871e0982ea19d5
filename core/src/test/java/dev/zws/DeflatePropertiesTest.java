package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.FIN;
import static dev.zws.Wire.RSV1;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random conversations with permessage-deflate. Each has its own seed, which a failure names. */
@Timeout(60)
class DeflatePropertiesTest {
    private static final int MOST = 200_000;
    private static final Conn.Config CONFIG = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxFragments(100_000));

    private final DeflatePool pool = new DeflatePool();

    /** A body that may throw. */
    private interface Property {
        void holds(Random random) throws Exception;
    }

    private void forAll(int cases, Property property) {
        for (int seed = 0; seed < cases; seed++) {
            try {
                property.holds(new Random(seed));
                assertThat(pool.decompressorsInUse()).isZero();
                assertThat(pool.compressorsInUse()).isZero();
            } catch (Exception | AssertionError e) {
                fail("seed " + seed + ": " + e, e);
            }
        }
    }

    private static <T> T any(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static PerMessageDeflate randomAgreement(Random random) {
        return new PerMessageDeflate(
                random.nextBoolean(), random.nextBoolean(), 9 + random.nextInt(7), 9 + random.nextInt(7));
    }

    private PerMessageDeflateConfig randomConfig(Random random) {
        return PerMessageDeflateConfig.DEFAULT
                .withPool(pool)
                .withCompressOutgoing(true)
                .withMaxRatio(2_000)
                .withTakeover(random.nextBoolean() ? Takeover.POOLED : Takeover.DEDICATED)
                .withMinPayloadLength(any(random, new Integer[] {0, 1, 64, 1_000}))
                .withRequireCompressionGain(random.nextBoolean())
                .withLevel(random.nextInt(10));
    }

    private static int randomSize(Random random) {
        return random.nextInt(any(random, new Integer[] {1, 30, 300, 3_000, random.nextInt(5) == 0 ? MOST : 20_000})
                + 1);
    }

    private static String randomText(Random random) {
        if (random.nextBoolean()) {
            return new String(Deflated.json(randomSize(random), random.nextInt(50)), StandardCharsets.ISO_8859_1);
        }
        String[] words = {"Grüße", "世界", "😀", " ", "etaoin", "shrdlu", "\n"};
        StringBuilder text = new StringBuilder();
        for (int length = randomSize(random); text.length() < length; ) {
            text.append(any(random, words));
        }
        return text.toString();
    }

    // ---- between our two roles

    @ParameterizedTest
    @EnumSource
    void whatOneSideSendsTheOtherReads(Reading reading) {
        forAll(150, random -> {
            Role role = random.nextBoolean() ? SERVER : CLIENT;
            PerMessageDeflate agreed = randomAgreement(random);
            Fixture sender = Fixture.deflating(role, agreed, randomConfig(random), CONFIG, Pieces.whole(new byte[0]));
            List<Sent> sent = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                sent.add(sendSomething(random, sender.conn));
            }
            sender.conn.close();
            Pieces pieces = reading.source(Pieces.random(random, sender.out.written(), 50, 20_000));
            Reading.Outcome outcome =
                    reading.all(Fixture.deflating(Wire.other(role), agreed, randomConfig(random), large(), pieces));
            assertThat(outcome.end()).isEqualTo("closed, 1000 ''");
            assertThat(outcome.messages())
                    .isEqualTo(sent.stream()
                            .map(message -> expected(reading, message))
                            .toList());
        });
    }

    private static Conn.Config large() {
        return CONFIG.withLimits(CONFIG.limits().withMaxControlFramesPerSecond(100_000));
    }

    /** The arrays of {@link Reading} hold 70,000 bytes; there, a larger message is dropped, and remembered by what follows. */
    private static String expected(Reading reading, Sent sent) {
        return reading == Reading.INTO_ARRAY && sent.length > Reading.ARRAY
                ? "dropped, over " + Reading.ARRAY
                : sent.shown;
    }

    /** A message as {@link Reading} shows it. */
    private record Sent(String shown, int length) {}

    private static Sent sendSomething(Random random, Conn conn) throws IOException {
        if (random.nextInt(4) == 0) {
            conn.writePing(new byte[random.nextInt(10)]);
        }
        boolean text = random.nextBoolean();
        MessageType type = text ? MessageType.TEXT : MessageType.BINARY;
        String string = text ? randomText(random) : "";
        byte[] payload = text ? string.getBytes(StandardCharsets.UTF_8) : Deflated.any(random, randomSize(random));
        switch (random.nextInt(4)) {
            case 0 -> stream(random, conn, type, payload);
            case 1 -> {
                byte[] wider = concat(new byte[7], payload, new byte[3]);
                if (text) {
                    conn.sendText(wider, 7, payload.length);
                } else {
                    conn.sendBinary(wider, 7, payload.length);
                }
            }
            case 2 -> {
                List<byte[]> chunks = chunks(random, payload);
                if (text) {
                    conn.writeText(string);
                } else {
                    conn.sender.message(type, chunks, random.nextBoolean() ? 0 : Long.MAX_VALUE);
                }
            }
            default -> {
                if (text) {
                    conn.writeText(string);
                } else {
                    conn.writeBinary(payload);
                }
            }
        }
        return new Sent(Reading.show(type, payload), payload.length);
    }

    private static List<byte[]> chunks(Random random, byte[] payload) {
        List<byte[]> chunks = new ArrayList<>();
        int at = 0;
        do {
            int next = at + random.nextInt(payload.length - at + 1);
            chunks.add(Arrays.copyOfRange(payload, at, next));
            at = next;
        } while (at < payload.length);
        return chunks;
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
                if (random.nextInt(3) == 0) {
                    conn.writePing(new byte[0]);
                }
            }
            out.finish();
        }
    }

    // ---- with java.util.zip as the other side

    @ParameterizedTest
    @EnumSource
    void whatJavaUtilZipSendsIsRead(Reading reading) {
        forAll(100, random -> {
            Role from = random.nextBoolean() ? SERVER : CLIENT;
            boolean takeover = random.nextBoolean();
            PerMessageDeflate agreed = new PerMessageDeflate(!takeover, !takeover, 15, 15);
            List<String> sent = new ArrayList<>();
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            try (Deflated.Ended<Deflater> deflater = new Deflated.Ended<>(new Deflater(1, true), Deflater::end)) {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    byte[] message = Deflated.any(random, Math.min(70_000, randomSize(random)));
                    sent.add(Reading.show(MessageType.BINARY, message));
                    wire.writeBytes(
                            random.nextInt(4) == 0
                                    ? frame(from, FIN | 2, message)
                                    : fragments(random, from, Deflated.deflate(deflater.it, message)));
                    if (!takeover) {
                        deflater.it.reset();
                    }
                }
            }
            wire.writeBytes(Wire.close(from, 1000, ""));
            Pieces pieces = reading.source(Pieces.random(random, wire.toByteArray(), 50, 20_000));
            Reading.Outcome outcome =
                    reading.all(Fixture.deflating(Wire.other(from), agreed, randomConfig(random), large(), pieces));
            assertThat(outcome.messages()).isEqualTo(sent);
            assertThat(outcome.end()).isEqualTo("closed, 1000 ''");
        });
    }

    private static byte[] fragments(Random random, Role from, byte[] payload) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        int first = RSV1 | 2;
        int at = 0;
        while (random.nextInt(3) > 0) {
            int next = at + random.nextInt(payload.length - at + 1);
            frames.writeBytes(frame(from, first, Arrays.copyOfRange(payload, at, next)));
            if (random.nextBoolean()) {
                frames.writeBytes(frame(from, 0x89, "ping"));
            }
            first = 0;
            at = next;
        }
        frames.writeBytes(frame(from, FIN | first, Arrays.copyOfRange(payload, at, payload.length)));
        return frames.toByteArray();
    }

    @Test
    void whatIsSentIsReadByJavaUtilZip() {
        forAll(200, random -> {
            Role role = random.nextBoolean() ? SERVER : CLIENT;
            PerMessageDeflate agreed = randomAgreement(random);
            Fixture sender = Fixture.deflating(role, agreed, randomConfig(random), CONFIG, Pieces.whole(new byte[0]));
            List<Sent> sent = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                sent.add(sendSomething(random, sender.conn));
            }
            sender.conn.close();
            List<String> read = new ArrayList<>();
            try (Deflated.Ended<Inflater> inflater = new Deflated.Ended<>(new Inflater(true), Inflater::end)) {
                for (Wire.Seen message : messages(sender.out.frames())) {
                    boolean compressed = (message.firstByte() & RSV1) != 0;
                    byte[] payload = compressed ? Deflated.inflate(inflater.it, message.payload()) : message.payload();
                    MessageType type = (message.firstByte() & 0xF) == 1 ? MessageType.TEXT : MessageType.BINARY;
                    read.add(Reading.show(type, payload));
                    if (!agreed.takeover(role)) {
                        inflater.it.reset();
                    }
                }
            }
            assertThat(read).isEqualTo(sent.stream().map(Sent::shown).toList());
        });
    }

    /** The data messages among these frames, each with its first byte and all of its payload. */
    private static List<Wire.Seen> messages(List<Wire.Seen> frames) {
        List<Wire.Seen> messages = new ArrayList<>();
        List<byte[]> payload = new ArrayList<>();
        int first = 0;
        for (Wire.Seen seen : frames) {
            if ((seen.firstByte() & 8) != 0) {
                continue;
            }
            if ((seen.firstByte() & 0xF) != 0) {
                first = seen.firstByte();
            } else {
                assertThat(seen.firstByte() & RSV1).isZero(); // RFC 7692, 6
            }
            payload.add(seen.payload());
            if ((seen.firstByte() & FIN) != 0) {
                messages.add(new Wire.Seen(first, false, concat(payload.toArray(byte[][]::new))));
                payload.clear();
            }
        }
        assertThat(payload).isEmpty();
        return messages;
    }

    // ---- a strict decoder

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 11, 12, 13, 14, 15})
    void noMatchReachesFurtherBackThanTheWindow(int bits) throws Exception {
        for (Takeover takeover : Takeover.values()) {
            boolean alone = takeover == Takeover.NONE;
            PerMessageDeflateConfig config =
                    randomConfig(new Random(bits)).withTakeover(takeover).withLevel(6);
            PerMessageDeflate agreed = new PerMessageDeflate(alone, alone, bits, bits);
            Fixture sender = Fixture.deflating(SERVER, agreed, config, CONFIG, Pieces.whole(new byte[0]));
            List<byte[]> corpus = corpus(new Random(bits));
            for (byte[] message : corpus) {
                if (message.length % 2 == 0) {
                    sender.conn.writeBinary(message);
                } else {
                    stream(new Random(message.length), sender.conn, MessageType.BINARY, message);
                }
            }
            sender.conn.close();
            byte[] history = new byte[0];
            int farthest = 0;
            List<Wire.Seen> messages = messages(sender.out.frames());
            assertThat(messages).hasSameSizeAs(corpus);
            for (int i = 0; i < corpus.size(); i++) {
                byte[] payload = messages.get(i).payload();
                if ((messages.get(i).firstByte() & RSV1) != 0) {
                    byte[] whole = concat(payload, Deflated.TAIL);
                    StrictInflater strict = new StrictInflater(history, whole, 0, whole.length, 1 << bits);
                    assertThat(strict.run()).isEqualTo(StrictInflater.End.BETWEEN_BLOCKS);
                    byte[] all = strict.output();
                    payload = Arrays.copyOfRange(all, history.length, all.length);
                    history =
                            alone ? history : Arrays.copyOfRange(all, Math.max(0, all.length - (1 << 15)), all.length);
                    farthest = Math.max(farthest, strict.farthest());
                }
                assertThat(payload).isEqualTo(corpus.get(i));
            }
            assertThat(farthest).as("the corpus is a test of the window").isGreaterThan(1 << (bits - 1));
        }
    }

    /** JSON, text and random data, small and large, resembling each other. */
    private static List<byte[]> corpus(Random random) {
        List<byte[]> corpus = new ArrayList<>();
        for (int size : new int[] {100, 301, 1_000, 5_001, 40_000, 100, 70_001, 333}) {
            corpus.add(Deflated.json(size, size % 3));
            corpus.add(
                    "Grüße aus 世界, all work and no play. ".repeat(size / 40 + 1).getBytes(StandardCharsets.UTF_8));
            byte[] noise = new byte[size];
            random.nextBytes(noise);
            corpus.add(noise);
            corpus.add(concat(noise, Deflated.json(size, 1), noise));
        }
        return corpus;
    }
}
