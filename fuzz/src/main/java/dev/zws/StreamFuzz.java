package dev.zws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A stream of frames, well-formed or not, without compression or with it. What becomes of it (messages, end, frames sent) is the same
 * however its bytes arrive and whichever way they are read, which the input chooses, frame by frame too; what ends a connection is one of our exceptions; at
 * most one Close is sent, and nothing but pongs before it (B-10.132).
 */
final class StreamFuzz {
    private static final List<Reading> READINGS = List.of(Reading.values());
    private static final int[] MESSAGE_LIMITS = {65_536, 1_000, 125, 10, 0, 4_096};
    /** {@link Reading#INTO_ARRAY} makes an array for each message. */
    private static final int MOST_INTO_ARRAYS = 64;

    /** What is dropped of a compressed message is counted twice, but not from the same byte on however it is cut. */
    private static final int BUDGET_FOR_ALL = 1 << 20;

    private final Role role;
    private final boolean compression;

    StreamFuzz(Role role, boolean compression) {
        this.role = role;
        this.compression = compression;
    }

    void run(byte[] input) throws IOException {
        FuzzInput in = new FuzzInput(input);
        int how = in.next();
        Random choices = in.choices();
        int way = in.below(READINGS.size() + (compression ? 0 : 1));
        int ceiling = ByteReader.MIN_CEILING + in.next();
        Conn.Config config = config(in, how);
        FuzzSide side = compression ? FuzzSide.deflating(in) : FuzzSide.plain(role);
        byte[] wire = (how & 1) == 0 ? in.rest() : FuzzFrames.of(side.role(), in);
        Reading.Outcome expected = Bounds.within(wire.length, () -> {
            Fixture whole = side.fixture(config, Pieces.whole(wire), ByteReader.DEFAULT_CEILING);
            return outcome(Reading.WHOLE, whole);
        });
        if (way == READINGS.size()) {
            requireSameFrameByFrame(expected, side.fixture(config, pieces(choices, wire), ceiling));
        } else {
            Reading reading = reading(way, config, wire);
            Fixture pieces = side.fixture(config, reading.source(pieces(choices, wire)), ceiling);
            Holds.same(expected, outcome(reading, pieces), "read as " + reading);
        }
        side.requireNothingHeld();
    }

    private static Reading reading(int way, Conn.Config config, byte[] wire) {
        Reading reading = READINGS.get(way);
        boolean drains = config.limits().oversize() == Limits.Oversize.DRAIN;
        boolean unsuited = reading == Reading.INTO_ARRAY && wire.length > MOST_INTO_ARRAYS
                || reading == Reading.STREAMED && drains;
        return unsuited ? Reading.WHOLE : reading;
    }

    /** Small ones, or not so many of them when there is much. */
    private static Pieces pieces(Random choices, byte[] wire) {
        return Pieces.random(choices, wire, 3 + wire.length / 50, 1 + choices.nextInt(100) + wire.length / 10);
    }

    private Conn.Config config(FuzzInput in, int how) {
        int most = in.below(MESSAGE_LIMITS.length);
        Limits limits = Limits.DEFAULT
                .withMaxFramePayload((how & 2) == 0 ? Long.MAX_VALUE : 130)
                .withMaxMessagePayload(MESSAGE_LIMITS[most])
                .withMaxStreamedPayload(MESSAGE_LIMITS[most])
                .withMaxFragments((how & 4) == 0 ? 65_536 : 3)
                .withMaxControlFramesPerSecond((how & 8) == 0 ? 1_000 : 3)
                .withDrainBudget(compression ? BUDGET_FOR_ALL : 200)
                .withOversize((how & 16) == 0 ? Limits.Oversize.FAIL : Limits.Oversize.DRAIN);
        return Conn.Config.DEFAULT
                .withLimits(limits)
                .withAutoPong((how & 32) == 0)
                .withAutoReplyClose((how & 64) == 0)
                .withValidateUtf8((how & 128) == 0);
    }

    private static Reading.Outcome outcome(Reading reading, Fixture f) throws IOException {
        Reading.Outcome outcome = reading.all(f);
        f.conn.drain(); // pongs, say, that nobody has waited behind
        requireOrderlyEnd(f, outcome);
        return new Reading.Outcome(outcome.messages(), outcome.end(), f.out.seen());
    }

    /** One Close at most, behind nothing but pongs, each masked as its sender must. */
    private static void requireOrderlyEnd(Fixture f, Reading.Outcome outcome) {
        List<Wire.Seen> frames = f.out.frames();
        boolean closed = outcome.end().startsWith("closed");
        boolean broken = !closed && !outcome.end().startsWith("lost");
        boolean replies = closed && f.conn.config().autoReplyClose();
        int closes = broken || replies ? 1 : 0;
        for (int i = 0; i < frames.size(); i++) {
            boolean last = i >= frames.size() - closes;
            Holds.same(last ? 0x88 : 0x8a, frames.get(i).firstByte(), "first byte of a frame");
            Holds.same(f.role == Role.CLIENT, frames.get(i).masked(), "mask");
        }
        Holds.that(frames.size() >= closes, "no Close was sent");
        Conn.State state = !closed ? Conn.State.FAILED : replies ? Conn.State.CLOSED : Conn.State.CLOSING;
        Holds.same(state, f.conn.state(), "state");
    }

    /** Frames are neither judged as text nor held against the limits of messages (B-2.56); else all is the same. */
    private static void requireSameFrameByFrame(Reading.Outcome expected, Fixture f) throws IOException {
        String end = expected.end();
        boolean judged = end.startsWith(Violation.MESSAGE_TOO_LARGE.name())
                || end.startsWith(Violation.INVALID_UTF8.name())
                || expected.messages().stream().anyMatch(message -> message.startsWith("dropped"));
        List<String> messages = new ArrayList<>();
        String frameEnd = readFrames(f.conn, messages);
        if (!judged) {
            Holds.same(expected.messages(), messages, "messages, frame by frame");
            Holds.that(end.startsWith(frameEnd), "frame by frame it ends with " + frameEnd + ", not with " + end);
        }
    }

    private static String readFrames(Conn conn, List<String> messages) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        byte[] chunk = new byte[100];
        MessageType type = MessageType.BINARY;
        try {
            while (true) {
                FrameHeader header = conn.beginFrame();
                boolean control = header.opcode().isControl();
                boolean ends = header.fin() && !control;
                @Nullable MessageType begun = header.opcode().messageType();
                if (begun != null) {
                    type = begun;
                    payload.reset();
                }
                do {
                    int count = conn.readFrameChunk(chunk, 0, chunk.length);
                    payload.write(chunk, 0, control ? 0 : count);
                } while (conn.frameActive());
                if (ends) {
                    messages.add(Reading.show(type, payload.toByteArray()));
                }
            }
        } catch (ConnectionClosedException e) {
            return "closed";
        } catch (ConnectionFailedException e) {
            return Reading.describe(e);
        }
    }
}
