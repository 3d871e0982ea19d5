package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.MessageType;
import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/** What messages are cut from: bytes that cannot be compressed, records that can, and text of every length of character. Immutable. */
final class SoakCorpus {
    /** The longest message, which is the server's limit. */
    static final int LONGEST = 1024 * 1024;

    /** So much longer, so that the longest can be cut in many places. */
    private static final int MARGIN = 64 * 1024;

    private static final String[] WORDS = {
        "echo ",
        "frame, ",
        "message. ",
        "Grüße ",
        "naïve ",
        "Ωμέγα ",
        "Привет ",
        "世界",
        "接続",
        "नमस्ते ",
        "😀",
        "🏳️‍🌈 ",
        "𝄞",
        "\u0000",
        "\n"
    };

    private final byte[] noise = new byte[LONGEST + MARGIN];
    private final byte[] records;
    private final byte[] text;

    SoakCorpus(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        random.nextBytes(noise);
        records = fill(() -> "{\"id\":" + random.nextInt(1_000_000) + ",\"symbol\":\"EURUSD\",\"price\":1."
                + random.nextInt(10_000) + ",\"venue\":\"XETR\"},");
        text = fill(() -> WORDS[random.nextInt(WORDS.length)]);
    }

    private interface Words {
        String next();
    }

    /** A little more than is cut, so that the last character is whole. */
    private static byte[] fill(Words words) {
        ByteArrayOutputStream filled = new ByteArrayOutputStream();
        while (filled.size() < LONGEST + MARGIN) {
            filled.writeBytes(words.next().getBytes(UTF_8));
        }
        return filled.toByteArray();
    }

    /** What a message of this type may be cut from, one of two. Not to be written to. */
    byte[] source(MessageType type, boolean plain) {
        return switch (type) {
            case TEXT -> plain ? text : records;
            case BINARY -> plain ? noise : records;
        };
    }
}
