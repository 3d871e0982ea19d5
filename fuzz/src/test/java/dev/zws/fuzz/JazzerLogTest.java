package dev.zws.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JazzerLogTest {
    private static JazzerLog log(int edges, String... lines) {
        JazzerLog log = new JazzerLog(edges);
        for (String line : lines) {
            log.accept(line);
        }
        return log;
    }

    @Test
    void theLastNewEdgeIsThatOfTheLastLineWithMoreCoverage() {
        JazzerLog log = log(
                0,
                "#2\tINITED cov: 20 ft: 22 corp: 1/1b exec/s: 0 rss: 1064Mb",
                "#70\tNEW    cov: 21 ft: 30 corp: 2/5b lim: 4 exec/s: 0 rss: 1064Mb L: 4/4 MS: 1 Custom-",
                "#900\tREDUCE cov: 21 ft: 31 corp: 2/5b lim: 4 exec/s: 0 rss: 1064Mb L: 4/4 MS: 1 Custom-",
                "#1024\tpulse  cov: 21 ft: 31 corp: 2/5b lim: 4 exec/s: 0 rss: 1064Mb",
                "stat::number_of_executed_units: 1500");
        assertThat(log.lastNewEdge()).isEqualTo(70);
        assertThat(log.edges()).isEqualTo(21);
        assertThat(log.features()).isEqualTo(31);
        assertThat(log.inputs()).isEqualTo(1_500);
        assertThat(log.finding()).isEmpty();
    }

    @Test
    void whatACorpusCoversAtTheBeginningIsNotNew() {
        JazzerLog log = log(21, "#2\tINITED cov: 22 ft: 22 corp: 1/1b", "#9\tDONE   cov: 22 ft: 22 corp: 1/1b");
        assertThat(log.lastNewEdge()).isZero();
        assertThat(log.edges()).isEqualTo(22);
        assertThat(log.inputs()).isEqualTo(9);
    }

    @Test
    void aFindingIsWhatWasThrown() {
        JazzerLog log = log(
                0,
                "#2\tINITED cov: 20 ft: 22 corp: 1/1b",
                "== Java Exception: java.lang.AssertionError: x",
                "\tat dev.zws.Holds.that(Holds.java:10)",
                "DEDUP_TOKEN: 340a6b592812eb4e",
                "MS: 2 InsertByte-Custom-");
        assertThat(log.finding()).hasSize(2).first().asString().contains("AssertionError");
    }
}
