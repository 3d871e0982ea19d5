package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * RFC 7692, 5 and 7.1. What is expected is worked out here once more, from what each way to write a parameter means and not from
 * its text, and compared as text.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class DeflateNegotiationTest {
    private static final String HEADER = "Sec-WebSocket-Extensions";

    /** A parameter that is not there. */
    private static final int ABSENT = 0;
    /** A flag that is there, or {@code client_max_window_bits} without a number. */
    private static final int BARE = 1;

    private static final int MALFORMED = -1;

    /** A way to write a parameter, or to leave it out: 8 to 15 mean a window. */
    private record Form(String text, int meaning) {}

    private static final List<Form> SERVER_TAKEOVER = flag("server_no_context_takeover");
    private static final List<Form> CLIENT_TAKEOVER = flag("client_no_context_takeover");
    private static final List<Form> SERVER_WINDOW = window("server_max_window_bits", MALFORMED);
    private static final List<Form> CLIENT_WINDOW = window("client_max_window_bits", BARE);

    private static List<Form> flag(String name) {
        return List.of(
                new Form("", ABSENT),
                new Form("; " + name, BARE),
                new Form("; " + name + "=15", MALFORMED),
                new Form("; " + name + "; " + name, MALFORMED));
    }

    private static List<Form> window(String name, int withoutANumber) {
        List<Form> forms = new ArrayList<>();
        forms.add(new Form("", ABSENT));
        forms.add(new Form("; " + name, withoutANumber));
        for (int bits = 8; bits <= 15; bits++) {
            forms.add(new Form("; " + name + "=" + bits, bits));
        }
        forms.add(new Form(";" + name.toUpperCase(Locale.ROOT) + " = \"1\\2\"", 12));
        for (String bad :
                List.of("7", "16", "08", "010", "+9", "-9", "9.0", "1_0", "0xA", "ten", "115", "4294967305")) {
            forms.add(new Form("; " + name + "=" + bad, MALFORMED));
        }
        forms.add(new Form("; " + name + "=12; " + name + "=12", MALFORMED));
        forms.add(new Form("; " + name + "; " + name + "=12", MALFORMED));
        return List.copyOf(forms);
    }

    /** All four parameters, each in one of its forms. */
    private record Parameters(Form serverTakeover, Form clientTakeover, Form serverWindow, Form clientWindow) {
        String text() {
            return "permessage-deflate"
                    + serverTakeover.text
                    + clientTakeover.text
                    + serverWindow.text
                    + clientWindow.text;
        }

        boolean wellFormed() {
            return Stream.of(serverTakeover, clientTakeover, serverWindow, clientWindow)
                    .noneMatch(form -> form.meaning == MALFORMED);
        }
    }

    private static List<Parameters> allParameters() {
        List<Parameters> all = new ArrayList<>();
        for (Form serverTakeover : SERVER_TAKEOVER) {
            for (Form clientTakeover : CLIENT_TAKEOVER) {
                for (Form serverWindow : SERVER_WINDOW) {
                    for (Form clientWindow : CLIENT_WINDOW) {
                        all.add(new Parameters(serverTakeover, clientTakeover, serverWindow, clientWindow));
                    }
                }
            }
        }
        return all;
    }

    private static List<PerMessageDeflateConfig> configs(List<Takeover> takeovers, int... windows) {
        List<PerMessageDeflateConfig> configs = new ArrayList<>();
        for (Takeover takeover : takeovers) {
            for (int outgoing : windows) {
                for (int incoming : windows) {
                    configs.add(PerMessageDeflateConfig.DEFAULT
                            .withTakeover(takeover)
                            .withOutgoingWindowBits(outgoing)
                            .withIncomingWindowBits(incoming));
                }
            }
        }
        return configs;
    }

    private static final List<PerMessageDeflateConfig> CONFIGS =
            configs(List.of(Takeover.NONE, Takeover.POOLED), 9, 10, 12, 14, 15);

    /** What is malformed is so for everyone; two will do. */
    private static List<PerMessageDeflateConfig> configsFor(Parameters parameters) {
        return parameters.wellFormed() ? CONFIGS : List.of(CONFIGS.getFirst(), CONFIGS.getLast());
    }

    // ---- the server

    @Test // B-11.18, B-11.19, B-11.20; RFC 7692, 7.1
    void everyOfferIsAnsweredAsTheRulesSay() {
        int asked = 0;
        int accepted = 0;
        for (Parameters offer : allParameters()) {
            Headers request = Headers.of(HEADER, offer.text());
            for (PerMessageDeflateConfig config : configsFor(offer)) {
                String expected = expectedAnswer(offer, config);
                DeflateNegotiation actual = DeflateNegotiation.accept(request, config);
                if (!Objects.equals(answer(actual), expected)) {
                    assertThat(answer(actual)).as("%s to %s", offer, config).isEqualTo(expected);
                }
                asked++;
                if (actual != null) {
                    accepted++;
                    PerMessageDeflate agreed = agreedIn(expected);
                    if (!actual.agreement().equals(agreed)) {
                        assertThat(actual.agreement())
                                .as("%s to %s", offer, config)
                                .isEqualTo(agreed);
                    }
                }
            }
        }
        assertThat(asked).isGreaterThan(35_000);
        assertThat(accepted).isEqualTo(2 * 2 * 9 * 11 * CONFIGS.size()); // all but 8 bits for the server
    }

    private static String expectedAnswer(Parameters offer, PerMessageDeflateConfig config) {
        if (!offer.wellFormed() || offer.serverWindow.meaning == 8) {
            return null;
        }
        StringBuilder answer = new StringBuilder("permessage-deflate");
        boolean none = config.takeover() == Takeover.NONE;
        if (none || offer.serverTakeover.meaning == BARE) {
            answer.append("; server_no_context_takeover");
        }
        if (none || offer.clientTakeover.meaning == BARE) {
            answer.append("; client_no_context_takeover");
        }
        IntStream asked = IntStream.of(offer.serverWindow.meaning).filter(bits -> bits != ABSENT);
        IntStream own = IntStream.of(config.outgoingWindowBits()).filter(bits -> bits != 15);
        OptionalInt server = IntStream.concat(asked, own).min();
        server.ifPresent(bits -> answer.append("; server_max_window_bits=").append(bits));
        int client = switch (offer.clientWindow.meaning) {
            case ABSENT -> 15;
            case BARE -> config.incomingWindowBits();
            default -> Math.min(offer.clientWindow.meaning, config.incomingWindowBits());
        };
        if (client != 15) {
            answer.append("; client_max_window_bits=").append(client);
        }
        return answer.toString();
    }

    /** An answer of ours says all that follows from it. */
    private static PerMessageDeflate agreedIn(String answer) {
        return new PerMessageDeflate(
                answer.contains("server_no_context_takeover"),
                answer.contains("client_no_context_takeover"),
                bitsIn(answer, "server_max_window_bits="),
                bitsIn(answer, "client_max_window_bits="));
    }

    private static int bitsIn(String answer, String name) {
        int at = answer.indexOf(name);
        return at < 0
                ? 15
                : Integer.parseInt(answer.substring(at + name.length()).split(";", 2)[0]);
    }

    private static String answer(DeflateNegotiation negotiation) {
        return negotiation == null ? null : negotiation.response().headerValue();
    }

    private static String answer(String... offers) {
        Headers request = Headers.NONE;
        for (String offer : offers) {
            request = request.with(Headers.of(HEADER, offer));
        }
        return answer(DeflateNegotiation.accept(request, KEEPING));
    }

    /** Asks for nothing, so that an answer shows what was offered. */
    private static final PerMessageDeflateConfig KEEPING =
            PerMessageDeflateConfig.DEFAULT.withTakeover(Takeover.DEDICATED);

    @Test // B-10.6
    void theNameIsAWholeTokenInAnyCase() {
        for (String name : List.of("permessage-deflate", "PerMessage-Deflate", "x-test, permessage-deflate, y; a=b")) {
            assertThat(answer(name)).as(name).isEqualTo("permessage-deflate");
        }
        for (String name : List.of(
                "permessage-deflatex",
                "x-permessage-deflate",
                "x-webkit-deflate-frame",
                "permessage",
                "deflate",
                "x; permessage-deflate",
                "x; a=permessage-deflate",
                "x; a=\"1, permessage-deflate, 2\"")) {
            assertThat(answer(name)).as(name).isNull();
        }
    }

    @Test // B-10.7, B-10.11, B-10.26
    void anOfferWithAnythingUnknownRepeatedOrMalformedIsDeclined() {
        for (String parameters : List.of(
                "; x",
                "; x=1",
                "; server_max_window_bits",
                "; server_max_window_bits=99",
                "; server_max_window_bits=7",
                "; client_max_window_bits=16",
                "; client_max_window_bits=abc",
                "; client_max_window_bits=",
                "; server_no_context_takeover=1",
                "; server_no_context_takeover; SERVER_no_context_takeover",
                "; client_max_window_bits; client_max_window_bits",
                ";",
                ";; server_no_context_takeover",
                " server_no_context_takeover")) {
            assertThat(answer("permessage-deflate" + parameters)).as(parameters).isNull();
        }
    }

    @Test
    void theOrderOfParametersMeansNothing() {
        List<String> parameters = List.of(
                "server_no_context_takeover",
                "client_no_context_takeover",
                "server_max_window_bits=10",
                "client_max_window_bits=11");
        String answer = "permessage-deflate; " + String.join("; ", parameters);
        int orders = 0;
        for (String a : parameters) {
            for (String b : parameters) {
                for (String c : parameters) {
                    for (String d : parameters) {
                        if (Stream.of(a, b, c, d).distinct().count() == 4) {
                            orders++;
                            assertThat(answer(String.join(";", "permessage-deflate", a, b, c, d)))
                                    .isEqualTo(answer);
                        }
                    }
                }
            }
        }
        assertThat(orders).isEqualTo(24);
    }

    @Test // B-10.12
    void anAnswerHasAnyOfTheFlags() {
        for (String flags : List.of(
                "",
                "; server_no_context_takeover",
                "; client_no_context_takeover",
                "; server_no_context_takeover; client_no_context_takeover")) {
            assertThat(answer("permessage-deflate" + flags)).isEqualTo("permessage-deflate" + flags);
        }
    }

    @Test
    void aWindowOf8BitsIsDeclinedForTheServerAndHonouredForTheClient() {
        assertThat(answer("permessage-deflate; server_max_window_bits=8")).isNull();
        assertThat(answer("permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=9"))
                .isEqualTo("permessage-deflate; server_max_window_bits=9");
        assertThat(answer("permessage-deflate; client_max_window_bits=8"))
                .isEqualTo("permessage-deflate; client_max_window_bits=8");
    }

    /** RFC 7692, 7.1.2.1: whoever asks for a window must be told one, even if it is the greatest; 7.1.2.2 has no such rule. */
    @Test
    void theServersWindowIsEchoedEvenWhenItIsNoLimit() {
        assertThat(answer("permessage-deflate; server_max_window_bits=15"))
                .isEqualTo("permessage-deflate; server_max_window_bits=15");
        assertThat(answer("permessage-deflate; client_max_window_bits=15")).isEqualTo("permessage-deflate");
        assertThat(answer("permessage-deflate; client_max_window_bits")).isEqualTo("permessage-deflate");
    }

    /** Every list of three of these: alternatives, and things that are none. Each list is one header, or three. */
    @Test // B-10.8, B-10.9, B-10.27, B-10.28, B-10.136, B-11.20
    void theFirstOfferThatCanBeHonouredWins() {
        List<Form> elements = List.of(
                new Form("permessage-deflate", 1),
                new Form("permessage-deflate; client_no_context_takeover", 2),
                new Form("permessage-deflate; server_max_window_bits=9", 3),
                new Form("permessage-deflate; server_max_window_bits=8", ABSENT),
                new Form("permessage-deflate; client_max_window_bits=99", ABSENT),
                new Form("permessage-deflate; server_no_context_takeover=\"a,b\"", ABSENT),
                new Form("permessage-deflate;", ABSENT),
                new Form("x-test; client_no_context_takeover", ABSENT),
                new Form("", ABSENT));
        for (Form first : elements) {
            for (Form second : elements) {
                for (Form third : elements) {
                    String expected = Stream.of(first, second, third)
                            .filter(form -> form.meaning != ABSENT)
                            .map(Form::text)
                            .findFirst()
                            .orElse(null);
                    assertThat(answer(first.text, second.text, third.text)).isEqualTo(expected);
                    assertThat(answer((first.text + ", " + second.text + ", " + third.text).strip()))
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** A browser's offer behind one that is cut anywhere, or has a character replaced anywhere: it is found, or nothing is. */
    @Test // B-10.26
    void aBrokenOfferNeverFailsTheHandshake() {
        String first = "permessage-deflate; server_no_context_takeover; client_max_window_bits=\"10\"";
        String second = "permessage-deflate; client_max_window_bits";
        int toTheSecond = 0;
        for (int at = 0; at < first.length(); at++) {
            List<String> broken = new ArrayList<>(List.of(first.substring(0, at)));
            for (char c : "\"\\,;= \tx9(\u0080\u00ff".toCharArray()) {
                broken.add(first.substring(0, at) + c + first.substring(at + 1));
            }
            for (String list : broken) {
                String answer = answer((list + "," + second).strip());
                boolean quoteIsOpen = list.chars().filter(c -> c == '"').count() % 2 == 1 || list.endsWith("\\\"");
                assertThat(answer).as(list).matches(text -> text != null || quoteIsOpen);
                toTheSecond += "permessage-deflate".equals(answer) ? 1 : 0;
            }
        }
        assertThat(toTheSecond).isGreaterThan(500);
    }

    // ---- the client

    @Test // B-10.139, B-4.30
    void aClientOffersWhatItIsConfiguredFor() {
        PerMessageDeflateConfig config = PerMessageDeflateConfig.DEFAULT;
        assertThat(offer(config))
                .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
                        + " client_max_window_bits");
        assertThat(offer(config.withTakeover(Takeover.POOLED))).isEqualTo("permessage-deflate; client_max_window_bits");
        assertThat(offer(config.withTakeover(Takeover.DEDICATED)
                        .withOutgoingWindowBits(9)
                        .withIncomingWindowBits(10)))
                .isEqualTo("permessage-deflate; server_max_window_bits=10; client_max_window_bits=9");
    }

    private static String offer(PerMessageDeflateConfig config) {
        return DeflateNegotiation.offer(config).headerValue();
    }

    @Test // B-11.20; RFC 7692, 7.1
    void everyAnswerIsTakenOrFailsTheClientAsTheRulesSay() throws HandshakeException {
        int answered = 0;
        int taken = 0;
        for (Parameters answer : allParameters()) {
            for (PerMessageDeflateConfig config : configsFor(answer)) {
                PerMessageDeflate expected = expectedAgreement(answer, config);
                PerMessageDeflate actual = taken(DeflateNegotiation.offer(config), answer.text());
                if (!Objects.equals(actual, expected)) {
                    assertThat(actual).as("%s to %s", answer, config).isEqualTo(expected);
                }
                answered++;
                taken += actual == null ? 0 : 1;
            }
        }
        assertThat(answered).isGreaterThan(35_000);
        assertThat(taken).isBetween(5_000, 30_000); // both happened often
    }

    /** Null when it fails the client. */
    private static PerMessageDeflate expectedAgreement(Parameters answer, PerMessageDeflateConfig config) {
        boolean none = config.takeover() == Takeover.NONE;
        int serverBits = answer.serverWindow.meaning;
        int clientBits = answer.clientWindow.meaning;
        boolean askedForAWindow = config.incomingWindowBits() < 15;
        boolean fails = !answer.wellFormed()
                || clientBits == BARE
                || none && answer.serverTakeover.meaning == ABSENT
                || askedForAWindow && (serverBits == ABSENT || serverBits > config.incomingWindowBits());
        return fails
                ? null
                : new PerMessageDeflate(
                        answer.serverTakeover.meaning == BARE,
                        none || answer.clientTakeover.meaning == BARE,
                        serverBits == ABSENT ? 15 : serverBits,
                        Math.min(clientBits == ABSENT ? 15 : clientBits, config.outgoingWindowBits()));
    }

    /** Null when it fails the client for what stands in the header. */
    private static PerMessageDeflate taken(DeflateParameters offer, String answer) throws HandshakeException {
        try {
            return OpeningResponse.of(ANSWER.with(Headers.of(HEADER, answer)), Exchange.KEY, offer, List.of())
                    .deflate();
        } catch (HandshakeException e) {
            if (e.badHandshake() != BadHandshake.INVALID_EXTENSION) {
                throw e;
            }
            return null;
        }
    }

    private static final Headers ANSWER = Headers.of(
            "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Accept", Handshake.acceptKey(Exchange.KEY));

    @Test // RFC 7692, 7.1.2.2
    void theClientsWindowIsNotLimitedWhenItDidNotOfferThat() {
        DeflateParameters offer = new DeflateParameters(false, false, 0, 0);
        DeflateParameters limited = new DeflateParameters(false, false, 0, 15);

        assertThat(new DeflateNegotiation(offer, limited).fault()).isEqualTo("client_max_window_bits was not offered");
        assertThat(new DeflateNegotiation(limited, limited).fault()).isNull();
        assertThat(new DeflateNegotiation(limited, offer).fault()).isNull();
    }

    // ---- both

    @Test
    void whatOurServerAnswersOurClientTakesAndBothKnowTheSame() throws HandshakeException {
        List<PerMessageDeflateConfig> configs = configs(List.of(Takeover.values()), 9, 10, 11, 12, 13, 14, 15);
        for (PerMessageDeflateConfig client : configs) {
            DeflateParameters offer = DeflateNegotiation.offer(client);
            Headers request = Headers.of(HEADER, offer.headerValue());
            for (PerMessageDeflateConfig server : configs) {
                DeflateNegotiation accepted = DeflateNegotiation.accept(request, server);
                PerMessageDeflate known = taken(offer, answer(accepted));
                boolean kept = client.takeover() != Takeover.NONE && server.takeover() != Takeover.NONE;
                PerMessageDeflate expected = new PerMessageDeflate(
                        !kept,
                        !kept,
                        Math.min(server.outgoingWindowBits(), client.incomingWindowBits()),
                        Math.min(client.outgoingWindowBits(), server.incomingWindowBits()));
                if (!accepted.agreement().equals(expected) || !expected.equals(known)) {
                    assertThat(List.of(accepted.agreement(), known))
                            .as("%s and %s", client, server)
                            .containsOnly(expected);
                }
            }
        }
        assertThat(configs).hasSize(147);
    }

    /** The bytes of each parameter, in an offer and back: nothing is lost on the way. */
    @Test
    void whatIsWrittenIsRead() {
        List<Integer> windows = IntStream.concat(IntStream.of(ABSENT), IntStream.rangeClosed(8, 15))
                .boxed()
                .toList();
        for (int server : windows) {
            for (int client : windows) {
                for (int flags = 0; flags < 4; flags++) {
                    DeflateParameters offer = new DeflateParameters(flags % 2 == 1, flags / 2 == 1, server, client);
                    assertThat(DeflateParameters.ofOffer(Objects.requireNonNull(Extension.parse(offer.headerValue()))))
                            .isEqualTo(offer);
                }
            }
        }
        assertThat(windows).containsExactly(ABSENT, 8, 9, 10, 11, 12, 13, 14, 15);
    }
}
