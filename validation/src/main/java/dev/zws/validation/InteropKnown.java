package dev.zws.validation;

import java.util.List;

/**
 * Where a peer breaks a rule and zws holds it to that, so that the case fails: found, proved by bytes and written down here, of the
 * version that is pinned. When it no longer fails, that is a failure, and the entry has to go.
 *
 * @param zwsServes in which part zws is when it does
 */
record InteropKnown(String peer, boolean zwsServes, boolean deflate, InteropCase tried, String why) {
    private static final String KEEPS_CONTEXT =
            "a client that offers `permessage-deflate` alone goes on keeping its context when the server answers"
                    + " `client_no_context_takeover`, as a server may without being asked (RFC 7692, 7.1.1.2). Its second message, `C2`"
                    + " with the payload `EC CF 81 10 …`, refers to its first, and zws closes with 1007. Where such clients are"
                    + " expected, configure `Takeover.POOLED`";

    private static final List<InteropKnown> ALL = List.of(
            new InteropKnown("jetty", true, true, InteropCase.BINARY, KEEPS_CONTEXT),
            new InteropKnown("undertow", true, true, InteropCase.BINARY, KEEPS_CONTEXT));

    static InteropCell or(InteropRow row, InteropCase tried, InteropCell seen) {
        return ALL.stream()
                .filter(known -> known.isOf(row, tried))
                .<InteropCell>map(known -> seen instanceof InteropCell.Failed
                        ? new InteropCell.Theirs(known.why)
                        : new InteropCell.Failed("fails no longer, as InteropKnown says it does"))
                .findFirst()
                .orElse(seen);
    }

    private boolean isOf(InteropRow row, InteropCase tried) {
        return row.zwsSends()
                && peer.equals(row.peer().name())
                && zwsServes == row.zwsServes()
                && deflate == row.deflate()
                && this.tried == tried;
    }
}
