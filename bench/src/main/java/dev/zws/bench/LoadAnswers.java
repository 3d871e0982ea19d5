package dev.zws.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * What comes back on one connection, cut into frames: counts the answers, and looks at them. Every header has to be that of an echo,
 * and every length unless it was compressed; every byte too when the run verifies. Used by one thread.
 */
final class LoadAnswers {
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int MAX_CONTROL = 125;
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private final LoadFrames frames;
    private final @Nullable Check check;

    private final ByteBuffer header = ByteBuffer.allocate(10);
    private int first;
    private long left;
    private boolean inPayload;
    private byte[] control = {};
    private @Nullable ByteBuffer pong;

    /** The answer that goes on, from 0, and how much of it came in earlier frames. */
    private long answer;

    private long length;
    private boolean inMessage;

    LoadAnswers(LoadFrames frames, boolean verify) {
        this.frames = frames;
        check = !verify ? null : frames.isCompressed() ? new Inflated() : new Plain();
    }

    /** How many have come whole. */
    long count() {
        return answer;
    }

    /** What a ping asks for, once; null when there was none since. */
    @Nullable
    ByteBuffer takePong() {
        ByteBuffer taken = pong;
        pong = null;
        return taken;
    }

    void take(ByteBuffer input) throws IOException {
        while (input.hasRemaining()) {
            if (!inPayload && !header(input)) {
                return;
            }
            int part = (int) Math.min(left, input.remaining());
            payload(input, part);
            left -= part;
            inPayload = left > 0;
            if (!inPayload) {
                ended();
            }
        }
    }

    /** Returns whether it is whole. */
    private boolean header(ByteBuffer input) throws IOException {
        while (input.hasRemaining()) {
            header.put(input.get());
            if (header.position() == headerLength()) {
                first = Byte.toUnsignedInt(header.get(0));
                int second = Byte.toUnsignedInt(header.get(1));
                left = switch (second) {
                    case 126 -> Short.toUnsignedInt(header.getShort(2));
                    case 127 -> header.getLong(2);
                    default -> second;
                };
                header.clear();
                inPayload = true;
                begun(second);
                return true;
            }
        }
        return false;
    }

    private int headerLength() {
        if (header.position() < 2) {
            return 2;
        }
        return switch (header.get(1) & 0x7F) {
            case 126 -> 4;
            case 127 -> 10;
            default -> 2;
        };
    }

    private void begun(int second) throws IOException {
        boolean legal;
        if (isControl()) {
            legal = left <= MAX_CONTROL && (first == CLOSE || first == PING || first == PONG);
        } else {
            legal = inMessage ? (first & ~FIN) == 0 : (first | FIN) == frames.first();
        }
        if (!legal || left < 0 || (second & MASKED) != 0) {
            throw new IOException(
                    which() + " is no echo but a frame that begins with " + hex(first) + " " + hex(second));
        }
        if (isControl()) {
            control = new byte[(int) left];
        }
        if (!isControl() && !frames.isCompressed()) {
            long wanted = frames.payload(answer).length;
            boolean last = (first & FIN) != 0;
            if (last ? length + left != wanted : length + left > wanted) {
                throw new IOException(which() + " is wrong: it has " + (length + left) + " bytes, not " + wanted);
            }
        }
    }

    private boolean isControl() {
        return (first & 0x08) != 0;
    }

    private void payload(ByteBuffer input, int part) throws IOException {
        if (isControl()) {
            input.get(control, control.length - (int) left, part);
            return;
        }
        if (check != null) {
            check.part(input.slice(input.position(), part));
        }
        input.position(input.position() + part);
        length += part;
    }

    private void ended() throws IOException {
        if (first == CLOSE) {
            String code = control.length < 2
                    ? ""
                    : " with " + Short.toUnsignedInt(ByteBuffer.wrap(control).getShort());
            throw new IOException(which() + " is no echo but a Close" + code);
        }
        if (first == PING) {
            pong = LoadFrames.pong(control); // only the last has to be answered (RFC 6455, 5.5.3)
        }
        if (isControl()) {
            return;
        }
        inMessage = (first & FIN) == 0;
        if (!inMessage) {
            if (check != null) {
                check.end();
            }
            answer++;
            length = 0;
        }
    }

    private String which() {
        return "answer " + (answer + 1);
    }

    private static String hex(int value) {
        return "0x%02X".formatted(value);
    }

    /** Looks at the payload of an answer. */
    private interface Check {
        void part(ByteBuffer part) throws IOException;

        void end() throws IOException;
    }

    private final class Plain implements Check {
        @Override
        public void part(ByteBuffer part) throws IOException {
            same(part, (int) length);
        }

        @Override
        public void end() {
            // the header said how long it is
        }
    }

    private void same(ByteBuffer part, int at) throws IOException {
        byte[] wanted = frames.payload(answer);
        if (part.remaining() > wanted.length - at) {
            throw new IOException(which() + " is wrong: it has more than " + wanted.length + " bytes");
        }
        int different = part.mismatch(ByteBuffer.wrap(wanted, at, part.remaining()));
        if (different >= 0) {
            throw new IOException(which() + " is wrong: byte " + (at + different) + " of its payload is "
                    + hex(Byte.toUnsignedInt(part.get(different))) + ", not "
                    + hex(Byte.toUnsignedInt(wanted[at + different])));
        }
    }

    /** Of what was compressed (RFC 7692, 7.2.2). Its inflater is left to the garbage collector: {@code --verify} measures nothing. */
    private final class Inflated implements Check {
        private final Inflater inflater = new Inflater(true);
        private final byte[] plain = new byte[4096];
        private int at;

        @Override
        public void part(ByteBuffer part) throws IOException {
            inflater.setInput(part);
            inflate();
        }

        @Override
        public void end() throws IOException {
            inflater.setInput(TAIL);
            inflate();
            int wanted = frames.payload(answer).length;
            if (at != wanted) {
                throw new IOException(which() + " is wrong: it has " + at + " bytes, not " + wanted);
            }
            at = 0;
            if (!frames.answersRefer()) {
                inflater.reset();
            }
        }

        private void inflate() throws IOException {
            try {
                for (int made; (made = inflater.inflate(plain)) > 0; at += made) {
                    same(ByteBuffer.wrap(plain, 0, made), at);
                }
            } catch (DataFormatException e) {
                throw new IOException(which() + " cannot be inflated: " + e.getMessage(), e);
            }
        }
    }
}
