package dev.zws;

import static dev.zws.Deflated.ANY_RATIO;
import static dev.zws.Deflated.TAIL;
import static dev.zws.Deflated.json;
import static dev.zws.Deflated.send;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zws.StrictInflater.Corrupt;
import dev.zws.StrictInflater.End;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out is the form of RFC 7692, 7.2.1, and reaches back no further than agreed. */
@Timeout(60)
class DeflationTest {
    private static final int MOST = 16;

    private final DeflatePool pool = new DeflatePool(DeflateEngine.ZIP, MOST, MOST, MOST);
    private final List<Deflation> deflations = new ArrayList<>();

    private Deflation deflation(int level, Takeover takeover, int windowBits) {
        Deflation deflation = new Deflation(pool, level, takeover, windowBits);
        deflations.add(deflation);
        return deflation;
    }

    @AfterEach
    void everyCodecCameBack() {
        deflations.forEach(Deflation::release);
        assertThat(pool.compressorsInUse()).isZero();
        pool.close();
        assertThat(pool.compressorsIdle()).isZero();
    }

    static Stream<Arguments> takeoversAndWindows() {
        return Stream.of(Takeover.values())
                .flatMap(takeover ->
                        IntStream.rangeClosed(8, 15).mapToObj(windowBits -> Arguments.of(takeover, windowBits)));
    }

    /** Decodes payloads one after the other, holding every match against the window. */
    private static final class StrictPeer {
        private final int reach;
        private final boolean takeover;
        private byte[] history = new byte[0];
        int farthest;

        StrictPeer(Takeover takeover, int windowBits) {
            this.reach = 1 << windowBits;
            this.takeover = takeover != Takeover.NONE;
        }

        byte[] receive(byte[] payload) throws Corrupt {
            byte[] whole = concat(payload, TAIL);
            StrictInflater inflater = new StrictInflater(history, whole, 0, whole.length, reach);
            assertThat(inflater.run()).isEqualTo(End.BETWEEN_BLOCKS);
            farthest = Math.max(farthest, inflater.farthest());
            byte[] output = inflater.output();
            byte[] message = Arrays.copyOfRange(output, history.length, output.length);
            if (takeover) {
                history = Arrays.copyOfRange(output, Math.max(0, output.length - (1 << 15)), output.length);
            }
            return message;
        }
    }

    // ---- the form on the wire

    @Test // RFC 7692, 7.2.3.1 and 7.2.3.2
    void messagesOfTheRfcBecomeItsBytes() {
        Deflation dedicated = deflation(6, Takeover.DEDICATED, 15);
        assertThat(send(dedicated, utf8("Hello"))).isEqualTo(hex("f248cdc9c90700"));
        assertThat(send(dedicated, utf8("Hello"))).isEqualTo(hex("f200110000"));
        Deflation pooled = deflation(6, Takeover.POOLED, 15);
        assertThat(send(pooled, utf8("Hello"))).isEqualTo(hex("f248cdc9c90700"));
        assertThat(send(pooled, utf8("Hello"))).isEqualTo(hex("f200110000"));
        Deflation none = deflation(6, Takeover.NONE, 15);
        assertThat(send(none, utf8("Hello"))).isEqualTo(hex("f248cdc9c90700"));
        assertThat(send(none, utf8("Hello"))).isEqualTo(hex("f248cdc9c90700"));
    }

    @ParameterizedTest // RFC 7692, 7.2.3.6
    @EnumSource
    void emptyMessageIsOneByteAndNeedsNoCodec(Takeover takeover) {
        Deflation deflation = deflation(1, takeover, 15);
        assertThat(send(deflation, bytes(0))).isEqualTo(hex("00"));
        assertThat(pool.compressorsIdle() + pool.compressorsInUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void piecesOfAMessageAreFlushedAndOnlyTheLastOneLosesItsTail(Takeover takeover) throws Corrupt {
        Deflation deflation = deflation(6, takeover, 15);
        byte[] message = json(3000, 1);
        byte[] first = send(deflation, Arrays.copyOf(message, 1000), false);
        byte[] second = send(deflation, Arrays.copyOfRange(message, 1000, 2000), false);
        byte[] last = send(deflation, Arrays.copyOfRange(message, 2000, 3000), true);
        assertThat(first).endsWith(TAIL);
        assertThat(second).endsWith(TAIL);
        assertThat(Arrays.copyOfRange(last, last.length - 4, last.length)).isNotEqualTo(TAIL);
        assertThat(new StrictPeer(takeover, 15).receive(concat(first, second, last)))
                .isEqualTo(message);
        if (takeover != Takeover.NONE) {
            assertThat(second.length).isLessThan(first.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endOfAMessageThatWasFlushedIsOneByteAndAnEmptyPieceWithinItNone(Takeover takeover) throws Corrupt {
        Deflation deflation = deflation(6, takeover, 15);
        byte[] piece = send(deflation, utf8("Hello"), false);
        assertThat(send(deflation, bytes(0), false)).isEmpty();
        assertThat(send(deflation, bytes(0), true)).isEqualTo(hex("00"));
        assertThat(new StrictPeer(takeover, 15).receive(concat(piece, hex("00"))))
                .isEqualTo(utf8("Hello"));
    }

    @ParameterizedTest // the buffer of the pool is outgrown
    @EnumSource
    void noiseOfAMegabyteArrives(Takeover takeover) throws DataFormatException {
        byte[] noise = new byte[1 << 20];
        new Random(5).nextBytes(noise);
        Inflater inflater = new Inflater(true);
        try {
            assertThat(Deflated.inflate(inflater, send(deflation(9, takeover, 15), noise)))
                    .isEqualTo(noise);
        } finally {
            inflater.end();
        }
    }

    @Test // whatever stands in the buffer after a full deflate(), it is a message
    void everyLengthAroundAFullBufferArrives() throws DataFormatException {
        Inflater inflater = new Inflater(true);
        Deflation deflation = deflation(0, Takeover.NONE, 15);
        byte[] noise = new byte[16 * 1024 + 10];
        new Random(6).nextBytes(noise);
        try {
            for (int length = 16 * 1024 - 40; length <= noise.length; length++) {
                inflater.reset();
                byte[] message = Arrays.copyOf(noise, length);
                assertThat(Deflated.inflate(inflater, send(deflation, message))).isEqualTo(message);
            }
        } finally {
            inflater.end();
        }
    }

    // ---- how far back

    @ParameterizedTest
    @MethodSource("takeoversAndWindows")
    void noMatchReachesFurtherBackThanTheWindow(Takeover takeover, int windowBits) throws Corrupt {
        StrictPeer peer = new StrictPeer(takeover, windowBits);
        Deflation deflation = deflation(6, takeover, windowBits);
        Random random = new Random(windowBits);
        for (int i = 0; i < 60; i++) {
            byte[] message = Deflated.any(random, random.nextInt(4) == 0 ? 5 << windowBits : 2000);
            assertThat(peer.receive(send(deflation, message))).isEqualTo(message);
        }
        assertThat(peer.farthest).isBetween((1 << windowBits) / 2, 1 << windowBits);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14})
    void strictPeerOfASmallerWindowWouldNotice(int windowBits) {
        byte[] noise = new byte[3 << (windowBits - 1)];
        new Random(1).nextBytes(noise);
        byte[] message = concat(noise, noise); // all of its matches reach back one and a half windows
        byte[] payload = send(deflation(6, Takeover.NONE, 15), message);
        assertThatThrownBy(() -> new StrictPeer(Takeover.NONE, windowBits).receive(payload))
                .isInstanceOf(Corrupt.class)
                .hasMessageStartingWith("a match reaches " + noise.length + " back");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 12, 15})
    void piecesOfEverySizeReachBackNoFurtherThanTheWindow(int windowBits) throws Corrupt {
        for (Takeover takeover : Takeover.values()) {
            Random random = new Random(99);
            StrictPeer peer = new StrictPeer(takeover, windowBits);
            Deflation deflation = deflation(1, takeover, windowBits);
            for (int i = 0; i < 20; i++) {
                byte[] message = Deflated.any(random, 3000);
                byte[] payload = bytes(0);
                for (int at = 0; at < message.length; ) {
                    int next = Math.min(message.length, at + 1 + random.nextInt(700));
                    payload = concat(payload, send(deflation, Arrays.copyOfRange(message, at, next), false));
                    at = next;
                }
                payload = concat(payload, send(deflation, bytes(0), true));
                assertThat(peer.receive(payload)).isEqualTo(message);
            }
        }
    }

    @Test
    void lessHistoryThanTheWindowLimitsWhatEarlierMessagesGiveAndNothingElse() throws Corrupt {
        Deflation deflation = new Deflation(pool, 6, Takeover.POOLED, 15, 9);
        byte[] noise = new byte[1000];
        new Random(2).nextBytes(noise);
        StrictPeer peer = new StrictPeer(Takeover.POOLED, 15);
        assertThat(peer.receive(send(deflation, noise))).isEqualTo(noise);
        byte[] again = send(deflation, noise); // all but the last 512 bytes are forgotten
        assertThat(again.length).isBetween(480, 560);
        assertThat(peer.receive(again)).isEqualTo(noise);
        byte[] twice = concat(noise, noise);
        byte[] within = send(deflation, twice); // the message refers back to all of itself
        assertThat(within.length).isLessThan(600);
        assertThat(peer.receive(within)).isEqualTo(twice);
    }

    // ---- takeover and what was not sent

    @ParameterizedTest
    @EnumSource(names = {"POOLED", "DEDICATED"})
    void messageThatWasDiscardedIsNotReferredTo(Takeover takeover) throws Corrupt {
        Deflation deflation = deflation(6, takeover, 15);
        StrictPeer peer = new StrictPeer(takeover, 15);
        byte[] secret = utf8("never sent, never sent");
        assertThat(peer.receive(send(deflation, utf8("Hello")))).isEqualTo(utf8("Hello"));
        assertThat(deflation.compress(secret, 0, secret.length, true)).isTrue();
        deflation.discard();
        assertThat(deflation.compress(secret, 0, 0, true)).isTrue();
        deflation.discard();
        assertThat(peer.receive(send(deflation, utf8("Hello")))).isEqualTo(utf8("Hello"));
        assertThat(peer.receive(send(deflation, secret))).isEqualTo(secret);
    }

    @Test
    void pooledForgetsOnlyWhatWasDiscarded() {
        Deflation deflation = deflation(6, Takeover.POOLED, 15);
        send(deflation, utf8("Hello"));
        deflation.compress(utf8("other"), 0, 5, true);
        deflation.discard();
        assertThat(send(deflation, utf8("Hello"))).isEqualTo(hex("f200110000"));
    }

    @ParameterizedTest
    @EnumSource(names = {"POOLED", "DEDICATED"})
    void laterMessagesAreSmaller(Takeover takeover) {
        Deflation deflation = deflation(6, takeover, 15);
        int first = send(deflation, json(256, 1)).length;
        assertThat(send(deflation, json(256, 2)).length).isLessThan(first * 3 / 4);
    }

    @Test
    void dedicatedWithASmallerWindowIsPooled() {
        Deflation deflation = deflation(6, Takeover.DEDICATED, 14);
        send(deflation, utf8("Hello"));
        assertThat(pool.compressorsInUse()).isZero();
        assertThat(send(deflation, utf8("Hello"))).isEqualTo(hex("f200110000"));
    }

    // ---- codecs

    @ParameterizedTest
    @EnumSource
    void onlyDedicatedHoldsACodecBetweenTwoCalls(Takeover takeover) {
        Deflation deflation = deflation(6, takeover, 15);
        int held = takeover == Takeover.DEDICATED ? 1 : 0;
        deflation.compress(utf8("Hello"), 0, 5, false);
        assertThat(pool.compressorsInUse()).isEqualTo(held);
        deflation.sent();
        assertThat(pool.compressorsInUse()).isEqualTo(held);
        deflation.release();
        assertThat(pool.compressorsInUse()).isZero();
        assertThat(send(deflation, utf8("Hello")).length)
                .isGreaterThan(1); // within a message: on its way nowhere, but made
        assertThat(pool.compressorsInUse()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void messageIsLeftPlainWhenThePoolHasNoCompressor(Takeover takeover) {
        List<Deflation> all = IntStream.range(0, MOST)
                .mapToObj(i -> deflation(6, Takeover.DEDICATED, 15))
                .toList();
        all.forEach(each -> send(each, utf8("Hello")));
        Deflation late = deflation(6, takeover, 15);
        assertThat(late.compress(utf8("Hello"), 0, 5, true)).isFalse();
        all.get(0).release();
        assertThat(send(late, utf8("Hello"))).isEqualTo(hex("f248cdc9c90700"));
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "POOLED"})
    void laterPiecesAreStoredWhenThePoolHasNoCompressorAnyMore(Takeover takeover) throws Corrupt {
        Deflation deflation = deflation(6, takeover, 15);
        byte[] message = json(200_000, 4);
        byte[] first = send(deflation, Arrays.copyOf(message, 1000), false);
        for (int i = 0; i < MOST; i++) {
            send(deflation(6, Takeover.DEDICATED, 15), utf8("Hello"));
        }
        byte[] rest = send(deflation, Arrays.copyOfRange(message, 1000, message.length), true);
        assertThat(rest.length).isBetween(199_000, 199_030);
        StrictPeer peer = new StrictPeer(takeover, 15);
        assertThat(peer.receive(concat(first, rest))).isEqualTo(message);
        deflations.get(1).release();
        byte[] end = Arrays.copyOfRange(message, 190_000, message.length);
        byte[] again = send(deflation, end);
        assertThat(peer.receive(again)).isEqualTo(end);
        if (takeover == Takeover.POOLED) {
            assertThat(again.length).isLessThan(500); // what was stored is history, too
        }
    }

    @ParameterizedTest
    @EnumSource
    void engineThatFailsCostsNoCodec(Takeover takeover) {
        for (FailingEngine.Operation operation : FailingEngine.Operation.values()) {
            FailingEngine engine = new FailingEngine(operation);
            DeflatePool failing = new DeflatePool(engine, 1, 1, 1);
            Deflation deflation = new Deflation(failing, 6, takeover, 12);
            byte[] message = json(9000, 8);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> {
                            deflation.compress(message, 0, message.length, true);
                            deflation.sent();
                        })
                        .isInstanceOf(operation.thrown())
                        .hasMessage(operation.failure());
                assertThat(failing.compressorsInUse()).isZero();
            }
            failing.close();
            assertThat(engine.open.get()).as("%s", operation).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void messageIsLetGoOnceItWasSent(Takeover takeover) {
        Deflation deflation = deflation(6, takeover, 15);
        byte[] message = json(1000, 1);
        WeakReference<byte[]> sent = new WeakReference<>(message);
        assertThat(deflation.compress(message, 0, message.length, true)).isTrue();
        deflation.sent();
        message = null;
        for (int i = 0; i < 100 && sent.get() != null; i++) {
            System.gc();
        }
        assertThat(sent.get()).isNull();
        assertThat(send(deflation, utf8("Hello"))).isNotEmpty(); // it is still there
    }

    @Test
    void bufferGrowsUpToWhatAnArrayCanHave() {
        assertThat(Deflation.grown(16 << 10, 20_000)).isEqualTo(32 << 10);
        assertThat(Deflation.grown(16 << 10, 50_000)).isEqualTo(50_000);
        assertThat(Deflation.grown(1 << 30, (1 << 30) + 16)).isEqualTo(Integer.MAX_VALUE - 8);
        assertThat(Deflation.grown(Integer.MAX_VALUE - 8, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    // ---- misuse

    @Test
    void callsOutOfOrderAreRefused() {
        Deflation deflation = deflation(6, Takeover.POOLED, 15);
        assertThatThrownBy(deflation::array).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(deflation::length).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(deflation::sent).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(deflation::discard).isInstanceOf(IllegalStateException.class);
        deflation.compress(utf8("Hello"), 0, 5, false);
        assertThatThrownBy(() -> deflation.compress(utf8("Hello"), 0, 5, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sent() or discard()");
        assertThatThrownBy(deflation::discard)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("piece of a message");
        deflation.sent();
        deflation.compress(utf8("Hello"), 0, 5, true); // the last piece is one, too
        assertThatThrownBy(deflation::discard).isInstanceOf(IllegalStateException.class);
        deflation.sent();
    }

    // ---- against our own other direction

    @ParameterizedTest
    @MethodSource("takeoversAndWindows")
    void whatGoesOutComesIn(Takeover takeover, int windowBits) throws WebSocketException {
        Random random = new Random(windowBits);
        Deflation deflation = deflation(random.nextInt(10), takeover, windowBits);
        Inflation inflation = new Inflation(pool, takeover, windowBits, ANY_RATIO);
        for (int i = 0; i < 40; i++) {
            byte[] message = Deflated.any(random, 5000);
            byte[] payload = send(deflation, message);
            assertThat(Deflated.receive(inflation, payload, 1 + random.nextInt(300), 1 + random.nextInt(900)))
                    .isEqualTo(message);
        }
        assertThat(pool.decompressorsInUse()).isZero();
    }
}
