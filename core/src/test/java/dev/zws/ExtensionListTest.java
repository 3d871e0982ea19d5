package dev.zws;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 6455, 9.1. Elements are shown as {@code name;parameter;parameter=value}, one behind the other with a bar between them. */
class ExtensionListTest {
    private static final String HEADER = "Sec-WebSocket-Extensions";
    private static final String MALFORMED = "malformed";

    @Test
    void aListHasNamesAndParametersInOrder() {
        assertThat(parsed("x")).isEqualTo("x");
        assertThat(parsed("x;a")).isEqualTo("x;a");
        assertThat(parsed("x; a=1; b, y;c=!#$%&'*+-.^_`|~09AZaz")).isEqualTo("x;a=1;b|y;c=!#$%&'*+-.^_`|~09AZaz");
        assertThat(parsed("x; a; a=1; a")).isEqualTo("x;a;a=1;a");
        assertThat(parsed("x, x; a, x")).isEqualTo("x|x;a|x");
        assertThat(parsed("permessage-deflate; client_max_window_bits"))
                .isEqualTo("permessage-deflate;client_max_window_bits");
    }

    @Test
    void spacesAndTabsMayStandBetweenTokensAndSeparators() { // RFC 2616, 2.1
        assertThat(parsed("x \t;\ta \t= 1 ,\t y ; b= \"2\" \t, z")).isEqualTo("x;a=1|y;b=2|z");
    }

    @Test
    void emptyElementsDoNotCount() { // RFC 9110, 5.6.1.2
        assertThat(parsed(",x, ,\t,y,")).isEqualTo("x|y");
    }

    @Test
    void aListWithoutAnElementIsNone() {
        for (String value : List.of("", ",", ", ,\t,")) {
            assertThat(parsed(value)).as(value).isEqualTo(MALFORMED);
        }
        assertThat(ExtensionList.of(Headers.NONE).wellFormed()).isFalse();
    }

    @Test
    void whatStandsInQuotesIsATokenOnceItIsUnescaped() {
        assertThat(parsed("x; a=\"10\"")).isEqualTo("x;a=10");
        assertThat(parsed("x; a=\"\\1\\0\"; b=\"c\"")).isEqualTo("x;a=10;b=c");
        for (String value :
                List.of("\"\"", "\" 1\"", "\"a b\"", "\"a,b\"", "\"a;b\"", "\"\\\"\"", "\"\\\\\"", "\"\u00e4\"")) {
            assertThat(parsed("x; a=" + value)).as(value).isEqualTo(MALFORMED);
        }
    }

    @Test
    void whatBreaksTheGrammarIsMalformed() {
        for (String element : List.of(
                ";",
                "x;",
                "x;;a",
                "x; ;a",
                ";a",
                "=",
                "x=",
                "x=1",
                "=1",
                "x; =",
                "x; =1",
                "x; a=",
                "x; a==1",
                "x; a=1=2",
                "x; a= ;b",
                "x y",
                "x; a b",
                "x; a=1 2",
                "x; a=1\"2\"",
                "x; a=\"1\"2",
                "x; a=\"1\" \"2\"",
                "x; \"a\"",
                "x; \"a\"=1",
                "\"x\"",
                "x/1",
                "(x)",
                "x; a=(1)",
                "x; a=1/2",
                "x; a=@",
                "\u00e4",
                "x; \u00e4",
                "x; a=\u00ff",
                "x\\",
                "x; a=\\1",
                "x; a=\\")) {
            assertThat(parsed(element)).as(element).isEqualTo(MALFORMED);
        }
    }

    @Test
    void aMalformedElementDoesNoHarmToTheOthers() {
        assertThat(parsed("x, y;, z")).isEqualTo("x|z " + MALFORMED);
        assertThat(parsed("y z, x; a")).isEqualTo("x;a " + MALFORMED);
        assertThat(parsed("x; a=\"b,c\", y")).isEqualTo("y " + MALFORMED);
        assertThat(parsed("x; a=\"b\\\",c\", y")).isEqualTo("y " + MALFORMED);
        assertThat(parsed("x \"b, c\" d \"e, f\" g, y")).isEqualTo("y " + MALFORMED);
        assertThat(parsed("x\\, y")).isEqualTo("y " + MALFORMED);
    }

    @Test
    void nothingCanBeToldApartBehindAQuoteThatIsNotClosed() {
        assertThat(parsed("x, y; a=\"b, z")).isEqualTo("x " + MALFORMED);
        assertThat(parsed("x, y; a=\"b\\\", z")).isEqualTo("x " + MALFORMED);
        assertThat(parsed("x, y; a=\"b\\")).isEqualTo("x " + MALFORMED);
        assertThat(parsed("x, y; a=\"")).isEqualTo("x " + MALFORMED);
    }

    @Test
    void repeatedHeadersAreOneList() { // B-11.22
        assertThat(parsed("x; a", "y", "", "x; b, z")).isEqualTo("x;a|y|x;b|z");
        assertThat(parsed("x; a=\"b", "c\", y")).isEqualTo("y " + MALFORMED);
        assertThat(parsed("x; a=\"b", "y")).isEqualTo(MALFORMED);
        assertThat(parsed("x; a", "; b, y")).isEqualTo("x;a|y " + MALFORMED);
    }

    @Test
    void otherHeadersAreNotPartOfIt() {
        assertThat(shown(ExtensionList.of(Headers.of("Sec-WebSocket-Protocol", "x", "sec-websocket-EXTENSIONS", "y"))))
                .isEqualTo("y");
    }

    /** Each character replaced, left out or doubled, the list cut there, and two such changes at once. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void everyListIsTakenApartAsTheGrammarSays() {
        Random random = new Random(7692);
        List<String> lists = changed("x; a=\"b\\c\"; d = 12 ,, y;z=\"0\";e, permessage-deflate;q", random);
        lists.addAll(changed("x, y; z=\"0,\\\",\";e, w ;\tv=\"\\u\", permessage-deflate", random));
        int wellFormed = 0;
        for (String list : lists) {
            String header = list.strip();
            String expected = expected(header);
            String actual = parsed(header);
            if (!actual.equals(expected)) {
                assertThat(actual).as(header).isEqualTo(expected);
            }
            wellFormed += expected.contains(MALFORMED) ? 0 : 1;
        }
        assertThat(lists).hasSizeGreaterThan(9_000);
        assertThat(wellFormed).isBetween(500, lists.size() - 5_000); // both kinds were there
    }

    private static List<String> changed(String list, Random random) {
        List<String> changed = new ArrayList<>(List.of(list));
        for (int at = 0; at < list.length(); at++) {
            changed.add(list.substring(0, at));
            changed.addAll(changes(list, at));
        }
        for (int i = 0; i < 4_000; i++) {
            String once = changed.get(random.nextInt(changed.size()));
            if (!once.isEmpty()) {
                List<String> twice = changes(once, random.nextInt(once.length()));
                changed.add(twice.get(random.nextInt(twice.size())));
            }
        }
        return changed;
    }

    private static List<String> changes(String list, int at) {
        List<String> changes = new ArrayList<>();
        String before = list.substring(0, at);
        String after = list.substring(at + 1);
        for (char c : "\"\\,;= \tab1(\u0080".toCharArray()) {
            changes.add(before + c + after);
        }
        changes.add(before + after);
        changes.add(before + list.charAt(at) + list.charAt(at) + after);
        return changes;
    }

    // ---- the grammar once more, as regular expressions

    private static final String CHARACTER = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
    private static final String TOKEN = CHARACTER + "+";
    private static final String SPACE = "[ \\t]*";
    private static final String VALUE = "(?:" + TOKEN + "|\"(?:\\\\?" + CHARACTER + ")+\")";
    private static final String PARAMETER = TOKEN + "(?:" + SPACE + "=" + SPACE + VALUE + ")?";
    private static final Pattern ELEMENT =
            Pattern.compile(SPACE + TOKEN + "(?:" + SPACE + ";" + SPACE + PARAMETER + ")*" + SPACE);
    private static final Pattern UP_TO_COMMA = Pattern.compile("((?:[^\",]|\"(?:[^\"\\\\]|\\\\.)*\"|\".*$)*)(?:,|$)");

    private static String expected(String list) {
        List<String> elements = new ArrayList<>();
        boolean malformed = false;
        Matcher matcher = UP_TO_COMMA.matcher(list);
        for (int from = 0; from < list.length() && matcher.find(from); from = matcher.end()) {
            String element = matcher.group(1);
            if (ELEMENT.matcher(element).matches()) {
                elements.add(element.replaceAll("[ \\t\"\\\\]", ""));
            } else {
                malformed |= !element.isBlank();
            }
        }
        return shown(String.join("|", elements), malformed || elements.isEmpty());
    }

    private static String parsed(String... values) {
        Headers headers = Headers.NONE;
        for (String value : values) {
            headers = headers.with(Headers.of(HEADER, value));
        }
        return shown(ExtensionList.of(headers));
    }

    private static String shown(ExtensionList list) {
        return shown(list.elements().stream().map(ExtensionListTest::shown).collect(joining("|")), !list.wellFormed());
    }

    private static String shown(String elements, boolean malformed) {
        return malformed ? (elements + " " + MALFORMED).strip() : elements;
    }

    private static String shown(Extension extension) {
        return extension.name()
                + extension.parameters().stream()
                        .map(parameter ->
                                ";" + parameter.name() + (parameter.value() == null ? "" : "=" + parameter.value()))
                        .collect(joining());
    }

    /** Whoever went through the list once for each element, or each character, would not be done in time. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void aListIsGoneThroughOnce() {
        int count = 200_000;
        assertThat(ExtensionList.of(Headers.of(HEADER, "x" + ";a".repeat(count)))
                        .elements())
                .singleElement()
                .satisfies(x -> assertThat(x.parameters()).hasSize(count));
        assertThat(ExtensionList.of(Headers.of(HEADER, "x,".repeat(count))).elements())
                .hasSize(count);
        assertThat(parsed("x;a=\"" + "\\1".repeat(count))).isEqualTo(MALFORMED);
        assertThat(parsed("\"".repeat(2 * count - 1))).isEqualTo(MALFORMED);
    }
}
