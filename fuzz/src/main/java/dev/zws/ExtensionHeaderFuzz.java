package dev.zws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sec-WebSocket-Extensions: nothing is thrown; elements written out again are the same elements; several fields are one list; what
 * our server answers to an offer is well-formed, keeps the client's rules, and means the same to both ends; and the answer is that
 * to the first offer that can be honoured (B-10.136).
 */
final class ExtensionHeaderFuzz {
    private ExtensionHeaderFuzz() {}

    static void run(byte[] input) {
        FuzzInput in = new FuzzInput(input);
        PerMessageDeflateConfig config = PerMessageDeflateConfig.DEFAULT
                .withTakeover(in.flag() ? Takeover.NONE : Takeover.POOLED)
                .withOutgoingWindowBits(9 + in.below(7))
                .withIncomingWindowBits(9 + in.below(7));
        List<String> values = values(in.rest());
        ExtensionList list = ExtensionList.of(headers(values));
        Holds.same(list, ExtensionList.of(headers(List.of(String.join(",", values)))), "in one field");
        if (list.wellFormed()) {
            Holds.same(list, ExtensionList.of(headers(List.of(written(list.elements())))), "written again");
        }
        requireFirstOfferThatCanBeHonoured(list.elements(), headers(values), config);
        for (Extension element : list.elements()) {
            requireResponseOnlyToItsOffer(element, config);
        }
    }

    /** A line each; characters that no header may hold are left out. */
    private static List<String> values(byte[] bytes) {
        List<String> values = new ArrayList<>();
        for (String line : new String(bytes, ISO_8859_1).split("\n", -1)) {
            values.add(line.replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "").strip());
        }
        return values;
    }

    private static Headers headers(List<String> values) {
        return new Headers(values.stream()
                .map(value -> new Headers.Field(ExtensionList.HEADER, value))
                .toList());
    }

    private static String written(List<Extension> elements) {
        StringBuilder text = new StringBuilder();
        for (Extension element : elements) {
            text.append(text.isEmpty() ? "" : ", ").append(element.name());
            for (Extension.Parameter parameter : element.parameters()) {
                text.append(";").append(parameter.name());
                if (parameter.value() != null) {
                    text.append("=\"").append(parameter.value()).append('"');
                }
            }
        }
        return text.toString();
    }

    private static void requireFirstOfferThatCanBeHonoured(
            List<Extension> elements, Headers request, PerMessageDeflateConfig config) {
        @Nullable DeflateNegotiation atTheServer = DeflateNegotiation.accept(request, config);
        @Nullable DeflateParameters first = null;
        for (Extension element : elements) {
            DeflateParameters offer = DeflateParameters.isDeflate(element) ? DeflateParameters.ofOffer(element) : null;
            if (first == null && offer != null && offer.serverMaxWindowBits() != 8) {
                first = offer;
            }
        }
        Holds.same(first, atTheServer == null ? null : atTheServer.offer(), "the offer that is accepted");
        if (atTheServer == null) {
            return;
        }
        String answer = atTheServer.response().headerValue();
        ExtensionList answered = ExtensionList.of(headers(List.of(answer)));
        Holds.that(answered.wellFormed() && answered.elements().size() == 1, "not one element: " + answer);
        @Nullable
        DeflateParameters response =
                DeflateParameters.ofResponse(answered.elements().getFirst());
        Holds.same(atTheServer.response(), response, "the response, read again");
        if (response != null) {
            DeflateNegotiation atTheClient = new DeflateNegotiation(atTheServer.offer(), response);
            Holds.same(null, atTheClient.fault(), "fault of " + answer);
            Holds.same(atTheServer.agreement(), atTheClient.agreement(), "what holds, at the client");
        }
        requireWithin(atTheServer.offer(), atTheServer.agreement(), config);
    }

    /** Nobody has to do more than was asked or configured. */
    private static void requireWithin(
            DeflateParameters offer, PerMessageDeflate agreed, PerMessageDeflateConfig config) {
        int most = offer.serverMaxWindowBits() == 0 ? 15 : offer.serverMaxWindowBits();
        Holds.that(agreed.serverMaxWindowBits() <= Math.min(most, config.outgoingWindowBits()), "the server's window");
        Holds.that(
                offer.clientMaxWindowBits() == 0 || agreed.clientMaxWindowBits() <= offer.clientMaxWindowBits(),
                "the client's window");
        Holds.that(!offer.serverNoContextTakeover() || agreed.serverNoContextTakeover(), "the server's takeover");
        Holds.that(!offer.clientNoContextTakeover() || agreed.clientNoContextTakeover(), "the client's takeover");
    }

    /** As the answer of a server, to what our client would have offered. */
    private static void requireResponseOnlyToItsOffer(Extension element, PerMessageDeflateConfig config) {
        @Nullable
        DeflateParameters response =
                DeflateParameters.isDeflate(element) ? DeflateParameters.ofResponse(element) : null;
        if (response == null) {
            return;
        }
        DeflateParameters offer = DeflateNegotiation.offer(config);
        DeflateNegotiation negotiation = new DeflateNegotiation(offer, response);
        if (negotiation.fault() == null) {
            PerMessageDeflate agreed = negotiation.agreement();
            Holds.that(
                    offer.serverMaxWindowBits() == 0 || agreed.serverMaxWindowBits() <= offer.serverMaxWindowBits(),
                    "a window greater than was asked for");
            Holds.that(
                    agreed.serverNoContextTakeover() || !offer.serverNoContextTakeover(),
                    "takeover that was asked not to be");
            Holds.that(agreed.clientMaxWindowBits() <= config.outgoingWindowBits(), "more than our own window");
        }
    }
}
