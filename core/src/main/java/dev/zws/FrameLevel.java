package dev.zws;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reading frame by frame: every frame is the caller's, nothing is answered, inflated or judged (B-2.56). The reading thread only,
 * between the messages that {@link Receiver} reads.
 */
final class FrameLevel {
    private final FrameReader frames;
    private final Receiver receiver;

    FrameLevel(FrameReader frames, Receiver receiver) {
        this.frames = frames;
        this.receiver = receiver;
    }

    FrameHeader beginFrame() throws IOException {
        awaitHeader();
        receiver.enterFrame();
        return frames.header;
    }

    private void awaitHeader() throws IOException {
        receiver.startFrame();
        while (!frames.decodeHeader()) {
            frames.await();
        }
    }

    int readFrameChunk(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        requireActiveFrame();
        if (length == 0 && frames.remaining() > 0) {
            return 0;
        }
        int count = Math.min(length, frames.awaitPayload());
        frames.take(target, offset, count);
        if (frames.remaining() == 0) {
            frames.finish();
        }
        return count;
    }

    int readFrameAll(byte[] target) throws IOException {
        requireActiveFrame();
        long length = frames.remaining();
        if (length > target.length) {
            throw new MessageTooLargeException("a frame has " + length + " bytes left and stays active", target.length);
        }
        for (int at = 0; at < length; ) {
            int count = frames.awaitPayload();
            frames.take(target, at, count);
            at += count;
        }
        frames.finish();
        return (int) length;
    }

    void discardFrame() throws IOException {
        requireActiveFrame();
        while (frames.remaining() > 0) {
            frames.takeInPlace(frames.awaitPayload());
        }
        frames.finish();
    }

    Frame readFrame(byte[] target) throws IOException {
        beginFrame();
        return receiver.lend(target, 0, readFrameAll(target));
    }

    @Nullable
    Frame readFrameBorrowed() throws IOException {
        awaitHeader();
        if (frames.header.payloadLength() > frames.ceiling() - frames.header.length()) {
            return null;
        }
        while (!frames.isWhole()) {
            frames.await();
        }
        receiver.enterFrame();
        int length = (int) frames.remaining();
        int at = frames.takeInPlace(length);
        frames.finish();
        return receiver.lend(frames.array(), at, length);
    }

    private void requireActiveFrame() throws IOException {
        receiver.enterFrames();
        if (!frames.active()) {
            throw new IllegalStateException("no frame is active: call beginFrame() first");
        }
    }
}
