package dev.zws.validation;

import static dev.zws.validation.Arena.END;
import static dev.zws.validation.Arena.REQUEST;
import static dev.zws.validation.Wire.ascii;
import static dev.zws.validation.Wire.concat;
import static dev.zws.validation.Wire.frame;

import java.util.List;
import java.util.stream.Stream;

/** What looks like an attack and is none, or harms nobody: it must not end the connection. */
final class Accepted {
    private Accepted() {}

    static Rule alongWithFrames() {
        return Rule.server(
                "frames that come along with a good request are answered, behind the 101",
                "RFC 6455, 4.2.2; python websockets 17.1 sent a pong before it",
                "101, then the pong and the echo",
                arena -> {
                    for (Way way : Way.values()) {
                        try (Peer peer = Peer.connect(arena.server(way).port())) {
                            peer.send(concat(ascii(REQUEST + END), frame(0x89, "p"), frame(0x81, "a")));
                            String head = peer.head();
                            Check.that(head.startsWith("HTTP/1.1 101 "), "expected 101, seen: " + head);
                            List<String> seen = Stream.of(peer.frame(), peer.frame())
                                    .sorted()
                                    .toList();
                            Check.same("behind it", List.of("81 'a'", "8a 70"), seen);
                            peer.send(frame(0x88, Wire.status(1000, "")));
                            Check.same("the end", List.of("88 03e8", Peer.END), peer.framesToEnd());
                        }
                    }
                });
    }

    /** An offer of extensions that is answered with none: RFC 7692, 7.1, has a server decline what it does not understand. */
    static Rule declined(String name, String source, String offer) {
        return Rule.server(name, source, "101 without the extension, and the connection works", arena -> {
            for (Way way : List.of(Way.BLOCKING, Way.POLLED)) {
                Witness server = arena.server(way);
                try (Peer peer = Peer.connect(server.port())) {
                    peer.send(ascii(REQUEST + "Sec-WebSocket-Extensions: " + offer + "\r\n" + END));
                    String head = peer.head();
                    Check.that(
                            head.startsWith("HTTP/1.1 101 ") && !head.contains("permessage-deflate"),
                            "the offer is not declined: " + head);
                    Arena.echo(peer);
                    peer.send(concat(frame(0xC1, Wire.deflated("Hello")), Arena.AFTER));
                    Check.same("RSV1 afterwards", List.of("88 03ea", Peer.END), peer.framesToEnd());
                    Check.same(
                            "delivered",
                            List.of(Arena.BEFORE),
                            server.from(peer.localPort()).messages());
                }
            }
        });
    }
}
