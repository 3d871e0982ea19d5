package dev.zws.examples;

import dev.zws.Handshake;
import dev.zws.OriginPolicy;

/** An echo has nothing to protect, so a page of any origin may use it; a real server keeps the default, which is its own origin. */
final class AnyOrigin {
    static final Handshake.Options OPTIONS = Handshake.Options.DEFAULT.withOriginPolicy(OriginPolicy.ANY);

    private AnyOrigin() {}
}
