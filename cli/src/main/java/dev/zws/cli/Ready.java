package dev.zws.cli;

/** What a server says on standard output when it can be connected to: one line, for people and scripts. */
final class Ready {
    private Ready() {}

    static void announce(int port) {
        System.out.println("listening on ws://127.0.0.1:" + port + "/");
        System.out.flush();
    }
}
