package dev.zws.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.zws.ByteReader;
import dev.zws.ByteWriter;
import dev.zws.Handshake;
import java.util.Locale;

/** A server for one handshake, which believes what the client says: takes the request in one write, gives the answer in one read. */
final class CannedServer implements ByteReader.Source, ByteWriter.Sink {
    private static final String KEY = "\r\nsec-websocket-key: ";
    private static final int KEY_LENGTH = 24;
    private static final String BEFORE = "HTTP/1.1 101 Switching Protocols\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";

    private byte[] answer = {};

    /** The answer to a request. */
    static byte[] answer(byte[] request) {
        String text = new String(request, ISO_8859_1);
        int at = text.toLowerCase(Locale.ROOT).indexOf(KEY) + KEY.length();
        String key = text.substring(at, at + KEY_LENGTH);
        return (BEFORE + Handshake.acceptKey(key) + "\r\n\r\n").getBytes(ISO_8859_1);
    }

    @Override
    public int write(byte[] source, int offset, int length) {
        byte[] request = new byte[length];
        System.arraycopy(source, offset, request, 0, length);
        answer = answer(request);
        return length;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        System.arraycopy(answer, 0, target, offset, answer.length);
        return answer.length;
    }
}
