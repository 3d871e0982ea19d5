package dev.zws;

/**
 * A function from a message, read piece by piece while it arrives, to a response. Called by the thread that runs the loop.
 *
 * @param <S> the application's own state, one object a loop
 */
@FunctionalInterface
public interface StreamHandler<S> {
    /**
     * Handles one message. What it leaves unread is dropped afterwards, within {@link Limits#drainBudget}.
     *
     * @return what to send; it is sent before the rest of the message is dropped
     * @throws Exception of any kind: the connection is closed with 1011
     */
    Response handle(StreamContext<S> context) throws Exception;
}
