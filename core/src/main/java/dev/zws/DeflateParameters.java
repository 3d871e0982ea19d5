package dev.zws;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of permessage-deflate as an offer or a response states them (RFC 7692, 7.1). Immutable, pure. Which response suits
 * which offer is a matter of {@link DeflateNegotiation}.
 *
 * @param serverMaxWindowBits 8 to 15, or {@link #ABSENT}
 * @param clientMaxWindowBits 8 to 15, or {@link #ABSENT}; 15 also in an offer that gives no number, which says as much
 */
record DeflateParameters(
        boolean serverNoContextTakeover,
        boolean clientNoContextTakeover,
        int serverMaxWindowBits,
        int clientMaxWindowBits) {
    static final int ABSENT = 0;

    private static final int INVALID = -1;
    private static final String EXTENSION = "permessage-deflate";
    private static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
    private static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
    private static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";
    private static final Set<String> NAMES = Set.of(
            SERVER_NO_CONTEXT_TAKEOVER, CLIENT_NO_CONTEXT_TAKEOVER, SERVER_MAX_WINDOW_BITS, CLIENT_MAX_WINDOW_BITS);

    /** RFC 7692, 7.1.2: decimal, without leading zeros. The first stands for {@link PerMessageDeflate#LEAST_WINDOW_BITS}. */
    private static final List<String> WINDOW_BITS = List.of("8", "9", "10", "11", "12", "13", "14", "15");

    /** True for permessage-deflate, in whatever case (B-5.1). */
    static boolean isDeflate(Extension extension) {
        return extension.name().equalsIgnoreCase(EXTENSION);
    }

    /** What a client says. Null when RFC 7692, 7.1 has a server decline it: a parameter is unknown, repeated or malformed. */
    static @Nullable DeflateParameters ofOffer(Extension extension) {
        Map<String, String> values = values(extension);
        if (values == null) {
            return null;
        }
        values.replace(CLIENT_MAX_WINDOW_BITS, "", String.valueOf(PerMessageDeflate.UNLIMITED)); // 7.1.2.2
        return of(values);
    }

    /** What a server says. Null when RFC 7692, 7.1 has a client fail the connection, for the same reasons. */
    static @Nullable DeflateParameters ofResponse(Extension extension) {
        Map<String, String> values = values(extension);
        return values == null ? null : of(values);
    }

    /** By names in lower case (B-5.10); empty for what has no value. Null when a name is unknown or stands twice. */
    private static @Nullable Map<String, String> values(Extension extension) {
        Map<String, String> values = new HashMap<>();
        for (Extension.Parameter parameter : extension.parameters()) {
            String name = parameter.name().toLowerCase(Locale.ROOT);
            String value = Objects.requireNonNullElse(parameter.value(), "");
            if (!NAMES.contains(name) || values.put(name, value) != null) {
                return null;
            }
        }
        return values;
    }

    private static @Nullable DeflateParameters of(Map<String, String> values) {
        int serverBits = windowBits(values.get(SERVER_MAX_WINDOW_BITS));
        int clientBits = windowBits(values.get(CLIENT_MAX_WINDOW_BITS));
        boolean flagsHaveNoValue =
                values.getOrDefault(SERVER_NO_CONTEXT_TAKEOVER, "").isEmpty()
                        && values.getOrDefault(CLIENT_NO_CONTEXT_TAKEOVER, "").isEmpty();
        if (!flagsHaveNoValue || serverBits == INVALID || clientBits == INVALID) {
            return null;
        }
        return new DeflateParameters(
                values.containsKey(SERVER_NO_CONTEXT_TAKEOVER),
                values.containsKey(CLIENT_NO_CONTEXT_TAKEOVER),
                serverBits,
                clientBits);
    }

    private static int windowBits(@Nullable String value) {
        if (value == null) {
            return ABSENT;
        }
        int index = WINDOW_BITS.indexOf(value);
        return index < 0 ? INVALID : PerMessageDeflate.LEAST_WINDOW_BITS + index;
    }

    /**
     * As it stands in the header (B-1.17). A client's window of 15 bits has no number: that is said in offers only, as the whole web
     * says it.
     */
    String headerValue() {
        StringBuilder value = new StringBuilder(EXTENSION);
        if (serverNoContextTakeover) {
            value.append("; ").append(SERVER_NO_CONTEXT_TAKEOVER);
        }
        if (clientNoContextTakeover) {
            value.append("; ").append(CLIENT_NO_CONTEXT_TAKEOVER);
        }
        if (serverMaxWindowBits != ABSENT) {
            value.append("; ").append(SERVER_MAX_WINDOW_BITS).append('=').append(serverMaxWindowBits);
        }
        if (clientMaxWindowBits != ABSENT) {
            value.append("; ").append(CLIENT_MAX_WINDOW_BITS);
            if (clientMaxWindowBits < PerMessageDeflate.UNLIMITED) {
                value.append('=').append(clientMaxWindowBits);
            }
        }
        return value.toString();
    }
}
