package dev.zws;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server's 101 that keeps every rule of RFC 6455, 4.1. Immutable, pure: it knows rules, no stream.
 *
 * @param headers all headers
 * @param deflate what follows from the offer and the answer to it, or null
 * @param subprotocol one of those that were offered, or null
 */
record OpeningResponse(
        Headers headers,
        @Nullable PerMessageDeflate deflate,
        @Nullable String subprotocol) {
    /**
     * Checks a 101 in the order of {@link BadHandshake}; the first rule that it breaks is thrown.
     *
     * @param key the Sec-WebSocket-Key that it must answer
     * @param offer the permessage-deflate that it may agree to, or null
     * @param offered the subprotocols that it may choose from
     */
    static OpeningResponse of(Headers headers, String key, @Nullable DeflateParameters offer, List<String> offered)
            throws HandshakeException {
        requireUpgrade(headers);
        requireAccept(headers, key);
        requireNoBody(headers);
        PerMessageDeflate deflate = deflate(headers, offer);
        return new OpeningResponse(headers, deflate, subprotocol(headers, offered));
    }

    /** RFC 6455, 4.1, items 2 and 3: one value in Upgrade, a list in Connection. */
    private static void requireUpgrade(Headers headers) throws HandshakeException {
        String upgrade = single(headers, "Upgrade");
        if (upgrade == null) {
            throw bad(headers, BadHandshake.MISSING_UPGRADE_HEADER, "there is no Upgrade");
        }
        if (!upgrade.equalsIgnoreCase("websocket")) {
            throw bad(headers, BadHandshake.INVALID_UPGRADE_HEADER, "Upgrade is not websocket");
        }
        if (!headers.contains("Connection")) {
            throw bad(headers, BadHandshake.MISSING_CONNECTION_HEADER, "there is no Connection");
        }
        if (!headers.lists("Connection", "upgrade")) {
            throw bad(headers, BadHandshake.INVALID_CONNECTION_HEADER, "Connection does not list upgrade");
        }
    }

    /** RFC 6455, 4.1, item 4. */
    private static void requireAccept(Headers headers, String key) throws HandshakeException {
        String accept = single(headers, "Sec-WebSocket-Accept");
        if (accept == null) {
            throw bad(headers, BadHandshake.MISSING_WEBSOCKET_ACCEPT, "there is no Sec-WebSocket-Accept");
        }
        if (!accept.equals(Handshake.acceptKey(key))) {
            throw bad(
                    headers,
                    BadHandshake.INVALID_WEBSOCKET_ACCEPT,
                    "Sec-WebSocket-Accept does not answer the key that was sent");
        }
    }

    /**
     * The bytes behind the head are frames; nobody on the way may take them for a body. A Content-Length of 0 announces none:
     * servers may not send it (RFC 9110, 8.6), but many do, and it changes nothing (RFC 9112, 6.3, item 1).
     */
    private static void requireNoBody(Headers headers) throws HandshakeException {
        String length = single(headers, "Content-Length");
        if (length != null && !OpeningRequest.isZero(length) || headers.contains("Transfer-Encoding")) {
            throw bad(headers, BadHandshake.BODY_NOT_ALLOWED, "a WebSocket opens with an answer without a body");
        }
    }

    /** RFC 6455, 4.1, item 5, and RFC 7692, 7.1: an answer that is none to the offer is no connection. */
    private static @Nullable PerMessageDeflate deflate(Headers headers, @Nullable DeflateParameters offer)
            throws HandshakeException {
        if (!headers.contains(ExtensionList.HEADER)) {
            return null;
        }
        if (offer == null) {
            throw bad(headers, BadHandshake.EXTENSION_NOT_OFFERED, "no extension was offered");
        }
        ExtensionList list = ExtensionList.of(headers);
        if (!list.elements().stream().allMatch(DeflateParameters::isDeflate)) {
            throw bad(headers, BadHandshake.EXTENSION_NOT_OFFERED, "only permessage-deflate was offered");
        }
        if (!list.wellFormed() || list.elements().size() > 1) { // RFC 7692, 5.1: one configuration of it
            throw bad(
                    headers,
                    BadHandshake.INVALID_EXTENSION,
                    "Sec-WebSocket-Extensions is not one permessage-deflate with its parameters");
        }
        DeflateParameters response =
                DeflateParameters.ofResponse(list.elements().getFirst());
        if (response == null) {
            throw bad(
                    headers,
                    BadHandshake.INVALID_EXTENSION,
                    "a parameter of permessage-deflate is unknown, repeated or malformed");
        }
        DeflateNegotiation negotiation = new DeflateNegotiation(offer, response);
        String fault = negotiation.fault();
        if (fault != null) {
            throw bad(headers, BadHandshake.INVALID_EXTENSION, fault);
        }
        return negotiation.agreement();
    }

    /** RFC 6455, 4.1, item 6; a server may choose none (4.2.2, item 5.5). Names are compared as they are (11.5). */
    private static @Nullable String subprotocol(Headers headers, List<String> offered) throws HandshakeException {
        String chosen = single(headers, "Sec-WebSocket-Protocol");
        if (chosen != null && !offered.contains(chosen)) {
            throw bad(headers, BadHandshake.SUBPROTOCOL_NOT_OFFERED, "the subprotocol was not offered");
        }
        return chosen;
    }

    private static @Nullable String single(Headers headers, String name) throws HandshakeException {
        if (headers.isRepeated(name)) {
            throw bad(headers, BadHandshake.REPEATED_HEADER, name + " appears more than once");
        }
        return headers.first(name);
    }

    private static HandshakeException bad(Headers headers, BadHandshake rule, String detail) {
        return new HandshakeException(rule, detail, HttpResponse.SWITCHING_PROTOCOLS, headers);
    }
}
