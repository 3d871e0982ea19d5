package dev.zws.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zws.Role;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other end of a connection, which speaks WebSocket by hand: no code under test makes or reads its bytes. */
final class Peer {
    /** How long anything is waited for. */
    static final int PATIENCE_MILLIS = 10_000;

    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d}; // RFC 6455, 5.7
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455, 1.3
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final Link link;
    private final Role role;
    private final DataInputStream in;

    /** The end that {@code role} is not. */
    Peer(Link link, Role role) {
        this.link = link;
        this.role = role == Role.SERVER ? Role.CLIENT : Role.SERVER;
        this.in = new DataInputStream(link.in());
    }

    // ---- the handshake

    /** Does its part of the handshake, with these bytes in the packet of the head that it sends. */
    Peer open(byte[]... along) throws Exception {
        if (role == Role.CLIENT) {
            send(concat(request("/").getBytes(ISO_8859_1), concat(along)));
            assertThat(readHead()).startsWith("HTTP/1.1 101 ").contains(ACCEPT);
        } else {
            String head = readHead();
            Matcher key = Pattern.compile("(?i)sec-websocket-key: (.*)\r\n").matcher(head);
            assertThat(key.find()).as(head).isTrue();
            send(concat(accepted(key.group(1)).getBytes(ISO_8859_1), concat(along)));
        }
        return this;
    }

    /** A request for {@code target} under the address of what is tested. */
    String request(String target) {
        return "GET " + link.base() + target + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
    }

    private static String accepted(String key) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1));
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n";
    }

    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    // ---- frames

    void send(byte[] bytes) throws IOException {
        link.out().write(bytes);
        link.out().flush();
    }

    void send(int firstByte, byte[] payload) throws IOException {
        send(frame(firstByte, payload));
    }

    /** A frame as this end sends it, in its shortest form. */
    byte[] frame(int firstByte, byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        int masked = role == Role.CLIENT ? 0x80 : 0;
        frame.writeByte(firstByte);
        if (payload.length < 126) {
            frame.writeByte(masked | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.writeByte(masked | 126);
            frame.writeShort(payload.length);
        } else {
            frame.writeByte(masked | 127);
            frame.writeLong(payload.length);
        }
        if (role == Role.CLIENT) {
            frame.write(MASK);
        }
        frame.write(role == Role.CLIENT ? masked(payload, MASK) : payload);
        return bytes.toByteArray();
    }

    byte[] close(int code, String reason) throws IOException {
        return frame(0x88, concat(new byte[] {(byte) (code >> 8), (byte) code}, reason.getBytes(UTF_8)));
    }

    /** The next frame; its mask is checked and gone. */
    Seen next() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        assertThat((second & 0x80) != 0)
                .as("RFC 6455, 5.1: a client masks, a server does not")
                .isEqualTo(role == Role.SERVER);
        int size = second & 0x7F;
        long length = size == 126 ? in.readUnsignedShort() : size == 127 ? in.readLong() : size;
        byte[] key = new byte[4];
        if (role == Role.SERVER) {
            in.readFully(key);
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return new Seen(first, masked(payload, key));
    }

    /** What is left until the end of the stream. */
    byte[] rest() throws IOException {
        return in.readAllBytes();
    }

    private static byte[] masked(byte[] payload, byte[] key) {
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= key[i % 4];
        }
        return masked;
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** One frame as it was seen. */
    @SuppressWarnings("ArrayRecordComponent")
    record Seen(int firstByte, byte[] payload) {
        /** Such as {@code "81 'Hi'"} for data, {@code "8a 01ff"} for a ping or pong, {@code "88 1000 'bye'"} for a Close. */
        @Override
        public String toString() {
            String first = HexFormat.of().toHexDigits((byte) firstByte);
            if (firstByte == 0x88 && payload.length >= 2) {
                int code = (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
                return first + " " + code + " '" + new String(payload, 2, payload.length - 2, UTF_8) + "'";
            }
            boolean control = (firstByte & 8) != 0;
            return first + " " + (control ? HexFormat.of().formatHex(payload) : "'" + new String(payload, UTF_8) + "'");
        }
    }
}
