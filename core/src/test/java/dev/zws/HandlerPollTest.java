package dev.zws;

import static dev.zws.Wire.bytes;
import static dev.zws.Wire.close;
import static dev.zws.Wire.frame;
import static dev.zws.Wire.hex;
import static dev.zws.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Handler#loop}: the same handlers, driven from outside over a non-blocking source. */
@Timeout(60)
class HandlerPollTest {
    private static final SliceHandler<Object> ECHO = context -> {
        context.respond(context.message());
        return Response.NONE;
    };

    private static SliceLoop<Object> loop(Fixture f, SliceHandler<Object> handler) {
        return Handler.loop(Handler.Options.DEFAULT, f.conn, "", handler);
    }

    @ParameterizedTest
    @EnumSource
    void handlerIsGivenEachMessageWithItsLastByte(Role role) throws IOException {
        Fixture f = Fixture.open(role, Conn.Config.DEFAULT);
        SliceLoop<Object> loop = loop(f, ECHO);
        for (byte b : text(f.peer(), "piecemeal")) {
            assertThat(f.out.seen()).isEmpty();
            f.in.add(new byte[] {b});
            assertThat(loop.poll()).isNull();
        }
        assertThat(f.out.seen()).containsExactly("81 'piecemeal'");
        f.in.add(close(f.peer(), 4001, "done"));
        Outcome outcome = loop.poll();
        assertThat(outcome).isEqualTo(new Outcome(true, new CloseStatus(4001, "done"), 1, 1, 0, null));
        assertThat(loop.poll()).isSameAs(outcome);
        assertThat(f.out.seen()).hasSize(2);
    }

    @Test
    void violationIsTheOutcomeAndItsCloseIsLeftToDrain() throws IOException {
        Fixture f = Fixture.open(Role.SERVER, Conn.Config.DEFAULT, hex("81 00"));
        f.out.takes(0);
        Outcome outcome = loop(f, ECHO).poll();
        assertThat(outcome.status().code()).isEqualTo(1002);
        f.out.takes(100);
        assertThat(f.conn.drain()).isTrue();
        assertThat(f.out.seen()).containsExactly("88 03ea");
    }

    @Test
    void handlerThatThrowsClosesWith1011AndItsCloseIsLeftToDrain() throws IOException {
        Fixture f = Fixture.open(Role.SERVER, Conn.Config.DEFAULT, text(Role.CLIENT, "a"), text(Role.CLIENT, "b"));
        f.out.takes(0);
        SliceLoop<Object> loop = loop(f, context -> {
            throw new IllegalStateException("no");
        });
        assertThatThrownBy(loop::poll).isInstanceOf(HandlerException.class).hasRootCauseMessage("no");
        f.out.takes(100);
        assertThat(f.conn.drain()).isTrue();
        assertThat(f.out.seen()).containsExactly("88 03f3");
        f.in.add(close(Role.CLIENT, 1011, "")); // whoever polls on gets the peer's answer, and no message
        assertThat(loop.poll()).isEqualTo(new Outcome(true, new CloseStatus(1011, ""), 1, 0, 0, null));
    }

    @Test // a peer that does not read is not read, whatever the handler has to say
    void handlerIsGivenNothingWhileTooMuchWaitsToBeSent() throws IOException {
        byte[] large = bytes(100_000);
        Fixture f = Fixture.open(Role.SERVER, Conn.Config.DEFAULT, frame(Role.CLIENT, 0x82, large));
        f.out.takes(0);
        SliceLoop<Object> loop = loop(f, ECHO);
        f.in.add(text(Role.CLIENT, "later"));
        assertThat(loop.poll()).isNull();
        assertThat(f.conn.wantsWrite()).isTrue();
        assertThat(f.conn.wantsRead()).isFalse();
        f.out.takes(Long.MAX_VALUE);
        assertThat(loop.poll()).isNull(); // the sink is writable: what waits goes out
        assertThat(f.conn.wantsWrite()).isFalse();
        assertThat(f.conn.wantsRead()).isTrue();
        assertThat(f.out.frames()).extracting(Wire.Seen::firstByte).containsExactly(0x82, 0x81);
    }

    @Test // or a selector would spin: the sink is writable, and nobody writes
    void autoFlushCannotBeOff() {
        Fixture f = Fixture.open(Role.SERVER, Conn.Config.DEFAULT);
        assertThatThrownBy(() -> Handler.loop(Handler.Options.DEFAULT.withAutoFlush(false), f.conn, "", ECHO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("autoFlush");
    }

    @Test
    void endOfTheStreamIsAnOutcomeToo() throws IOException {
        Fixture f = Fixture.server(text(Role.CLIENT, "a"));
        SliceLoop<Object> loop = loop(f, ECHO);
        Outcome outcome = loop.poll();
        assertThat(outcome.status()).isEqualTo(CloseStatus.ABNORMAL);
        assertThat(outcome.messages()).isEqualTo(1);
        assertThat(f.out.seen()).containsExactly("81 'a'");
    }

    @Test
    void handlerThatBlocksNothingServesBothEngines() throws IOException {
        Fixture polled =
                Fixture.open(Role.SERVER, Conn.Config.DEFAULT, text(Role.CLIENT, "same"), close(Role.CLIENT, 1000, ""));
        Fixture blocking = Fixture.server(text(Role.CLIENT, "same"), close(Role.CLIENT, 1000, ""));
        Outcome one = loop(polled, ECHO).poll();
        Outcome other = Handler.run(Handler.Options.DEFAULT, blocking.conn, "", ECHO);
        assertThat(one).isEqualTo(other);
        assertThat(polled.out.written()).isEqualTo(blocking.out.written());
    }
}
