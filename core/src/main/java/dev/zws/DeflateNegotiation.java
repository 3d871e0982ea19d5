package dev.zws;

import org.jspecify.annotations.Nullable;

/**
 * How permessage-deflate is agreed on (RFC 7692, 5 and 7.1): an offer of a client and the response of a server to it. Immutable,
 * pure. {@link #accept} is the server's part, {@link #offer} and {@link #fault} are the client's; what follows from the two,
 * {@link #agreement}, is worked out by the same rules at both ends.
 */
record DeflateNegotiation(DeflateParameters offer, DeflateParameters response) {
    /**
     * What a server answers to a request: the first offer that it can honour, for the order is that of the client's preference (RFC
     * 7692, 5.1; B-4.25 chose by a score). Null when there is none: the connection opens without the extension (B-11.20).
     */
    static @Nullable DeflateNegotiation accept(Headers request, PerMessageDeflateConfig config) {
        for (Extension extension : ExtensionList.of(request).elements()) {
            DeflateParameters offer =
                    DeflateParameters.isDeflate(extension) ? DeflateParameters.ofOffer(extension) : null;
            if (offer != null && canBeHonoured(offer)) {
                return new DeflateNegotiation(offer, response(offer, config));
            }
        }
        return null;
    }

    /** All but a window that nothing here can compress within; {@link PerMessageDeflateConfig} says why. */
    private static boolean canBeHonoured(DeflateParameters offer) {
        return limit(offer.serverMaxWindowBits()) >= Deflation.LEAST_WINDOW_BITS;
    }

    /**
     * RFC 7692, 7.1.1: what is asked of the server is echoed, and what it will not keep for the client is said (B-11.18). 7.1.2: a
     * window that was asked for is echoed, as it is or smaller; the server may limit its own unasked, the client's only when it was
     * told that the client knows how.
     */
    private static DeflateParameters response(DeflateParameters offer, PerMessageDeflateConfig config) {
        boolean nothingIsKept = config.takeover() == Takeover.NONE;
        int serverBits = Math.min(limit(offer.serverMaxWindowBits()), config.outgoingWindowBits());
        int clientBits = Math.min(limit(offer.clientMaxWindowBits()), config.incomingWindowBits());
        boolean serverBitsCount = isStated(offer.serverMaxWindowBits()) || serverBits < PerMessageDeflate.UNLIMITED;
        boolean clientBitsCount = isStated(offer.clientMaxWindowBits()) && clientBits < PerMessageDeflate.UNLIMITED;
        return new DeflateParameters(
                nothingIsKept || offer.serverNoContextTakeover(),
                nothingIsKept || offer.clientNoContextTakeover(),
                serverBitsCount ? serverBits : DeflateParameters.ABSENT,
                clientBitsCount ? clientBits : DeflateParameters.ABSENT);
    }

    /** What a client asks for; it always lets the server limit the client's window. */
    static DeflateParameters offer(PerMessageDeflateConfig config) {
        boolean nothingIsKept = config.takeover() == Takeover.NONE;
        boolean windowIsAskedFor = config.incomingWindowBits() < PerMessageDeflate.UNLIMITED;
        return new DeflateParameters(
                nothingIsKept,
                nothingIsKept,
                windowIsAskedFor ? config.incomingWindowBits() : DeflateParameters.ABSENT,
                config.outgoingWindowBits());
    }

    /**
     * Why a client fails the connection: the first rule that makes this response none to this offer, in words of ours. Null when it
     * keeps them all. A client's window greater than the offer named is no fault: the client stays within its own.
     */
    @Nullable
    String fault() {
        if (offer.serverNoContextTakeover() && !response.serverNoContextTakeover()) { // 7.1.1.1
            return "server_no_context_takeover was asked for and is missing";
        }
        if (isStated(offer.serverMaxWindowBits())) { // 7.1.2.1
            if (!isStated(response.serverMaxWindowBits())) {
                return "server_max_window_bits was asked for and is missing";
            }
            if (response.serverMaxWindowBits() > offer.serverMaxWindowBits()) {
                return "server_max_window_bits is greater than was asked for";
            }
        }
        if (isStated(response.clientMaxWindowBits()) && !isStated(offer.clientMaxWindowBits())) { // 7.1.2.2
            return "client_max_window_bits was not offered";
        }
        return null;
    }

    /** What holds from now on. A client keeps what its offer says of itself even when the response does not repeat it (7.1.1.2, 7.1.2.2). */
    PerMessageDeflate agreement() {
        return new PerMessageDeflate(
                response.serverNoContextTakeover(),
                response.clientNoContextTakeover() || offer.clientNoContextTakeover(),
                limit(response.serverMaxWindowBits()),
                Math.min(limit(response.clientMaxWindowBits()), limit(offer.clientMaxWindowBits())));
    }

    private static boolean isStated(int windowBits) {
        return windowBits != DeflateParameters.ABSENT;
    }

    private static int limit(int windowBits) {
        return isStated(windowBits) ? windowBits : PerMessageDeflate.UNLIMITED;
    }
}
