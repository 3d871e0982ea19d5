package dev.zws.validation;

import org.jspecify.annotations.Nullable;

/**
 * What each server does, told by the path: it sends every message back; {@code /fragmented} in fragments; {@code /ping} sends a Ping
 * first, {@code /greeting} a text; {@code /closed} answers with a Close. It agrees to the subprotocol {@value #SUBPROTOCOL}, and says on
 * standard output with what a connection was closed.
 */
final class InteropEcho implements InteropSocket.Events {
    static final String SUBPROTOCOL = "interop";
    static final String GREETING = "welcome";
    static final int SERVERS_CODE = 4001;
    static final String SERVERS_REASON = "by the server";

    private static final String PING = "from the server";
    private static final int PARTS = 3;

    private final String path;
    private @Nullable InteropSocket socket;

    InteropEcho(String path) {
        this.path = path;
    }

    /** Once, before everything else. */
    void opened(InteropSocket opened) {
        socket = opened;
        send(() -> {
            if (path.equals("/greeting")) {
                opened.text(GREETING);
            } else if (path.equals("/ping")) {
                opened.ping(PING);
            }
        });
    }

    @Override
    public void text(String message) {
        send(() -> {
            if (path.equals("/closed")) {
                socket().close(SERVERS_CODE, SERVERS_REASON);
            } else if (!path.equals("/fragmented") || !socket().fragments(parts(message))) {
                socket().text(message);
            }
        });
    }

    @Override
    public void binary(byte[] message) {
        send(() -> socket().binary(message));
    }

    private InteropSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("not opened");
        }
        return socket;
    }

    /** Never within a character. */
    private static String[] parts(String message) {
        int third = message.codePointCount(0, message.length()) / PARTS;
        int first = message.offsetByCodePoints(0, third);
        int second = message.offsetByCodePoints(first, third);
        return new String[] {message.substring(0, first), message.substring(first, second), message.substring(second)};
    }

    private interface Sending {
        void run() throws Exception;
    }

    private void send(Sending sending) {
        try {
            sending.run();
        } catch (Exception e) {
            failed(e);
        }
    }

    @Override
    public void closed(int code, String reason) {
        System.out.println("closed " + code + " " + reason);
    }

    /** The client has less to go on. */
    @Override
    public void failed(Throwable cause) {
        System.out.println("failed " + cause);
    }
}
