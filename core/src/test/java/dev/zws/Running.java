package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A thread at work. */
record Running(Thread thread, FutureTask<Throwable> end) {
    /** What a thread does. */
    interface Work {
        void run() throws Exception;
    }

    static Running start(Work work) {
        return start(false, work);
    }

    static Running start(boolean virtual, Work work) {
        FutureTask<Throwable> end = new FutureTask<>(() -> {
            try {
                work.run();
                return null;
            } catch (Throwable e) {
                return e;
            }
        });
        Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(end);
        return new Running(thread, end);
    }

    /** What it threw, or null. */
    Throwable join() throws InterruptedException, ExecutionException {
        return end.get();
    }

    /** Waits until it waits for the network: a virtual thread is parked then, a platform thread in a native call. */
    Running awaitBlocked() {
        while (!isBlocked()) {
            assertThat(end.isDone()).as("ended instead of waiting").isFalse();
            Thread.onSpinWait();
        }
        return this;
    }

    private boolean isBlocked() {
        Thread.State state = thread.getState();
        if (state != Thread.State.RUNNABLE) {
            return state != Thread.State.NEW && state != Thread.State.TERMINATED;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        return !thread.isVirtual() && stack.length > 0 && stack[0].isNativeMethod();
    }

    /** Waits until it waits: for a lock, for its turn, for a latch. */
    Running awaitWaiting() {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(end.isDone()).as("ended instead of waiting").isFalse();
            Thread.onSpinWait();
        }
        return this;
    }

    /** Waits until it waits in a method of that class. */
    Running awaitWaitingIn(Class<?> type) {
        do {
            awaitWaiting();
        } while (Arrays.stream(thread.getStackTrace())
                .noneMatch(frame -> frame.getClassName().equals(type.getName())));
        return this;
    }
}
