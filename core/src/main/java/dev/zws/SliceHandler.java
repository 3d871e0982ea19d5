package dev.zws;

/**
 * A function from a whole message to a response. Which thread calls it, and how often at once, is up to the loop: see {@link Handler}.
 *
 * @param <S> the application's own state, one object a loop
 */
@FunctionalInterface
public interface SliceHandler<S> {
    /**
     * Handles one message. Its bytes, and the context, are lent until this returns and the response has been sent.
     *
     * @return what to send; {@link Response#NONE} for nothing more than {@code context} was told to
     * @throws Exception of any kind: the connection is closed with 1011
     */
    Response handle(SliceContext<S> context) throws Exception;
}
