package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7692 in the two handshakes: what stands in the bytes, and what {@link Upgrade} tells of it. */
class DeflateHandshakeTest {
    private static final PerMessageDeflateConfig CONFIG = PerMessageDeflateConfig.DEFAULT;
    private static final PerMessageDeflateConfig KEEPING = CONFIG.withTakeover(Takeover.POOLED);
    private static final Handshake.Options SERVER = Handshake.Options.DEFAULT.withDeflate(CONFIG);
    private static final ClientHandshake.Request CLIENT = Attempt.REQUEST.withDeflate(CONFIG);

    /** What Chrome, Firefox and Safari send. */
    private static final String BROWSER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";

    private static final String NOTHING_KEPT =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    // ---- the server

    @Test // B-10.25, B-10.31, B-4.27, B-4.29, B-11.18
    void aBrowsersOfferIsAcceptedAndContextTakeoverSwitchedOffBothWays() throws IOException {
        Exchange.inAllPieces(Exchange.plus(BROWSER), SERVER, exchange -> {
            assertThat(exchange.answer()).isEqualTo(Exchange.crlf("""
                    HTTP/1.1 101 Switching Protocols
                    upgrade: websocket
                    connection: Upgrade
                    sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
                    sec-websocket-extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover

                    """));
            assertThat(exchange.upgrade().deflate()).isEqualTo(new PerMessageDeflate(true, true, 15, 15));
            assertThat(exchange.upgrade().deflateConfig()).isEqualTo(CONFIG);
        });
    }

    @Test
    void aBrowsersOfferIsAnsweredWithWhatTheServerIsConfiguredFor() throws IOException {
        Handshake.Options options =
                SERVER.withDeflate(KEEPING.withOutgoingWindowBits(12).withIncomingWindowBits(9));
        Exchange exchange = Exchange.of(Exchange.plus(BROWSER), options);

        assertThat(extensions(exchange))
                .isEqualTo("permessage-deflate; server_max_window_bits=12; client_max_window_bits=9");
        assertThat(exchange.upgrade().deflate()).isEqualTo(new PerMessageDeflate(false, false, 12, 9));
    }

    @Test // B-11.27
    void nothingIsAcceptedUnlessConfigured() throws IOException {
        Exchange exchange = Exchange.of(Exchange.plus(BROWSER), Handshake.Options.DEFAULT);

        assertThat(exchange.answer()).isEqualTo(Exchange.ANSWER);
        assertThat(exchange.upgrade().deflate()).isNull();
        assertThat(exchange.upgrade().deflateConfig()).isNull();
    }

    @Test // B-10.24, B-10.26, B-11.20
    void whatCannotBeHonouredIsDeclinedAndTheConnectionOpensWithout() throws IOException {
        for (String offer : List.of(
                "x-test",
                "permessage-deflate; server_max_window_bits=99",
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; client_max_window_bits; x",
                "permessage-deflate; =;;\"",
                "\"",
                ",")) {
            Exchange exchange = Exchange.of(Exchange.plus("Sec-WebSocket-Extensions: " + offer), SERVER);
            assertThat(exchange.answer()).as(offer).isEqualTo(Exchange.ANSWER);
            assertThat(exchange.upgrade().deflate()).as(offer).isNull();
            assertThat(exchange.upgrade().deflateConfig()).as(offer).isNull();
        }
        assertThat(Exchange.of(Exchange.REQUEST, SERVER).answer()).isEqualTo(Exchange.ANSWER);
    }

    @Test // B-10.27, B-11.22
    void theClientsFavouriteOfWhatCanBeHonouredIsAcceptedFromHoweverManyHeaders() throws IOException {
        Exchange exchange = Exchange.of(
                Exchange.plus(
                        "Sec-WebSocket-Extensions: x-test, permessage-deflate; server_max_window_bits=8",
                        "sec-websocket-extensions: permessage-deflate; server_max_window_bits=\"10\"",
                        "Sec-WebSocket-Extensions: permessage-deflate"),
                SERVER);

        assertThat(extensions(exchange)).isEqualTo(NOTHING_KEPT + "; server_max_window_bits=10");
        assertThat(exchange.upgrade().deflate()).isEqualTo(new PerMessageDeflate(true, true, 10, 15));
    }

    @Test
    void extensionsStandBeforeTheSubprotocolAndTheServersHeaders() throws IOException {
        Handshake.Options options = SERVER.withSubprotocols("a").withHeaders(Headers.of("Server", "zws"));
        String request = Exchange.plus("Sec-WebSocket-Protocol: a", BROWSER);

        assertThat(Exchange.of(request, options).answer())
                .isEqualTo(Attempt.plus(
                        "sec-websocket-extensions: " + NOTHING_KEPT, "sec-websocket-protocol: a", "Server: zws"));
    }

    @Test
    void aRequestThatWasReceivedBySomebodyElseIsAnsweredAlike() throws IOException {
        List<HttpResponse> sent = new ArrayList<>();
        Headers request = Headers.of(
                "host", "example.com",
                "upgrade", "websocket",
                "connection", "Upgrade",
                "sec-websocket-key", Exchange.KEY,
                "sec-websocket-version", "13",
                "sec-websocket-extensions", "permessage-deflate; client_max_window_bits");
        Upgrade upgrade = Handshake.received(
                        "GET",
                        "/",
                        "HTTP/1.1",
                        request,
                        SERVER,
                        (status, headers, body) -> sent.add(new HttpResponse(status, headers, body)))
                .accept();

        assertThat(sent)
                .singleElement()
                .satisfies(answer -> assertThat(answer.headers().all("sec-websocket-extensions"))
                        .containsExactly(NOTHING_KEPT));
        assertThat(upgrade.deflate()).isEqualTo(new PerMessageDeflate(true, true, 15, 15));
    }

    private static String extensions(Exchange exchange) {
        String name = "sec-websocket-extensions: ";
        int from = exchange.answer().indexOf(name) + name.length();
        return exchange.answer().substring(from, exchange.answer().indexOf("\r\n", from));
    }

    // ---- the client

    @Test // B-10.139, B-4.30
    void theOfferStandsInTheRequestWhenConfiguredAndOnlyThen() throws IOException {
        ClientHandshake.Request request = CLIENT.withSubprotocols("a").withHeaders(Headers.of("Cookie", "b"));

        assertThat(Attempt.of(Exchange.ANSWER, request).request()).isEqualTo(Exchange.crlf("""
                GET /chat?room=1 HTTP/1.1
                Host: example.com
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                client_max_window_bits
                Sec-WebSocket-Protocol: a
                Cookie: b

                """));
        assertThat(Attempt.of(Exchange.ANSWER, request.withDeflate(null)).request())
                .isEqualTo(Exchange.plus("Sec-WebSocket-Protocol: a", "Cookie: b"));
    }

    @Test
    void aServerMayDecline() throws IOException {
        Upgrade upgrade = Attempt.of(Exchange.ANSWER, CLIENT).upgrade();

        assertThat(upgrade.deflate()).isNull();
        assertThat(upgrade.deflateConfig()).isNull();
    }

    @Test
    void whatAServerAgreesToIsTold() throws IOException {
        String answer = "sec-websocket-extensions: permessage-deflate ;server_no_context_takeover"
                + "; server_max_window_bits=\"11\"; client_max_window_bits=8";

        Attempt.inAllPieces(Attempt.plus(answer), CLIENT, attempt -> {
            assertThat(attempt.upgrade().deflate()).isEqualTo(new PerMessageDeflate(true, true, 11, 8));
            assertThat(attempt.upgrade().deflateConfig()).isEqualTo(CONFIG);
        });
    }

    @Test
    void theClientStaysWithinItsOwnWindowWhateverTheServerAllows() throws IOException {
        ClientHandshake.Request request = CLIENT.withDeflate(KEEPING.withOutgoingWindowBits(10));
        for (String allowed : List.of("", "; client_max_window_bits=10", "; client_max_window_bits=15")) {
            Attempt attempt =
                    Attempt.of(Attempt.plus("Sec-WebSocket-Extensions: permessage-deflate" + allowed), request);
            assertThat(attempt.upgrade().deflate()).isEqualTo(new PerMessageDeflate(false, false, 15, 10));
        }
    }

    @ParameterizedTest // B-10.7, B-10.28, B-11.18, B-11.19, B-11.20
    @CsvSource(
            delimiter = '|',
            value = {
                "x-test | EXTENSION_NOT_OFFERED: only permessage-deflate was offered",
                "permessage-deflate; server_no_context_takeover, x | EXTENSION_NOT_OFFERED: only permessage-deflate was offered",
                "permessage-deflatex | EXTENSION_NOT_OFFERED: only permessage-deflate was offered",
                "'' | INVALID_EXTENSION: Sec-WebSocket-Extensions is not one permessage-deflate with its parameters",
                "; | INVALID_EXTENSION: Sec-WebSocket-Extensions is not one permessage-deflate with its parameters",
                "permessage-deflate; | INVALID_EXTENSION: Sec-WebSocket-Extensions is not one permessage-deflate with its parameters",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=12, x y | INVALID_EXTENSION: Sec-WebSocket-Extensions is not one permessage-deflate with its parameters",
                "permessage-deflate, permessage-deflate | INVALID_EXTENSION: Sec-WebSocket-Extensions is not one permessage-deflate with its parameters",
                "permessage-deflate; x | INVALID_EXTENSION: a parameter of permessage-deflate is unknown, repeated or malformed",
                "permessage-deflate; client_max_window_bits | INVALID_EXTENSION: a parameter of permessage-deflate is unknown, repeated or malformed",
                "permessage-deflate; server_max_window_bits=7 | INVALID_EXTENSION: a parameter of permessage-deflate is unknown, repeated or malformed",
                "permessage-deflate; server_max_window_bits=12 | INVALID_EXTENSION: server_no_context_takeover was asked for and is missing",
                "permessage-deflate; server_no_context_takeover | INVALID_EXTENSION: server_max_window_bits was asked for and is missing",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=13 | INVALID_EXTENSION: server_max_window_bits is greater than was asked for",
            })
    void anAnswerThatIsNoneToTheOfferFailsTheClient(String extensions, String message) throws IOException {
        ClientHandshake.Request request = CLIENT.withDeflate(CONFIG.withIncomingWindowBits(12));
        String answer = Attempt.plus("Sec-WebSocket-Extensions: " + extensions);

        Attempt.inAllPieces(answer, request, attempt -> {
            assertThat(attempt.failure()).hasMessage(message);
            assertThat(attempt.failure().badHandshake().name()).isEqualTo(message.substring(0, message.indexOf(':')));
            assertThat(attempt.failure().status()).isEqualTo(101);
            assertThat(attempt.failure().headers().first("sec-websocket-extensions"))
                    .isEqualTo(extensions);
        });
    }

    @Test
    void anAnswerInTwoHeadersIsOneList() throws IOException { // B-11.22
        String line = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover";

        assertThat(Attempt.of(Attempt.plus(line), CLIENT).upgrade()).isNotNull();
        assertThat(Attempt.of(Attempt.plus(line, line), CLIENT).failure().badHandshake())
                .isEqualTo(BadHandshake.INVALID_EXTENSION);
    }
}
