package dev.zws;

import java.io.IOException;
import java.util.List;

/**
 * What a handler answers. Those here cover what is common; any type of the application may be one, by saying how it is sent:
 *
 * <pre>{@code
 * record Sum(long value) implements Response {
 *     public void respondTo(HandlerContext<?> context) throws IOException {
 *         context.respond(Long.toString(value));
 *     }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Response {
    /** Nothing, or nothing more. */
    Response NONE = context -> {};

    /**
     * Sends this through {@code context}, as any number of messages. It may run after the handler has returned, and on the thread of
     * another one, but never twice.
     */
    void respondTo(HandlerContext<?> context) throws IOException;

    /** One text message; a lone surrogate in it is an error of the handler. */
    static Response text(CharSequence text) {
        return context -> context.respond(text);
    }

    /** One binary message. */
    static Response binary(byte[] payload) {
        return context -> context.respond(MessageType.BINARY, payload, 0, payload.length);
    }

    /** One message of the request's own type. */
    static Response bytes(byte[] payload) {
        return context -> context.respond(context.type(), payload, 0, payload.length);
    }

    /** One message made of {@code chunks}, of the request's own type: see {@link HandlerContext#respond(MessageType, List)}. */
    static Response chunks(List<byte[]> chunks) {
        return context -> context.respond(context.type(), chunks);
    }

    /** One message made of {@code chunks}: see {@link HandlerContext#respond(MessageType, List)}. */
    static Response chunks(MessageType type, List<byte[]> chunks) {
        return context -> context.respond(type, chunks);
    }
}
