package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class StatusLineTest {
    @Test
    void aStatusLineIsAVersionAStatusAndAReason() throws HandshakeException {
        assertStatus("HTTP/1.1 101 Switching Protocols", 101);
        assertStatus("HTTP/1.1 101 ", 101);
        assertStatus("HTTP/1.1 101", 101);
        assertStatus("HTTP/1.1 404 Not\tf\u00f6und  ", 404);
        assertStatus("HTTP/1.9 100 Continue", 100);
        assertStatus("HTTP/1.1 999 ", 999);
    }

    @Test
    void theStatusIsExactlyThreeDigits() {
        assertMalformed(
                "HTTP/1.1 1012",
                "HTTP/1.1 1012 Switching Protocols",
                "HTTP/1.1 10",
                "HTTP/1.1 10 Switching",
                "HTTP/1.1 1x1 Switching",
                "HTTP/1.1 +10 Switching",
                "HTTP/1.1 -10 Switching",
                "HTTP/1.1 101Switching",
                "HTTP/1.1 101\tSwitching",
                "HTTP/1.1 10: Switching",
                "HTTP/1.1 10/ Switching");
    }

    @Test
    void singleSpacesAreBetweenTheParts() {
        assertMalformed(
                "", " ", "HTTP/1.1", "HTTP/1.1  101 Switching", " HTTP/1.1 101 Switching", "HTTP/1.1\t101 Switching");
    }

    @Test
    void theVersionIsTwoDigits() {
        assertMalformed(
                "HTTP/11 101 Switching",
                "HTTP/1.10 101 Switching",
                "http/1.1 101 Switching",
                "ICY/1.1  101 Switching",
                "HTTP/a.1 101 Switching",
                "SSH-2.0-OpenSSH_9.2p1",
                "220 mail.example.com ESMTP",
                "GET / HTTP/1.1");
    }

    @Test
    void aStatusIsAtLeast100() {
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> StatusLine.parse("HTTP/1.1 099 Odd"))
                .withMessage("BAD_RESPONSE: there is no such status");
        assertThatExceptionOfType(HandshakeException.class).isThrownBy(() -> StatusLine.parse("HTTP/1.1 000 Odd"));
    }

    @Test
    void anAnswerBelow200NeedsHttp11() throws HandshakeException {
        assertUnsupported("HTTP/1.0 101 Switching Protocols", 101);
        assertUnsupported("HTTP/1.0 100 Continue", 100);
        assertUnsupported("HTTP/1.0 199 ?", 199);
        assertStatus("HTTP/1.0 200 OK", 200);
        assertStatus("HTTP/1.0 503 Busy", 503);
    }

    @Test
    void noOtherMajorVersionIsTaken() {
        assertUnsupported("HTTP/0.9 404 Not Found", 404);
        assertUnsupported("HTTP/2.0 101 Switching Protocols", 101);
        assertUnsupported("HTTP/2.0 200 OK", 200);
    }

    @Test
    void interimIsWhatIsBelow200AndNot101() throws HandshakeException {
        for (int status = 100; status <= 999; status++) {
            assertThat(StatusLine.parse("HTTP/1.1 " + status + " ").isInterim())
                    .as("%d", status)
                    .isEqualTo(status < 200 && status != 101);
        }
    }

    private static void assertStatus(String line, int status) throws HandshakeException {
        assertThat(StatusLine.parse(line)).as(line).isEqualTo(new StatusLine(status));
    }

    private static void assertMalformed(String... lines) {
        for (String line : lines) {
            assertThatExceptionOfType(HandshakeException.class)
                    .as(line)
                    .isThrownBy(() -> StatusLine.parse(line))
                    .withMessage("BAD_RESPONSE: a status line is a version, a status of three digits and a reason")
                    .satisfies(e -> assertThat(e.badHandshake()).isEqualTo(BadHandshake.BAD_RESPONSE))
                    .satisfies(e -> assertThat(e.status()).isZero());
        }
    }

    private static void assertUnsupported(String line, int status) {
        assertThatExceptionOfType(HandshakeException.class)
                .as(line)
                .isThrownBy(() -> StatusLine.parse(line))
                .satisfies(e -> assertThat(e.badHandshake()).isEqualTo(BadHandshake.HTTP_VERSION_NOT_SUPPORTED))
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    }
}
