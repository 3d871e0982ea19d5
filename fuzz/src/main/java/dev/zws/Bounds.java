package dev.zws;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * How much the heap may be asked for by input of a known length, while limits on messages are small: what a peer announces costs
 * nothing until it comes. (Time is bounded by the fuzzer itself, and by the timeouts of the tests.)
 */
final class Bounds {
    private static final long FREE = 2L * 1024 * 1024;
    /** DEFLATE makes a thousand of one, and a message is copied some times before it is shown. */
    private static final long FOR_A_BYTE = 8L * 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Bounds() {}

    /** What is measured. */
    interface Body<T> {
        T run() throws IOException;
    }

    /** The body's result. Once more is measured what seems to take too much: the first time, classes may have been loaded. */
    static <T> T within(int length, Body<T> body) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        T result = body.run();
        if (isOver(length, before)) {
            before = THREADS.getCurrentThreadAllocatedBytes();
            result = body.run();
            Holds.that(!isOver(length, before), length + " bytes of input have cost too much of the heap");
        }
        return result;
    }

    private static boolean isOver(int length, long before) {
        return THREADS.getCurrentThreadAllocatedBytes() - before > FREE + FOR_A_BYTE * length;
    }
}
