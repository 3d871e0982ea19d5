package dev.zws.validation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.zws.Message;
import dev.zws.MessageType;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one connection, one after the other. Two of the same seed are the same: one is for who sends, the other for who
 * checks, and neither keeps what is under way. Each begins with the name of its connection and its number, as far as it has room, so
 * that one that is missing, comes twice, or belongs to somebody else is seen. One thread's.
 */
final class SoakMessages {
    private static final int[] EDGES = {1, 125, 126, 127, 4096, 16_383, 16_384, 16_385, 65_535, 65_536};
    private static final int SHOWN = 40;

    private final SoakCorpus corpus;
    private final SplittableRandom random;
    private final String name;

    // the current message: the stamp, then what is cut from the source
    private long number;
    private MessageType type = MessageType.BINARY;
    private byte[] stamp = new byte[0];
    private byte[] source = stamp;
    private int stampLength;
    private int from;
    private int to;

    SoakMessages(SoakCorpus corpus, String name, long seed) {
        this.corpus = corpus;
        this.name = name;
        this.random = new SplittableRandom(seed);
    }

    /** Goes on to the next message. */
    void advance() {
        number++;
        type = random.nextBoolean() ? MessageType.TEXT : MessageType.BINARY;
        source = corpus.source(type, random.nextBoolean());
        stamp = (name + " " + number + ": ").getBytes(US_ASCII);
        int planned = nextLength();
        stampLength = Math.min(planned, stamp.length);
        from = random.nextInt(source.length - SoakCorpus.LONGEST);
        from = type == MessageType.TEXT ? characterAtOrBefore(from) : from;
        to = from + planned - stampLength;
        to = type == MessageType.TEXT ? Math.max(from, characterAtOrBefore(to)) : to;
    }

    /** Mostly small; on the edges of the encodings and buffers; and up to the limit. */
    private int nextLength() {
        int kind = random.nextInt(1000);
        if (kind < 30) {
            return 0;
        }
        if (kind < 60) {
            return EDGES[random.nextInt(EDGES.length)];
        }
        if (kind < 500) {
            return 1 + random.nextInt(256);
        }
        if (kind < 850) {
            return 1 + random.nextInt(4096);
        }
        if (kind < 997) {
            return 1 + random.nextInt(64 * 1024);
        }
        return kind == 997 ? SoakCorpus.LONGEST : 1 + random.nextInt(SoakCorpus.LONGEST);
    }

    private int characterAtOrBefore(int index) {
        int start = index;
        while (start > 0 && (source[start] & 0xC0) == 0x80) {
            start--;
        }
        return start;
    }

    MessageType type() {
        return type;
    }

    int length() {
        return stampLength + to - from;
    }

    /** The payload, in an array of the caller's own. */
    byte[] bytes() {
        byte[] bytes = Arrays.copyOf(stamp, length());
        System.arraycopy(source, from, bytes, stampLength, to - from);
        return bytes;
    }

    /** What the echo has that the current message has not, for people to read; null when there is nothing. */
    @Nullable
    String difference(Message echo) {
        int length = echo.length();
        int offset = echo.offset();
        byte[] array = echo.borrowedArray();
        int same = Arrays.mismatch(stamp, 0, stampLength, array, offset, offset + Math.min(length, stampLength));
        if (same < 0 && length >= stampLength) {
            same = Arrays.mismatch(source, from, to, array, offset + stampLength, offset + length);
            same += same < 0 ? 0 : stampLength;
        }
        if (same < 0 && echo.type() == type) {
            return null;
        }
        StringBuilder said = new StringBuilder("message " + number + " of connection " + name + " was "
                + describe(type, length()) + ", and came back as " + describe(echo.type(), length));
        if (same >= 0) {
            said.append(String.format(Locale.ROOT, ", different from byte %d on: ", same));
            int begin = Math.max(0, same - SHOWN / 2);
            said.append("sent \"").append(printable(bytes(), begin, length()));
            said.append("\", got \"")
                    .append(printable(array, offset + begin, offset + length))
                    .append('"');
        }
        return said.toString();
    }

    private static String describe(MessageType type, int length) {
        return (type == MessageType.TEXT ? "text" : "binary") + " of " + length + " bytes";
    }

    private static String printable(byte[] array, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < Math.min(to, from + SHOWN); i++) {
            boolean plain = array[i] >= ' ' && array[i] < 0x7F && array[i] != '\\';
            text.append(plain ? String.valueOf((char) array[i]) : String.format(Locale.ROOT, "\\%02x", array[i]));
        }
        return text.toString();
    }
}
