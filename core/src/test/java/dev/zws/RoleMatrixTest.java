package dev.zws;

import static dev.zws.Wire.close;
import static dev.zws.Wire.concat;
import static dev.zws.Wire.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every first byte with RSV2 and RSV3 clear, masked or not, to both roles, in every state, at both levels. */
class RoleMatrixTest {
    private enum State {
        BETWEEN_MESSAGES,
        INSIDE_A_MESSAGE,
        CLOSE_RECEIVED,
        CLOSE_SENT
    }

    /** What the opcode means between messages, and inside one (RFC 6455, 5.2 and 5.4; B-2.12). */
    private static final List<List<String>> TABLE = List.of(
            List.of("UNEXPECTED_CONTINUATION", "data"), // 0
            List.of("data", "EXPECTED_CONTINUATION"), // 1
            List.of("data", "EXPECTED_CONTINUATION"), // 2
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"),
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"),
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"),
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"),
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"),
            List.of("close", "close"), // 8
            List.of("ping", "ping"), // 9
            List.of("pong", "pong"), // a
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"),
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"),
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"),
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"),
            List.of("UNKNOWN_OPCODE", "UNKNOWN_OPCODE"));

    /** One cell: what kind of frame it is in this state, or the violation. */
    private static String kind(int opcode, boolean fin, boolean rsv1, boolean rightMask, State state) {
        String entry = TABLE.get(opcode).get(state == State.INSIDE_A_MESSAGE ? 1 : 0);
        if (rsv1) {
            return "RESERVED_BITS_SET";
        }
        if (entry.equals("UNKNOWN_OPCODE")) {
            return entry;
        }
        if (!rightMask) {
            return "MASK_BIT_INVALID";
        }
        return opcode >= 8 && !fin ? "CONTROL_FRAME_FRAGMENTED" : entry;
    }

    /** What a read of a message gives, and which frames it writes; a stream that ends is lost. */
    private static String expectedMessage(String kind, int opcode, boolean fin, State state) {
        if (state == State.CLOSE_RECEIVED) {
            return "closed []";
        }
        boolean silent = state == State.CLOSE_SENT;
        return switch (kind) {
            case "data" -> {
                boolean text = state == State.INSIDE_A_MESSAGE || opcode == 1;
                yield (fin ? (text ? "TEXT" : "BINARY") : "lost") + " []";
            }
            case "ping" -> "lost " + (silent ? "[]" : "[8a ]");
            case "pong" -> "lost []";
            case "close" -> "closed " + (silent ? "[]" : "[88 ]");
            default -> kind + (silent ? " []" : " [88 03ea]");
        };
    }

    /** What a read of a frame gives: nothing is answered but a violation. */
    private static String expectedFrame(String kind, State state) {
        if (state == State.CLOSE_RECEIVED) {
            return "closed []";
        }
        return switch (kind) {
            case "data", "ping", "pong", "close" -> "frame []";
            default -> kind + (state == State.CLOSE_SENT ? " []" : " [88 03ea]");
        };
    }

    static Stream<Arguments> cases() {
        return Stream.of(Role.values())
                .flatMap(role -> Stream.of(State.values())
                        .flatMap(state -> Stream.iterate(0, opcode -> opcode < 16, opcode -> opcode + 1)
                                .map(opcode -> Arguments.of(role, state, opcode))));
    }

    @ParameterizedTest(name = "{0}, {1}, opcode {2}") // B-2.12, B-10.150
    @MethodSource("cases")
    void everyHeaderDoesWhatTheTableSays(Role role, State state, int opcode) throws IOException {
        for (int bits = 0; bits < 8; bits++) {
            boolean fin = (bits & 1) != 0;
            boolean rsv1 = (bits & 2) != 0;
            boolean rightMask = (bits & 4) != 0;
            int first = opcode | (fin ? Wire.FIN : 0) | (rsv1 ? Wire.RSV1 : 0);
            byte[] offered = frame(rightMask ? Wire.other(role) : role, first, "");
            String kind = kind(opcode, fin, rsv1, rightMask, state);
            for (Reading reading : Reading.values()) {
                assertThat(readMessage(in(state, role, reading, offered), reading))
                        .as("%s %02x mask %s", reading, first, rightMask)
                        .isEqualTo(expectedMessage(kind, opcode, fin, state));
            }
            for (boolean borrowed : new boolean[] {false, true}) {
                assertThat(readFrame(in(state, role, Reading.WHOLE, offered), borrowed))
                        .as("frame %02x mask %s borrowed %s", first, rightMask, borrowed)
                        .isEqualTo(expectedFrame(kind, state));
            }
        }
    }

    /** A connection in this state, with the frame next. */
    private static Fixture in(State state, Role role, Reading reading, byte[] offered) throws IOException {
        Role peer = Wire.other(role);
        byte[] before = switch (state) {
            case INSIDE_A_MESSAGE -> frame(peer, 0x01, "");
            case CLOSE_RECEIVED -> close(peer, 1000, "");
            default -> new byte[0];
        };
        Fixture f = Fixture.of(role, reading.source(Pieces.whole(concat(before, offered))));
        if (before.length > 0) {
            while (f.reader.buffered() < before.length) {
                f.reader.fill();
            }
            f.conn.readFrame(new byte[2]);
        }
        if (state == State.CLOSE_SENT) {
            f.conn.writeClose(CloseStatus.NORMAL);
            f.conn.flush();
        }
        return f;
    }

    private static String readMessage(Fixture f, Reading reading) {
        int written = f.out.seen().size();
        String end;
        try {
            String message = reading.next(f.conn);
            end = message == null ? "closed" : message.substring(0, message.indexOf(' '));
        } catch (ConnectionClosedException e) {
            end = "closed"; // in the middle of a streamed message
        } catch (ConnectionFailedException e) {
            end = Reading.describe(e);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return end + " " + flushed(f, written);
    }

    private static String readFrame(Fixture f, boolean borrowed) {
        int written = f.out.seen().size();
        String end;
        try {
            Frame frame = borrowed ? f.conn.readFrameBorrowed() : f.conn.readFrame(new byte[0]);
            end = frame == null ? "null" : "frame";
        } catch (ConnectionClosedException e) {
            end = "closed";
        } catch (ConnectionFailedException e) {
            end = Reading.describe(e);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return end + " " + flushed(f, written);
    }

    private static List<String> flushed(Fixture f, int before) {
        try {
            f.conn.drain();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return f.out.seen().subList(before, f.out.seen().size());
    }
}
