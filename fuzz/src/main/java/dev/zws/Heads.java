package dev.zws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The head of an HTTP message, taken apart a second time and without mercy: what was accepted must look like this. Immutable. */
final class Heads {
    private static final String END = "\r\n\r\n";

    private final String startLine;
    private final Map<String, List<String>> values = new HashMap<>();

    /** @param head from the start line to the empty line */
    Heads(String head) {
        Holds.that(head.endsWith(END), "a head ends with an empty line");
        List<String> lines =
                List.of(head.substring(0, head.length() - END.length()).split("\r\n", -1));
        startLine = lines.getFirst();
        for (String line : lines) {
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                Holds.that(c >= ' ' && c != 0x7F || c == '\t', "a control character is in it");
            }
        }
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            Holds.that(colon > 0 && line.charAt(colon - 1) > ' ' && line.charAt(0) > ' ', "no header");
            values.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
    }

    String startLine() {
        return startLine;
    }

    /** Of all header lines with this name, which is in lower case. */
    List<String> values(String name) {
        return values.getOrDefault(name, List.of());
    }

    boolean lists(String name, String element) {
        for (String part : String.join(",", values(name)).split(",", -1)) {
            if (part.strip().equalsIgnoreCase(element)) {
                return true;
            }
        }
        return false;
    }

    /** No header says that there is a body. */
    void requireNoBody() {
        Holds.same(List.of(), values("transfer-encoding"), "Transfer-Encoding");
        for (String length : values("content-length")) {
            Holds.that(!length.isEmpty() && length.chars().allMatch(c -> c == '0'), "Content-Length");
        }
    }

    void requireUpgrade() {
        Holds.that(lists("connection", "upgrade"), "Connection does not list upgrade");
        Holds.that(lists("upgrade", "websocket"), "Upgrade does not list websocket");
    }

    /** What a reader has left, and will get. */
    static String rest(ByteReader reader) throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        do {
            rest.write(reader.array(), reader.position(), reader.buffered());
            reader.skip(reader.buffered());
        } while (reader.fill() >= 0);
        return rest.toString(ISO_8859_1);
    }
}
