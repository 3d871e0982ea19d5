package dev.zws.validation;

import static dev.zws.validation.Arena.AFTER;
import static dev.zws.validation.Wire.ascii;
import static dev.zws.validation.Wire.concat;

import dev.zws.HandshakeException;
import dev.zws.WebSocketException;
import java.io.IOException;
import java.util.List;

/** How a request that breaks a rule is refused: with a status, an end that can be read, and nothing taken of what follows. */
final class Refused {
    private static final List<Way> WAYS = List.of(Way.BLOCKING, Way.POLLED);
    private static final String LENGTH = "\r\nContent-Length: ";

    private Refused() {}

    /** A row for a whole request, which every server refuses. */
    static Rule with(String name, String source, int status, String request) {
        return Rule.server(name, source, String.valueOf(status), arena -> {
            byte[] bytes = concat(ascii(request), AFTER);
            refusedByWitnesses(arena, bytes, status);
            for (boolean bytewise : new boolean[] {false, true}) {
                try (Peer peer = Peer.connect(arena.selectorPort())) {
                    send(peer, bytes, bytewise);
                    requireRefusal(peer, status);
                }
            }
        });
    }

    /** As {@link #with}, for the servers that mind where a page came from. */
    static Rule page(String name, String source, int status, String request) {
        return Rule.server(
                name,
                source,
                String.valueOf(status),
                arena -> refusedByWitnesses(arena, concat(ascii(request), AFTER), status));
    }

    private static void refusedByWitnesses(Arena arena, byte[] bytes, int status) throws Exception {
        for (Way way : WAYS) {
            for (boolean bytewise : new boolean[] {false, true}) {
                try (Peer peer = Peer.connect(arena.server(way).port())) {
                    send(peer, bytes, bytewise);
                    requireRefusal(peer, status);
                    peer.leave();
                    requireNothingDelivered(arena.server(way).from(peer.localPort()), status);
                }
            }
        }
    }

    private static void send(Peer peer, byte[] bytes, boolean bytewise) throws IOException {
        if (bytewise) {
            peer.sendBytewise(bytes);
        } else {
            peer.send(bytes);
        }
    }

    /** One whole answer, its status, and the end. */
    static void requireRefusal(Peer peer, int status) throws IOException {
        String head = peer.head();
        Check.that(head.startsWith("HTTP/1.1 " + status + ' '), "expected " + status + ", seen: " + head);
        Check.that(
                head.contains("\r\nConnection: close"), "a refusal does not say that it ends the connection: " + head);
        int length = head.indexOf(LENGTH) + LENGTH.length();
        String announced = head.substring(length, head.indexOf('\r', length));
        Check.same(
                "the length of the body, and of what follows the head",
                announced,
                String.valueOf(peer.rest().length()));
    }

    static void requireNothingDelivered(Delivery delivery, int status) throws InterruptedException {
        WebSocketException cause = delivery.cause();
        Check.that(
                cause instanceof HandshakeException refusal && refusal.status() == status,
                "the application was told " + cause);
        Check.same("delivered", List.of(), delivery.messages());
    }
}
