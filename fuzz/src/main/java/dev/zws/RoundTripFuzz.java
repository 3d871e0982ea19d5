package dev.zws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * What one side sends by any of its ways, the other reads by any of its, compressed or not; pings are answered in their order, and
 * both sides end with the same status (B-10.133, B-10.77 to 79). What may not be sent leaves nothing on the wire.
 */
final class RoundTripFuzz {
    private static final Conn.Config CONFIG = Conn.Config.DEFAULT;
    private static final int[] CODES = {1000, 1001, 1011, 3000, 4999};
    /** {@link Reading#INTO_ARRAY} has no more. */
    private static final int MOST = 66_000;
    /** What is no UTF-8 is replaced, each byte by three. */
    private static final int MOST_FOR_TEXT = MOST / 3;

    private static final int MOST_INTO_ARRAYS = 8;

    private final Conn sender;
    private final FuzzInput in;
    private final List<String> messages = new ArrayList<>();
    private final List<String> pongs = new ArrayList<>();

    private RoundTripFuzz(Conn sender, FuzzInput in) {
        this.sender = sender;
        this.in = in;
    }

    static void run(byte[] input) throws IOException {
        FuzzInput in = new FuzzInput(input);
        FuzzSide side = in.flag() ? FuzzSide.deflating(in) : FuzzSide.plain(in.flag() ? Role.SERVER : Role.CLIENT);
        Random choices = in.choices();
        Reading reading = in.pick(Reading.values());
        int ceiling = ByteReader.MIN_CEILING + in.next();
        Fixture from = side.fixture(CONFIG, Pieces.whole(new byte[0]), ByteReader.DEFAULT_CEILING);
        RoundTripFuzz trip = new RoundTripFuzz(from.conn, in);
        CloseStatus status = trip.send();

        byte[] wire = from.out.written();
        if (reading == Reading.INTO_ARRAY && trip.messages.size() > MOST_INTO_ARRAYS) {
            reading = Reading.WHOLE;
        }
        Pieces pieces = reading.source(
                Pieces.random(choices, wire, 3 + wire.length / 50, 1 + choices.nextInt(100) + wire.length / 10));
        Fixture to = side.other().fixture(CONFIG, pieces, ceiling);
        Reading.Outcome outcome = reading.all(to);
        Holds.same(trip.messages, outcome.messages(), "messages, read as " + reading);
        Holds.same("closed, " + status.code() + " '" + status.reason() + "'", outcome.end(), "end");
        List<String> written = new ArrayList<>(trip.pongs);
        written.add("88 " + HexFormat.of().formatHex(status.encode()));
        Holds.same(written, outcome.written(), "answers");
        from.conn.abort();
        side.requireNothingHeld();
    }

    private CloseStatus send() throws IOException {
        while (in.hasMore()) {
            switch (in.below(8)) {
                case 0, 1 -> text();
                case 2 -> binary();
                case 3, 4 -> stream(MessageType.BINARY, payload(MOST));
                case 5 -> stream(MessageType.TEXT, new String(payload(MOST_FOR_TEXT), UTF_8).getBytes(UTF_8));
                default -> ping();
            }
        }
        int code = CODES[messages.size() % CODES.length];
        CloseStatus status = new CloseStatus(code, "bye");
        sender.writeClose(status);
        sender.flush();
        return status;
    }

    private byte[] payload(int most) {
        byte[] piece = in.piece();
        byte[] payload = in.below(16) == 15 ? FuzzFrames.repeated(piece, 300) : piece;
        return payload.length > most ? piece : payload;
    }

    /** Sixteen bits for each character, so surrogates stand in any order. */
    private void text() throws IOException {
        String text = utf16(payload(MOST_FOR_TEXT));
        boolean sendable = UTF_8.newEncoder().canEncode(text);
        try {
            if (in.flag()) {
                sender.writeText(text);
            } else {
                sender.sendText(text);
                sender.flush();
            }
            Holds.that(sendable, "a lone surrogate was sent");
            messages.add(Reading.show(MessageType.TEXT, text.getBytes(UTF_8)));
        } catch (IllegalArgumentException e) {
            Holds.that(!sendable, "text was refused: " + e);
        }
    }

    private static String utf16(byte[] bytes) {
        char[] characters = new char[bytes.length / 2];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (char) ((bytes[2 * i] & 0xFF) << 8 | bytes[2 * i + 1] & 0xFF);
        }
        return new String(characters);
    }

    private void binary() throws IOException {
        byte[] payload = payload(MOST);
        sender.writeBinary(payload);
        messages.add(Reading.show(MessageType.BINARY, payload));
    }

    private void stream(MessageType type, byte[] payload) throws IOException {
        try (MessageOutput out = sender.writeStream(type)) {
            for (int at = 0; at < payload.length; ) {
                int left = payload.length - at;
                int count = in.hasMore() ? Math.min(left, 1 + in.next() * 20) : left;
                out.write(payload, at, count);
                at += count;
                int then = in.next();
                if ((then & 3) == 0) {
                    out.flush();
                }
                if ((then & 12) == 0) {
                    ping();
                }
            }
            out.finish();
        }
        messages.add(Reading.show(type, payload));
    }

    private void ping() throws IOException {
        byte[] payload = in.take(in.below(FrameHeader.MAX_CONTROL_PAYLOAD + 1));
        sender.writePing(payload);
        pongs.add("8a " + HexFormat.of().formatHex(payload));
    }
}
