package dev.zws.validation;

import java.util.List;

/**
 * Where a peer breaks a rule and zws holds it to that, so that the case fails: found, proved by bytes and written down here, of the
 * version that is pinned. When it no longer fails, that is a failure, and the entry has to go; but for what a peer does only at times.
 *
 * @param zwsServes in which part zws is when it does
 * @param atTimes how the failure begins of what does not always happen; any other is one. Empty for what always happens
 */
record InteropKnown(String peer, boolean zwsServes, boolean deflate, InteropCase tried, String atTimes, String why) {
    private static final String KEEPS_CONTEXT =
            "a client that offers `permessage-deflate` alone goes on keeping its context when the server answers"
                    + " `client_no_context_takeover`, as a server may without being asked (RFC 7692, 7.1.1.2). Its second message, `C2`"
                    + " with the payload `EC CF 81 10 …`, refers to its first, and zws closes with 1007. Where such clients are"
                    + " expected, configure `Takeover.POOLED`";

    private static final String LEAVES =
            "at times, once in 40 here, the client ends the stream and has not sent the Close that it owes (RFC 6455, 5.5.1): of"
                    + " `88 0F 0F A1 …` nothing came back. zws reports a `ConnectionLostException`, and 1006";

    private static final List<InteropKnown> ALL = List.of(
            new InteropKnown("jetty", true, true, InteropCase.BINARY, "", KEEPS_CONTEXT),
            new InteropKnown("undertow", true, true, InteropCase.BINARY, "", KEEPS_CONTEXT),
            new InteropKnown("java-websocket", true, false, InteropCase.CLOSED, InteropRow.UNANSWERED, LEAVES),
            new InteropKnown("java-websocket", true, true, InteropCase.CLOSED, InteropRow.UNANSWERED, LEAVES));

    static InteropCell or(InteropRow row, InteropCase tried, InteropCell seen) {
        return ALL.stream()
                .filter(known -> known.isOf(row, tried))
                .findFirst()
                .map(known -> known.or(seen))
                .orElse(seen);
    }

    private InteropCell or(InteropCell seen) {
        if (seen instanceof InteropCell.Failed failed && failed.why().startsWith(atTimes)) {
            return new InteropCell.Theirs(why);
        }
        return atTimes.isEmpty() ? new InteropCell.Failed("fails no longer, as InteropKnown says it does") : seen;
    }

    private boolean isOf(InteropRow row, InteropCase tried) {
        return row.zwsSends()
                && peer.equals(row.peer().name())
                && zwsServes == row.zwsServes()
                && deflate == row.deflate()
                && this.tried == tried;
    }
}
