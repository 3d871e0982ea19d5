package dev.zws;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Everything that is fuzzed. An input that breaks an invariant throws. */
public enum FuzzTarget {
    /** One header beside a second decoder. */
    FRAME_HEADER(20, null, FrameHeaderFuzz::run),
    /** What a client may send. */
    FRAMES_TO_SERVER(200, null, new StreamFuzz(Role.SERVER, false)::run),
    /** What a server may send. */
    FRAMES_TO_CLIENT(200, null, new StreamFuzz(Role.CLIENT, false)::run),
    /** Frames of which some are compressed. */
    DEFLATE_MESSAGES(200, null, new StreamFuzz(Role.SERVER, true)::run),
    /** A client's handshake. */
    REQUEST_HEAD(400, "http", RequestHeadFuzz::run),
    /** A server's answer to it. */
    RESPONSE_HEAD(400, "http", ResponseHeadFuzz::run),
    /** Sec-WebSocket-Extensions, offered and answered. */
    EXTENSION_HEADER(200, "extensions", ExtensionHeaderFuzz::run),
    /** Text beside the JDK's decoder. */
    UTF8(64, null, Utf8Fuzz::run),
    /** Close frames. */
    CLOSE_PAYLOAD(130, null, ClosePayloadFuzz::run),
    /** Compressed payloads beside a second decoder. */
    INFLATE(150, null, InflateFuzz::run),
    /** What one side sends the other reads. */
    ROUND_TRIP(300, null, RoundTripFuzz::run),
    /** Fragments with different masks. */
    FRAGMENTS(300, null, new FragmentsFuzz(false)::run),
    /** Pings between fragments. */
    PINGS(300, null, new FragmentsFuzz(true)::run);

    private interface Body {
        void run(byte[] input) throws Exception;
    }

    private final int maxLength;
    private final @Nullable String dictionary;

    @SuppressWarnings("ImmutableEnumChecker") // each is a method without state, or an object that has final fields
    private final Body body;

    FuzzTarget(int maxLength, @Nullable String dictionary, Body body) {
        this.maxLength = maxLength;
        this.dictionary = dictionary;
        this.body = body;
    }

    /** As it is named on the command line: {@code frame-header}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The target with this label, or null. */
    public static @Nullable FuzzTarget of(String label) {
        for (FuzzTarget target : values()) {
            if (target.label().equals(label)) {
                return target;
            }
        }
        return null;
    }

    /** The longest input that is worth trying. */
    public int maxLength() {
        return maxLength;
    }

    /** The name of a dictionary, or null. */
    public @Nullable String dictionary() {
        return dictionary;
    }

    /** Holds one input against the invariants; throws when one is broken. */
    public void run(byte[] input) throws Exception {
        body.run(input);
    }
}
