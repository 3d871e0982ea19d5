package dev.zws.bench;

import dev.zws.ByteWriter;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Takes all that is written and forgets it, or keeps it while a benchmark checks itself. One thread. */
final class Forgetful implements ByteWriter.Sink {
    private @Nullable ByteArrayOutputStream kept;
    private long sum;

    @Override
    public int write(byte[] source, int offset, int length) {
        if (kept != null) {
            kept.write(source, offset, length);
        }
        sum += source[offset] + length;
        return length;
    }

    /** Something that depends on what was written. */
    long sum() {
        return sum;
    }

    /** From now on keeps what is written. */
    void keep() {
        kept = new ByteArrayOutputStream();
    }

    /** What was written since {@link #keep}; forgets from now on. */
    byte[] kept() {
        if (kept == null) {
            throw new IllegalStateException("call keep() first");
        }
        byte[] bytes = kept.toByteArray();
        kept = null;
        return bytes;
    }
}
