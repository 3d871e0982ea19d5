package dev.zws.examples;

import dev.zws.CloseStatus;
import dev.zws.Conn;
import dev.zws.ConnectionLostException;
import dev.zws.HandshakeException;
import dev.zws.Message;
import dev.zws.ProtocolException;
import java.io.IOException;
import java.util.Objects;

/** A session that answers message by message, and remembers how it ended. */
final class Answering implements Embeddings.Session {
    /** What is done with one message. */
    @FunctionalInterface
    interface Answer {
        Answer ECHO = (message, conn) -> conn.write(message);

        void to(Message message, Conn conn) throws IOException;
    }

    private final Answer answer;
    private volatile String outcome = "not opened";

    Answering(Answer answer) {
        this.answer = answer;
    }

    @Override
    public void run(Conn conn) throws IOException {
        try {
            for (Message message; (message = conn.readMessage()) != null; ) {
                answer.to(message, conn);
            }
            ended(conn);
        } catch (IOException | RuntimeException e) {
            failed(e);
            throw e;
        }
    }

    /** As {@link #run}, for what has arrived over a non-blocking stream; false when the connection has ended. */
    boolean poll(Conn conn) throws IOException {
        for (Message message; (message = conn.pollMessage()) != null; ) {
            answer.to(message, conn);
        }
        if (conn.state() == Conn.State.CLOSED) {
            ended(conn);
            return false;
        }
        return true;
    }

    private void ended(Conn conn) {
        CloseStatus status = Objects.requireNonNull(conn.closeStatus());
        outcome = "closed " + status.code() + " '" + status.reason() + "'";
    }

    /** Notes what went wrong, unless the session knows better. */
    void failed(Exception e) {
        outcome = switch (e) {
            case ProtocolException broken -> broken.violation().name();
            case ConnectionLostException lost -> "lost";
            case HandshakeException refused -> "refused " + refused.status();
            default -> e.toString();
        };
    }

    /** Such as {@code "closed 1000 'bye'"}, {@code "lost"}, {@code "INVALID_UTF8"} or {@code "refused 405"}. */
    String outcome() {
        return outcome;
    }
}
