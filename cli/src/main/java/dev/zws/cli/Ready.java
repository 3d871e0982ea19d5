package dev.zws.cli;

/** What a server says on standard output when it can be connected to: one line, for people and scripts. */
final class Ready {
    private Ready() {}

    static void announce(int port) {
        announce("ws", port);
    }

    /** @param scheme {@code ws}, or {@code wss} for TLS */
    static void announce(String scheme, int port) {
        System.out.println("listening on " + scheme + "://127.0.0.1:" + port + "/");
        System.out.flush();
    }
}
