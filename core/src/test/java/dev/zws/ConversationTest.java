package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random conversations of a server and a client, of legal and illegal calls, each beside its reference. One that fails is shrunk and
 * says how to hold it again; {@code docs/testing.md} has the commands.
 */
@Timeout(600)
class ConversationTest {
    /** How many conversations are held. */
    private static final int COUNT = Integer.getInteger("zws.conversations", 2000);

    /** The seed of the first one; alone when it is given and the count is not. */
    private static final long FIRST = Long.getLong("zws.conversation.seed", 0);

    /** How many meet everything that there is to meet. */
    private static final int FEW = 1000;

    private static final int MOST_TRIALS_TO_SHRINK = 3000;

    /** What is said between the two, and how they are configured. */
    private record Script(Conversation.Setup setup, List<Call> calls) {
        static Script of(long seed) {
            Random random = new Random(seed);
            boolean deflate = random.nextInt(3) == 0;
            boolean abuse = random.nextInt(3) == 0;
            PerMessageDeflate agreed = new PerMessageDeflate(random.nextBoolean(), random.nextBoolean(), 15, 15);
            Takeover takeover = List.of(Takeover.values()).get(random.nextInt(3));
            Map<Role, Conn.Config> configs =
                    Map.of(Role.SERVER, config(random, deflate), Role.CLIENT, config(random, deflate));
            return new Script(
                    new Conversation.Setup(configs, deflate ? agreed : null, takeover),
                    Call.some(random, deflate, abuse));
        }

        /** The defaults, or limits that such conversations meet. With compression the limits of inflated messages stay far. */
        private static Conn.Config config(Random random, boolean deflate) {
            Limits limits = Limits.DEFAULT;
            if (random.nextBoolean()) {
                limits = limits.withMaxFramePayload(random.nextBoolean() ? 250 : limits.maxFramePayload())
                        .withMaxFragments(random.nextBoolean() ? 2 : limits.maxFragments())
                        .withMaxControlFramesPerSecond(random.nextBoolean() ? 4 : 1000);
            }
            if (!deflate && random.nextBoolean()) {
                limits = limits.withMaxMessagePayload(random.nextBoolean() ? 150 : 300)
                        .withMaxStreamedPayload(random.nextBoolean() ? 150 : 400)
                        .withOversize(random.nextBoolean() ? Limits.Oversize.FAIL : Limits.Oversize.DRAIN)
                        .withDrainBudget(new int[] {0, 50, 126, 200, 300, 350}[random.nextInt(6)] + random.nextInt(8))
                        .withOutputHighWater(random.nextInt(200));
            }
            return Conn.Config.DEFAULT
                    .withLimits(limits)
                    .withDeadlines(Deadlines.NONE)
                    .withAutoPong(random.nextInt(4) > 0)
                    .withAutoReplyClose(random.nextInt(4) > 0)
                    .withValidateUtf8(deflate || random.nextInt(4) > 0);
        }

        /** The whole conversation; throws where it differs from the reference. */
        Conversation hold() {
            Conversation conversation = new Conversation(setup);
            conversation.run(calls);
            conversation.finish();
            return conversation;
        }

        Script with(List<Call> fewer) {
            return new Script(setup, fewer);
        }
    }

    @Test
    void everyCallDoesWhatTheReferencePredictsWhateverCameBefore() {
        boolean alone =
                System.getProperty("zws.conversation.seed") != null && System.getProperty("zws.conversations") == null;
        for (long seed = FIRST; seed < FIRST + (alone ? 1 : COUNT); seed++) {
            Script script = Script.of(seed);
            try {
                script.hold();
            } catch (RuntimeException | AssertionError e) {
                fail(report(seed, shrink(script)), e);
            }
        }
    }

    /** Leaves out calls for as long as what is left still fails. */
    private static Script shrink(Script failing) {
        List<Call> calls = failing.calls();
        int trials = 0;
        for (int size = Math.max(1, calls.size() / 2); size > 0; size /= 2) {
            for (int at = 0; at < calls.size() && trials < MOST_TRIALS_TO_SHRINK; trials++) {
                List<Call> fewer = new ArrayList<>(calls);
                fewer.subList(at, Math.min(at + size, calls.size())).clear();
                if (failure(failing.with(fewer)) != null) {
                    calls = fewer;
                } else {
                    at += size;
                }
            }
        }
        return failing.with(calls);
    }

    private static Throwable failure(Script script) {
        try {
            script.hold();
            return null;
        } catch (RuntimeException | AssertionError e) {
            return e;
        }
    }

    private static String report(long seed, Script script) {
        Conversation conversation = new Conversation(script.setup());
        String failure = "it does not fail again";
        try {
            conversation.run(script.calls());
            conversation.finish();
        } catch (RuntimeException | AssertionError e) {
            failure = e.toString();
        }
        return """
                the conversation of seed %d differs from its reference. Shrunk to %d calls, and those that end it:
                  %s
                %s
                %s
                Again: mvn -Pquick -pl core test -Dtest=ConversationTest -Dzws.conversation.seed=%d
                """.formatted(
                seed, script.calls().size(), String.join("\n  ", conversation.trace()), failure, script.setup(), seed);
    }

    @Test
    void differenceIsFoundShrunkAndShown() {
        Script script = null;
        for (long seed = 0; script == null; seed++) {
            Script good = Script.of(seed);
            Conversation.Setup setup = good.setup().withReferenceThatAnswersNoPing();
            Script bad = new Script(setup, good.calls());
            script = failure(bad) == null ? null : bad;
        }
        Script shrunk = shrink(script);
        assertThat(shrunk.calls()).hasSizeLessThan(10);
        assertThat(report(7, shrunk))
                .contains("-> ", "-Dzws.conversation.seed=7")
                .doesNotContain("not fail again");
    }

    @Test
    void theConversationsMeetEveryCallResultAndState() {
        assumeThat(COUNT).isGreaterThanOrEqualTo(FEW);
        Set<Conn.State> states = EnumSet.noneOf(Conn.State.class);
        Set<String> results = new TreeSet<>();
        for (long seed = 0; seed < FEW; seed++) {
            Conversation conversation = Script.of(seed).hold();
            states.addAll(conversation.states());
            for (String line : conversation.trace()) {
                results.add(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        assertThat(states).containsExactly(Conn.State.values());
        assertThat(results)
                .contains("ok", "null", "end", "IllegalStateException", "IllegalArgumentException", "closed", "lost")
                .contains(
                        "RESERVED_BITS_SET",
                        "UNKNOWN_OPCODE",
                        "MASK_BIT_INVALID",
                        "INVALID_FRAME_LENGTH",
                        "FRAME_TOO_LARGE",
                        "CONTROL_FRAME_FRAGMENTED",
                        "CONTROL_FRAME_TOO_LARGE",
                        "UNEXPECTED_CONTINUATION",
                        "EXPECTED_CONTINUATION",
                        "INVALID_CLOSE_PAYLOAD",
                        "INVALID_CLOSE_CODE",
                        "INVALID_UTF8",
                        "MESSAGE_TOO_LARGE",
                        "TOO_MANY_FRAGMENTS",
                        "TOO_MANY_CONTROL_FRAMES");
    }
}
