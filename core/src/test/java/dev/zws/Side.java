package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/** One end of a {@link Conversation}: a connection, its reference, and what the caller holds of both. */
final class Side {
    final Role role;
    final Fixture fixture;
    final Conn conn;
    final ReferenceConn reference;
    final ReferenceReader reader;

    MessageOutput output;
    /** How much was written to it. */
    int streamed;

    MessageInput input;
    /** It was closed, and could not be read to its end yet. */
    boolean discarding;
    /** What was read of it. */
    byte[] partial = {};

    /** What was flushed and has not been delivered, frame by frame. */
    final Deque<byte[]> underWay = new ArrayDeque<>();

    private int framesSeen;
    private int bytesSeen;
    private boolean compressing;

    /** Messages that were read; not all of them when {@link #lossy}. */
    final List<String> got = new ArrayList<>();

    boolean lossy;
    boolean inputEnded;

    Side(Fixture fixture, ReferenceConn reference, boolean keepsHistory) {
        this.role = fixture.role;
        this.fixture = fixture;
        this.conn = fixture.conn;
        this.reference = reference;
        this.reader = new ReferenceReader(reference, keepsHistory);
    }

    static String show(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    void compareState() {
        assertThat(conn.state()).as("state").isEqualTo(reference.state());
        assertThat(conn.closeStatus()).as("close status").isEqualTo(reference.closeStatus());
        assertThat(conn.wantsRead()).as("wants to read").isEqualTo(!reader.stopped());
        boolean waits = reference.flushed < reference.put.size() && !reference.isLost();
        assertThat(conn.wantsWrite())
                .as("wants to write")
                .isEqualTo(waits || reader.stopped() && reference.failure == null);
        if (reference.failure == null) {
            assertThat(conn.frameActive()).as("frame is active").isEqualTo(reader.frameActive());
            assertThat(conn.frameRemaining()).as("rest of the frame").isEqualTo(reader.frameRemaining());
            assertThat(conn.openMessage()).as("open message").isEqualTo(reader.openMessage());
        }
    }

    /** The frames that were flushed since the last time; they are what the reference put. */
    List<InTransit> flushed(boolean deflate) {
        List<InTransit> flushed = new ArrayList<>();
        byte[] written = fixture.out.written();
        while (bytesSeen < written.length) {
            InTransit begin = new InTransit(Arrays.copyOfRange(written, bytesSeen, written.length), null);
            int length = begin.headerLength() + (int) begin.announced();
            byte[] bytes = Arrays.copyOfRange(written, bytesSeen, bytesSeen + length);
            bytesSeen += length;
            assertThat(reference.put).as("frames put, with " + show(bytes)).hasSizeGreaterThan(framesSeen);
            underWay.add(bytes);
            flushed.add(compare(new InTransit(bytes, null), reference.put.get(framesSeen++), deflate));
        }
        assertThat(framesSeen).as("frames flushed").isEqualTo(reference.flushed);
        return flushed;
    }

    private InTransit compare(InTransit frame, ReferenceConn.Put put, boolean deflate) {
        assertThat(frame.bytes()[0] & 0xBF).as("first byte, without RSV1").isEqualTo(put.first());
        assertThat(frame.rsv1() && !deflate).as("RSV1 without an extension").isFalse();
        if (frame.opcode() == 1 || frame.opcode() == 2) {
            compressing = frame.rsv1();
        }
        if (!frame.isControl() && compressing) {
            return new InTransit(frame.bytes(), put.payload());
        }
        byte[] expected = Wire.frame(role, put.first(), put.payload());
        assertThat(show(frame.bytes())).as("frame on the wire").isEqualTo(show(expected));
        return frame;
    }
}
