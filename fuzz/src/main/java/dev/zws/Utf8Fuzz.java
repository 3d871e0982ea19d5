package dev.zws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Text or not, beside {@link java.nio.charset.CharsetDecoder}: whole, byte by byte and in two pieces; a prefix is refused as soon as
 * no continuation could make it text, and not before; what is text is encoded to the same bytes.
 */
final class Utf8Fuzz {
    private static final int LONGEST_REST = 3;

    private Utf8Fuzz() {}

    static void run(byte[] input) {
        FuzzInput in = new FuzzInput(input);
        int cut = in.next();
        byte[] bytes = in.rest();
        @Nullable String text = decoded(bytes);
        Holds.same(text != null, Utf8Validator.isValid(bytes, 0, bytes.length), "whole");
        Holds.same(text != null, inTwo(bytes, Math.min(cut, bytes.length)), "cut at " + cut);
        int bad = firstBad(bytes);
        Holds.that(canBecomeText(Arrays.copyOf(bytes, bad)), "refused too late, at " + bad);
        Holds.that(bad == bytes.length || !canBecomeText(Arrays.copyOf(bytes, bad + 1)), "refused too early: " + bad);
        if (text != null) {
            Holds.same((long) bytes.length, Utf8.length(text), "length of the text");
            byte[] encoded = new byte[bytes.length];
            Utf8.encode(text, 0, text.length(), encoded, 0);
            Holds.same(bytes, encoded, "encoded");
        }
    }

    private static boolean inTwo(byte[] bytes, int cut) {
        Utf8Validator validator = new Utf8Validator();
        boolean good = validator.accept(bytes, 0, cut) && validator.accept(bytes, cut, bytes.length - cut);
        return good && validator.isComplete();
    }

    /** The index of the byte at which a validator that gets one at a time refuses; the length when it never does. */
    private static int firstBad(byte[] bytes) {
        Utf8Validator validator = new Utf8Validator();
        int at = 0;
        while (at < bytes.length && validator.accept(bytes, at, 1)) {
            at++;
        }
        return at;
    }

    /** The least and the greatest continuations stand for all others. */
    private static boolean canBecomeText(byte[] prefix) {
        for (int more = 0; more <= LONGEST_REST; more++) {
            for (int continuation : new int[] {0x80, 0xBF}) {
                byte[] longer = Arrays.copyOf(prefix, prefix.length + more);
                Arrays.fill(longer, prefix.length, longer.length, (byte) continuation);
                if (decoded(longer) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    private static @Nullable String decoded(byte[] bytes) {
        try {
            return UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
