package dev.zws.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The inputs that fuzzing begins with and every build replays: a file for each target, a line for each input. A line holds bytes in
 * hex and text in double quotes, in which {@code \r}, {@code \n}, {@code \"} and {@code \\} are what they are in Java; {@code #} begins
 * a comment.
 */
final class Seeds {
    private static final Pattern PART = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|((?:\\p{XDigit}{2})+)|(#.*)|\\s+");

    private Seeds() {}

    static List<byte[]> of(FuzzTarget target) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String line : resource("seeds/" + target.label() + ".txt").split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                seeds.add(parse(line));
            }
        }
        return seeds;
    }

    /** The dictionary of a target, in the form that libFuzzer reads, or null. */
    static @Nullable String dictionary(FuzzTarget target) throws IOException {
        return target.dictionary() == null ? null : resource(target.dictionary() + ".dict");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Seeds.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("there is no " + name);
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    static byte[] parse(String line) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher part = PART.matcher(line);
        int at = 0;
        while (at < line.length()) {
            if (!part.find(at) || part.start() != at) {
                throw new IllegalArgumentException("neither hex nor quoted text, at column " + (at + 1) + ": " + line);
            }
            at = part.end();
            String text = part.group(1);
            String hex = part.group(2);
            if (text != null) {
                bytes.writeBytes(text.translateEscapes().getBytes(ISO_8859_1));
            } else if (hex != null) {
                bytes.writeBytes(HexFormat.of().parseHex(hex));
            }
        }
        return bytes.toByteArray();
    }
}
