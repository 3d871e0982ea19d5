package dev.zws;

import static dev.zws.Role.CLIENT;
import static dev.zws.Role.SERVER;
import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static dev.zws.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Handler#runStream}: messages that are read while they arrive (B-7.20 to B-7.32). */
@Timeout(60)
class HandlerStreamTest {
    private static final Handler.Options DEFAULT = Handler.Options.DEFAULT;

    private static Outcome run(Fixture f, StreamHandler<Object> handler) throws IOException {
        return Handler.runStream(DEFAULT, f.conn, "state", handler);
    }

    private static String all(StreamContext<?> context) throws IOException {
        return Wire.text(context.input().readAllBytes());
    }

    @ParameterizedTest // B-10.113
    @EnumSource
    void fragmentedMessageIsReadWithoutBeingAssembledAndPingsInItAreAnswered(Role role) throws IOException {
        Role peer = Wire.other(role);
        Fixture f = Fixture.of(
                role,
                Conn.Config.DEFAULT,
                frame(peer, 0x01, "he"),
                frame(peer, 0x89, "!"),
                frame(peer, 0x80, "llo"),
                close(peer, 1000, ""));
        List<String> chunks = new ArrayList<>();
        Outcome outcome = run(f, context -> {
            byte[] chunk = new byte[10];
            StringBuilder all = new StringBuilder();
            for (int count; (count = context.readChunk(chunk)) >= 0; ) {
                chunks.add(Wire.text(Arrays.copyOf(chunk, count)));
                all.append(chunks.getLast());
            }
            assertThat(context.readChunk(chunk)).isEqualTo(-1); // B-7.25
            return Response.text(all);
        });
        assertThat(chunks).containsExactly("he", "llo");
        assertThat(f.out.seen()).containsExactly("8a 21", "81 'hello'", "88 03e8");
        assertThat(outcome).isEqualTo(new Outcome(true, CloseStatus.NORMAL, 1, 1, 0, null));
    }

    @Test
    void messageMayBeLargerThanWhatIsEverHeldInMemory() throws IOException {
        Conn.Config small = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withMaxMessagePayload(1000));
        byte[] large = bytes(3_000_000);
        Fixture f = Fixture.of(SERVER, small, frame(CLIENT, 0x82, large), close(CLIENT, 1000, ""));
        CRC32 expected = new CRC32();
        expected.update(large);
        run(f, context -> {
            CRC32 sum = new CRC32();
            byte[] chunk = new byte[4096];
            for (int count; (count = context.readChunk(chunk)) >= 0; ) {
                sum.update(chunk, 0, count);
            }
            return Response.text(Long.toHexString(sum.getValue()));
        });
        assertThat(f.out.seen()).startsWith("81 '" + Long.toHexString(expected.getValue()) + "'");
    }

    @Test
    void textIsReadAsCharactersAndABinaryMessageHasNone() throws IOException {
        Fixture f =
                Fixture.server(frame(CLIENT, 0x01, "zwei\nZei"), frame(CLIENT, 0x80, "len ü"), close(CLIENT, 1000, ""));
        List<String> lines = new ArrayList<>();
        run(f, context -> {
            lines.addAll(new BufferedReader(context.reader()).lines().toList());
            return Response.NONE;
        });
        assertThat(lines).containsExactly("zwei", "Zeilen ü");
        Fixture binary = Fixture.server(frame(CLIENT, 0x82, "x"));
        assertThatThrownBy(() -> run(binary, context -> Response.text(String.valueOf(context.reader()))))
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    // ---- what is left unread

    @ParameterizedTest // B-10.118, B-7.28, B-7.29
    @EnumSource
    void tailThatAHandlerLeftIsDroppedAfterItsResponseWasWritten(Role role) throws IOException {
        Role peer = Wire.other(role);
        Fixture f = Fixture.of(
                role,
                Conn.Config.DEFAULT,
                frame(peer, 0x01, "begin"),
                frame(peer, 0x00, "ning"),
                frame(peer, 0x89, "!"),
                frame(peer, 0x80, "end"),
                text(peer, "next"),
                close(peer, 1000, ""));
        Outcome outcome = run(f, context -> {
            byte[] chunk = new byte[2];
            context.readChunk(chunk);
            return Response.text(Wire.text(chunk));
        });
        assertThat(f.out.seen()).containsExactly("81 'be'", "8a 21", "81 'ne'", "88 03e8");
        assertThat(outcome.messages()).isEqualTo(2);
    }

    @Test // B-7.32
    void handlerMayDropTheTailItself() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "a"), frame(CLIENT, 0x80, "b"), close(CLIENT, 1000, ""));
        run(f, context -> {
            context.discard();
            assertThat(context.input().read()).isEqualTo(-1);
            return Response.text("dropped");
        });
        assertThat(f.out.seen()).startsWith("81 'dropped'");
    }

    @Test
    void tailOverItsBudgetIs1009() throws IOException {
        Conn.Config config = Conn.Config.DEFAULT.withLimits(Limits.DEFAULT.withDrainBudget(10));
        Fixture f = Fixture.of(SERVER, config, frame(CLIENT, 0x82, new byte[100]), close(CLIENT, 1000, ""));
        Outcome outcome = run(f, context -> Response.text("enough"));
        assertThat(f.out.seen()).containsExactly("81 'enough'", "88 03f1");
        assertThat(outcome.status().code()).isEqualTo(1009);
    }

    // ---- rules that hold as everywhere

    @Test // B-10.119: a compressed message is refused unless compression was agreed on; with a Close now
    void compressedMessageThatWasNotAgreedOnIsAViolation() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x81 | Wire.RSV1, "x"));
        Outcome outcome = run(f, context -> Response.text("never"));
        assertThat(outcome.failure()).isInstanceOf(ProtocolException.class);
        assertThat(outcome.messages()).isZero();
        assertThat(f.out.seen()).containsExactly("88 03ea");
    }

    @ParameterizedTest // B-10.119, B-11.28: improved, where compression was agreed on
    @EnumSource
    void compressedMessageIsReadInflatedAndMayBeAnsweredCompressed(Role role) throws IOException {
        Role peer = Wire.other(role);
        byte[] wire = Wire.concat(
                frame(peer, Wire.RSV1 | 1, hex("f2 48 cd")), // RFC 7692, 7.2.3.1: Hello, in two frames
                frame(peer, 0x80, hex("c9 c9 07 00")),
                close(peer, 1000, ""));
        PerMessageDeflate agreed = new PerMessageDeflate(true, true, 15, 15);
        PerMessageDeflateConfig config = PerMessageDeflateConfig.DEFAULT.withCompressOutgoing(true);
        Fixture f = Fixture.deflating(role, agreed, config, Conn.Config.DEFAULT, Pieces.single(wire));
        Outcome outcome = run(f, context -> Response.text(all(context).repeat(20)));
        assertThat(outcome.clean()).isTrue();
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(0xC1, 0x88);
        Fixture reader = Fixture.deflating(peer, agreed, config, Conn.Config.DEFAULT, Pieces.whole(f.out.written()));
        assertThat(reader.conn.readMessage().text()).isEqualTo("Hello".repeat(20));
    }

    @Test // B-7.31: improved
    void badTextFailsWhereItIsReadAndIsNoFailureOfTheHandler() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x81, new byte[] {'o', 'k', (byte) 0xff}));
        Outcome outcome = run(f, context -> Response.text(all(context)));
        assertThat(outcome.status().code()).isEqualTo(1007);
        assertThat(f.out.seen()).containsExactly("88 03ef");
    }

    @Test // B-7.26, B-7.30: improved, a Close that passes through a handler is a clean end (B-11.35)
    void closeInTheMiddleOfAMessageEndsTheLoopCleanlyThroughTheHandler() throws IOException {
        for (StreamHandler<Object> handler : List.<StreamHandler<Object>>of(
                context -> Response.text(all(context)),
                context -> Response.text(String.valueOf(
                        new BufferedReader(context.reader()).lines().count())), // throws an UncheckedIOException
                context -> Response.NONE)) {
            Fixture f = Fixture.server(frame(CLIENT, 0x01, "cut "), close(CLIENT, 4001, "gone"));
            Outcome outcome = run(f, handler);
            assertThat(outcome).isEqualTo(new Outcome(true, new CloseStatus(4001, "gone"), 1, 0, 0, null));
            assertThat(f.out.seen()).containsExactly("88 0fa1676f6e65");
        }
    }

    @Test // B-7.21: improved, the options hold (B-11.35)
    void pingsAndClosesAreLeftAloneWhenTheConnectionIsToldSo() throws IOException {
        Conn.Config config = Conn.Config.DEFAULT.withAutoPong(false).withAutoReplyClose(false);
        Fixture f = Fixture.of(SERVER, config, frame(CLIENT, 0x89, "!"), text(CLIENT, "a"), close(CLIENT, 1000, ""));
        Outcome outcome = run(f, context -> Response.text(all(context)));
        assertThat(f.out.seen()).containsExactly("81 'a'");
        assertThat(outcome.clean()).isTrue();
        assertThat(f.conn.state()).isEqualTo(Conn.State.CLOSING);
    }

    @Test // B-11.34
    void streamThatEndsWithinAMessageIsNoCleanEnd() throws IOException {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "cut"));
        Outcome outcome = run(f, context -> Response.text(all(context)));
        assertThat(outcome.status()).isEqualTo(CloseStatus.ABNORMAL);
        assertThat(outcome.failure()).isInstanceOf(ConnectionLostException.class);
    }

    // ---- a handler that fails

    @Test // B-7.30
    void handlerThatThrowsInTheMiddleOfAMessageClosesWith1011() {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "first"));
        assertThatThrownBy(() -> run(f, context -> {
                    context.readChunk(new byte[1]);
                    throw new IOException("disk full");
                }))
                .isInstanceOf(HandlerException.class)
                .hasRootCauseMessage("disk full");
        assertThat(f.out.seen()).containsExactly("88 03f3");
    }

    @Test
    void whereThatIsLeftToTheCallerItMayBeginAnotherLoop() throws IOException {
        Fixture f = Fixture.server(
                frame(CLIENT, 0x01, "b"), frame(CLIENT, 0x80, "ad"), text(CLIENT, "good"), close(CLIENT, 1000, ""));
        Handler.Options options = DEFAULT.withCloseOnHandlerError(false);
        assertThatThrownBy(() -> Handler.runStream(options, f.conn, "", context -> {
                    throw new IOException("no");
                }))
                .isInstanceOf(HandlerException.class);
        assertThat(Handler.runStream(options, f.conn, "", context -> Response.text(all(context)))
                        .clean())
                .isTrue();
        assertThat(f.out.seen()).containsExactly("81 'good'", "88 03e8");
    }

    @Test
    void whatCannotBeDroppedForTheCallerIsToldBesidesTheFailure() {
        Fixture f = Fixture.server(frame(CLIENT, 0x01, "b"), hex("83 80 00000000"));
        assertThatThrownBy(() -> Handler.runStream(DEFAULT.withCloseOnHandlerError(false), f.conn, "", context -> {
                    throw new IOException("no");
                }))
                .isInstanceOf(HandlerException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(ProtocolException.class));
        assertThat(f.out.seen()).containsExactly("88 03ea");
    }

    @Test
    void handlerMayCloseInTheMiddleOfAMessage() throws IOException {
        Fixture f = Fixture.server(
                frame(CLIENT, 0x01, "a"), frame(CLIENT, 0x80, "b"), text(CLIENT, "late"), close(CLIENT, 1000, ""));
        Outcome outcome = run(f, context -> {
            context.conn().writeClose(new CloseStatus(4000, ""));
            return Response.text("refused");
        });
        assertThat(f.out.seen()).containsExactly("88 0fa0");
        assertThat(outcome).isEqualTo(new Outcome(true, CloseStatus.NORMAL, 1, 0, 0, null));
    }

    @Test
    void chunksAreSentAsByAnyHandler() throws IOException {
        Fixture f = Fixture.server(text(CLIENT, "x"), close(CLIENT, 1000, ""));
        Handler.runStream(
                DEFAULT.withStageLength(1),
                f.conn,
                "",
                context -> Response.chunks(List.of(utf8("a"), context.input().readAllBytes())));
        assertThat(f.out.seen()).startsWith("01 'a'", "80 'x'");
    }
}
