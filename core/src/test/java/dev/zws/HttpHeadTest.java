package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HttpHeadTest {
    private static final Limits WIDE = new Limits(4 * 1024 * 1024, 4 * 1024 * 1024, 100);

    private record Limits(int bytes, int lineBytes, int headerLines) {}

    private record Head(String startLine, Headers headers) {}

    /** As the head of a request, with any start line. */
    private record Anything(boolean mayFollowEmptyLine) implements HttpHead.Kind<String> {
        @Override
        public String parse(String line) {
            return line;
        }

        @Override
        public HandshakeException malformed(String detail) {
            return RequestLine.KIND.malformed(detail);
        }

        @Override
        public HandshakeException tooLarge(boolean inStartLine) {
            return RequestLine.KIND.tooLarge(inStartLine);
        }
    }

    @Test
    void aHeadIsAStartLineAndHeaderLinesUpToAnEmptyLine() throws IOException {
        assertThat(read("start line\r\nHost: example.com\r\nVia:1\r\n\r\n"))
                .isEqualTo(new Head("start line", Headers.of("Host", "example.com", "Via", "1")));
    }

    @Test
    void aHeadNeedsNoHeaders() throws IOException {
        assertThat(read("start line\r\n\r\n")).isEqualTo(new Head("start line", Headers.NONE));
    }

    @Test
    void spacesAndTabsAroundAValueAreNotPartOfIt() throws IOException { // B-10.19
        assertThat(read("s\r\nA: \t a \t b\t \r\nB:\r\nC: \t \r\n\r\n").headers())
                .isEqualTo(Headers.of("A", "a \t b", "B", "", "C", ""));
    }

    @Test
    void whatNearlyEveryHeadHasIsHeldOnce() throws IOException {
        String text = "s\r\nUpgrade: websocket\r\nHost: a\r\nUpgrade:websocket\r\nupgrade: websocket\r\n\r\n";
        List<Headers.Field> one = read(text).headers().fields();
        List<Headers.Field> other = read(text).headers().fields();
        assertThat(new Headers(one))
                .isEqualTo(Headers.of(
                        "Upgrade", "websocket", "Host", "a", "Upgrade", "websocket", "upgrade", "websocket"));
        assertThat(one.get(0)).isSameAs(other.get(0));
        assertThat(one.get(1).name()).isSameAs(other.get(1).name());
        assertThat(one.get(2).name()).isSameAs(one.get(0).name());
    }

    @Test
    void aColonInAValueIsPartOfIt() throws IOException {
        assertThat(read("s\r\nHost: a:80\r\n\r\n").headers()).isEqualTo(Headers.of("Host", "a:80"));
    }

    @Test
    void bytesFrom0x80OnAreCharactersOfTheSameNumber() throws IOException {
        String value = "\u0080\u0085\u00a0\u00e4\u00ff";

        assertThat(read("s\r\nA: " + value + "\r\n\r\n").headers()).isEqualTo(Headers.of("A", value));
    }

    @Test
    void whatFollowsTheHeadStaysInTheReader() throws IOException {
        ByteReader reader = ByteReader.of(Pieces.whole(Exchange.bytes("s\r\n\r\n\r\nnext")));
        HttpHead<String> head = head(reader, WIDE);
        reader.fill();

        assertThat(head.advance()).isTrue();
        assertThat(head.advance()).isTrue();
        assertThat(reader.buffered()).isEqualTo("\r\nnext".length());
    }

    @Test
    void oneEmptyLineBeforeTheStartLineIsSkipped() throws IOException {
        assertThat(read("\r\ns\r\n\r\n").startLine()).isEqualTo("s");
        assertThat(read("\r\n\r\n\r\n").startLine()).isEmpty();
    }

    @Test
    void anEmptyLineIsAStartLineWhereNoneMayBeSkipped() throws IOException {
        ByteReader reader = ByteReader.of(Pieces.whole(Exchange.bytes("\r\n\r\n")));
        HttpHead<String> head = new HttpHead<>(reader, new Anything(false), 9, 9, 9);
        reader.fill();

        assertThat(head.advance()).isTrue();
        assertThat(head.startLine()).isEmpty();
    }

    @Test
    void aHeadIsWrittenAsItIsRead() throws IOException {
        Tape tape = new Tape();
        ByteWriter writer = ByteWriter.of(tape);
        HttpHead.write(writer, "start line", Headers.of("A", "b", "C", "\u00ff"));
        writer.flush();

        assertThat(Exchange.text(tape.written())).isEqualTo("start line\r\nA: b\r\nC: \u00ff\r\n\r\n");
    }

    @Test
    void aLineEndsInCrLf() throws IOException {
        for (String text : List.of("s\n", "s\r\nA: 1\n", "s\r\n\n", "\n", "s\r\r", "s\rA", "\rs", "s\r\nA: 1\rB")) {
            assertRefused(text, WIDE, Refusal.BAD_REQUEST, "a line does not end in CR LF");
        }
    }

    @Test
    void aControlCharacterIsRefusedAsSoonAsItArrives() throws IOException {
        for (char c = 0; c <= 0x7F; c++) {
            if ((c < ' ' || c == 0x7F) && c != '\t' && c != '\n' && c != '\r') {
                assertRefused("s\r\nA: b" + c, WIDE, Refusal.BAD_REQUEST, "there is a control character");
            }
        }
        String helloOfTls = "\u0016\u0003\u0001";
        assertRefused(helloOfTls, WIDE, Refusal.BAD_REQUEST, "there is a control character");
    }

    @Test
    void aHeaderLineIsATokenAColonAndAValue() throws IOException { // B-10.20
        for (String line :
                List.of("A", "A b", ": v", "A : v", "A\t: v", " A: v", "\tA: v", " folded", "A(: v", "\u00e4: v")) {
            assertRefused(
                    "s\r\nX: y\r\n" + line + "\r\n",
                    WIDE,
                    Refusal.BAD_REQUEST,
                    "a header line is not a name, a colon and a value");
        }
    }

    @Test
    void aLineMayBeAsLongAsTheLimitWithItsEnd() throws IOException {
        Limits limits = new Limits(WIDE.bytes, 10, 100);

        assertThat(read("1234567\r\n\r\n", limits).startLine()).isEqualTo("1234567");
        assertThat(read("12345678\r\n\r\n", limits).startLine()).isEqualTo("12345678");
        assertTooLong("123456789\r\n", limits, Refusal.URI_TOO_LONG);
        assertTooLong("12345678901", limits, Refusal.URI_TOO_LONG);

        assertThat(read("s\r\nA:34567\r\n\r\n", limits).headers().first("A")).isEqualTo("34567");
        assertThat(read("s\r\nA:345678\r\n\r\n", limits).headers().first("A")).isEqualTo("345678");
        assertTooLong("s\r\nA:3456789\r\n", limits, Refusal.HEADERS_TOO_LARGE);
        assertTooLong("s\r\nA:345678901", limits, Refusal.HEADERS_TOO_LARGE);
    }

    @Test
    void aHeadMayBeAsLongAsTheLimitWithItsEmptyLine() throws IOException {
        String text = "start\r\nA: 1\r\nB: 2\r\n\r\n";

        assertThat(read(text, new Limits(text.length() + 1, WIDE.lineBytes, 100))
                        .startLine())
                .isEqualTo("start");
        assertThat(read(text, new Limits(text.length(), WIDE.lineBytes, 100)).startLine())
                .isEqualTo("start");
        assertTooLong(text, new Limits(text.length() - 1, WIDE.lineBytes, 100), Refusal.HEADERS_TOO_LARGE);
        assertTooLong(text, new Limits("start\r\n".length() - 1, WIDE.lineBytes, 100), Refusal.URI_TOO_LONG);
    }

    @Test
    void aHeadMayHaveAsManyHeaderLinesAsTheLimit() throws IOException {
        String text = "s\r\nA: 1\r\nA: 2\r\nA: 3\r\n\r\n";

        assertThat(read(text, new Limits(WIDE.bytes, WIDE.lineBytes, 4))
                        .headers()
                        .all("A"))
                .hasSize(3);
        assertThat(read(text, new Limits(WIDE.bytes, WIDE.lineBytes, 3))
                        .headers()
                        .all("A"))
                .hasSize(3);
        assertTooLong(text, new Limits(WIDE.bytes, WIDE.lineBytes, 2), Refusal.HEADERS_TOO_LARGE);
    }

    @Test
    void aLineMayFillTheReaderAndNotMore() throws IOException {
        int ceiling = ByteReader.MIN_CEILING;
        String longest = "s".repeat(ceiling - 2);

        assertThat(read(ByteReader.of(Pieces.single(Exchange.bytes(longest + "\r\n\r\n")), ceiling), WIDE).startLine)
                .isEqualTo(longest);
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> read(ByteReader.of(Pieces.single(Exchange.bytes(longest + "s\r\n")), ceiling), WIDE))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.URI_TOO_LONG));
        String header = "A:" + "a".repeat(ceiling - 3);
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() ->
                        read(ByteReader.of(Pieces.single(Exchange.bytes("s\r\n" + header + "\r\n")), ceiling), WIDE))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.HEADERS_TOO_LARGE));
    }

    /** To look at the line from its start for every byte would take 10^12 steps. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void aByteIsLookedAtOnceHoweverSmallThePieces() throws IOException {
        byte[] line = new byte[1024 * 1024];
        Arrays.fill(line, (byte) 's');
        byte[] text = Wire.concat(line, Wire.utf8("\r\n\r\n"));

        assertThat(read(ByteReader.of(Pieces.single(text), WIDE.bytes), WIDE).startLine)
                .hasSize(line.length);
    }

    private static Head read(String text) throws IOException {
        return read(text, WIDE);
    }

    /** The same however it is cut. */
    private static Head read(String text, Limits limits) throws IOException {
        Head whole = read(inAllPieces(text).getFirst(), limits);
        for (ByteReader reader : inAllPieces(text)) {
            assertThat(read(reader, limits)).isEqualTo(whole);
        }
        return whole;
    }

    private static void assertTooLong(String text, Limits limits, Refusal refusal) throws IOException {
        assertRefused(text, limits, refusal, "too l");
    }

    private static void assertRefused(String text, Limits limits, Refusal refusal, String detail) {
        for (ByteReader reader : inAllPieces(text)) {
            assertThatExceptionOfType(HandshakeException.class)
                    .as(text)
                    .isThrownBy(() -> read(reader, limits))
                    .withMessageStartingWith(refusal + ": ")
                    .withMessageContaining(detail)
                    .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
        }
    }

    private static List<ByteReader> inAllPieces(String text) {
        byte[] bytes = Exchange.bytes(text);
        List<Pieces> deliveries = new ArrayList<>(List.of(Pieces.whole(bytes), Pieces.single(bytes)));
        for (int at = 1; at < bytes.length; at++) {
            deliveries.add(Pieces.cut(bytes, at));
        }
        return deliveries.stream().map(ByteReader::of).toList();
    }

    private static Head read(ByteReader reader, Limits limits) throws IOException {
        HttpHead<String> head = head(reader, limits);
        while (!head.advance()) {
            if (reader.fill() < 0) {
                throw new EOFException();
            }
        }
        return new Head(head.startLine(), head.headers());
    }

    private static HttpHead<String> head(ByteReader reader, Limits limits) {
        return new HttpHead<>(reader, new Anything(true), limits.bytes, limits.lineBytes, limits.headerLines);
    }
}
