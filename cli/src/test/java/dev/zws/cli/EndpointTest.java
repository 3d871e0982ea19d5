package dev.zws.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "ws://example.com, example.com, 80, false, example.com, /",
        "wss://example.com, example.com, 443, true, example.com, /",
        "WSS://Example.com:443/a, example.com, 443, true, example.com, /a",
        "ws://example.com:443?b=c, example.com, 443, false, example.com:443, /?b=c",
        "wss://my_host:8443/a/b?c=%20, my_host, 8443, true, my_host:8443, /a/b?c=%20",
        "ws://127.0.0.1:9001/, 127.0.0.1, 9001, false, 127.0.0.1:9001, /",
        "ws://[::1]/x, ::1, 80, false, [::1], /x",
        "wss://[2001:db8::1]:8443/x, 2001:db8::1, 8443, true, [2001:db8::1]:8443, /x",
        "ws://localhost/ä, localhost, 80, false, localhost, /%C3%A4",
    })
    void anAddressIsTakenApart(String address, String host, int port, boolean tls, String hostHeader, String target) {
        Endpoint endpoint = Endpoint.parse(address);
        assertThat(endpoint.host()).isEqualTo(host);
        assertThat(endpoint.port()).isEqualTo(port);
        assertThat(endpoint.tls()).isEqualTo(tls);
        assertThat(endpoint.request().host()).isEqualTo(hostHeader);
        assertThat(endpoint.request().target()).isEqualTo(target);
    }

    @Test
    void whatIsNoAddressIsRefusedWithTheReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("ws://a b"))
                .withMessageStartingWith("not an address: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("//a"))
                .withMessageContaining("ws:// or wss://");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("127.0.0.1:9001"))
                .withMessageContaining("ws:// or wss://");
    }
}
