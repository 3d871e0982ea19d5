package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpBodyTest {
    private static final Headers CHUNKED = Headers.of("Transfer-Encoding", "chunked");
    private static final int WIDE = 1000;

    /**
     * How much of a body was taken.
     *
     * @param text what it says
     * @param rest what was left in the stream
     * @param ended false when it wants more than the stream had
     */
    private record Taken(String text, String rest, boolean ended) {}

    @Test
    void aBodyIsAsLongAsItsContentLength() throws IOException {
        assertTaken(length("5"), "hello, world", "hello", ", world");
        assertTaken(length("5"), "hello", "hello", "");
        assertTaken(length("00000000000000000000000005"), "hello, world", "hello", ", world");
        assertTaken(length("0"), "hello", "", "hello");
        assertUnended(length("6"), "hello", "hello");
        assertUnended(length("99999999999999999999999999"), "hello", "hello");
    }

    @Test
    void aContentLengthThatIsNoneLeavesNothingToTake() throws IOException {
        for (String length : List.of("", "-1", "+1", "1x", "0x5", "5, 5", "1.0")) {
            assertTaken(length(length), "hello", "", "hello");
        }
        assertTaken(Headers.of("Content-Length", "5", "content-length", "5"), "hello", "", "hello");
    }

    @Test
    void aBodyWithoutALengthGoesToTheEndOfTheStream() throws IOException {
        assertUnended(Headers.NONE, "hello", "hello");
        assertUnended(Headers.of("Transfer-Encoding", "gzip"), "hello", "hello");
        assertUnended(Headers.of("Transfer-Encoding", "chunked, gzip"), "hello", "hello");
        assertUnended(Headers.of("Transfer-Encoding", ""), "hello", "hello");
    }

    @Test
    void someStatusesHaveNoBody() throws IOException {
        assertThat(take("hello", 204, length("5"), WIDE)).isEqualTo(new Taken("", "hello", true));
        assertThat(take("hello", 304, CHUNKED, WIDE)).isEqualTo(new Taken("", "hello", true));
    }

    @Test
    void aChunkedBodyIsJoined() throws IOException {
        assertTaken(CHUNKED, "5\r\nhello\r\n0\r\n\r\n", "hello", "\r\n");
        assertTaken(CHUNKED, "5\r\nhello\r\n2\r\n, \r\n00A\r\n0123456789\r\n0\r\n", "hello, 0123456789", "");
        assertTaken(CHUNKED, "a\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", "0123456789", "Trailer: x\r\n\r\n");
        assertTaken(CHUNKED, "5;a=b;c=\"d\"\r\nhello\r\n1 \r\n!\r\n1\t\r\n!\r\n0;x\r\n", "hello!!", "");
        assertTaken(CHUNKED, "0\r\nhello", "", "hello");
        assertTaken(
                Headers.of("Content-Length", "1", "transfer-encoding", "gzip, Chunked"), "2\r\nhi\r\n0\r\n", "hi", "");
        assertUnended(CHUNKED, "5\r\nhel", "hel");
        assertUnended(CHUNKED, "5\r\nhello\r\n", "hello");
        assertUnended(CHUNKED, "fffffffffffffffffffffffff\r\nhello", "hello");
        assertUnended(CHUNKED, "1;", "");
    }

    @Test
    void aBodyEndsWhereItsChunksAreBroken() throws IOException {
        for (String bad :
                List.of("\r\nx", "x\r\nx", ";\r\nx", " 1\r\nx", "-1\r\nx", "1\nx", "1\rx", "1,\r\nx", "\u00e4\r\nx")) {
            assertThat(take("2\r\nhi\r\n" + bad, 400, CHUNKED, WIDE).text)
                    .as(bad)
                    .isEqualTo("hi");
            assertThat(take("2\r\nhi\r\n" + bad, 400, CHUNKED, WIDE).ended)
                    .as(bad)
                    .isTrue();
        }
        assertTaken(CHUNKED, "2\r\nhi!\r\n1\r\nx", "hi", "\r\n1\r\nx");
        assertTaken(CHUNKED, "2\r\nhi\r1\r\nx", "hi", "\r\nx");
    }

    @Test
    void aBodyIsCutOffAtTheLimitWhateverItConsistsOf() throws IOException {
        assertThat(take("hello", 400, Headers.NONE, 4)).isEqualTo(new Taken("hell", "o", true));
        assertThat(take("hello", 400, Headers.NONE, 5)).isEqualTo(new Taken("hello", "", true));
        assertThat(take("hello", 400, length("5"), 4)).isEqualTo(new Taken("hell", "o", true));
        assertThat(take("hello", 400, Headers.NONE, 0)).isEqualTo(new Taken("", "hello", true));
        assertThat(take("5\r\nhello\r\n0\r\n", 400, CHUNKED, 7)).isEqualTo(new Taken("hell", "o\r\n0\r\n", true));
        assertThat(take("1;aaaaaaaaaa\r\nx", 400, CHUNKED, 7)).isEqualTo(new Taken("", "aaaaa\r\nx", true));
        assertThat(take("000000000001\r\nx", 400, CHUNKED, 7)).isEqualTo(new Taken("", "00001\r\nx", true));
    }

    @Test
    void aBodyIsReadAsUtf8AndWhatIsNotIsReplaced() throws IOException {
        String utf8 = Exchange.text(Wire.utf8("gr\u00fc\u00df dich, \u4e16\u754c"));

        assertThat(take(utf8, 400, Headers.NONE, WIDE).text).isEqualTo("gr\u00fc\u00df dich, \u4e16\u754c");
        assertThat(take(utf8, 400, Headers.NONE, 3).text).isEqualTo("gr\ufffd");
        assertThat(take("\u00ff!", 400, Headers.NONE, WIDE).text).isEqualTo("\ufffd!");
    }

    private static Headers length(String length) {
        return Headers.of("Content-Length", length);
    }

    private static void assertTaken(Headers headers, String stream, String text, String rest) throws IOException {
        assertThat(take(stream, 400, headers, WIDE)).as(stream).isEqualTo(new Taken(text, rest, true));
    }

    private static void assertUnended(Headers headers, String stream, String text) throws IOException {
        assertThat(take(stream, 400, headers, WIDE)).as(stream).isEqualTo(new Taken(text, "", false));
    }

    /** The same however it is cut. */
    private static Taken take(String stream, int status, Headers headers, int max) throws IOException {
        byte[] bytes = Exchange.bytes(stream);
        Taken whole = take(Pieces.whole(bytes), status, headers, max);
        List<Pieces> deliveries = new ArrayList<>(List.of(Pieces.single(bytes)));
        for (int at = 1; at < bytes.length; at++) {
            deliveries.add(Pieces.cut(bytes, at));
        }
        for (Pieces pieces : deliveries) {
            assertThat(take(pieces, status, headers, max)).isEqualTo(whole);
        }
        return whole;
    }

    private static Taken take(Pieces pieces, int status, Headers headers, int max) throws IOException {
        ByteReader reader = ByteReader.of(pieces);
        HttpBody body = HttpBody.of(reader, status, headers, max);
        boolean ended = body.advance();
        while (!ended && reader.fill() >= 0) {
            ended = body.advance();
        }
        while (reader.fill() >= 0) {
            // the rest
        }
        assertThat(body.advance()).isEqualTo(ended);
        String rest = Exchange.text(reader.array()).substring(reader.position(), reader.position() + reader.buffered());
        return new Taken(body.text(), rest, ended);
    }
}
