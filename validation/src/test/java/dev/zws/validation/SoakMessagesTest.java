package dev.zws.validation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.MessageType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SoakMessagesTest {
    private static final SoakCorpus CORPUS = new SoakCorpus(1);
    private static final int MANY = 10_000;

    @Test
    void twoOfOneSeedAreTheSameAndAnotherIsNot() {
        SoakMessages one = new SoakMessages(CORPUS, "3.0", 5);
        SoakMessages same = new SoakMessages(CORPUS, "3.0", 5);
        SoakMessages other = new SoakMessages(CORPUS, "3.0", 6);
        int differences = 0;
        for (int i = 0; i < 100; i++) {
            one.advance();
            same.advance();
            other.advance();
            assertThat(same.type()).isEqualTo(one.type());
            assertThat(same.bytes()).isEqualTo(one.bytes());
            differences += other.length() == one.length() ? 0 : 1;
        }
        assertThat(differences).isGreaterThan(50);
    }

    @Test
    void theyBeginWithTheirConnectionAndNumber() {
        SoakMessages messages = new SoakMessages(CORPUS, "3.0", 5);
        for (int number = 1; number < 100; number++) {
            messages.advance();
            byte[] stamp = ("3.0 " + number + ": ").getBytes(US_ASCII);
            if (messages.length() >= stamp.length) {
                assertThat(messages.bytes()).startsWith(stamp);
            }
        }
    }

    @Test
    void textIsTextAndSizesReachFromNothingToTheLimit() throws CharacterCodingException {
        SoakMessages messages = new SoakMessages(CORPUS, "3.0", 5);
        Set<MessageType> types = EnumSet.noneOf(MessageType.class);
        TreeSet<Integer> lengths = new TreeSet<>();
        for (int i = 0; i < MANY; i++) {
            messages.advance();
            types.add(messages.type());
            byte[] bytes = messages.bytes();
            assertThat(bytes).hasSize(messages.length());
            lengths.add(bytes.length);
            if (messages.type() == MessageType.TEXT) {
                UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            }
        }
        assertThat(types).hasSize(2);
        assertThat(lengths).contains(0, 1, 125, 126, 65_535, 65_536);
        assertThat(lengths.last()).isBetween(SoakCorpus.LONGEST - 3, SoakCorpus.LONGEST);
    }
}
