package dev.zws;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element of Sec-WebSocket-Extensions (RFC 6455, 9.1): the name of an extension and its parameters, in order. Immutable.
 *
 * @param name a token
 * @param parameters as they stood, repeated ones too
 */
record Extension(String name, List<Parameter> parameters) {
    /**
     * One parameter.
     *
     * @param name a token
     * @param value a token, without its quotes if it had any; null when nothing was said
     */
    record Parameter(String name, @Nullable String value) {}

    Extension {
        parameters = List.copyOf(parameters);
    }

    /** Null when {@code text}, which may have spaces and tabs around it, breaks the grammar. */
    static @Nullable Extension parse(String text) {
        return new Cursor(text).extension();
    }

    /**
     * Goes through a text once. The grammar is that of RFC 2616, which RFC 6455 writes in: between any two tokens and separators
     * there may be spaces and tabs (2.1).
     */
    private static final class Cursor {
        private final String text;
        private int at;

        Cursor(String text) {
            this.text = text;
        }

        @Nullable
        Extension extension() {
            skipSpace();
            String name = token();
            List<Parameter> parameters = new ArrayList<>();
            while (takes(';')) {
                String parameter = token();
                boolean valued = takes('=');
                String value = valued ? value() : null;
                if (parameter.isEmpty() || value != null && value.isEmpty()) {
                    return null;
                }
                parameters.add(new Parameter(parameter, value));
            }
            return at < text.length() || name.isEmpty() ? null : new Extension(name, parameters);
        }

        /** True when {@code separator} comes next, which is then behind, with the spaces around it. */
        private boolean takes(char separator) {
            skipSpace();
            if (!isNext(separator)) {
                return false;
            }
            at++;
            skipSpace();
            return true;
        }

        private void skipSpace() {
            while (isNext(' ') || isNext('\t')) {
                at++;
            }
        }

        private boolean isNext(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        /** Empty when what comes next is none. */
        private String token() {
            int from = at;
            while (at < text.length() && Headers.isTokenCharacter(text.charAt(at))) {
                at++;
            }
            return text.substring(from, at);
        }

        private String value() {
            return isNext('"') ? quoted() : token();
        }

        /** What stands in quotes must be a token once it is unescaped (RFC 6455, 9.1); empty when it is none, or has no end. */
        private String quoted() {
            StringBuilder content = new StringBuilder();
            at++;
            while (at < text.length() && !isNext('"')) {
                if (isNext('\\') && at + 1 < text.length()) {
                    at++;
                }
                content.append(text.charAt(at++));
            }
            boolean closed = isNext('"');
            at++;
            return closed && Headers.isToken(content.toString()) ? content.toString() : "";
        }
    }
}
