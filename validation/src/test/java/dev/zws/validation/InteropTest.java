package dev.zws.validation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That a cell says what was seen: zws with itself, over the wire that the table's rows go over. */
@Timeout(60)
class InteropTest {
    private static final InteropPeer PEER = peer("zws");

    private static InteropRow row(boolean deflate, boolean zwsSends) {
        return row(PEER, deflate, zwsSends);
    }

    private static InteropRow row(InteropPeer peer, boolean deflate, boolean zwsSends) {
        return new InteropRow(peer, "zws", true, zwsSends, List.of(), List.of(), deflate, null, InteropCase.ALL);
    }

    private static InteropPeer peer(String name) {
        return new InteropPeer(name, List.of(), List.of(), Map.of(), true, true, "");
    }

    private static InteropWire.Connection passed(InteropCase tried, boolean deflate) throws Exception {
        URI server = URI.create("ws://127.0.0.1:" + InteropZws.serve(deflate) + "/");
        try (InteropWire wire = new InteropWire(server)) {
            InteropClient.Opener opener = (path, subprotocols, events) ->
                    InteropZws.connect(wire.uri().resolve(path), deflate, subprotocols, events);
            InteropClient.run(opener, tried.word());
            InteropWire.Connection passed = wire.connections().getFirst();
            assertThat(passed.awaitEnd()).isTrue();
            return passed;
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WINDOWS")
    void passesEveryCaseWithItselfCompressed(InteropCase tried) throws Exception {
        assertThat(tried.judge(row(true, true), "ok", passed(tried, true))).isEqualTo(new InteropCell.Passed(""));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"WINDOWS", "OFFERS"})
    void passesEveryCaseWithItselfPlain(InteropCase tried) throws Exception {
        assertThat(tried.judge(row(false, true), "ok", passed(tried, false))).isEqualTo(new InteropCell.Passed(""));
    }

    @Test
    void whatIsPlainHasNotPassedAsCompressed() throws Exception {
        InteropCell cell = InteropCase.TEXT.judge(row(true, true), "ok", passed(InteropCase.TEXT, false));
        assertThat(cell).asString().contains("agreed on []");
        cell = InteropCase.TEXT.judge(row(false, true), "ok", passed(InteropCase.TEXT, true));
        assertThat(cell).asString().contains("compresses");
    }

    @Test
    void aCloseWithAnotherCodeHasNotPassed() throws Exception {
        InteropWire.Connection passed = passed(InteropCase.CLOSED, false);
        assertThat(InteropCase.CLOSING.judge(row(false, true), "ok", passed))
                .asString()
                .contains("closed with [4001]", "88 0F + 0F A1");
    }

    @Test
    void whereNobodyFragmentsTheCellSaysSoAndFailsWhenZwsShouldHave() throws Exception {
        InteropWire.Connection passed = passed(InteropCase.TEXT, false);
        assertThat(InteropCase.FRAGMENTED.judge(row(false, true), "ok", passed))
                .asString()
                .contains("zws sent none");
        assertThat(InteropCase.FRAGMENTED.judge(row(false, false), "ok", passed))
                .isEqualTo(new InteropCell.Without("neither side sends fragments"));
    }

    private static InteropWire.Connection closes(boolean answered) {
        InteropWire.Connection passed = new InteropWire.Connection();
        String head = "GET /closed HTTP/1.1\r\n\r\n";
        passed.client.take(head.getBytes(US_ASCII), head.length());
        passed.server.take(head.getBytes(US_ASCII), head.length());
        passed.server.take(HexFormat.of().parseHex("88020fa1"), 4);
        if (answered) {
            passed.client.take(HexFormat.of().parseHex("8882" + "00000000" + "0fa1"), 8);
        }
        return passed;
    }

    @Test
    void aCloseIsUnansweredWhenNoneCameBack() throws Exception {
        assertThat(InteropCase.isUnanswered(closes(false))).isTrue();
        assertThat(InteropCase.isUnanswered(closes(true))).isFalse();
        assertThat(InteropCase.isUnanswered(new InteropWire.Connection())).isFalse();
    }

    @Test
    void whatAPeerDoesAtTimesIsItsOwnInThatCaseAlone() {
        InteropCell left = new InteropCell.Failed(InteropRow.UNANSWERED + "; zws logged [...]");
        InteropCell other = new InteropCell.Failed("zws logged [...]");
        InteropCell passed = new InteropCell.Passed("");
        InteropRow row = row(peer("java-websocket"), true, true);
        assertThat(InteropKnown.or(row, InteropCase.CLOSED, left)).isInstanceOf(InteropCell.Theirs.class);
        assertThat(InteropKnown.or(row, InteropCase.CLOSED, other)).isSameAs(other);
        assertThat(InteropKnown.or(row, InteropCase.CLOSED, passed)).isSameAs(passed);
        assertThat(InteropKnown.or(row, InteropCase.CLOSING, left)).isSameAs(left);
        assertThat(InteropKnown.or(row(true, true), InteropCase.CLOSED, left)).isSameAs(left);
    }

    @Test
    void whatAPeerAlwaysDoesMayNotStop() {
        InteropCell failed = new InteropCell.Failed("zws logged [...]");
        InteropRow row = row(peer("jetty"), true, true);
        assertThat(InteropKnown.or(row, InteropCase.BINARY, failed)).isInstanceOf(InteropCell.Theirs.class);
        assertThat(InteropKnown.or(row, InteropCase.BINARY, new InteropCell.Passed("")))
                .isInstanceOf(InteropCell.Failed.class);
    }

    @Test
    void withoutAnOfferThereIsNothingToRepeat() throws Exception {
        assertThat(InteropCase.OFFERS.judge(row(false, true), "ok", passed(InteropCase.OFFERS, false)))
                .isInstanceOf(InteropCell.Without.class);
    }

    @Test
    void whatTheClientSaysOfItsFailureIsTheCell() throws Exception {
        assertThat(InteropCase.TEXT.judge(row(false, true), "failed: changed", passed(InteropCase.TEXT, false)))
                .asString()
                .contains("failed: changed", "client [");
        assertThat(InteropCase.TEXT.judge(row(false, true), null, null))
                .asString()
                .contains("no connection was made");
    }

    @Test
    void termsAreHeldAgainstTheAnswer() {
        InteropCase.Terms none = new InteropCase.Terms(false, 9);
        assertThat(none.fault("permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
                        + " server_max_window_bits=9; client_max_window_bits=9"))
                .isNull();
        assertThat(none.fault("permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
                        + " server_max_window_bits=9"))
                .isNotNull();
        assertThat(new InteropCase.Terms(true, 15).fault("permessage-deflate")).isNull();
        assertThat(new InteropCase.Terms(true, 15).fault("permessage-deflate; client_no_context_takeover"))
                .isNotNull();
    }

    @Test
    void theTableSaysWhatPassedWhatCannotBeAndWhatFailed() {
        InteropRow row = row(true, true);
        String table = InteropTable.of(List.of(
                row.all(new InteropCell.Passed("")),
                row.all(new InteropCell.Without("no extensions")),
                row.all(new InteropCell.Failed("missing: install it"))));
        assertThat(table)
                .contains("| zws |  | client | deflate | ok | ok |")
                .contains("| – (1) | – (1) |")
                .contains("| **failed** (2) |")
                .endsWith("1. no extensions\n2. missing: install it");
    }

    @Test
    void aPeerThatCannotBeInstalledIsMissingByItsName() throws Exception {
        InteropPeer missing = new InteropPeer(
                "gone", List.of(), List.of("sh", "-c", "echo gone is not there >&2; exit 1"), Map.of(), true, true, "");
        assertThatThrownBy(missing::prepare).hasMessage("gone is not there");
    }
}
