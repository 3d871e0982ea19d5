package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6455, 4.2: a request whose head somebody else has read is held to the same rules, and answered through them. */
class ReceivedRequestTest {
    private static final Headers REQUEST = Headers.of(
            "host", "example.com",
            "upgrade", "websocket",
            "connection", "keep-alive, Upgrade",
            "sec-websocket-key", Exchange.KEY,
            "sec-websocket-version", "13",
            "sec-websocket-protocol", "chat, talk");

    /** What was sent, one answer an entry. */
    private final List<HttpResponse> sent = new ArrayList<>();

    private final Handshake.Responder responder =
            (status, headers, body) -> sent.add(new HttpResponse(status, headers, body));

    private Handshake.Request received(String method, String target, String version, Headers headers)
            throws HandshakeException {
        Handshake.Options options = Handshake.Options.DEFAULT.withSubprotocols("talk");
        return Handshake.received(method, target, version, headers, options, responder);
    }

    @Test
    void anAcceptedRequestIsAnsweredWithTheHeadersOfA101() throws IOException { // B-4.29
        Handshake.Request request = received("GET", "/chat?room=1", "HTTP/1.1", REQUEST);
        assertThat(sent).isEmpty();
        Upgrade upgrade = request.accept();
        assertThat(sent)
                .containsExactly(new HttpResponse(
                        101,
                        Headers.of(
                                "upgrade", "websocket",
                                "connection", "Upgrade",
                                "sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                                "sec-websocket-protocol", "talk"),
                        ""));
        assertThat(upgrade.path()).isEqualTo("/chat");
        assertThat(upgrade.query()).isEqualTo("room=1");
        assertThat(upgrade.subprotocol()).isEqualTo("talk");
        assertThat(upgrade.headers()).isEqualTo(REQUEST);
    }

    @ParameterizedTest // B-4.16 to B-4.19
    @CsvSource({
        "POST, /, HTTP/1.1, METHOD_NOT_GET, 405",
        "GET, /, HTTP/1.0, HTTP_VERSION_NOT_SUPPORTED, 505",
        "GET, /, HTTP/2.0, HTTP_VERSION_NOT_SUPPORTED, 505",
        "GET, / HTTP/1.1 x, HTTP/1.1, BAD_REQUEST, 400",
        "GET, /#part, HTTP/1.1, BAD_REQUEST, 400",
    })
    void aRequestThatBreaksARuleIsAnsweredBeforeItIsThrown(
            String method, String target, String version, Refusal refusal, int status) {
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> received(method, target, version, REQUEST))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
        assertThat(sent).singleElement().satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers().first("Connection")).isEqualTo("close");
            assertThat(answer.headers().first("Content-Length"))
                    .isEqualTo(String.valueOf(answer.body().length()));
        });
    }

    @Test
    void headersAndOriginAreJudgedToo() {
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> received("GET", "/", "HTTP/1.1", Headers.of("Host", "example.com")))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.MISSING_CONNECTION_HEADER));
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() ->
                        received("GET", "/", "HTTP/1.1", REQUEST.with(Headers.of("Origin", "https://other.example"))))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.ORIGIN_NOT_ALLOWED));
        assertThat(sent).extracting(HttpResponse::status).containsExactly(426, 403);
    }

    @Test
    void theApplicationMayRejectItAndDecidesOnce() throws IOException {
        Handshake.Request request = received("GET", "/", "HTTP/1.1", REQUEST);
        request.reject(404, "no such room");
        assertThat(sent).extracting(HttpResponse::status).containsExactly(404);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(request::accept);
    }

    @Test
    void anAnswerThatCannotBeSentIsALossOrGoesAlongWithTheRefusal() throws IOException {
        IOException gone = new IOException("the client is gone");
        Handshake.Responder failing = (status, headers, body) -> {
            throw gone;
        };
        Handshake.Request request =
                Handshake.received("GET", "/", "HTTP/1.1", REQUEST, Handshake.Options.DEFAULT, failing);
        assertThatExceptionOfType(ConnectionLostException.class)
                .isThrownBy(request::accept)
                .withCause(gone);
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(
                        () -> Handshake.received("PUT", "/", "HTTP/1.1", REQUEST, Handshake.Options.DEFAULT, failing))
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(suppressed -> assertThat(suppressed).hasCause(gone)));
    }

    @Test
    void statusThatDoesNotRejectIsRefused() throws IOException {
        Handshake.Request request = received("GET", "/", "HTTP/1.1", REQUEST);
        for (int status : new int[] {-1, 101, 200, 299, 304, 600, 1000}) {
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> request.reject(status, "no"));
        }
        assertThat(sent).isEmpty();
        assertThat(request.reject(599, "no").status()).isEqualTo(599);
        assertThat(sent).singleElement().extracting(HttpResponse::status).isEqualTo(599);
    }
}
