package dev.zws.validation;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What each client does in each case: it connects to the path of the case's name, and holds the server to what has to come back. */
final class InteropClient {
    static final List<String> OFFERED = List.of("other", InteropEcho.SUBPROTOCOL);
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String PING = "from the client";
    private static final int CLIENTS_CODE = 4000;
    private static final String CLIENTS_REASON = "by the client";
    private static final int NORMAL = 1000;
    private static final int LARGE = 1 << 20;
    private static final int BEYOND_THRESHOLDS = 4096;
    private static final String UNIT = "fragments \uD83D\uDE00 of text, ";

    /** Opens a connection of a library. */
    @FunctionalInterface
    interface Opener {
        /** Offers the subprotocols, unless there are none, and waits until it is open. */
        InteropSocket open(String path, List<String> subprotocols, InteropSocket.Events events) throws Exception;
    }

    /** What has arrived. */
    private sealed interface Event {
        record Text(String message) implements Event {}

        record Binary(ByteBuffer message) implements Event {}

        record Closed(int code, String reason) implements Event {}

        record Failed(Throwable cause) implements Event {}
    }

    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final InteropSocket socket;

    private InteropClient(Opener opener, String name) throws Exception {
        List<String> subprotocols = name.equals("subprotocol") ? OFFERED : List.of();
        socket = opener.open("/" + name, subprotocols, new Queue());
    }

    /** Prints how it went, as one line. */
    static void run(Opener opener, String name) {
        try {
            new InteropClient(opener, name).run(name);
            System.out.println(name + " ok");
        } catch (Exception | AssertionError e) {
            System.out.println(name + " failed: " + String.valueOf(e).replace('\n', ' '));
        }
    }

    private void run(String name) throws Exception {
        switch (name) {
            case "text", "offers" -> {
                exchange("Grüße, 世界 \uD83D\uDE00");
                exchange("{\"symbol\":\"EURUSD\",\"price\":1.0834},".repeat(BEYOND_THRESHOLDS / 32));
            }
            case "binary" -> {
                exchange(bytes(256));
                exchange(bytes(BEYOND_THRESHOLDS));
            }
            case "empty" -> {
                exchange("");
                exchange(new byte[0]);
            }
            case "large" -> {
                exchange("x".repeat(LARGE));
                exchange(bytes(LARGE));
            }
            case "fragmented" -> {
                String part = UNIT.repeat(100);
                if (!socket.fragments(part, part, part)) {
                    socket.text(part.repeat(3));
                }
                expectText(part.repeat(3));
            }
            case "ping" -> {
                socket.ping(PING);
                exchange("after the Ping");
            }
            case "subprotocol" -> {
                require(InteropEcho.SUBPROTOCOL.equals(socket.subprotocol()), "agreed on " + socket.subprotocol());
                exchange(name);
            }
            case "greeting" -> {
                expectText(InteropEcho.GREETING);
                exchange(name);
            }
            case "closing" -> {
                socket.close(CLIENTS_CODE, CLIENTS_REASON);
                Event event = next(); // with what code is the server's choice
                require(event instanceof Event.Closed, "not closed, but " + describe(event));
                return;
            }
            case "closed" -> {
                socket.text("close me");
                String reason = expectClosed(InteropEcho.SERVERS_CODE);
                require(reason.equals(InteropEcho.SERVERS_REASON), "closed with the reason '" + reason + "'");
                return;
            }
            default -> throw new IllegalArgumentException("there is no such case");
        }
        socket.close(NORMAL, "done");
        expectClosed(NORMAL);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (17 * i + 31);
        }
        return bytes;
    }

    private void exchange(String message) throws Exception {
        socket.text(message);
        expectText(message);
    }

    private void exchange(byte[] message) throws Exception {
        socket.binary(message);
        Event event = next();
        require(
                event instanceof Event.Binary binary && binary.message().equals(ByteBuffer.wrap(message)),
                message.length + " bytes came back as " + describe(event));
    }

    private void expectText(String message) throws Exception {
        Event event = next();
        require(
                event instanceof Event.Text text && text.message().equals(message),
                message.length() + " characters came back as " + describe(event));
    }

    private String expectClosed(int code) throws Exception {
        Event event = next();
        if (event instanceof Event.Closed closed && closed.code() == code) {
            return closed.reason();
        }
        throw new AssertionError("not closed with " + code + " but " + describe(event));
    }

    private Event next() throws InterruptedException {
        Event event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return event == null ? new Event.Failed(new AssertionError("nothing came")) : event;
    }

    private static String describe(Event event) {
        return switch (event) {
            case Event.Text text -> "text of " + text.message().length();
            case Event.Binary binary -> "binary of " + binary.message().remaining();
            case Event.Closed closed -> "closed with " + closed.code() + " '" + closed.reason() + "'";
            case Event.Failed failed -> "failed: " + failed.cause();
        };
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private final class Queue implements InteropSocket.Events {
        @Override
        public void text(String message) {
            events.add(new Event.Text(message));
        }

        @Override
        public void binary(byte[] message) {
            events.add(new Event.Binary(ByteBuffer.wrap(message)));
        }

        @Override
        public void closed(int code, String reason) {
            events.add(new Event.Closed(code, reason));
        }

        @Override
        public void failed(Throwable cause) {
            events.add(new Event.Failed(cause));
        }
    }
}
