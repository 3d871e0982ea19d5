package dev.zws;

import static dev.zws.Wire.concat;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.utf8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One step of a {@link Conversation}: a call on a side, or what happens around it. The numbers choose its arguments, so that a step means
 * the same wherever it stands.
 */
record Call(Role side, Kind kind, int a, int b) {
    /** What can be called, and how often it is, compared with the others. */
    enum Kind {
        WRITE_TEXT(6),
        SEND_TEXT(6),
        WRITE_UTF8(4),
        WRITE_BINARY(4),
        SEND_BINARY(6),
        WRITE_FRAME(8),
        WRITE_COMPRESSED(5),
        PING(4),
        PONG(2),
        SEND_PING(2),
        WRITE_CLOSE(1),
        FLUSH(4),
        DRAIN(3),
        STREAM_OPEN(4),
        STREAM_WRITE(8),
        STREAM_FLUSH(4),
        STREAM_FINISH(5),
        STREAM_CLOSE(1),
        POLL(16),
        READ(10),
        READ_INTO(6),
        READ_STREAM(8),
        INPUT_READ(8),
        INPUT_REST(8),
        INPUT_CLOSE(2),
        BEGIN_FRAME(6),
        CHUNK(8),
        READ_ALL(4),
        DISCARD(3),
        READ_FRAME(4),
        BORROW(4),
        CLOSE(1),
        CLOSE_WITH(1),
        ABORT(1),
        DELIVER(50),
        BLOCK(2),
        UNBLOCK(3),
        TICK(2),
        INJECT(8),
        END_INPUT(1);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }
    }

    private static final Set<Kind> FRAMES =
            Set.of(Kind.BEGIN_FRAME, Kind.CHUNK, Kind.READ_ALL, Kind.DISCARD, Kind.READ_FRAME, Kind.BORROW);
    private static final Set<Kind> ENDS = Set.of(Kind.WRITE_CLOSE, Kind.CLOSE, Kind.CLOSE_WITH, Kind.STREAM_CLOSE);
    private static final Set<Kind> ABUSE = Set.of(Kind.INJECT, Kind.ABORT, Kind.END_INPUT);

    /**
     * Random steps; of some conversations all are on messages, or none ends it, or both sides keep to the rules. Half leave out half of
     * the calls, so that what is rare meets what is rare, and a third says the same few things again and again.
     */
    static List<Call> some(Random random, boolean deflate, boolean abuse) {
        List<Kind> kinds = new ArrayList<>();
        boolean frames = random.nextBoolean();
        boolean ends = random.nextInt(3) > 0;
        boolean few = random.nextBoolean();
        int arguments = random.nextInt(3) == 0 ? 2 + random.nextInt(4) : 1 << 20;
        for (Kind kind : Kind.values()) {
            boolean allowed = (frames || !FRAMES.contains(kind))
                    && (ends || !ENDS.contains(kind))
                    && (abuse || !ABUSE.contains(kind))
                    && !(deflate && kind == Kind.BLOCK)
                    && (kind == Kind.DELIVER || !few || random.nextBoolean());
            for (int i = allowed ? kind.weight : 0; i > 0; i--) {
                kinds.add(kind);
            }
        }
        List<Call> calls = new ArrayList<>();
        for (int i = 10 + random.nextInt(70); i > 0; i--) {
            calls.add(new Call(
                    random.nextBoolean() ? Role.SERVER : Role.CLIENT,
                    kinds.get(random.nextInt(kinds.size())),
                    random.nextInt(arguments),
                    random.nextInt(1 << 20)));
        }
        return calls;
    }

    // ---- arguments

    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "Hi",
            "Grüße",
            "20 €, 😀",
            "x".repeat(125),
            "y".repeat(126),
            "zz€".repeat(60),
            "lone \ud83d",
            "\udc00");

    private static final List<byte[]> UTF8 = List.of(
            utf8(""),
            utf8("b"),
            utf8("Grüße aus Köln"),
            utf8("😀"),
            utf8("w".repeat(200)),
            hex("61 c3"),
            hex("e2 82"),
            hex("c3 28"),
            hex("ed a0 80"),
            hex("f0 9f 98"));

    private static final int[] SIZES = {0, 1, 2, 5, 50, 125, 126, 200, 300};

    private static final List<Opcode> OPCODES = List.of(
            Opcode.TEXT,
            Opcode.BINARY,
            Opcode.CONTINUATION,
            Opcode.CONTINUATION,
            Opcode.CONTINUATION,
            Opcode.CONTINUATION,
            Opcode.PING,
            Opcode.PONG,
            Opcode.TEXT,
            Opcode.BINARY,
            Opcode.PING,
            Opcode.CLOSE);

    private static final List<byte[]> CLOSES =
            List.of(hex(""), hex("03"), hex("03e8"), hex("03ed"), hex("03e8 ff"), hex("0fa0 6279 65"), hex("03e7"));

    private static final List<CloseStatus> STATUSES = List.of(
            CloseStatus.NORMAL,
            new CloseStatus(1001, "bye"),
            CloseStatus.NO_STATUS,
            CloseStatus.ABNORMAL,
            new CloseStatus(4999, "r".repeat(123)),
            new CloseStatus(3000, "r".repeat(124)));

    String text() {
        return TEXTS.get(a % TEXTS.size());
    }

    byte[] utf8Bytes() {
        return UTF8.get(a % UTF8.size());
    }

    byte[] binary() {
        return Wire.bytes(SIZES[a % SIZES.length]);
    }

    boolean flag() {
        return b % 2 == 0;
    }

    Opcode opcode() {
        return OPCODES.get(b / 2 % OPCODES.size());
    }

    MessageType type() {
        return flag() ? MessageType.TEXT : MessageType.BINARY;
    }

    /** What a frame of {@link #opcode} carries: often what it may, sometimes not. */
    byte[] framePayload() {
        return switch (opcode()) {
            case CLOSE -> CLOSES.get(a % CLOSES.size());
            case PING, PONG -> control();
            default -> a % 3 == 0 ? utf8Bytes() : binary();
        };
    }

    byte[] control() {
        int[] sizes = {0, 1, 4, 60, 125, 126};
        return Arrays.copyOf(utf8(opcode() + "-" + a), sizes[a % sizes.length]);
    }

    CloseStatus status() {
        return STATUSES.get(a % STATUSES.size());
    }

    /** How long the caller's array is. */
    int room() {
        return new int[] {0, 1, 10, 130, 1000}[b % 5];
    }

    /** How many bytes arrive: a few, or many. */
    int piece() {
        return 1 + a % (flag() ? 8 : 700);
    }

    // ---- frames that this library does not send

    /** A frame that comes from nobody; as whole as the rules that it keeps ask for. */
    byte[] stray(boolean deflate) {
        Role from = Wire.other(side);
        List<byte[]> frames = new ArrayList<>(List.of(
                Wire.frame(from, 0x89, "!"),
                Wire.frame(from, 0x8A, "unasked"),
                Wire.close(from, 1000, "over"),
                Wire.frame(from, 0x88, new byte[0]),
                Wire.frame(from, 0x88, hex("03")),
                Wire.close(from, 1005, ""),
                Wire.frame(from, 0x88, hex("03e8 c3")),
                Wire.text(from, "stray"),
                Wire.frame(from, 0xA1, "RSV2"),
                Wire.frame(from, 0x92, "RSV3"),
                Wire.frame(from, 0x83, "reserved"),
                Wire.frame(from, 0x8B, "reserved"),
                Wire.frame(from, 0xC9, "compressed ping"),
                Wire.frame(from, 0xC0, "compressed rest"),
                Wire.frame(from, 0x09, "half a ping"),
                Wire.frame(from, 0x89, Wire.bytes(126)),
                Wire.frame(side, 0x82, "the mask is wrong"),
                Wire.header(from, 0x82, 1L << 40),
                longForm(from, 127, "ffffffffffffffff"),
                longForm(from, 126, "0005"),
                longForm(from, 127, "00000000000000c8"),
                longForm(from, 127, "8000000000000001")));
        if (!deflate) { // else the rest of a compressed message might not be DEFLATE
            frames.addAll(List.of(
                    Wire.frame(from, 0x01, "begun "),
                    Wire.frame(from, 0x00, "and "),
                    Wire.frame(from, 0x80, "ended"),
                    Wire.frame(from, 0x80, new byte[0]),
                    Wire.frame(from, 0x02, Wire.bytes(280)),
                    Wire.frame(from, 0xC1, "RSV1"),
                    Wire.frame(from, 0x81, hex("6f6b c3 28")),
                    Wire.frame(from, 0x81, hex("e2 82")),
                    Wire.frame(from, 0x01, hex("e2 82"))));
        }
        return frames.get(a % frames.size());
    }

    private static byte[] longForm(Role from, int size, String length) {
        int mask = from == Role.CLIENT ? 0x80 : 0;
        return concat(new byte[] {(byte) 0x82, (byte) (mask | size)}, hex(length), mask == 0 ? hex("") : Wire.KEY);
    }
}
