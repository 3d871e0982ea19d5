package dev.zws.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SoakLogTest {
    private final SoakLog log = new SoakLog();

    @Test
    void aKilledConnectionIsGoodForOneLine() {
        log.expect(40_000);
        log.take("/127.0.0.1:40000: the stream failed while reading");
        assertThat(log.unexpected()).isNull();
        log.take("/127.0.0.1:40000: the stream failed while reading");
        assertThat(log.unexpected()).isEqualTo("/127.0.0.1:40000: the stream failed while reading");
    }

    @Test
    void aSilentPeerThatIsGivenUpIsGoodForOneLineToo() {
        log.expect(40_000);
        log.take("/127.0.0.1:40000: PONG: nothing arrived within PT20S of a ping");
        assertThat(log.unexpected()).isNull();
    }

    @Test
    void aLineAboutAnyoneElseIsUnexpected() {
        log.expect(40_000);
        log.take("/127.0.0.1:40001: the stream ended without a Close");
        assertThat(log.unexpected()).contains("40001");
    }

    @Test
    void aFaultOfTheServersOwnIsUnexpectedAlsoAboutAKilledConnection() {
        log.expect(40_000);
        log.take("/127.0.0.1:40000: Index 7 out of bounds for length 7");
        assertThat(log.unexpected()).contains("Index 7");
    }

    @Test
    void ofSeveralTheFirstIsKept() {
        log.take("Exception in thread \"accept\"");
        log.take("something else");
        assertThat(log.unexpected()).startsWith("Exception in thread");
    }
}
