package dev.zws;

import org.jspecify.annotations.Nullable;

/** The message that is dropped, if one is: within a budget, and perhaps reported afterwards. The reading thread only. */
final class Drop {
    private final FrameReader frames;
    private final long budget;
    private boolean active;
    private long left;
    private @Nullable MessageTooLargeException afterwards;

    Drop(FrameReader frames, long budget) {
        this.frames = frames;
        this.budget = budget;
    }

    boolean active() {
        return active;
    }

    /** The rest of the message is dropped, and then {@code afterwards} thrown, if it is not null. */
    void start(@Nullable MessageTooLargeException afterwards) {
        active = true;
        left = budget;
        this.afterwards = afterwards;
    }

    /** All that comes is dropped, and not reported. */
    void startUnbounded() {
        active = true;
        left = Long.MAX_VALUE;
        afterwards = null;
    }

    /** Counts dropped bytes: as they came, and as they inflate. */
    void spend(int count) throws ProtocolException {
        left -= count;
        if (left < 0) {
            throw frames.fail(Violation.MESSAGE_TOO_LARGE, "more than " + budget + " bytes to drop");
        }
    }

    @Nullable
    MessageTooLargeException afterwards() {
        return afterwards;
    }

    void end() {
        active = false;
        afterwards = null;
    }
}
