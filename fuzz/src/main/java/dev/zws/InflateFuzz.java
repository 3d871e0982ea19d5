package dev.zws;

import dev.zws.StrictInflater.End;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compressed messages one after the other, beside a decoder written from RFC 1951 alone: the same bytes or the same refusal, whatever
 * the pieces that payload and message are cut into; and the decompressor goes back each time (RFC 7692, 7.2.2 and 7.2.3.4).
 */
final class InflateFuzz {
    private static final DeflatePool POOL = new DeflatePool();
    private static final int REACH = 1 << 15;
    /** As {@link Inflation} counts: so many blocks with BFINAL set, and more for what was inflated. */
    private static final int FREE_STREAMS = 64;

    private static final int BYTES_OF_STREAM = 256;

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    private final boolean takeover;
    private final int window;
    private byte[] history = {};

    private InflateFuzz(boolean takeover, int windowBits) {
        this.takeover = takeover;
        this.window = 1 << windowBits;
    }

    static void run(byte[] input) throws WebSocketException {
        FuzzInput in = new FuzzInput(input);
        boolean takeover = in.flag();
        int bits = 8 + in.below(8);
        int cut = 1 + in.below(40);
        int room = 1 + in.next();
        Takeover kind = takeover ? Takeover.POOLED : Takeover.NONE;
        Inflation whole = new Inflation(POOL, kind, bits, Deflated.ANY_RATIO);
        Inflation pieces = new Inflation(POOL, kind, bits, Deflated.ANY_RATIO);
        InflateFuzz model = new InflateFuzz(takeover, bits);
        while (in.hasMore()) {
            byte[] payload = in.piece();
            byte @Nullable [] expected = model.inflate(payload);
            boolean good = requireSame(expected, whole, payload, Math.max(1, payload.length), 8_192);
            good &= requireSame(expected, pieces, payload, cut, room);
            if (!good) {
                break; // a connection ends with it
            }
        }
        whole.release();
        pieces.release();
        Holds.same(0, POOL.decompressorsInUse(), "decompressors in use");
    }

    /** False when the message was refused. */
    private static boolean requireSame(
            byte @Nullable [] expected, Inflation inflation, byte[] payload, int cut, int room)
            throws WebSocketException {
        try {
            Holds.same(expected, Deflated.receive(inflation, payload, cut, room), "in pieces of " + cut);
            return true;
        } catch (ProtocolException e) {
            Holds.same(Violation.INVALID_COMPRESSED_MESSAGE, e.violation(), "violation");
            Holds.that(expected == null || isIncompleteCode(e), "refused, but: " + Show.of(expected));
            return false;
        }
    }

    /** RFC 1951 does not say so, but zlib takes no code with fewer words than there could be. */
    private static boolean isIncompleteCode(ProtocolException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("invalid literal/lengths set") || message.contains("invalid distances set");
    }

    /** What a message becomes; null when it is refused. */
    private byte @Nullable [] inflate(byte[] payload) {
        message.reset();
        int at = 0;
        int restarts = 0;
        try {
            while (at < payload.length) {
                StrictInflater strict = decoder(payload, at);
                if (strict.run() != End.FINISHED) {
                    return endsWithItsTail(payload, at, strict.output().length) ? taken(strict) : null;
                }
                taken(strict);
                at = strict.position();
                if (at < payload.length && ++restarts > FREE_STREAMS + message.size() / BYTES_OF_STREAM) {
                    return null;
                }
            }
        } catch (StrictInflater.Corrupt e) {
            return null;
        }
        return message.toByteArray();
    }

    private StrictInflater decoder(byte[] payload, int at) {
        return new StrictInflater(history, payload, at, payload.length - at, REACH);
    }

    private boolean endsWithItsTail(byte[] payload, int at, int length) throws StrictInflater.Corrupt {
        StrictInflater strict = decoder(Wire.concat(payload, Deflated.TAIL), at);
        return strict.run() == End.BETWEEN_BLOCKS && strict.output().length == length;
    }

    /** The message so far, with what this stream adds. */
    private byte[] taken(StrictInflater strict) {
        byte[] all = strict.output();
        message.write(all, history.length, all.length - history.length);
        if (takeover) {
            history = Arrays.copyOfRange(all, Math.max(0, all.length - window), all.length);
        }
        return message.toByteArray();
    }
}
