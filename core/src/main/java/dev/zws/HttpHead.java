package dev.zws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP message (RFC 9112, 2.1): a start line, header lines, an empty line; taken from a reader as it arrives, or
 * put into a writer.
 *
 * <p>One pass: a byte is looked at once, however small the pieces are that it comes in. A line is checked, copied and consumed as
 * soon as it is whole, so the reader never holds more of the head than one unfinished line, and what follows the head stays there.
 *
 * <p>Used by the thread that reads the connection.
 *
 * @param <L> what the start line is parsed into
 */
final class HttpHead<L> {
    private static final byte LF = '\n';
    private static final byte CR = '\r';
    private static final int CRLF_LENGTH = 2;
    private static final byte DEL = 0x7F;

    /** More than an answer has. */
    private static final int USUAL_LENGTH = 256;

    /** Lines that nearly every head has: held once, and not by each connection. */
    private static final Map<String, Headers.Field> COMMON_LINES = Stream.of(
                    new Headers.Field("Upgrade", "websocket"),
                    new Headers.Field("Connection", "Upgrade"),
                    new Headers.Field("Sec-WebSocket-Version", "13"),
                    new Headers.Field("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
                    new Headers.Field("Cache-Control", "no-cache"),
                    new Headers.Field("Pragma", "no-cache"),
                    new Headers.Field("Accept-Encoding", "gzip, deflate, br, zstd"))
            .collect(Collectors.toUnmodifiableMap(field -> field.name() + ": " + field.value(), Function.identity()));

    /** Their names, likewise, and those of lines that differ. */
    private static final Map<String, String> COMMON_NAMES = Stream.concat(
                    COMMON_LINES.values().stream().map(Headers.Field::name),
                    Stream.of(
                            "Host",
                            "Origin",
                            "User-Agent",
                            "Accept-Language",
                            "Sec-WebSocket-Key",
                            "Sec-WebSocket-Protocol",
                            "Sec-WebSocket-Accept"))
            .collect(Collectors.toUnmodifiableMap(Function.identity(), Function.identity()));

    /** What the head of a request and that of a response do not have in common. */
    interface Kind<L> {
        /** Gives the start line its meaning. */
        L parse(String line) throws HandshakeException;

        /** True when one empty line before the start line is skipped. */
        boolean mayFollowEmptyLine();

        /** How to say that the head breaks the grammar. */
        HandshakeException malformed(String detail);

        /** How to say that the head, or a line of it, is over a limit: within the start line or behind it. */
        HandshakeException tooLarge(boolean inStartLine);
    }

    private final ByteReader reader;
    private final Kind<L> kind;
    private final int maxBytes;
    private final int maxLineBytes;
    private final int maxHeaderLines;
    private final List<Headers.Field> fields = new ArrayList<>();
    private @Nullable L startLine;
    private boolean complete;
    /** The bytes of all lines taken. */
    private long consumed;
    /** How many bytes of the line that begins at the reader's position were looked at. */
    private int scanned;

    /** All three limits count what they admit: a line with its end, a head with its empty line. */
    HttpHead(ByteReader reader, Kind<L> kind, int maxBytes, int maxLineBytes, int maxHeaderLines) {
        this.reader = reader;
        this.kind = kind;
        this.maxBytes = maxBytes;
        this.maxLineBytes = maxLineBytes;
        this.maxHeaderLines = maxHeaderLines;
    }

    /**
     * Takes what has arrived, asking for no more.
     *
     * @return true when the head is whole; false when it needs bytes that the reader does not have, and has room for
     */
    boolean advance() throws HandshakeException {
        while (!complete && scanLine()) {
            takeLine();
        }
        return complete;
    }

    /** The start line of a head that is whole. */
    L startLine() {
        return Objects.requireNonNull(startLine);
    }

    /** The headers so far. */
    Headers headers() {
        return new Headers(fields);
    }

    /** Looks at what is new of the current line; true when its end is there. */
    private boolean scanLine() throws HandshakeException {
        byte[] array = reader.array();
        int start = reader.position();
        int buffered = reader.buffered();
        boolean afterCr = scanned > 0 && array[start + scanned - 1] == CR;
        while (scanned < buffered) {
            byte b = array[start + scanned++];
            if (scanned > maxLineBytes || consumed + scanned > maxBytes) {
                throw kind.tooLarge(startLine == null);
            }
            if (afterCr != (b == LF)) { // RFC 9112, 2.2: neither stands alone
                throw kind.malformed("a line does not end in CR LF");
            }
            if (b == LF) {
                return true;
            }
            afterCr = b == CR;
            if (!afterCr && isControl(b)) { // RFC 9110, 5.5
                throw kind.malformed("there is a control character");
            }
        }
        if (buffered == reader.ceiling()) {
            throw kind.tooLarge(startLine == null);
        }
        return false;
    }

    /** Bytes from 0x80 on are negative and no controls: they are text of some old encoding (RFC 9110, 5.5: obs-text). */
    private static boolean isControl(byte b) {
        return b >= 0 && b < ' ' && b != '\t' || b == DEL;
    }

    private void takeLine() throws HandshakeException {
        String line = new String(reader.array(), reader.position(), scanned - CRLF_LENGTH, ISO_8859_1);
        reader.skip(scanned);
        consumed += scanned;
        scanned = 0;
        if (startLine == null) {
            takeStartLine(line);
        } else if (line.isEmpty()) {
            complete = true;
        } else {
            takeField(line);
        }
    }

    /** RFC 9112, 2.2: an empty line before the request is skipped; one, not many. */
    private void takeStartLine(String line) throws HandshakeException {
        if (!line.isEmpty() || consumed > CRLF_LENGTH || !kind.mayFollowEmptyLine()) {
            startLine = kind.parse(line);
        }
    }

    /** A folded line begins with a space (RFC 9112, 5.2); that, or one before the colon (5.1), makes the name no token. */
    private void takeField(String line) throws HandshakeException {
        if (fields.size() == maxHeaderLines) {
            throw kind.tooLarge(false);
        }
        Headers.Field common = COMMON_LINES.get(line);
        fields.add(common != null ? common : field(line));
    }

    private Headers.Field field(String line) throws HandshakeException {
        int colon = line.indexOf(':');
        String name = line.substring(0, Math.max(0, colon));
        if (!Headers.isToken(name)) {
            throw kind.malformed("a header line is not a name, a colon and a value");
        }
        return new Headers.Field(
                COMMON_NAMES.getOrDefault(name, name), line.substring(colon + 1).strip());
    }

    /** Puts a whole head into the writer. */
    static void write(ByteWriter writer, String startLine, Headers headers) throws IOException {
        StringBuilder head = new StringBuilder(USUAL_LENGTH).append(startLine);
        for (Headers.Field field : headers.fields()) {
            head.append("\r\n").append(field.name()).append(": ").append(field.value());
        }
        byte[] bytes = head.append("\r\n\r\n").toString().getBytes(ISO_8859_1);
        writer.write(bytes, 0, bytes.length);
    }
}
