package dev.zws.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.Message;
import dev.zws.MessageType;
import dev.zws.WebSocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What an application got from one connection under test, and how that ended. Any thread. */
final class Delivery {
    private static final int SHOWN = 24;
    private static final long PATIENCE_SECONDS = 20;

    private final List<String> messages = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Throwable cause;

    void message(Message message) {
        message(message.type(), message.bytes());
    }

    /** Keeps the beginning of it. */
    void message(MessageType type, byte[] payload) {
        String text = type == MessageType.TEXT ? new String(payload, UTF_8) : "binary of " + payload.length;
        synchronized (messages) {
            messages.add(text.length() > SHOWN ? text.substring(0, SHOWN) + " of " + payload.length : text);
        }
    }

    /** @param failure what the application's call threw; null when it saw an ordinary end */
    void end(@Nullable Throwable failure) {
        cause = failure;
        ended.countDown();
    }

    List<String> messages() {
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    /** Waits for the end, which must be an ordinary one or an exception of the library's own family. */
    @Nullable
    WebSocketException cause() throws InterruptedException {
        Check.that(ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "the connection under test did not end");
        Throwable failure = cause;
        Check.that(
                failure == null || failure instanceof WebSocketException,
                "an exception of another family left the library: " + failure);
        return (WebSocketException) failure;
    }
}
