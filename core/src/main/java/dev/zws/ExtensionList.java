package dev.zws;

import java.util.ArrayList;
import java.util.List;

/**
 * What Sec-WebSocket-Extensions says (RFC 6455, 9.1), in order. Immutable, pure; as long as the head was.
 *
 * <p>An element that breaks the grammar ends at the next comma that is not in quotes and does no harm to the others. Behind a quote
 * that is never closed no element can be told from the next: all that follows is one malformed element.
 *
 * @param elements those that keep the grammar
 * @param wellFormed false when there are others, or none at all
 */
record ExtensionList(List<Extension> elements, boolean wellFormed) {
    static final String HEADER = "Sec-WebSocket-Extensions";

    ExtensionList {
        elements = List.copyOf(elements);
    }

    /** Repeated headers are one list (RFC 6455, 11.3.2), and empty elements do not count (RFC 9110, 5.6.1.2). */
    static ExtensionList of(Headers headers) {
        List<Extension> elements = new ArrayList<>();
        boolean wellFormed = true;
        for (String text : split(String.join(",", headers.all(HEADER)))) {
            if (text.isBlank()) {
                continue;
            }
            Extension extension = Extension.parse(text);
            if (extension == null) {
                wellFormed = false;
            } else {
                elements.add(extension);
            }
        }
        return new ExtensionList(elements, wellFormed && !elements.isEmpty());
    }

    private static List<String> split(String list) {
        List<String> elements = new ArrayList<>();
        int from = 0;
        boolean quoted = false;
        boolean escaped = false;
        for (int at = 0; at < list.length(); at++) {
            char c = list.charAt(at);
            if (escaped) {
                escaped = false;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (quoted) {
                escaped = c == '\\';
            } else if (c == ',') {
                elements.add(list.substring(from, at));
                from = at + 1;
            }
        }
        elements.add(list.substring(from));
        return elements;
    }
}
