package dev.zws;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/** The four ways to read messages, for rules that hold on each of them. */
enum Reading {
    WHOLE {
        @Override
        String next(Conn conn) throws IOException {
            return show(conn.readMessage());
        }
    },
    POLLED {
        @Override
        String next(Conn conn) throws IOException {
            Message message = conn.pollMessage();
            while (message == null && conn.closeStatus() == null) {
                message = conn.pollMessage();
            }
            return show(message);
        }
    },
    INTO_ARRAY {
        @Override
        String next(Conn conn) throws IOException {
            return show(conn.readMessage(new byte[ARRAY]));
        }
    },
    STREAMED {
        @Override
        String next(Conn conn) throws IOException {
            MessageInput input = conn.readStream();
            if (input == null) {
                return null;
            }
            return show(input.type(), input.readAllBytes());
        }
    };

    static final int ARRAY = 70_000;

    /** The next message, such as {@code "TEXT 'Hi'"}; null when the connection ended by a Close. */
    abstract String next(Conn conn) throws IOException;

    /** The same input as this way of reading wants it: from a non-blocking source when it polls. */
    Pieces source(Pieces pieces) {
        return this == POLLED ? pieces.nonBlocking() : pieces;
    }

    /** Reads to the end of the connection. */
    Outcome all(Fixture fixture) throws IOException {
        List<String> messages = new ArrayList<>();
        while (true) {
            try {
                String message = next(fixture.conn);
                if (message == null) {
                    return outcome(messages, "closed", fixture);
                }
                messages.add(message);
            } catch (MessageTooLargeException e) {
                messages.add("dropped, over " + e.limit());
            } catch (ConnectionClosedException e) {
                return outcome(messages, "closed", fixture); // in the middle of a streamed message
            } catch (ConnectionFailedException e) {
                return outcome(messages, describe(e), fixture);
            }
        }
    }

    /**
     * What became of a connection.
     *
     * @param messages what was delivered, in order
     * @param end such as {@code "closed, 1000 'bye'"}, {@code "INVALID_UTF8, 1006 ''"} or {@code "lost, 1006 ''"}
     * @param written the frames that were sent: see {@link Wire.Seen#toString}
     */
    record Outcome(List<String> messages, String end, List<String> written) {}

    private static Outcome outcome(List<String> messages, String end, Fixture fixture) {
        CloseStatus status = fixture.conn.closeStatus();
        return new Outcome(messages, end + ", " + status.code() + " '" + status.reason() + "'", fixture.out.seen());
    }

    /** The violation's name, or {@code "lost"}. */
    static String describe(ConnectionFailedException e) {
        return e instanceof ProtocolException broken ? broken.violation().name() : "lost";
    }

    static String show(Message message) {
        return message == null ? null : show(message.type(), message.bytes());
    }

    /** Text as it is, other bytes as hex, much of either as its length and checksum. */
    static String show(MessageType type, byte[] payload) {
        if (payload.length > 100) {
            CRC32 sum = new CRC32();
            sum.update(payload);
            return type + " of " + payload.length + " bytes, " + Long.toHexString(sum.getValue());
        }
        return type == MessageType.TEXT
                ? "TEXT '" + Wire.text(payload) + "'"
                : "BINARY " + HexFormat.of().formatHex(payload);
    }
}
