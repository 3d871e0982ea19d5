package dev.zws;

import static dev.zws.Deflated.ANY_RATIO;
import static dev.zws.Deflated.TAIL;
import static dev.zws.Deflated.deflate;
import static dev.zws.Deflated.finished;
import static dev.zws.Deflated.flush;
import static dev.zws.Deflated.json;
import static dev.zws.Deflated.receive;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in is DEFLATE to its last bit, or 1007 (RFC 7692, 7.2.2; B-8.14, B-11.16, B-11.17). */
@Timeout(60)
class InflationTest {
    private final DeflatePool pool = new DeflatePool(DeflateEngine.ZIP, 4, 4, 4);
    private final Deflater peer = new Deflater(6, true);

    private Inflation inflation(Takeover takeover) {
        return new Inflation(pool, takeover, 15, ANY_RATIO);
    }

    @AfterEach
    void everyCodecCameBack() {
        peer.end();
        assertThat(pool.decompressorsInUse()).isZero();
        assertThat(pool.compressorsInUse()).isZero();
        pool.close();
        assertThat(pool.decompressorsIdle()).isZero();
    }

    private static void assertInvalid(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(ProtocolException.class, e -> {
            assertThat(e.violation()).isEqualTo(Violation.INVALID_COMPRESSED_MESSAGE);
            assertThat(e.closeCode()).isEqualTo(1007);
        });
    }

    // ---- messages

    @ParameterizedTest // RFC 7692, 7.2.3; B-8.14
    @CsvSource({
        "f248cdc9c90700, Hello",
        "000500faff48656c6c6f00, Hello",
        "f348cdc9c9070000, Hello",
        "f24805000000ffffcac9c90700, Hello",
        "ca48cdc9c90700, hello",
        "00, ''",
        "'', ''"
    })
    void messagesOfTheRfcHoweverTheyAreCut(String payload, String message) throws WebSocketException {
        for (Takeover takeover : Takeover.values()) {
            for (int cut = 1; cut <= payload.length() / 2 + 1; cut++) {
                for (int room = 1; room <= 6; room++) {
                    assertThat(text(receive(inflation(takeover), hex(payload), cut, room)))
                            .isEqualTo(message);
                }
            }
        }
    }

    @Test
    void whatStandsBeforeAFaultIsGivenFirstHoweverThePayloadIsCut() {
        byte[] payload = concat(hex("f248cdc9c90700"), TAIL, hex("ff")); // "Hello", then a block of type 3
        for (DeflateEngine engine : List.of(DeflateEngine.ZIP, new PlainEngine())) {
            for (int cut = 1; cut <= payload.length; cut++) {
                for (int room = 1; room <= 6; room++) {
                    DeflatePool pool = new DeflatePool(engine, 1, 1, 1);
                    Inflation inflation = new Inflation(pool, Takeover.NONE, 15, ANY_RATIO);
                    ByteArrayOutputStream given = new ByteArrayOutputStream();
                    int pieces = cut;
                    byte[] target = new byte[room];
                    assertInvalid(catchThrowable(() -> {
                        inflation.begin();
                        for (int at = 0; at < payload.length; at += pieces) {
                            inflation.input(payload, at, Math.min(pieces, payload.length - at));
                            for (int count = inflation.inflate(target, 0, target.length); count > 0; ) {
                                given.write(target, 0, count);
                                count = inflation.inflate(target, 0, target.length);
                            }
                        }
                    }));
                    assertThat(given.toString(UTF_8)).isEqualTo("Hello");
                    pool.close();
                }
            }
        }
    }

    @ParameterizedTest // RFC 7692, 7.2.3.2
    @EnumSource(names = {"POOLED", "DEDICATED"})
    void secondMessageRefersToTheFirst(Takeover takeover) throws WebSocketException {
        Inflation inflation = inflation(takeover);
        assertThat(text(receive(inflation, hex("f248cdc9c90700")))).isEqualTo("Hello");
        assertThat(text(receive(inflation, hex("f200110000")))).isEqualTo("Hello");
    }

    @Test // RFC 7692, 7.1.1: who was told not to refer back and does breaks the rule
    void withoutTakeoverNothingIsThereToReferTo() throws WebSocketException {
        Inflation inflation = inflation(Takeover.NONE);
        assertThat(text(receive(inflation, hex("f248cdc9c90700")))).isEqualTo("Hello");
        assertInvalid(catchThrowable(() -> receive(inflation, hex("f200110000"))));
    }

    @Test // RFC 7692, 7.1.2
    void matchBeyondTheAgreedWindowIsInvalid() throws WebSocketException {
        byte[] noise = new byte[2000];
        new Random(3).nextBytes(noise);
        Inflation wide = new Inflation(pool, Takeover.POOLED, 11, ANY_RATIO);
        Inflation narrow = new Inflation(pool, Takeover.POOLED, 10, ANY_RATIO);
        byte[] first = deflate(peer, noise);
        byte[] second = deflate(peer, noise);
        receive(wide, first);
        receive(narrow, first);
        assertThat(receive(wide, second)).isEqualTo(noise);
        assertInvalid(catchThrowable(() -> receive(narrow, second)));
    }

    @ParameterizedTest
    @EnumSource
    void everyCutOfTheInputAndEverySizeOfTheOutputGivesTheMessage(Takeover takeover) throws WebSocketException {
        byte[] message = json(300, 3);
        byte[] payload =
                concat(flush(peer, Arrays.copyOf(message, 100)), deflate(peer, Arrays.copyOfRange(message, 100, 300)));
        Inflation inflation = inflation(takeover);
        for (int cut = 1; cut <= payload.length; cut++) {
            assertThat(receive(inflation, payload, cut, 64)).isEqualTo(message);
            assertThat(receive(inflation, payload, payload.length, cut)).isEqualTo(message);
        }
        for (int room = 1; room <= 301; room++) {
            assertThat(receive(inflation, payload, 7, room)).isEqualTo(message);
        }
    }

    @ParameterizedTest // an independent zlib on the other side
    @EnumSource
    void conversationWithThePlatformsOwnCodecs(Takeover takeover) throws Exception {
        Random random = new Random(11);
        Inflater theirs = new Inflater(true);
        Inflation in = inflation(takeover);
        Deflation out = new Deflation(pool, 6, takeover, 15);
        try {
            for (int i = 0; i < 200; i++) {
                byte[] message = Deflated.any(random, i % 20 == 0 ? 100_000 : 3000);
                if (takeover == Takeover.NONE) {
                    theirs.reset();
                    peer.reset();
                }
                assertThat(receive(in, deflate(peer, message), 1 + random.nextInt(2000), 1 + random.nextInt(9000)))
                        .isEqualTo(message);
                assertThat(Deflated.inflate(theirs, Deflated.send(out, message)))
                        .isEqualTo(message);
            }
        } finally {
            theirs.end();
            out.release();
        }
    }

    @Test // B-8.8, B-12.11
    void exactFitIsToldByAskingForMore() throws WebSocketException {
        Inflation inflation = inflation(Takeover.POOLED);
        byte[] target = new byte[5];
        inflation.begin();
        inflation.input(hex("f248cdc9c90700"), 0, 7);
        assertThat(inflation.more()).isTrue();
        assertThat(inflation.more()).isTrue();
        assertThat(inflation.inflate(target, 0, 5)).isEqualTo(1);
        assertThat(inflation.inflate(target, 1, 4)).isEqualTo(4);
        assertThat(text(target)).isEqualTo("Hello");
        assertThat(inflation.more()).isFalse();
        inflation.end();
        assertThat(text(receive(inflation, hex("f200110000")))).isEqualTo("Hello"); // each byte counted once
    }

    // ---- BFINAL

    @ParameterizedTest // RFC 7692, 7.2.3.4; B-11.16
    @EnumSource
    void messageMayConsistOfSeveralStreams(Takeover takeover) throws WebSocketException {
        byte[] streams = concat(finished(utf8("one, ")), finished(bytes(0)), finished(utf8("two, ")));
        for (int cut = 1; cut <= streams.length; cut++) {
            Inflation inflation = inflation(takeover);
            assertThat(text(receive(inflation, concat(streams, deflate(utf8("three"))), cut, 3)))
                    .isEqualTo("one, two, three");
            assertThat(text(receive(inflation, concat(streams, hex("00")), cut, 3)))
                    .isEqualTo("one, two, ");
            assertThat(text(receive(inflation, streams, cut, 3))).isEqualTo("one, two, ");
        }
    }

    @Test
    void nextStreamMayReferToTheOneBeforeWhenThereIsTakeover() throws WebSocketException {
        byte[] payload = concat(hex("f348cdc9c90700"), hex("f200110000"));
        assertThat(text(receive(inflation(Takeover.POOLED), payload))).isEqualTo("HelloHello");
        assertInvalid(catchThrowable(() -> receive(inflation(Takeover.NONE), payload)));
    }

    @Test
    void messageAfterOneThatEndedWithBfinalRefersToIt() throws WebSocketException {
        Inflation inflation = inflation(Takeover.DEDICATED);
        assertThat(text(receive(inflation, hex("f348cdc9c9070000")))).isEqualTo("Hello");
        assertThat(text(receive(inflation, hex("f200110000")))).isEqualTo("Hello");
    }

    @Test // two bytes cost the receiver a new start and a window
    void emptyStreamsWithoutEndAreRefused() {
        byte[] payload = new byte[200_000];
        for (int i = 0; i < payload.length; i += 2) {
            payload[i] = 0x03;
        }
        Throwable thrown = catchThrowable(() -> receive(inflation(Takeover.POOLED), payload));
        assertInvalid(thrown);
        assertThat(thrown).hasMessageContaining("too many blocks with BFINAL");
    }

    @Test
    void streamsThatHoldSomethingMayBeMany() throws WebSocketException {
        byte[] stream = finished(json(256, 1));
        byte[] payload = new byte[1000 * stream.length];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = stream[i % stream.length];
        }
        assertThat(receive(inflation(Takeover.NONE), payload)).hasSize(256_000);
    }

    // ---- what is not DEFLATE, or not all of it

    @ParameterizedTest
    @EnumSource
    void messageThatIsCutOffAnywhereIsInvalid(Takeover takeover) {
        for (byte[] message : new byte[][] {utf8("Hello"), json(500, 7), bytes(300), new byte[1000]}) {
            for (int level : new int[] {0, 1, 6}) {
                byte[] payload = deflate(message, level);
                for (int length = 1; length < payload.length; length++) {
                    byte[] cut = Arrays.copyOf(payload, length);
                    if (!Arrays.equals(cut, new byte[1])) { // an empty message, whatever it was cut from
                        assertInvalid(catchThrowable(() -> receive(inflation(takeover), cut)));
                    }
                }
            }
        }
    }

    @Test // the four bytes of the tail would fill it up
    void storedBlockThatLacksFourBytesIsInvalid() {
        Throwable thrown = catchThrowable(() -> receive(inflation(Takeover.NONE), hex("000400fbff")));
        assertInvalid(thrown);
        assertThat(thrown).hasMessageContaining("cut off after 5 bytes");
    }

    @Test // the tail and the last block would be taken for the lengths of its codes
    void blockThatIsCutOffWithinItsHeaderIsInvalid() {
        Throwable thrown = catchThrowable(() -> receive(inflation(Takeover.NONE), hex("04c10f7342")));
        assertInvalid(thrown);
        assertThat(thrown).hasMessageContaining("cut off after 5 bytes");
    }

    @Test // RFC 7692, 7.2.3.4, and cut within the stream, or within what follows it
    void streamThatIsCutOffIsInvalid() {
        byte[] payload = concat(finished(utf8("Hello")), deflate(utf8("Hello")));
        int first = finished(utf8("Hello")).length;
        for (int length = 1; length < payload.length; length++) {
            if (length != first) {
                byte[] cut = Arrays.copyOf(payload, length);
                assertInvalid(catchThrowable(() -> receive(inflation(Takeover.POOLED), cut)));
            }
        }
    }

    @ParameterizedTest // B-8.14, B-10.100; a tail that was not taken off; zeros; text
    @ValueSource(
            strings = {
                "ff00aa55",
                "01", // the tail would make it a whole last block
                "07",
                "f248cdc9c907000000ffff",
                "f248cdc9c9070000",
                "f248cdc9c9070055",
                "f348cdc9c907000055",
                "f348cdc9c9070048656c6c6f",
                "0000",
                "48656c6c6f"
            })
    void garbageAndWhatTrailsAMessageIsInvalid(String payload) {
        for (int cut = 1; cut <= payload.length() / 2; cut++) {
            int size = cut;
            assertInvalid(catchThrowable(() -> receive(inflation(Takeover.POOLED), hex(payload), size, 10)));
        }
    }

    @Test
    void tailThatWasNotTakenOffIsAnEmptyBlockAndThenNothing() throws WebSocketException {
        byte[] payload = concat(hex("f248cdc9c90700"), TAIL, hex("00"));
        assertThat(text(receive(inflation(Takeover.NONE), payload))).isEqualTo("Hello"); // two flushes, 7.2.3.5
    }

    @Test
    void everyChangeOfOneByteIsInvalidOrAnotherMessage() {
        byte[] payload = concat(flush(peer, json(60, 1)), deflate(peer, json(60, 2)));
        int[] outcomes = new int[2];
        Inflation inflation = inflation(Takeover.NONE);
        for (int at = 0; at < payload.length; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] changed = payload.clone();
                changed[at] = (byte) value;
                Throwable thrown = catchThrowable(() -> receive(inflation, changed));
                if (thrown != null) {
                    assertInvalid(thrown);
                }
                outcomes[thrown == null ? 0 : 1]++;
            }
        }
        assertThat(outcomes[0]).isGreaterThan(payload.length); // unchanged, or with another literal
        assertThat(outcomes[1]).isGreaterThan(payload.length);
    }

    @Test
    void noiseIsInvalidOrAMessageAndNeverAnythingElse() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[1 + random.nextInt(60)];
            random.nextBytes(noise);
            Inflation inflation = inflation(seed % 2 == 0 ? Takeover.NONE : Takeover.POOLED);
            try {
                receive(inflation, noise, 1 + random.nextInt(60), 1 + random.nextInt(2000));
            } catch (ProtocolException e) {
                assertInvalid(e);
            } catch (Exception | AssertionError e) {
                fail("seed " + seed + ": " + e, e);
            }
        }
    }

    @Test
    void connectionThatFailedCanBeginNoHarm() throws WebSocketException {
        Inflation inflation = inflation(Takeover.NONE);
        assertInvalid(catchThrowable(() -> receive(inflation, hex("07"))));
        assertThat(text(receive(inflation, hex("f248cdc9c90700")))).isEqualTo("Hello");
    }

    // ---- bombs

    @Test // a gigabyte of zeros in a megabyte
    void bombIsRefusedAtItsRatioAfterAMegabyteAndOneBuffer() throws WebSocketException {
        byte[] bomb = deflate(new byte[8 << 20]);
        Inflation inflation = new Inflation(pool, Takeover.NONE, 15, 500);
        inflation.begin();
        inflation.input(bomb, 0, bomb.length);
        byte[] target = new byte[4096];
        long[] inflated = new long[1];
        Throwable thrown = catchThrowable(() -> {
            for (int count = 1; count > 0; ) {
                count = inflation.inflate(target, 0, target.length);
                inflated[0] += count;
            }
        });
        assertThat(thrown).isInstanceOfSatisfying(ProtocolException.class, e -> {
            assertThat(e.violation()).isEqualTo(Violation.MESSAGE_TOO_LARGE);
            assertThat(e.closeCode()).isEqualTo(1009);
        });
        assertThat(inflated[0]).isEqualTo(1 << 20);
    }

    @Test
    void bombThatTricklesIsRefusedToo() {
        byte[] bomb = deflate(new byte[8 << 20]);
        Inflation inflation = new Inflation(pool, Takeover.POOLED, 15, 500);
        assertThatThrownBy(() -> receive(inflation, bomb, 1, 4096)).hasMessageContaining("more than 500 for one");
    }

    @ParameterizedTest
    @CsvSource({"1048576, 1, true", "1048577, 500, false", "1048577, 2000, true"})
    void ratioIsJudgedBeyondAMegabyte(int length, long maxRatio, boolean fine) {
        byte[] payload = deflate(new byte[length]);
        Inflation inflation = new Inflation(pool, Takeover.NONE, 15, maxRatio);
        assertThat(catchThrowable(() -> receive(inflation, payload)) == null).isEqualTo(fine);
    }

    @Test // each message has its own
    void ratioIsThatOfTheMessage() throws WebSocketException {
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        Inflation inflation = new Inflation(pool, Takeover.NONE, 15, 500);
        receive(inflation, deflate(noise));
        byte[] bomb = deflate(new byte[2 << 20]);
        assertThatThrownBy(() -> receive(inflation, bomb)).isInstanceOf(ProtocolException.class);
    }

    // ---- codecs and threads

    @ParameterizedTest
    @EnumSource
    void codecIsHeldWithinAMessageAndNotBetweenTwo(Takeover takeover) throws WebSocketException {
        Inflation inflation = inflation(takeover);
        assertThat(pool.decompressorsInUse()).isZero();
        inflation.begin();
        inflation.input(hex("f248cd"), 0, 3);
        assertThat(pool.decompressorsInUse()).isEqualTo(1);
        inflation.inflate(new byte[10], 0, 10);
        assertThat(pool.decompressorsInUse()).isEqualTo(1);
        inflation.begin(); // the old message is forgotten, not its codec
        assertThat(pool.decompressorsInUse()).isEqualTo(1);
        inflation.end();
        assertThat(pool.decompressorsInUse()).isZero();
        assertThat(pool.decompressorsIdle()).isEqualTo(1);
    }

    @Test
    void messageCannotBeginWhenThePoolHasNoDecompressor() {
        List<Inflation> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(inflation(Takeover.NONE));
            assertThat(all.get(i).begin()).isTrue();
        }
        Inflation late = inflation(Takeover.NONE);
        assertThat(late.begin()).isFalse();
        assertThatThrownBy(() -> late.input(bytes(1), 0, 1)).isInstanceOf(IllegalStateException.class);
        all.get(0).release();
        assertThat(late.begin()).isTrue();
        late.release();
        all.forEach(Inflation::release);
    }

    @Test
    void messageThatNobodyWillSeeIsAbandonedOnlyWhereNoneRefersToIt() throws WebSocketException {
        Inflation none = inflation(Takeover.NONE);
        none.abandon();
        none.begin();
        none.abandon();
        assertThat(pool.decompressorsInUse()).isZero();
        assertThat(text(receive(none, hex("f248cdc9c90700")))).isEqualTo("Hello");
        assertThatThrownBy(inflation(Takeover.POOLED)::abandon)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("inflate it to its end");
    }

    @Test
    void callsOutOfOrderAreRefused() throws WebSocketException {
        Inflation inflation = inflation(Takeover.NONE);
        assertThatThrownBy(() -> inflation.inflate(bytes(1), 0, 1)).hasMessageContaining("call begin() first");
        assertThatThrownBy(inflation::end).hasMessageContaining("call begin() first");
        inflation.begin();
        assertThatThrownBy(() -> inflation.inflate(bytes(1), 0, 0)).isInstanceOf(IllegalArgumentException.class);
        inflation.input(hex("f248cdc9c90700"), 0, 7);
        assertThatThrownBy(inflation::end).hasMessageContaining("until it returns 0");
        inflation.begin();
        inflation.input(hex("f248cdc9c90700"), 0, 7);
        assertThat(inflation.more()).isTrue();
        assertThatThrownBy(inflation::end).hasMessageContaining("until it returns 0");
        inflation.begin();
        inflation.input(hex("000100feff41"), 0, 6); // a stored block, all of which is taken for its one byte
        assertThat(inflation.more()).isTrue();
        assertThatThrownBy(inflation::end).hasMessageContaining("until it returns 0");
    }

    @Test
    void afterTheReleaseEveryCallSaysThatTheConnectionIsClosed() throws WebSocketException {
        Inflation inflation = inflation(Takeover.POOLED);
        inflation.begin();
        inflation.release();
        assertThatThrownBy(() -> inflation.input(bytes(1), 0, 1)).isInstanceOf(ConnectionClosedException.class);
        assertThatThrownBy(() -> inflation.inflate(bytes(1), 0, 1)).isInstanceOf(ConnectionClosedException.class);
        assertThatThrownBy(inflation::end).isInstanceOf(ConnectionClosedException.class);
        assertThat(inflation.begin()).isTrue(); // which holds nothing any more
        assertThat(pool.decompressorsInUse()).isZero();
        assertThatThrownBy(inflation::end).isInstanceOf(ConnectionClosedException.class);
        inflation.release();
    }

    @Test // the close of a connection against its reader: the codec comes back once, and never while it is used
    void releaseWhileAnotherThreadInflates() throws Exception {
        PlainEngine engine = new PlainEngine(); // notices every use after the end
        byte[] payload = deflate(json(400, 1));
        for (int round = 0; round < 100; round++) {
            DeflatePool mine = new DeflatePool(engine, 1, 1, 0);
            Inflation inflation = new Inflation(mine, Takeover.POOLED, 15, ANY_RATIO);
            Running reader = Running.start(() -> {
                while (true) {
                    receive(inflation, payload, 50, 100);
                }
            });
            while (mine.decompressorsInUse() == 0 && !reader.end().isDone()) {
                Thread.onSpinWait();
            }
            inflation.release();
            assertThat(reader.join()).isInstanceOf(ConnectionClosedException.class);
            assertThat(mine.decompressorsInUse()).isZero();
            assertThat(engine.open.get()).isZero();
        }
    }

    @Test
    void engineThatFailsCostsNoCodec() {
        for (FailingEngine.Operation operation : FailingEngine.Operation.values()) {
            FailingEngine engine = new FailingEngine(operation);
            DeflatePool failing = new DeflatePool(engine, 1, 1, 1);
            Inflation inflation = new Inflation(failing, Takeover.NONE, 15, ANY_RATIO);
            for (int i = 0; i < 3; i++) {
                Throwable thrown = catchThrowable(() -> receive(inflation, hex("f248cdc9c90700")));
                if (operation != FailingEngine.Operation.FLUSH) {
                    assertThat(thrown).hasMessage(operation.failure());
                }
                assertThat(failing.decompressorsInUse()).as("%s", operation).isZero();
            }
            failing.close();
            assertThat(engine.open.get()).as("%s", operation).isZero();
        }
    }
}
