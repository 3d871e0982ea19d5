package dev.zws;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a request or of a response (RFC 9110, 5), in the order in which they stood or will stand. Names are
 * compared without regard to case; a name may appear more than once. Immutable.
 *
 * <p>Every field was checked when it was made, so nothing that is held here can break out of its line.
 *
 * @param fields all of them, in order
 */
public record Headers(List<Field> fields) implements Serializable {
    /** No fields at all. */
    public static final Headers NONE = new Headers(List.of());

    private static final String DELIMITERS = "\"(),/:;<=>?@[\\]{}";

    /** RFC 9110, 5.6.2, by character: a look-up, as each of a head's names is gone through. */
    private static final boolean[] TOKEN_CHARACTERS = new boolean[0x7F];

    static {
        for (int c = ' ' + 1; c < TOKEN_CHARACTERS.length; c++) {
            TOKEN_CHARACTERS[c] = DELIMITERS.indexOf(c) < 0;
        }
    }

    /**
     * One field. Characters from 0x80 to 0xFF stand for the byte of the same number (ISO-8859-1).
     *
     * @param name a token (RFC 9110, 5.1)
     * @param value without spaces or tabs around it; may be empty
     */
    public record Field(String name, String value) implements Serializable {
        /**
         * Checks both.
         *
         * @throws IllegalArgumentException when the name is not a token, or the value holds a control character other than a tab,
         *     a character above 0xFF, or a space or a tab at either end
         */
        public Field {
            if (!isToken(name)) {
                throw new IllegalArgumentException("a header name is a token: letters, digits and !#$%&'*+-.^_`|~");
            }
            if (!isFieldValue(value)) {
                throw new IllegalArgumentException(
                        "the value of " + name + " holds a control character, one above 0xFF, or a space at an end");
            }
        }
    }

    /** Keeps a copy of the list. */
    public Headers {
        fields = List.copyOf(fields);
    }

    /**
     * Headers from names and values in turn: {@code Headers.of("Server", "zws", "X-Frame-Options", "DENY")}.
     *
     * @throws IllegalArgumentException when a value is missing, or as {@link Field} does
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("names and values come in pairs; the last name has no value");
        }
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new Headers(fields);
    }

    /** These and those of {@code more} behind them. */
    public Headers with(Headers more) {
        if (more.fields.isEmpty()) {
            return this;
        }
        if (fields.isEmpty()) {
            return more;
        }
        List<Field> joined = new ArrayList<>(fields);
        joined.addAll(more.fields);
        return new Headers(joined);
    }

    /** True when at least one field has this name. */
    public boolean contains(String name) {
        return first(name) != null;
    }

    /** The value of the first field with this name, or null. */
    public @Nullable String first(String name) {
        Objects.requireNonNull(name, "name");
        for (Field field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                return field.value;
            }
        }
        return null;
    }

    /** True when more than one field has this name. */
    boolean isRepeated(String name) {
        boolean found = false;
        for (Field field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                if (found) {
                    return true;
                }
                found = true;
            }
        }
        return false;
    }

    /** The values of all fields with this name, in order. */
    public List<String> all(String name) {
        Objects.requireNonNull(name, "name");
        List<String> values = new ArrayList<>();
        for (Field field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                values.add(field.value);
            }
        }
        return List.copyOf(values);
    }

    /**
     * The elements of a comma-separated list. Repeated fields continue the list (RFC 9110, 5.3), and empty elements do not count
     * (RFC 9110, 5.6.1.2).
     */
    List<String> list(String name) {
        List<String> elements = new ArrayList<>();
        for (String value : all(name)) {
            int from = 0;
            for (int to = 0; from <= value.length(); from = to + 1) {
                int comma = value.indexOf(',', from);
                to = comma < 0 ? value.length() : comma;
                String element = value.substring(from, to).strip();
                if (!element.isEmpty()) {
                    elements.add(element);
                }
            }
        }
        return List.copyOf(elements);
    }

    /** True when the list of this name has this element, in whatever case. */
    boolean lists(String name, String element) {
        for (String each : list(name)) {
            if (each.equalsIgnoreCase(element)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 9110, 5.6.2. */
    static boolean isToken(String text) {
        return !text.isEmpty() && consistsOf(text, Headers::isTokenCharacter);
    }

    static boolean isTokenCharacter(int c) {
        return c < TOKEN_CHARACTERS.length && TOKEN_CHARACTERS[c];
    }

    /** RFC 9110, 5.5. */
    private static boolean isFieldValue(String text) {
        return consistsOf(text, c -> c >= ' ' && c <= 0xFF && c != 0x7F || c == '\t')
                && text.strip().length() == text.length();
    }

    /** True when every character of {@code text} is one of those. A stream for each string was a third of a handshake. */
    static boolean consistsOf(String text, IntPredicate allowed) {
        for (int i = 0; i < text.length(); i++) {
            if (!allowed.test(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
