package dev.zws;

import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where a client's masking keys come from. A key must be unpredictable to whoever supplies the payload (RFC 6455, 5.3 and
 * 10.3), so they come from the system's strong source, drawn in batches that all connections share: a key costs a short lock
 * and a connection holds none.
 */
@FunctionalInterface
interface MaskKeys {
    /** A fresh key. Any thread may call. */
    int next();

    /** The strong source of this process. */
    static MaskKeys strong() {
        return Stripe.SHARED;
    }

    /** One batch and the lock that guards it; threads spread over several. */
    final class Stripe {
        private static final int STRIPES = 16;
        private static final int BATCH_BYTES = 4096;
        private static final SecureRandom RANDOM = new SecureRandom();
        private static final Stripe[] ALL = new Stripe[STRIPES];
        private static final MaskKeys SHARED =
                () -> ALL[(int) (Thread.currentThread().threadId() & (STRIPES - 1))].take();

        static {
            for (int i = 0; i < STRIPES; i++) {
                ALL[i] = new Stripe();
            }
        }

        private final ReentrantLock lock = new ReentrantLock();
        private final byte[] batch = new byte[BATCH_BYTES];
        private int used = BATCH_BYTES;

        private int take() {
            lock.lock();
            try {
                if (used == BATCH_BYTES) {
                    RANDOM.nextBytes(batch);
                    used = 0;
                }
                int key = (int) Bytes.INT.get(batch, used);
                Bytes.INT.set(batch, used, 0); // a key that was used is not kept
                used += Integer.BYTES;
                return key;
            } finally {
                lock.unlock();
            }
        }
    }
}
