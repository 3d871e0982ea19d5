package dev.zws.validation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is tried with each peer. A client says that it went well; here, what has passed on the wire is asked for the same. */
enum InteropCase {
    TEXT("text"),
    BINARY("binary"),
    EMPTY("empty"),
    LARGE("1 MiB"),
    FRAGMENTED("fragments"),
    PING("Ping answered"),
    SUBPROTOCOL("subprotocol"),
    CLOSING("Close by client"),
    CLOSED("Close by server"),
    GREETING("message with the 101"),
    OFFERS("repeated offers"),
    WINDOWS("windows");

    /** What every server of a library is asked. */
    static final List<InteropCase> ALL =
            List.of(TEXT, BINARY, EMPTY, LARGE, FRAGMENTED, PING, SUBPROTOCOL, CLOSING, CLOSED, GREETING, OFFERS);

    /** What a mere echo is asked. */
    static final List<InteropCase> ECHO = List.of(TEXT, BINARY, EMPTY, LARGE, FRAGMENTED, PING, CLOSING);

    private static final int CLIENTS_CODE = 4000;
    private static final int LEAST_COMPRESSED = 5;

    final String title;

    InteropCase(String title) {
        this.title = title;
    }

    /** As programs are told it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String path() {
        return "/" + word();
    }

    static boolean switched(InteropTape server) {
        return server.head().startsWith("HTTP/1.1 101");
    }

    /**
     * How it went.
     *
     * @param said by the client: {@code ok}, {@code failed: why}, or null for nothing
     * @param passed the case's connection; null when there was none
     */
    InteropCell judge(InteropRow row, @Nullable String said, InteropWire.@Nullable Connection passed) {
        if (passed == null || said == null || !said.equals("ok")) {
            String why = said == null ? "the client said nothing" : said;
            return new InteropCell.Failed(passed == null ? why + "; no connection was made" : why + "; " + passed);
        }
        if (this == OFFERS && passed.client.header(InteropWire.EXTENSIONS).isEmpty()) {
            return new InteropCell.Without("the client offers nothing");
        }
        if (this == OFFERS
                && row.deflate()
                && !row.zwsServes()
                && passed.agreed().isEmpty()) {
            return new InteropCell.Without("the server declines all of these offers");
        }
        String fault = fault(row, passed);
        if (fault == null) {
            fault = faultOfCase(passed);
        }
        return fault != null ? new InteropCell.Failed(fault + "; " + passed) : sides(row, passed);
    }

    // ---- what holds of each connection

    private @Nullable String fault(InteropRow row, InteropWire.Connection passed) {
        if (!switched(passed.server)) {
            return "answered " + passed.server.head().lines().findFirst().orElse("nothing");
        }
        String compression = compressionFault(row, passed);
        return compression != null ? compression : pingFault(passed);
    }

    /** RFC 7692, 6: RSV1 on the first frame of a message that is compressed. */
    private @Nullable String compressionFault(InteropRow row, InteropWire.Connection passed) {
        List<String> agreed = passed.agreed();
        long fromClient = passed.client.compressed();
        long fromServer = passed.server.compressed();
        if (!row.deflate()) {
            return agreed.isEmpty() && fromClient + fromServer == 0 ? null : "compresses: agreed on " + agreed;
        }
        if (agreed.size() != 1
                || agreed.getFirst().contains(",")
                || !agreed.getFirst().startsWith("permessage-deflate")) {
            return "agreed on " + agreed + ", not on permessage-deflate once";
        }
        int least = switch (this) {
            case TEXT, BINARY, LARGE, OFFERS -> 1;
            case WINDOWS -> LEAST_COMPRESSED;
            default -> 0;
        };
        if (fromClient < least || fromServer < least) {
            return "messages compressed: by the client " + fromClient + ", by the server " + fromServer;
        }
        return row.terms() == null ? null : row.terms().fault(agreed.getFirst());
    }

    private static @Nullable String pingFault(InteropWire.Connection passed) {
        return unanswered(passed.client, passed.server) || unanswered(passed.server, passed.client)
                ? "a Ping was not answered"
                : null;
    }

    private static boolean unanswered(InteropTape pinging, InteropTape answering) {
        return pinging.frames().stream()
                .filter(frame -> frame.opcode() == InteropTape.PING)
                .anyMatch(ping -> answering.frames().stream().noneMatch(frame -> frame.isPongTo(ping)));
    }

    // ---- what holds of one case's

    private @Nullable String faultOfCase(InteropWire.Connection passed) {
        return switch (this) {
            case SUBPROTOCOL ->
                passed.server.header("Sec-WebSocket-Protocol").equals(List.of(InteropEcho.SUBPROTOCOL))
                        ? null
                        : "agreed on the subprotocol " + passed.server.header("Sec-WebSocket-Protocol");
            case CLOSING -> closeFault(passed.client, CLIENTS_CODE);
            case CLOSED -> closeFault(passed.server, InteropEcho.SERVERS_CODE);
            default -> null;
        };
    }

    private static @Nullable String closeFault(InteropTape closing, int code) {
        List<Integer> codes = closeCodes(closing);
        return codes.equals(List.of(code)) ? null : "closed with " + codes;
    }

    /** Whether the server's Close is all there was of the closing handshake (RFC 6455, 5.5.1). */
    static boolean isUnanswered(InteropWire.Connection passed) {
        return !closeCodes(passed.server).isEmpty() && closeCodes(passed.client).isEmpty();
    }

    private static List<Integer> closeCodes(InteropTape tape) {
        return tape.frames().stream()
                .filter(frame -> frame.opcode() == InteropTape.CLOSE)
                .map(InteropTape.Frame::code)
                .toList();
    }

    /** Of fragments and Pings, who sent them: zws has to, and with a mere echo the client, if it can. */
    private InteropCell sides(InteropRow row, InteropWire.Connection passed) {
        if (this == CLOSING) {
            return answer(row, passed.server);
        }
        if (this != FRAGMENTED && this != PING) {
            return new InteropCell.Passed("");
        }
        boolean client = sends(passed.client);
        boolean server = sends(passed.server);
        if (row.zwsSends() && !(row.zwsServes() ? server : client)) {
            return new InteropCell.Failed("zws sent none; " + passed);
        }
        String what = this == PING ? "Pings" : "fragments";
        if (client && server) {
            return new InteropCell.Passed("");
        }
        if (client || server) {
            return new InteropCell.Passed("no " + what + " from the " + (client ? "server" : "client"));
        }
        return new InteropCell.Without("neither side sends " + what);
    }

    /** That a Close is answered with its own code is only typical (RFC 6455, 5.5.1); zws does so. */
    private static InteropCell answer(InteropRow row, InteropTape server) {
        List<Integer> codes = closeCodes(server);
        if (codes.equals(List.of(CLIENTS_CODE))) {
            return new InteropCell.Passed("");
        }
        return row.zwsServes() || codes.size() != 1
                ? new InteropCell.Failed("the Close was answered with " + codes + "; " + server.end())
                : new InteropCell.Passed("the server answers a Close of 4000 with " + codes.getFirst());
    }

    private boolean sends(InteropTape tape) {
        return this == FRAGMENTED
                ? tape.fragmented()
                : tape.frames().stream().anyMatch(frame -> frame.opcode() == InteropTape.PING);
    }

    /**
     * What has to be agreed on (RFC 7692, 7.1).
     *
     * @param takeover whether contexts are kept, on both sides
     * @param window the bits of both
     */
    record Terms(boolean takeover, int window) {
        private static final int WIDEST = 15;

        @Nullable
        String fault(String agreed) {
            List<String> parameters =
                    Arrays.stream(agreed.split(";")).map(String::strip).toList();
            for (String side : List.of("server", "client")) {
                String bits = side + "_max_window_bits=";
                int window = parameters.stream()
                        .filter(parameter -> parameter.startsWith(bits))
                        .mapToInt(parameter -> Integer.parseInt(parameter.substring(bits.length())))
                        .findFirst()
                        .orElse(WIDEST);
                if (parameters.contains(side + "_no_context_takeover") == takeover || window != this.window) {
                    return "to be agreed on was " + this + ", but it was " + agreed;
                }
            }
            return null;
        }

        @Override
        public String toString() {
            return "takeover " + (takeover ? "both" : "none") + ", window " + window;
        }
    }
}
