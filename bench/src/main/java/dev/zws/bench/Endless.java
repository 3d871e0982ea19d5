package dev.zws.bench;

import dev.zws.ByteReader;

/** Delivers the same frames for ever; as a non-blocking source it has nothing between two rounds. One thread. */
final class Endless implements ByteReader.Source {
    private final byte[] frames;
    private final boolean nonBlocking;
    private int position;
    private boolean dry;

    Endless(byte[] frames, boolean nonBlocking) {
        this.frames = frames;
        this.nonBlocking = nonBlocking;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (dry) {
            dry = false;
            return 0;
        }
        int count = Math.min(length, frames.length - position);
        System.arraycopy(frames, position, target, offset, count);
        position += count;
        if (position == frames.length) {
            position = 0;
            dry = nonBlocking;
        }
        return count;
    }
}
