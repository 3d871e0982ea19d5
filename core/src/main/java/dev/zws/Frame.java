package dev.zws;

/**
 * One frame with its payload, unmasked. A connection has one object for all of its frames; the payload is lent until the next
 * read begins, and the header shows the next frame from then on.
 */
public final class Frame extends Lent {
    private final FrameHeader header;

    Frame(FrameHeader header) {
        this.header = header;
    }

    /** The frame's header. */
    public FrameHeader header() {
        requireCurrent();
        return header;
    }
}
