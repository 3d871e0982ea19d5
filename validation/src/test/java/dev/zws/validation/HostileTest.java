package dev.zws.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.BadHandshake;
import dev.zws.CloseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The hostile peers: that all rules are kept, and that they would say so if not. */
@Timeout(300)
class HostileTest {
    private static final byte[] RSV3 = Wire.frame(0x91, "a");

    private static List<String> failures(Rule... rules) throws IOException {
        return failures(List.of(rules));
    }

    private static List<String> failures(List<Rule> rules) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> failures = new HostileRun(rules, true, new PrintStream(out, true, StandardCharsets.UTF_8))
                .run()
                .failures();
        assertThat(out.toString(StandardCharsets.UTF_8).lines().count()).isGreaterThanOrEqualTo(rules.size() + 2);
        return failures;
    }

    @Test
    void everyRuleIsKept() throws IOException {
        assertThat(failures(HostileRules.all())).isEmpty();
    }

    @Test
    void thereAreAtLeast80RulesWithNamesOfTheirOwnAndSources() {
        List<Rule> rules = HostileRules.all();
        assertThat(rules.stream().map(Rule::name).distinct())
                .hasSizeGreaterThanOrEqualTo(80)
                .hasSize(rules.size());
        assertThat(rules).allSatisfy(rule -> {
            assertThat(rule.source()).isNotBlank();
            assertThat(rule.answer()).isNotBlank();
        });
        assertThat(HostileRules.markdown().lines()).hasSize(rules.size() + 2);
    }

    @Test
    void rowsThatExpectTheWrongThingFail() throws IOException {
        assertThat(failures(
                        Violated.with("another close code", "none", 1007, RSV3),
                        Violated.with("an echo too many", "none", 1002, Wire.concat(Wire.frame(0x81, "a"), RSV3)),
                        Violated.closed("a Close that is a violation", "none", CloseStatus.NORMAL, RSV3),
                        Refused.with("another status", "none", 405, "GET /\r\n\r\n"),
                        Refused.with("a good request", "none", 400, Arena.REQUEST + Arena.END),
                        AnswerRules.bad("another rule", "none", BadHandshake.TOO_SLOW, "HTTP/1.1 x\r\n\r\n"),
                        AnswerRules.bad(
                                "a good answer", "none", BadHandshake.BAD_RESPONSE, AnswerRules.ANSWER + "\r\n"),
                        ServerFrameRules.bad("another close code of a client", "none", 1007, Wire.frame(0x81, "a")),
                        Violated.with("what is right", "none", 1002, RSV3)))
                .extracting(failure -> failure.substring(0, failure.indexOf(':')))
                .containsExactly(
                        "another close code",
                        "an echo too many",
                        "a Close that is a violation",
                        "another status",
                        "a good request",
                        "another rule",
                        "a good answer",
                        "another close code of a client");
    }

    @Test
    void whatIsLeftBehindIsNoticed() {
        Footprint before = new Footprint(1000, 10, 10);
        Footprint slack = Footprint.SLACK;
        Footprint most = new Footprint(1000 + slack.heap(), 10 + slack.threads(), 10 + slack.descriptors());
        assertThat(most.isBackAt(before)).isTrue();
        assertThat(new Footprint(most.heap() + 1, 10, 10).isBackAt(before)).isFalse();
        assertThat(new Footprint(1000, most.threads() + 1, 10).isBackAt(before)).isFalse();
        assertThat(new Footprint(1000, 10, most.descriptors() + 1).isBackAt(before))
                .isFalse();
    }

    @Test
    void everyRuleThatTheSecurityPageNamesExists() throws IOException {
        List<String> named = Pattern.compile("`hostile: ([^`]+)`")
                .matcher(Files.readString(Path.of("..", "docs", "security.md")))
                .results()
                .map(result -> result.group(1))
                .toList();
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(HostileRules.all()).extracting(Rule::name).containsAll(named);
    }

    @Test
    void helpAndTheTableAreShownAndWrongUsageExitsWithTwo() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Hostile.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        assertThat(command.execute("--help")).isZero();
        assertThat(out.toString()).contains("--quick", "--list");
        assertThat(command.execute("--list")).isZero();
        assertThat(out.toString()).contains("| server | a client masks | RFC 6455, 5.1 | 1002 |");
        assertThat(command.execute("--bogus")).isEqualTo(2);
        assertThat(err.toString()).contains("--bogus", "Try 'zws hostile --help'.");
    }
}
