package dev.zws.bench;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that JMH measures on: of the kind that Netty's event loops have, for which its allocators keep caches. Anything else
 * would be unfair to Netty, and it makes no difference to us. JMH makes it, by name.
 */
public final class NettyThreads extends ThreadPoolExecutor {
    private static final Set<Thread> STARTED = ConcurrentHashMap.newKeySet();
    private static final ThreadMXBean TIMES = ManagementFactory.getThreadMXBean();

    /** What JMH calls. */
    public NettyThreads(int threads, String prefix) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new Remembering(prefix));
    }

    /** The processor time that all of them have used so far. */
    static long processorNanos() {
        return STARTED.stream()
                .mapToLong(thread -> TIMES.getThreadCpuTime(thread.threadId()))
                .sum();
    }

    private static final class Remembering extends DefaultThreadFactory {
        Remembering(String prefix) {
            super(prefix);
        }

        @Override
        public Thread newThread(Runnable runnable) {
            Thread thread = super.newThread(runnable);
            STARTED.add(thread);
            return thread;
        }
    }
}
