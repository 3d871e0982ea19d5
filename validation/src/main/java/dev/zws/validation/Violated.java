package dev.zws.validation;

import static dev.zws.validation.Arena.AFTER;
import static dev.zws.validation.Arena.BEFORE;
import static dev.zws.validation.Wire.concat;

import dev.zws.CloseStatus;
import dev.zws.ConnectionClosedException;
import dev.zws.ProtocolException;
import dev.zws.WebSocketException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * How frames that break a rule are answered: with the rule's Close, then the end, and nothing is delivered or echoed but what came
 * before. Each row is sent to every server, with compression agreed on and without, in one piece and byte by byte.
 */
final class Violated {
    private static final int BYTEWISE = 300;

    /** Whether permessage-deflate is agreed on. */
    enum Agreed {
        ON,
        OFF,
        EITHER;

        boolean[] all() {
            return this == EITHER ? new boolean[] {false, true} : new boolean[] {this == ON};
        }
    }

    private Violated() {}

    /** A row; {@code bytes} come between two good messages. */
    static Rule with(String name, String source, int code, byte[] bytes) {
        return with(name, source, code, Agreed.EITHER, bytes);
    }

    static Rule with(String name, String source, int code, Agreed deflate, byte[] bytes) {
        return Rule.server(name, source, String.valueOf(code), arena -> {
            byte[] attack = concat(bytes, AFTER);
            for (boolean agreed : deflate.all()) {
                for (Way way : Way.values()) {
                    Witness server = arena.server(way);
                    for (boolean bytewise : pacing(attack)) {
                        try (Peer peer = attacked(server.port(), agreed, attack, bytewise)) {
                            requireClose(peer, code);
                            peer.leave();
                            requireNothingMore(server.from(peer.localPort()), code);
                        } catch (Check.Broken e) {
                            throw new Check.Broken(way + (agreed ? " with" : " without") + " deflate"
                                    + (bytewise ? ", bytewise: " : ": ") + e.getMessage());
                        }
                    }
                }
                for (boolean bytewise : pacing(attack)) {
                    try (Peer peer = attacked(arena.selectorPort(), agreed, attack, bytewise)) {
                        requireClose(peer, code);
                    }
                }
            }
        });
    }

    private static boolean[] pacing(byte[] attack) {
        return attack.length > BYTEWISE ? new boolean[] {false} : new boolean[] {false, true};
    }

    private static Peer attacked(int port, boolean deflate, byte[] attack, boolean bytewise) throws IOException {
        Peer peer = Arena.open(port, deflate);
        Arena.echo(peer);
        if (bytewise) {
            peer.sendBytewise(attack);
        } else {
            peer.send(attack);
        }
        return peer;
    }

    /** The Close, after any pongs, and then the end. */
    static void requireClose(Peer peer, int code) throws IOException {
        List<String> seen = new ArrayList<>(peer.framesToEnd());
        seen.removeIf(frame -> frame.startsWith("8a"));
        Check.begins("the answer", List.of("88 " + HexFormat.of().toHexDigits((short) code), Peer.END), seen);
    }

    /** What the application got, and was told. */
    static void requireNothingMore(Delivery delivery, int code) throws InterruptedException {
        WebSocketException cause = delivery.cause();
        Check.that(
                cause instanceof ProtocolException violation && violation.closeCode() == code,
                "the application was told " + cause);
        Check.same("delivered", List.of(BEFORE), delivery.messages());
    }

    /** A Close in good order, behind which nothing counts. */
    static Rule closed(String name, String source, CloseStatus status, byte[] bytes) {
        return Rule.server(name, source, status.code() + ", once, then the end", arena -> {
            byte[] attack = concat(bytes, AFTER);
            for (Way way : Way.values()) {
                Witness server = arena.server(way);
                for (boolean bytewise : pacing(attack)) {
                    try (Peer peer = attacked(server.port(), true, attack, bytewise)) {
                        requireClose(peer, status.code());
                        peer.leave();
                        Delivery delivery = server.from(peer.localPort());
                        WebSocketException cause = delivery.cause();
                        Check.that(
                                cause == null
                                        || cause instanceof ConnectionClosedException, // in the middle of a stream
                                "the application was told " + cause);
                        Check.same("delivered", List.of(BEFORE), delivery.messages());
                    }
                }
            }
        });
    }
}
