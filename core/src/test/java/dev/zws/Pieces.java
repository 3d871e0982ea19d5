package dev.zws;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;

/** A source that delivers bytes in the pieces it was given, then its end. As a non-blocking one it has nothing before each. */
final class Pieces implements ByteReader.Source {
    private final Queue<byte[]> pieces = new ArrayDeque<>();
    private final boolean blocking;
    private boolean open;
    private boolean broken;
    private boolean dry;
    private Runnable before = () -> {};
    /** How much of the first piece was delivered. */
    private int taken;

    private Pieces(boolean blocking) {
        this.blocking = blocking;
    }

    /** Everything at once. */
    static Pieces whole(byte[] bytes) {
        return new Pieces(true).add(bytes);
    }

    /** One byte at a time. */
    static Pieces single(byte[] bytes) {
        Pieces pieces = new Pieces(true);
        for (byte b : bytes) {
            pieces.add(new byte[] {b});
        }
        return pieces;
    }

    /** In two, cut at {@code at}. */
    static Pieces cut(byte[] bytes, int at) {
        return new Pieces(true).add(Arrays.copyOf(bytes, at)).add(Arrays.copyOfRange(bytes, at, bytes.length));
    }

    /** Cut at random places, into pieces of up to {@code few} or, as often, up to {@code many} bytes. */
    static Pieces random(Random random, byte[] bytes, int few, int many) {
        Pieces pieces = new Pieces(true);
        for (int at = 0; at < bytes.length; ) {
            int next = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? few : many));
            pieces.add(Arrays.copyOfRange(bytes, at, next));
            at = next;
        }
        return pieces;
    }

    /** The same pieces from a non-blocking source, which returns 0 before each. */
    Pieces nonBlocking() {
        Pieces same = new Pieces(false);
        same.pieces.addAll(pieces);
        return same;
    }

    /** Returns 0 instead of -1 when there are no pieces left. */
    Pieces open() {
        open = true;
        return this;
    }

    /** No more pieces come: what was {@link #open} ends with the last of them. */
    void end() {
        open = false;
    }

    /** Fails instead of ending when there are no pieces left. */
    Pieces thenFails() {
        broken = true;
        return this;
    }

    /** Has this run before each read. */
    Pieces beforeEach(Runnable action) {
        before = action;
        return this;
    }

    Pieces add(byte[] piece) {
        if (piece.length > 0) {
            pieces.add(piece);
        }
        return this;
    }

    /** As a stream, of which only whole reads are asked. */
    static InputStream stream(ByteReader.Source source) {
        return new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return source.read(target, offset, length);
            }
        };
    }

    /** True when everything was read. */
    boolean exhausted() {
        return pieces.isEmpty();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        before.run();
        if (pieces.isEmpty()) {
            if (broken) {
                throw new IOException("the pipe is broken");
            }
            return open ? 0 : -1;
        }
        dry = !dry && !blocking;
        if (dry) {
            return 0;
        }
        byte[] piece = pieces.element();
        int count = Math.min(length, piece.length - taken);
        System.arraycopy(piece, taken, target, offset, count);
        taken += count;
        if (taken == piece.length) {
            pieces.remove();
            taken = 0;
        }
        return count;
    }
}
