package dev.zws;

import static dev.zws.Wire.concat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A server and a client that are joined by what the conversation delivers, each beside its {@link ReferenceConn}: after every call, its
 * result, the state, and all that was flushed are what the reference says.
 */
final class Conversation {
    /** What both sides are. */
    record Setup(Map<Role, Conn.Config> configs, PerMessageDeflate deflate, Takeover takeover, boolean rightReference) {
        Setup(Map<Role, Conn.Config> configs, PerMessageDeflate deflate, Takeover takeover) {
            this(configs, deflate, takeover, true);
        }

        /** For the test of this test. */
        Setup withReferenceThatAnswersNoPing() {
            return new Setup(configs, deflate, takeover, false);
        }

        Side side(Role role) {
            Pieces in = Pieces.whole(new byte[0]).open();
            Conn.Config config = configs.get(role);
            PerMessageDeflateConfig wanted = PerMessageDeflateConfig.DEFAULT
                    .withCompressOutgoing(true)
                    .withMinPayloadLength(8)
                    .withTakeover(takeover);
            Fixture fixture = deflate == null
                    ? Fixture.of(role, config, in)
                    : Fixture.deflating(role, deflate, wanted, config, in);
            fixture.findNothing();
            Conn.Config predicted = rightReference ? config : config.withAutoPong(false);
            ReferenceConn reference = new ReferenceConn(role, predicted, deflate != null);
            return new Side(fixture, reference, keepsHistory(Wire.other(role)));
        }

        private boolean keepsHistory(Role sender) {
            return deflate != null && deflate.takeover(sender) && takeover != Takeover.NONE;
        }
    }

    /** A body that may throw. */
    private interface Real {
        String call() throws IOException;
    }

    private final boolean deflate;
    private final Side server;
    private final Side client;
    private final List<String> trace = new ArrayList<>();
    private final Set<Conn.State> states = EnumSet.noneOf(Conn.State.class);

    Conversation(Setup setup) {
        this.deflate = setup.deflate() != null;
        this.server = setup.side(Role.SERVER);
        this.client = setup.side(Role.CLIENT);
    }

    /** What was called so far, and what came of it. */
    List<String> trace() {
        return trace;
    }

    /** The states that both have been in. */
    Set<Conn.State> states() {
        return states;
    }

    private Side side(Role role) {
        return role == Role.SERVER ? server : client;
    }

    private Side peer(Side side) {
        return side == server ? client : server;
    }

    // ---- one call, beside the reference

    private String check(Side side, String call, Real real, Supplier<String> reference) {
        String expected = ReferenceConn.result(reference);
        String actual = result(real);
        trace.add(side.role + " " + call + " -> " + actual);
        assertThat(actual).as(call).isEqualTo(expected);
        side.flushed(deflate).forEach(peer(side).reader::onItsWay);
        states.add(side.conn.state());
        side.compareState();
        return actual;
    }

    private static String result(Real real) {
        try {
            return real.call();
        } catch (ConnectionFailedException e) {
            return Reading.describe(e);
        } catch (ConnectionClosedException e) {
            return ReferenceConn.CLOSED;
        } catch (MessageTooLargeException e) {
            return "too large, " + e.limit();
        } catch (IOException e) {
            return e.toString();
        } catch (IllegalStateException e) {
            return ReferenceConn.MISUSE;
        } catch (IllegalArgumentException e) {
            return ReferenceConn.BAD_ARGUMENT;
        }
    }

    private static String show(byte[] bytes) {
        return Side.show(bytes);
    }

    // ---- the calls

    void run(List<Call> calls) {
        calls.forEach(this::step);
    }

    private void step(Call call) {
        Side side = side(call.side());
        switch (call.kind()) {
            case WRITE_TEXT, SEND_TEXT, WRITE_UTF8, WRITE_BINARY, SEND_BINARY -> message(side, call);
            case WRITE_FRAME, WRITE_COMPRESSED, PING, PONG, SEND_PING, WRITE_CLOSE -> frame(side, call);
            case STREAM_OPEN, STREAM_WRITE, STREAM_FLUSH, STREAM_FINISH, STREAM_CLOSE -> output(side, call);
            case POLL, READ, READ_INTO -> read(side, call);
            case READ_STREAM, INPUT_READ, INPUT_REST, INPUT_CLOSE -> input(side, call);
            case BEGIN_FRAME, CHUNK, READ_ALL, DISCARD, READ_FRAME, BORROW -> readFrame(side, call);
            case FLUSH, DRAIN, CLOSE, CLOSE_WITH, ABORT -> end(side, call);
            case DELIVER, BLOCK, UNBLOCK, TICK, INJECT, END_INPUT -> around(side, call);
        }
    }

    private static Real ok(Body body) {
        return () -> {
            body.run();
            return "ok";
        };
    }

    /** A body that returns nothing. */
    private interface Body {
        void run() throws IOException;
    }

    private void message(Side side, Call call) {
        Conn conn = side.conn;
        ReferenceConn reference = side.reference;
        String text = call.text();
        byte[] utf8 = call.utf8Bytes();
        byte[] bytes = call.binary();
        switch (call.kind()) {
            case WRITE_TEXT ->
                check(
                        side,
                        "writeText('" + text + "')",
                        ok(() -> conn.writeText(text)),
                        () -> reference.text(text, false));
            case SEND_TEXT ->
                check(
                        side,
                        "sendText('" + text + "')",
                        ok(() -> conn.sendText(text)),
                        () -> reference.text(text, true));
            case WRITE_UTF8 ->
                check(
                        side,
                        "writeText(" + show(utf8) + ")",
                        ok(() -> conn.writeText(utf8, 0, utf8.length)),
                        () -> reference.message(MessageType.TEXT, utf8, false));
            case WRITE_BINARY ->
                check(
                        side,
                        "writeBinary of " + bytes.length,
                        ok(() -> conn.writeBinary(bytes)),
                        () -> reference.message(MessageType.BINARY, bytes, false));
            default ->
                check(
                        side,
                        "sendBinary of " + bytes.length,
                        ok(() -> conn.sendBinary(bytes)),
                        () -> reference.message(MessageType.BINARY, bytes, true));
        }
    }

    private void frame(Side side, Call call) {
        Conn conn = side.conn;
        ReferenceConn reference = side.reference;
        Opcode opcode = call.opcode();
        byte[] control = call.control();
        CloseStatus status = call.status();
        switch (call.kind()) {
            case WRITE_FRAME -> writeFrame(side, opcode, call.flag(), call.framePayload());
            case WRITE_COMPRESSED -> {
                Opcode begins = call.a() % 4 == 0 ? opcode : call.type().opcode();
                byte[] plain = Wire.utf8("compressed by the caller, by the caller " + call.a());
                byte[] payload = Deflated.deflate(plain);
                check(
                        side,
                        "writeFrame(" + begins + ", FIN, compressed)",
                        ok(() -> conn.writeFrame(begins, true, true, payload, 0, payload.length)),
                        () -> reference.frame(begins, true, true, plain));
            }
            case PING ->
                check(
                        side,
                        "writePing(" + show(control) + ")",
                        ok(() -> conn.writePing(control)),
                        () -> reference.control(Opcode.PING, control));
            case PONG ->
                check(
                        side,
                        "writePong(" + show(control) + ")",
                        ok(() -> conn.writePong(control)),
                        () -> reference.control(Opcode.PONG, control));
            case SEND_PING -> check(side, "sendPing()", ok(conn::sendPing), reference::sendPing);
            default ->
                check(
                        side,
                        "writeClose(" + status + ")",
                        ok(() -> conn.writeClose(status)),
                        () -> reference.writeClose(status));
        }
    }

    private void writeFrame(Side side, Opcode opcode, boolean fin, byte[] payload) {
        check(
                side,
                "writeFrame(" + opcode + (fin ? ", FIN, " : ", ") + show(payload) + ")",
                ok(() -> side.conn.writeFrame(opcode, fin, payload, 0, payload.length)),
                () -> side.reference.frame(opcode, fin, false, payload));
    }

    private void output(Side side, Call call) {
        ReferenceConn reference = side.reference;
        MessageOutput output = side.output;
        if (call.kind() == Call.Kind.STREAM_OPEN) {
            MessageType type = call.type();
            Real open = ok(() -> side.output = side.conn.writeStream(type));
            if (check(side, "writeStream(" + type + ")", open, () -> reference.writeStream(type))
                    .equals("ok")) {
                side.streamed = 0;
            }
            return;
        }
        if (output == null) {
            return;
        }
        switch (call.kind()) {
            case STREAM_WRITE -> {
                byte[] bytes = call.flag() ? call.utf8Bytes() : Wire.utf8("piece " + call.a());
                side.streamed += bytes.length;
                if (bytes.length > 0 && side.streamed < 300) { // a frame has to fit a delivery
                    check(
                            side,
                            "output.write(" + show(bytes) + ")",
                            ok(() -> output.write(bytes)),
                            () -> reference.streamWrite(bytes));
                }
            }
            case STREAM_FLUSH -> check(side, "output.flush()", ok(output::flush), reference::streamFlush);
            case STREAM_FINISH -> check(side, "output.finish()", ok(output::finish), reference::streamFinish);
            default -> check(side, "output.close()", ok(output::close), reference::streamClose);
        }
    }

    private void read(Side side, Call call) {
        int room = deflate ? 1000 : call.room();
        String result = switch (call.kind()) {
            case POLL ->
                check(
                        side,
                        "pollMessage()",
                        () -> String.valueOf(Reading.show(side.conn.pollMessage())),
                        side.reader::pollMessage);
            case READ ->
                check(
                        side,
                        "readMessage()",
                        () -> String.valueOf(Reading.show(side.conn.readMessage())),
                        side.reader::readMessage);
            default ->
                check(
                        side,
                        "readMessage(byte[" + room + "])",
                        () -> String.valueOf(Reading.show(side.conn.readMessage(new byte[room]))),
                        () -> side.reader.readMessage(room));
        };
        if (result.startsWith("TEXT") || result.startsWith("BINARY")) {
            side.got.add(result);
        }
        side.lossy |= result.startsWith("too large");
    }

    private void input(Side side, Call call) {
        ReferenceReader reader = side.reader;
        MessageInput input = side.input;
        if (call.kind() == Call.Kind.READ_STREAM) {
            Real open = () -> {
                MessageInput opened = side.conn.readStream();
                side.input = opened == null ? input : opened;
                return opened == null ? "null" : opened.type().toString();
            };
            String type = check(side, "readStream()", open, reader::readStream);
            if (type.equals("TEXT") || type.equals("BINARY")) {
                side.partial = new byte[0];
                side.discarding = false;
            }
            return;
        }
        if (input == null) {
            return;
        }
        if (call.kind() == Call.Kind.INPUT_CLOSE || side.discarding) {
            side.lossy = true;
            side.discarding = true;
            check(side, "input.close()", ok(input::close), reader::closeStreamed);
        } else if (call.kind() == Call.Kind.INPUT_READ && !deflate) { // else how much comes is the codec's choice
            readSome(side, input, call.room());
        } else {
            readRest(side, input);
        }
    }

    private void readSome(Side side, MessageInput input, int length) {
        boolean open = side.reader.isStreaming();
        Real read = () -> {
            byte[] target = new byte[length];
            int count = input.read(target, 0, length);
            byte[] taken = Arrays.copyOf(target, Math.max(count, 0));
            side.partial = concat(side.partial, taken);
            return count < 0 ? "end" : show(taken);
        };
        String result = check(side, "input.read(byte[" + length + "])", read, () -> side.reader.readStreamed(length));
        if (open && result.equals("end")) {
            side.got.add(Reading.show(input.type(), side.partial));
        }
        side.lossy |= open && !side.reader.isStreaming() && !result.equals("end");
    }

    private void readRest(Side side, MessageInput input) {
        boolean open = side.reader.isStreaming();
        StringBuilder all = new StringBuilder();
        Real read = () -> {
            byte[] target = new byte[1000];
            for (int count = input.read(target); count >= 0; count = input.read(target)) {
                byte[] taken = Arrays.copyOf(target, count);
                side.partial = concat(side.partial, taken);
                all.append(show(taken));
            }
            return "end";
        };
        String result = check(side, "input: the rest", () -> all(result(read), all), side.reader::readStreamedRest);
        if (open && result.endsWith("end")) {
            side.got.add(Reading.show(input.type(), side.partial));
        }
    }

    private static String all(String end, StringBuilder before) {
        return before + " " + end;
    }

    private void readFrame(Side side, Call call) {
        Conn conn = side.conn;
        ReferenceReader reader = side.reader;
        int room = call.room();
        side.lossy = true;
        byte[] target = new byte[room];
        switch (call.kind()) {
            case BEGIN_FRAME ->
                check(
                        side,
                        "beginFrame()",
                        () -> "frame of " + conn.beginFrame().payloadLength(),
                        reader::beginFrame);
            case CHUNK ->
                check(
                        side,
                        "readFrameChunk(byte[" + room + "])",
                        () -> show(Arrays.copyOf(target, conn.readFrameChunk(target, 0, room))),
                        () -> reader.readFrameChunk(room));
            case READ_ALL ->
                check(
                        side,
                        "readFrameAll(byte[" + room + "])",
                        () -> show(Arrays.copyOf(target, conn.readFrameAll(target))),
                        () -> reader.readFrameAll(room));
            case DISCARD -> check(side, "discardFrame()", ok(conn::discardFrame), reader::discardFrame);
            case READ_FRAME ->
                check(
                        side,
                        "readFrame(byte[" + room + "])",
                        () -> show(conn.readFrame(target).bytes()),
                        () -> reader.readFrame(room));
            default ->
                check(
                        side,
                        "readFrameBorrowed()",
                        () -> show(conn.readFrameBorrowed().bytes()),
                        reader::readFrameBorrowed);
        }
    }

    private void end(Side side, Call call) {
        Conn conn = side.conn;
        ReferenceConn reference = side.reference;
        CloseStatus status = call.kind() == Call.Kind.CLOSE ? CloseStatus.NORMAL : call.status();
        switch (call.kind()) {
            case FLUSH -> check(side, "flush()", ok(conn::flush), reference::flush);
            case DRAIN -> check(side, "drain()", () -> String.valueOf(conn.drain()), reference::drain);
            case ABORT -> check(side, "abort()", ok(conn::abort), reference::abort);
            default ->
                check(
                        side,
                        "close(" + status + ")",
                        () -> String.valueOf(conn.close(status, Duration.ofSeconds(10))),
                        () -> reference.close(status));
        }
    }

    // ---- what happens around them

    private void around(Side side, Call call) {
        switch (call.kind()) {
            case DELIVER -> deliver(side, call.piece());
            case BLOCK, UNBLOCK -> block(side, call.kind() == Call.Kind.BLOCK);
            case TICK -> {
                side.fixture.now += 600_000_000L;
                side.reader.clockMoves(600_000_000L);
                trace.add(side.role + ": 600 ms pass");
            }
            case INJECT -> {
                byte[] stray = call.stray(deflate);
                trace.add(side.role + ": " + show(stray) + " is on its way, from nobody");
                side.lossy = true;
                side.reader.onItsWay(new InTransit(stray, null));
                peer(side).underWay.add(stray);
            }
            default -> {
                trace.add(side.role + ": the input ends");
                side.inputEnded = true;
                side.fixture.in.end();
                side.reader.ended();
            }
        }
    }

    private void block(Side side, boolean blocked) {
        side.reference.blocked = blocked;
        side.fixture.out.takes(blocked ? 0 : Long.MAX_VALUE);
        trace.add(side.role + ": the sink takes " + (blocked ? "nothing" : "everything"));
    }

    /** Up to {@code most} bytes arrive; with compression one frame, whole. */
    private void deliver(Side side, int most) {
        Deque<byte[]> underWay = peer(side).underWay;
        byte[] piece = {};
        while (!side.inputEnded && !underWay.isEmpty() && piece.length < most) {
            byte[] frame = underWay.remove();
            int count = deflate ? frame.length : Math.min(frame.length, most - piece.length);
            piece = concat(piece, Arrays.copyOf(frame, count));
            if (count < frame.length) {
                underWay.addFirst(Arrays.copyOfRange(frame, count, frame.length));
            } else if (deflate) {
                break;
            }
        }
        if (piece.length > 0) {
            trace.add(side.role + ": " + piece.length + " bytes arrive");
            side.fixture.in.add(piece);
            side.reader.delivered(piece.length);
        }
    }

    // ---- the end of it

    /** Everything begun is ended, everything under way arrives and is read, and both close. */
    void finish() {
        for (Side side : List.of(server, client)) {
            block(side, false);
            step(new Call(side.role, Call.Kind.STREAM_FINISH, 0, 0));
            step(new Call(side.role, Call.Kind.STREAM_CLOSE, 0, 0));
            writeFrame(side, Opcode.CONTINUATION, true, Wire.utf8("last"));
            step(new Call(side.role, Call.Kind.DRAIN, 0, 0));
        }
        readOn(server);
        readOn(client);
        step(new Call(Role.SERVER, Call.Kind.CLOSE, 0, 0));
        readOn(client);
        step(new Call(Role.CLIENT, Call.Kind.CLOSE, 0, 0));
        readOn(server);
        compareEnds();
    }

    private void readOn(Side side) {
        Role role = side.role;
        int idle = 0;
        while (idle < 2 && side.reference.failure == null && !side.reference.closeReceived) {
            boolean more = !peer(side).underWay.isEmpty() && !side.inputEnded;
            deliver(side, 700);
            if (side.reader.isStreaming()) {
                step(new Call(role, Call.Kind.INPUT_REST, 0, 0));
            } else if (side.reader.wantsFrames() && side.reader.frameActive()) {
                step(new Call(role, Call.Kind.DISCARD, 0, 0));
            } else if (side.reader.wantsFrames()) {
                step(new Call(role, Call.Kind.BORROW, 0, 0));
            } else {
                step(new Call(role, Call.Kind.POLL, 0, 0));
            }
            String last = trace.getLast();
            boolean nothing = last.endsWith("null") || last.endsWith(ReferenceConn.MISUSE);
            idle = more || !nothing ? 0 : idle + 1;
        }
    }

    /** What holds for every conversation, said without the reference where that is possible. */
    private void compareEnds() {
        boolean clean = server.reference.failure == null && client.reference.failure == null;
        for (Side side : List.of(server, client)) {
            List<Wire.Seen> sent = side.fixture.out.frames();
            List<Wire.Seen> closes =
                    sent.stream().filter(frame -> frame.firstByte() == 0x88).toList();
            assertThat(closes.size()).as("Closes sent").isLessThanOrEqualTo(1);
            if (!closes.isEmpty()) {
                assertThat(sent.getLast().firstByte()).as("last frame").isEqualTo(0x88);
            }
            if (clean) {
                assertThat(side.conn.state()).as("state in the end").isEqualTo(Conn.State.CLOSED);
                assertThat(closes).as("Closes sent").hasSize(1);
            }
            if (clean && !side.lossy) {
                assertThat(side.got).as("messages that arrived").isEqualTo(messages(peer(side).reference.put));
            }
        }
    }

    private static List<String> messages(List<ReferenceConn.Put> frames) {
        List<String> messages = new ArrayList<>();
        MessageType type = null;
        byte[] payload = {};
        for (ReferenceConn.Put frame : frames) {
            Opcode opcode = Opcode.of(frame.first());
            if (opcode.isControl()) {
                continue;
            }
            type = opcode == Opcode.CONTINUATION ? type : opcode.messageType();
            payload = opcode == Opcode.CONTINUATION ? concat(payload, frame.payload()) : frame.payload();
            if ((frame.first() & 0x80) != 0) {
                messages.add(Reading.show(type, payload));
            }
        }
        return messages;
    }
}
