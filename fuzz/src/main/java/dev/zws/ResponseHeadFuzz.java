package dev.zws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A server's answer to our client: judged alike however it arrives and whether it is waited for or polled; what is accepted keeps the
 * rules when it is taken apart a second time, and nothing behind it is consumed; of a refusal no more is kept than was allowed; and
 * headers that were read are written again to the same headers.
 */
final class ResponseHeadFuzz {
    private static final int MOST_BODY = 50;
    private static final String KEY = Exchange.KEY;

    private ResponseHeadFuzz() {}

    private record Result(
            @Nullable Upgrade upgrade, @Nullable HandshakeException failure, boolean lost, String rest) {
        List<Object> seen() {
            return Arrays.asList(
                    lost,
                    rest,
                    upgrade == null ? null : upgrade.headers(),
                    upgrade == null ? null : upgrade.subprotocol(),
                    upgrade == null ? null : upgrade.deflate(),
                    failure == null ? null : String.valueOf(failure.badHandshake()),
                    failure == null ? null : failure.status(),
                    failure == null ? null : failure.headers(),
                    failure == null ? null : failure.body());
        }
    }

    static void run(byte[] input) throws IOException {
        FuzzInput in = new FuzzInput(input);
        int how = in.next();
        Random choices = in.choices();
        int ceiling = in.flag() ? ByteReader.DEFAULT_CEILING : ByteReader.MIN_CEILING + in.next();
        ClientHandshake.Request request = request(in, how);
        byte[] bytes = in.rest();
        Result result = Bounds.within(bytes.length, () -> result(Pieces.whole(bytes), ceiling, request, false));
        boolean polls = choices.nextBoolean();
        Result again = result(Pieces.random(choices, bytes, 3, 60), ceiling, request, polls);
        Holds.same(result.seen(), again.seen(), polls ? "polled" : "in pieces");
        String text = new String(bytes, ISO_8859_1);
        Holds.that(text.endsWith(result.rest), "what is left is the end of what came");
        if (result.upgrade != null) {
            String heads = text.substring(0, text.length() - result.rest.length());
            int last = heads.lastIndexOf("\r\n\r\n", heads.length() - 5);
            requireRules(new Heads(last < 0 ? heads : heads.substring(last + 4)), request, result.upgrade);
            requireSameWhenWrittenAgain(result.upgrade);
        } else if (result.failure != null) {
            Holds.that(result.failure.body().length() <= MOST_BODY, "the body is too long");
        }
    }

    private static ClientHandshake.Request request(FuzzInput in, int how) {
        ClientHandshake.Request request = ClientHandshake.Request.of("example.com", "/chat")
                .withSubprotocols((how & 2) == 0 ? new String[0] : new String[] {"chat", "soap"})
                .withDeflate((how & 4) == 0 ? null : PerMessageDeflateConfig.DEFAULT)
                .withMaxRefusalBody(MOST_BODY);
        if ((how & 8) != 0) {
            request = request.withMaxHeadBytes(1 + in.next())
                    .withMaxLineBytes(1 + in.next())
                    .withMaxHeaderLines(1 + in.below(5));
        }
        return request;
    }

    private static Result result(Pieces pieces, int ceiling, ClientHandshake.Request request, boolean polls)
            throws IOException {
        ByteReader reader = ByteReader.of(polls ? pieces.nonBlocking() : pieces, ceiling);
        ClientHandshake handshake = ClientHandshake.begin(reader, ByteWriter.of(new Tape()), request, KEY);
        Upgrade upgrade = null;
        HandshakeException failure = null;
        boolean lost = false;
        try {
            upgrade = polls ? handshake.poll() : handshake.read();
            while (upgrade == null) {
                upgrade = handshake.poll();
            }
        } catch (HandshakeException e) {
            failure = e;
        } catch (ConnectionLostException e) {
            lost = true;
        }
        return new Result(upgrade, failure, lost, Heads.rest(reader));
    }

    private static void requireRules(Heads head, ClientHandshake.Request request, Upgrade upgrade) {
        Holds.that(head.startLine().matches("(?s)HTTP/1\\.[1-9] 101( .*)?"), "the status line");
        head.requireUpgrade();
        head.requireNoBody();
        Holds.same(List.of(Handshake.acceptKey(KEY)), head.values("sec-websocket-accept"), "Sec-WebSocket-Accept");
        List<String> chosen = head.values("sec-websocket-protocol");
        Holds.same(upgrade.subprotocol() == null ? List.of() : List.of(upgrade.subprotocol()), chosen, "subprotocol");
        Holds.that(request.subprotocols().containsAll(chosen), "a subprotocol that was not offered");
        Holds.same(
                upgrade.deflate() == null,
                head.values("sec-websocket-extensions").isEmpty(),
                "extensions");
        Holds.that(upgrade.deflate() == null || request.deflate() != null, "an extension that was not offered");
    }

    private static void requireSameWhenWrittenAgain(Upgrade upgrade) throws IOException {
        Tape tape = new Tape();
        ByteWriter writer = ByteWriter.of(tape);
        HttpHead.write(writer, "HTTP/1.1 101 ", upgrade.headers());
        writer.drain();
        ByteReader reader = ByteReader.of(Pieces.whole(tape.written()));
        HttpHead<StatusLine> head =
                new HttpHead<>(reader, StatusLine.KIND, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
        while (!head.advance()) {
            Holds.that(reader.fill() >= 0, "a head that was written has no end");
        }
        Holds.same(upgrade.headers(), head.headers(), "read, written and read");
    }
}
