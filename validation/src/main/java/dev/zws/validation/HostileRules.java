package dev.zws.validation;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The whole table. */
final class HostileRules {
    private HostileRules() {}

    static List<Rule> all() {
        return Stream.of(
                        RequestRules.table(),
                        HeadRules.table(),
                        FrameRules.table(),
                        MessageRules.table(),
                        DeflateRules.table(),
                        FloodRules.table(),
                        SlowPeerRules.table(),
                        AnswerRules.table(),
                        ServerFrameRules.table(),
                        SlowServerRules.table())
                .flatMap(List::stream)
                .toList();
    }

    /** The table as Markdown. */
    static String markdown() {
        StringBuilder table = new StringBuilder("| against | rule | source | what must be seen |\n|---|---|---|---|\n");
        for (Rule rule : all()) {
            table.append("| ")
                    .append(String.join(
                            " | ",
                            rule.against().name().toLowerCase(Locale.ROOT),
                            rule.name(),
                            rule.source(),
                            rule.answer()))
                    .append(" |\n");
        }
        return table.toString();
    }
}
