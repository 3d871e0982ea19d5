package dev.zws;

import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** What the tests of permessage-deflate share: messages, and the other side made of {@code java.util.zip} alone. */
final class Deflated {
    static final byte[] TAIL = hex("0000ffff");
    static final long ANY_RATIO = Integer.MAX_VALUE;

    private Deflated() {}

    /** Trades, as a server sends them. */
    static byte[] json(int length, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("[");
        while (text.length() < length) {
            text.append("{\"type\":\"trade\",\"symbol\":\"")
                    .append(new String[] {"AAPL", "EURUSD", "BTCUSD"}[random.nextInt(3)])
                    .append("\",\"price\":")
                    .append(random.nextInt(100_000) / 100.0)
                    .append(",\"id\":\"")
                    .append(Long.toHexString(random.nextLong()))
                    .append("\"},");
        }
        return text.substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A message of any kind: JSON, noise, one byte over and over, a short pattern, nothing. */
    static byte[] any(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        switch (random.nextInt(5)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> Arrays.fill(bytes, (byte) random.nextInt());
            case 2 -> {
                int period = 1 + random.nextInt(600);
                byte[] pattern = new byte[period];
                random.nextBytes(pattern);
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = pattern[i % period];
                }
            }
            case 3 -> bytes = json(bytes.length, random.nextInt(50));
            default -> {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) "etaoin shrdlu".charAt(random.nextInt(13));
                }
            }
        }
        return bytes;
    }

    /** Compresses a message in the form of RFC 7692, 7.2.1. */
    static byte[] deflate(Deflater deflater, byte[] message) {
        if (message.length == 0) {
            return new byte[1];
        }
        byte[] flushed = flush(deflater, message);
        assertThat(flushed).endsWith(TAIL);
        return Arrays.copyOf(flushed, flushed.length - 4);
    }

    static byte[] flush(Deflater deflater, byte[] piece) {
        deflater.setInput(piece);
        byte[] made = new byte[2 * piece.length + 64];
        return Arrays.copyOf(made, deflater.deflate(made, 0, made.length, Deflater.SYNC_FLUSH));
    }

    static byte[] deflate(byte[] message) {
        return deflate(message, 6);
    }

    static byte[] deflate(byte[] message, int level) {
        try (Ended<Deflater> deflater = new Ended<>(new Deflater(level, true), Deflater::end)) {
            return deflate(deflater.it, message);
        }
    }

    /** A whole stream: its last block has BFINAL set. */
    static byte[] finished(byte[] message) {
        try (Ended<Deflater> deflater = new Ended<>(new Deflater(6, true), Deflater::end)) {
            deflater.it.setInput(message);
            deflater.it.finish();
            byte[] made = new byte[2 * message.length + 64];
            return Arrays.copyOf(made, deflater.it.deflate(made));
        }
    }

    /** Inflates a payload as RFC 7692, 7.2.2 says, appending the tail. */
    static byte[] inflate(Inflater inflater, byte[] payload) throws DataFormatException {
        inflater.setInput(concat(payload, TAIL));
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        for (int count = inflater.inflate(buffer); count > 0; count = inflater.inflate(buffer)) {
            message.write(buffer, 0, count);
        }
        assertThat(inflater.getRemaining()).isZero();
        return message.toByteArray();
    }

    /** What a connection's sender does with a message. */
    static byte[] send(Deflation deflation, byte[] message) {
        return send(deflation, message, true);
    }

    static byte[] send(Deflation deflation, byte[] piece, boolean last) {
        byte[] source = concat(new byte[3], piece, new byte[5]);
        assertThat(deflation.compress(source, 3, piece.length, last)).isTrue();
        byte[] payload = Arrays.copyOf(deflation.array(), deflation.length());
        deflation.sent();
        return payload;
    }

    /** What a connection's receiver does with a message: input comes in pieces of {@code cut} bytes, output goes in {@code room}s. */
    static byte[] receive(Inflation inflation, byte[] payload, int cut, int room) throws WebSocketException {
        assertThat(inflation.begin()).isTrue();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        byte[] target = new byte[room + 2];
        for (int at = 0; at < payload.length; at += cut) {
            byte[] piece = concat(new byte[1], Arrays.copyOfRange(payload, at, Math.min(payload.length, at + cut)));
            inflation.input(piece, 1, piece.length - 1);
            for (int count = inflation.inflate(target, 1, room); count > 0; ) {
                message.write(target, 1, count);
                count = inflation.inflate(target, 1, room);
            }
        }
        inflation.end();
        return message.toByteArray();
    }

    static byte[] receive(Inflation inflation, byte[] payload) throws WebSocketException {
        return receive(inflation, payload, Math.max(1, payload.length), 8192);
    }

    /** Closes what has no {@code close} of its own on every JDK. */
    static final class Ended<T> implements AutoCloseable {
        final T it;
        private final Consumer<T> end;

        Ended(T it, Consumer<T> end) {
            this.it = it;
            this.end = end;
        }

        @Override
        public void close() {
            end.accept(it);
        }
    }
}
