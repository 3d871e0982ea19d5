package dev.zws.validation;

import static dev.zws.validation.Arena.END;
import static dev.zws.validation.Arena.GET;
import static dev.zws.validation.Arena.HOST;
import static dev.zws.validation.Arena.KEY;
import static dev.zws.validation.Arena.REQUEST;
import static dev.zws.validation.Arena.UPGRADE;
import static dev.zws.validation.Arena.VERSION;

import java.util.List;

/** Requests that a server refuses, in the order of what is wrong with them: the line, the grammar, the headers, a body. */
final class RequestRules {
    private static final String REST = UPGRADE + KEY + VERSION + END;

    private RequestRules() {}

    static List<Rule> table() {
        return List.of(
                // ---- the request line
                Refused.with(
                        "the method is GET, not POST",
                        "RFC 6455, 4.2.1, item 1",
                        405,
                        "POST /chat HTTP/1.1\r\n" + HOST + REST),
                Refused.with(
                        "methods are case-sensitive",
                        "RFC 9110, 9.1; B-4.8",
                        405,
                        "get /chat HTTP/1.1\r\n" + HOST + REST),
                Refused.with(
                        "HTTP/1.0 has no upgrade",
                        "RFC 6455, 4.2.1, item 1; Netty before 4.1.133",
                        505,
                        "GET /chat HTTP/1.0\r\n" + HOST + REST),
                Refused.with(
                        "HTTP/2.0 is not spoken in lines",
                        "RFC 6455, 4.2.1, item 1",
                        505,
                        "GET /chat HTTP/2.0\r\n" + HOST + REST),
                Refused.with(
                        "the preface of HTTP/2 is no request",
                        "RFC 9113, 3.4",
                        400,
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Refused.with("a request line has a version", "RFC 9112, 3", 400, "GET /chat\r\n" + HOST + REST),
                Refused.with(
                        "the version is written HTTP/1.1, in capitals",
                        "RFC 9112, 2.3",
                        400,
                        "GET /chat http/1.1\r\n" + HOST + REST),
                Refused.with(
                        "the version has two digits and no more",
                        "RFC 9112, 2.3",
                        400,
                        "GET /chat HTTP/1.10\r\n" + HOST + REST),
                Refused.with(
                        "single spaces are between the parts of a request line",
                        "RFC 9112, 3",
                        400,
                        "GET  /chat HTTP/1.1\r\n" + HOST + REST),
                Refused.with(
                        "no tab is between the parts of a request line",
                        "RFC 9112, 3",
                        400,
                        "GET\t/chat HTTP/1.1\r\n" + HOST + REST),
                Refused.with(
                        "a target holds no space", "RFC 9112, 3.2", 400, "GET /chat room HTTP/1.1\r\n" + HOST + REST),
                Refused.with(
                        "a target holds no fragment",
                        "RFC 9112, 3.2; RFC 6455, 3",
                        400,
                        "GET /chat#room HTTP/1.1\r\n" + HOST + REST),
                Refused.with("a target is ASCII", "RFC 3986, 2", 400, "GET /ch\u00e4t HTTP/1.1\r\n" + HOST + REST),
                Refused.with("a target is not an asterisk", "RFC 9112, 3.2.4", 400, "GET * HTTP/1.1\r\n" + HOST + REST),
                Refused.with(
                        "a target is not a bare authority",
                        "RFC 9112, 3.2.3",
                        400,
                        "GET good.example:80 HTTP/1.1\r\n" + HOST + REST),
                Refused.with(
                        "an absolute target is of the web",
                        "RFC 9112, 3.2.2",
                        400,
                        "GET ftp://good.example/ HTTP/1.1\r\n" + HOST + REST),
                Refused.with(
                        "an absolute target has no user name",
                        "RFC 9110, 4.2.4",
                        400,
                        "GET http://me@good.example/ HTTP/1.1\r\n" + HOST + REST),
                Refused.with(
                        "an absolute target does not free from Host",
                        "RFC 9112, 3.2",
                        400,
                        "GET http://good.example/ HTTP/1.1\r\n" + REST),
                Refused.with(
                        "one empty line may come before a request, not two",
                        "RFC 9112, 2.2",
                        400,
                        "\r\n\r\n" + REQUEST + END),
                Refused.with(
                        "TLS to a port without it is no request",
                        "RFC 9112, 2.2",
                        400,
                        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"),
                // ---- the grammar of header lines
                Refused.with(
                        "a line ends in CR LF, not in LF",
                        "RFC 9112, 2.2; CVE-2023-30589",
                        400,
                        GET + "Host: good.example\n" + REST),
                Refused.with(
                        "a CR stands before an LF only",
                        "RFC 9112, 2.2; CVE-2023-30589",
                        400,
                        GET + "X: a\rTransfer-Encoding: chunked\r\n" + HOST + REST),
                Refused.with(
                        "a head ends in CR LF, not in LF",
                        "RFC 9112, 2.2",
                        400,
                        GET + HOST + UPGRADE + KEY + VERSION + "\n"),
                Refused.with("a value holds no NUL", "RFC 9110, 5.5", 400, GET + HOST + "X: a\u0000b\r\n" + REST),
                Refused.with(
                        "a value holds no control character",
                        "RFC 9110, 5.5",
                        400,
                        GET + HOST + "X: a\u0001b\r\n" + REST),
                Refused.with("a value holds no DEL", "RFC 9110, 5.5", 400, GET + HOST + "X: a\u007fb\r\n" + REST),
                Refused.with("a header line is not folded", "RFC 9112, 5.2", 400, GET + HOST + "X: a\r\n b\r\n" + REST),
                Refused.with(
                        "no space is before the first header", "RFC 9112, 2.2", 400, GET + " X: a\r\n" + HOST + REST),
                Refused.with(
                        "no space is before the colon",
                        "RFC 9112, 5.1",
                        400,
                        GET + HOST + "Transfer-Encoding : chunked\r\n" + REST),
                Refused.with("a header has a name", "RFC 9112, 5", 400, GET + HOST + ": a\r\n" + REST),
                Refused.with("a header has a colon", "RFC 9112, 5", 400, GET + HOST + "X\r\n" + REST),
                Refused.with(
                        "a name is a token",
                        "RFC 9110, 5.1; CVE-2021-43797",
                        400,
                        GET + HOST + "X\u0001: a\r\n" + REST),
                Refused.with("a name is ASCII", "RFC 9110, 5.1", 400, GET + HOST + "\u00dcber: a\r\n" + REST),
                // ---- Host
                Refused.with("there is a Host", "RFC 9112, 3.2", 400, GET + REST),
                Refused.with(
                        "there are not two Hosts", "RFC 9112, 3.2", 400, GET + HOST + "Host: evil.example\r\n" + REST),
                Refused.with("there are not two Hosts, even alike", "RFC 9112, 3.2", 400, GET + HOST + HOST + REST),
                Refused.with("Host is not empty", "RFC 9110, 7.2", 400, GET + "Host:\r\n" + REST),
                Refused.with("Host has no user name", "RFC 9110, 4.2.4", 400, GET + "Host: me@good.example\r\n" + REST),
                Refused.with(
                        "Host is one host", "RFC 9112, 3.2", 400, GET + "Host: good.example, evil.example\r\n" + REST),
                Refused.with("Host has no path", "RFC 9112, 3.2", 400, GET + "Host: good.example/evil\r\n" + REST),
                Refused.with(
                        "a port has a number", "RFC 3986, 3.2.3", 400, GET + "Host: good.example:99999\r\n" + REST),
                // ---- Upgrade and Connection
                Refused.with(
                        "there is an Upgrade",
                        "RFC 6455, 4.2.1, item 3; CVE-2024-37890",
                        426,
                        GET + HOST + "Connection: Upgrade\r\n" + KEY + VERSION + END),
                Refused.with(
                        "Upgrade lists websocket",
                        "RFC 6455, 4.2.1, item 3",
                        426,
                        GET + HOST + "Upgrade: h2c\r\nConnection: Upgrade\r\n" + KEY + VERSION + END),
                Refused.with(
                        "a word that begins with websocket is another",
                        "RFC 6455, 4.2.1, item 3",
                        426,
                        GET + HOST + "Upgrade: websocket2\r\nConnection: Upgrade\r\n" + KEY + VERSION + END),
                Refused.with(
                        "there is a Connection",
                        "RFC 6455, 4.2.1, item 4",
                        426,
                        GET + HOST + "Upgrade: websocket\r\n" + KEY + VERSION + END),
                Refused.with(
                        "Connection lists upgrade",
                        "RFC 6455, 4.2.1, item 4",
                        426,
                        GET + HOST + "Upgrade: websocket\r\nConnection: keep-alive\r\n" + KEY + VERSION + END),
                // ---- key and version
                Refused.with("there is a key", "RFC 6455, 4.2.1, item 5", 400, GET + HOST + UPGRADE + VERSION + END),
                Refused.with("there are not two keys", "RFC 6455, 11.3.1", 400, GET + HOST + KEY + REST),
                Refused.with("a key is not 15 bytes", "RFC 6455, 4.2.1, item 5", 400, key("dGhlIHNhbXBsZSBub25j")),
                Refused.with("a key is not 17 bytes", "RFC 6455, 4.2.1, item 5", 400, key("dGhlIHNhbXBsZSBub25jZSE=")),
                Refused.with("a key has its padding", "RFC 4648, 3.2", 400, key("dGhlIHNhbXBsZSBub25jZQ")),
                Refused.with("a key is of Base64's alphabet", "RFC 4648, 4", 400, key("dGhlIHNhbXBsZSBub25jZ!==")),
                Refused.with(
                        "a key is not of the alphabet for URLs", "RFC 4648, 5", 400, key("_-hlIHNhbXBsZSBub25jZQ==")),
                Refused.with("the unused bits of a key are 0", "RFC 4648, 3.5", 400, key("dGhlIHNhbXBsZSBub25jZR==")),
                Refused.with("a key is not empty", "RFC 6455, 4.2.1, item 5", 400, key("")),
                Refused.with("there is a version", "RFC 6455, 4.2.1, item 6", 400, GET + HOST + UPGRADE + KEY + END),
                Refused.with(
                        "there are not two versions",
                        "RFC 6455, 11.3.5",
                        400,
                        GET + HOST + UPGRADE + KEY + VERSION + VERSION + END),
                Refused.with("version 8 is told of 13", "RFC 6455, 4.4", 426, version("8")),
                Refused.with("a version has no leading zero", "RFC 6455, 4.1, item 9", 426, version("013")),
                Refused.with("a version is no list", "RFC 6455, 4.1, item 9", 426, version("13, 8")),
                Refused.with(
                        "the drafts before version 13 are not spoken",
                        "CVE-2026-54466",
                        400,
                        GET + HOST + UPGRADE + "Sec-WebSocket-Key1: 18x 6]8vM;54 *(5:  {   U1]8  z [  8\r\n"
                                + "Sec-WebSocket-Key2: 1_ tx7X d  <  nw  334J702) 7]o}` 0\r\n\r\nTm[K T2u"),
                // ---- bodies: what smuggles a request past a proxy
                Refused.with(
                        "an upgrade has no Content-Length",
                        "GHSA-mfx4-hv73-q22v",
                        400,
                        REQUEST + "Content-Length: 11\r\n" + END),
                Refused.with(
                        "an upgrade has no Transfer-Encoding",
                        "GHSA-mfx4-hv73-q22v; RFC 9112, 11.2",
                        400,
                        REQUEST + "Transfer-Encoding: chunked\r\n" + END + "0\r\n\r\n"),
                Refused.with(
                        "an upgrade has no Transfer-Encoding of identity either",
                        "RFC 9112, 6.1",
                        400,
                        REQUEST + "Transfer-Encoding: identity\r\n" + END),
                Refused.with(
                        "an upgrade has not both lengths",
                        "RFC 9112, 6.3, item 3; Netty before 4.1.133",
                        400,
                        REQUEST + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n" + END),
                Refused.with(
                        "there are not two Content-Lengths",
                        "RFC 9112, 6.3, item 5",
                        400,
                        REQUEST + "Content-Length: 0\r\nContent-Length: 0\r\n" + END),
                Refused.with(
                        "a Content-Length is no list",
                        "RFC 9112, 6.3, item 5",
                        400,
                        REQUEST + "Content-Length: 0, 0\r\n" + END),
                Refused.with(
                        "a Content-Length has no sign", "RFC 9110, 8.6", 400, REQUEST + "Content-Length: +0\r\n" + END),
                Refused.with(
                        "a Content-Length is decimal", "RFC 9110, 8.6", 400, REQUEST + "Content-Length: 0x0\r\n" + END),
                // ---- subprotocols
                Refused.with(
                        "a subprotocol is a token",
                        "RFC 6455, 11.3.4",
                        400,
                        REQUEST + "Sec-WebSocket-Protocol: chat room\r\n" + END),
                Refused.with(
                        "no subprotocol is offered twice",
                        "RFC 6455, 4.1, item 10",
                        400,
                        REQUEST + "Sec-WebSocket-Protocol: chat, chat\r\n" + END),
                Refused.with(
                        "an offer of subprotocols is not empty",
                        "RFC 6455, 11.3.4",
                        400,
                        REQUEST + "Sec-WebSocket-Protocol: ,\r\n" + END),
                // ---- origins: cross-site WebSocket hijacking
                Refused.page(
                        "a page of another origin may not connect",
                        "RFC 6455, 10.2; GHSA-p773-8mf4-rjm5",
                        403,
                        REQUEST + "Origin: http://evil.example\r\n" + END),
                Refused.page(
                        "the scheme is part of an origin",
                        "RFC 6454, 5",
                        403,
                        REQUEST + "Origin: https://good.example\r\n" + END),
                Refused.page(
                        "a host that begins alike is another",
                        "RFC 6454, 5",
                        403,
                        REQUEST + "Origin: http://good.example.evil.example\r\n" + END),
                Refused.page("an opaque origin is nobody's", "RFC 6454, 7", 403, REQUEST + "Origin: null\r\n" + END),
                Refused.page(
                        "there are not two origins",
                        "RFC 6454, 7.3",
                        400,
                        REQUEST + "Origin: http://good.example\r\nOrigin: http://good.example\r\n" + END),
                // ---- what comes behind
                Refused.with(
                        "a good request behind a bad one is not answered",
                        "RFC 9112, 9.6",
                        400,
                        GET + REST + REQUEST + END),
                Accepted.alongWithFrames());
    }

    private static String key(String value) {
        return GET + HOST + UPGRADE + "Sec-WebSocket-Key: " + value + "\r\n" + VERSION + END;
    }

    private static String version(String value) {
        return GET + HOST + UPGRADE + KEY + "Sec-WebSocket-Version: " + value + "\r\n" + END;
    }
}
