package dev.zws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** A sink that remembers what was written, takes only so much when told to, and fails when told to. */
final class Tape implements ByteWriter.Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int writes;
    private int flushes;
    private long room = Long.MAX_VALUE;
    private boolean broken;

    /** From now on the sink takes this many bytes in all, then none (returns 0). */
    Tape takes(long count) {
        room = count;
        return this;
    }

    /** From now on every write fails, once {@link #takes} is used up. */
    Tape thenFails() {
        broken = true;
        return this;
    }

    @Override
    public int write(byte[] source, int offset, int length) throws IOException {
        if (broken && room == 0) {
            throw new IOException("the tape is broken");
        }
        int count = (int) Math.min(room, length);
        room -= room == Long.MAX_VALUE ? 0 : count;
        bytes.write(source, offset, count);
        writes++;
        return count;
    }

    @Override
    public void flush() {
        flushes++;
    }

    byte[] written() {
        return bytes.toByteArray();
    }

    /** The frames written so far. */
    List<Wire.Seen> frames() {
        return Wire.frames(written());
    }

    /** The frames written so far, as text: see {@link Wire.Seen#toString}. */
    List<String> seen() {
        return frames().stream().map(Wire.Seen::toString).toList();
    }

    int writes() {
        return writes;
    }

    int flushes() {
        return flushes;
    }
}
