package dev.zws;

/** Hooks that know the time and enforce nothing (B-1.23): a borrowed pair has these unless it is given others. Any thread. */
public final class DefaultRuntimeHooks implements RuntimeHooks {
    /** Hooks without a state. */
    public DefaultRuntimeHooks() {}

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void setDeadline(IoPhase phase, long deadline) {}

    @Override
    public void clearDeadline(IoPhase phase) {}
}
