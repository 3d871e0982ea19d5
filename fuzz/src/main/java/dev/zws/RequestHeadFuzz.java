package dev.zws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A client's opening handshake: judged alike however it arrives and whether it is waited for or polled; what is accepted keeps the
 * rules when it is taken apart a second time, nothing behind it is consumed, and our own client takes the answer; what is refused is
 * answered with one whole response in which nothing came from the peer.
 */
final class RequestHeadFuzz {
    private static final Integer[] LIMITS = {16 * 1024, 256, 100, 40, 1};
    private static final String[] SUBPROTOCOLS = {"chat", "soap"};

    private RequestHeadFuzz() {}

    private record Result(
            @Nullable Refusal refusal, @Nullable Upgrade upgrade, boolean lost, String answer, String rest) {
        /** All but what has no {@code equals}. */
        List<Object> seen() {
            return List.of(
                    String.valueOf(refusal),
                    upgrade == null
                            ? ""
                            : Arrays.asList(
                                    upgrade.target(),
                                    upgrade.path(),
                                    upgrade.query(),
                                    upgrade.headers(),
                                    upgrade.subprotocol(),
                                    upgrade.deflate()),
                    lost,
                    answer,
                    rest);
        }
    }

    static void run(byte[] input) throws IOException {
        FuzzInput in = new FuzzInput(input);
        int how = in.next();
        Random choices = in.choices();
        int ceiling = in.flag() ? ByteReader.DEFAULT_CEILING : ByteReader.MIN_CEILING + in.next();
        Handshake.Options options = options(in, how);
        byte[] bytes = in.rest();
        Result result = Bounds.within(bytes.length, () -> waiting(Pieces.whole(bytes), ceiling, options));
        boolean polls = choices.nextBoolean();
        Pieces pieces = Pieces.random(choices, bytes, 3, 60);
        Result again = polls ? polling(pieces, ceiling, options) : waiting(pieces, ceiling, options);
        Holds.same(result.seen(), again.seen(), polls ? "polled" : "in pieces");
        String text = new String(bytes, ISO_8859_1);
        Holds.that(text.endsWith(result.rest), "what is left is the end of what came");
        if (result.upgrade != null) {
            String head = text.substring(0, text.length() - result.rest.length());
            requireRules(new Heads(head.startsWith("\r\n") ? head.substring(2) : head), result);
            if (result.upgrade.deflate() == null) {
                requireThatAClientTakes(result.upgrade, result.answer);
            }
        } else {
            requireRefusal(result);
        }
    }

    private static Handshake.Options options(FuzzInput in, int how) {
        Handshake.Options options = Handshake.Options.DEFAULT
                .withOriginPolicy((how & 1) == 0 ? OriginPolicy.SAME_ORIGIN : OriginPolicy.ANY)
                .withSubprotocols((how & 2) == 0 ? new String[0] : SUBPROTOCOLS)
                .withDeflate((how & 4) == 0 ? null : PerMessageDeflateConfig.DEFAULT);
        if ((how & 8) != 0) {
            options = options.withMaxHeadBytes(in.pick(LIMITS))
                    .withMaxLineBytes(in.pick(LIMITS))
                    .withMaxHeaderLines(1 + in.below(5));
        }
        return options;
    }

    private static Result waiting(Pieces pieces, int ceiling, Handshake.Options options) throws IOException {
        return result(pieces, ceiling, options, Handshake::read);
    }

    private static Result polling(Pieces pieces, int ceiling, Handshake.Options options) throws IOException {
        return result(pieces.nonBlocking(), ceiling, options, handshake -> {
            Handshake.@Nullable Request request = handshake.poll();
            while (request == null) {
                request = handshake.poll();
            }
            return request;
        });
    }

    private interface Drive {
        Handshake.Request toItsEnd(Handshake handshake) throws IOException;
    }

    private static Result result(Pieces pieces, int ceiling, Handshake.Options options, Drive drive)
            throws IOException {
        Tape tape = new Tape();
        ByteReader reader = ByteReader.of(pieces, ceiling);
        Upgrade upgrade = null;
        Refusal refusal = null;
        boolean lost = false;
        try {
            upgrade = drive.toItsEnd(Handshake.begin(reader, ByteWriter.of(tape), options))
                    .accept();
        } catch (HandshakeException e) {
            refusal = e.refusal();
            Holds.that(refusal != null, "a refusal names its rule");
        } catch (ConnectionLostException e) {
            lost = true;
        }
        return new Result(refusal, upgrade, lost, new String(tape.written(), ISO_8859_1), Heads.rest(reader));
    }

    private static void requireRules(Heads head, Result result) {
        Holds.that(head.startLine().matches("GET [!-~]+ HTTP/1\\.[1-9]"), "the request line");
        Holds.same(1, head.values("host").size(), "Host");
        head.requireUpgrade();
        head.requireNoBody();
        Holds.same(List.of("13"), head.values("sec-websocket-version"), "Sec-WebSocket-Version");
        Holds.same(1, head.values("sec-websocket-key").size(), "Sec-WebSocket-Key");
        Heads answer = new Heads(result.answer);
        Holds.same("HTTP/1.1 101 Switching Protocols", answer.startLine(), "the status line");
        answer.requireUpgrade();
        answer.requireNoBody();
        String accept = Handshake.acceptKey(head.values("sec-websocket-key").getFirst());
        Holds.same(List.of(accept), answer.values("sec-websocket-accept"), "Sec-WebSocket-Accept");
    }

    private static void requireThatAClientTakes(Upgrade upgrade, String answer) throws IOException {
        String[] offered = upgrade.subprotocol() == null ? new String[0] : new String[] {upgrade.subprotocol()};
        Upgrade atTheClient = ClientHandshake.begin(
                        ByteReader.of(Pieces.whole(answer.getBytes(ISO_8859_1))),
                        ByteWriter.of(new Tape()),
                        ClientHandshake.Request.of("example.com", "/").withSubprotocols(offered),
                        upgrade.headers().all("Sec-WebSocket-Key").getFirst())
                .read();
        Holds.same(upgrade.subprotocol(), atTheClient.subprotocol(), "subprotocol at the client");
    }

    private static void requireRefusal(Result result) {
        String answer = result.answer;
        if (result.refusal == null) {
            Holds.same("", answer, "answer to a request that was cut off");
            return;
        }
        int end = answer.indexOf("\r\n\r\n") + 4;
        String body = answer.substring(end);
        Heads head = new Heads(answer.substring(0, end));
        Holds.that(head.startLine().startsWith("HTTP/1.1 " + result.refusal.status() + " "), "status of " + answer);
        Holds.same(List.of(String.valueOf(body.length())), head.values("content-length"), "Content-Length");
        Holds.that(head.lists("connection", "close"), "Connection does not list close");
        Holds.that(body.chars().allMatch(c -> c >= ' ' && c < 0x7F || c == '\n'), "characters of the body: " + body);
    }
}
