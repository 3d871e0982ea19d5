package dev.zws.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Attacks that mostly wait, all at the same time. */
final class Together {
    @FunctionalInterface
    interface Attack<T> {
        void on(T target) throws Exception;
    }

    private Together() {}

    /** Attacks each target on a thread of its own; the first failure is thrown. */
    static <T> void attack(List<T> targets, Attack<T> attack) throws Exception {
        List<FutureTask<T>> tasks = new ArrayList<>();
        for (T target : targets) {
            FutureTask<T> task = new FutureTask<>(() -> {
                attack.on(target);
                return target;
            });
            tasks.add(task);
            Thread.ofPlatform().daemon().name("attack").start(task);
        }
        for (FutureTask<T> task : tasks) {
            try {
                task.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw e;
            }
        }
    }

    /** Does something meanwhile. On a platform thread: a flood must not keep the servers' virtual threads from running. */
    static Thread aside(Runnable task) {
        return Thread.ofPlatform().daemon().name("aside").start(task);
    }

    static void attackEveryWay(Attack<Way> attack) throws Exception {
        attack(List.of(Way.values()), attack);
    }

    /** Clients that wait, and clients that poll. */
    static void attackBoth(Attack<Boolean> attack) throws Exception {
        attack(List.of(false, true), attack);
    }
}
