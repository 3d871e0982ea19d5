package dev.zws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;

/**
 * The body of a response that people will read, taken from a reader as it arrives (RFC 9112, 6 and 7). It is wanted as far as it
 * comes: one that is too long is cut off, and one whose framing is broken ends there.
 *
 * <p>Used by the thread that reads the connection, which is of no use afterwards: trailers stay unread.
 */
final class HttpBody {
    private static final byte LF = '\n';
    private static final byte CR = '\r';
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    /** More than any limit. */
    private static final long ENDLESS = Long.MAX_VALUE;

    /** What the next byte belongs to. */
    private enum Part {
        DATA,
        END,
        // and between the data of chunks (RFC 9112, 7.1):
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA_CR,
        DATA_LF
    }

    private final ByteReader reader;
    private final boolean chunked;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private Part part;
    /** How many bytes the data still has, or as much of that as was read of the chunk's size. */
    private long left;

    private boolean sizeBegun;
    /** How many bytes may still be read, of data or around it. */
    private int budget;

    private HttpBody(ByteReader reader, Part part, long left, int budget) {
        this.reader = reader;
        this.chunked = part == Part.SIZE;
        this.part = part;
        this.left = left;
        this.budget = budget;
    }

    /**
     * The body behind the head of a response, which the reader has passed.
     *
     * @param max the most bytes that are read, whatever they are
     */
    static HttpBody of(ByteReader reader, int status, Headers headers, int max) {
        if (status == NO_CONTENT || status == NOT_MODIFIED) { // RFC 9112, 6.3, item 1
            return new HttpBody(reader, Part.END, 0, max);
        }
        if (headers.contains("Transfer-Encoding")) { // items 3 and 4
            List<String> codings = headers.list("Transfer-Encoding");
            boolean chunked = !codings.isEmpty() && codings.getLast().equalsIgnoreCase("chunked");
            return chunked ? new HttpBody(reader, Part.SIZE, 0, max) : new HttpBody(reader, Part.DATA, ENDLESS, max);
        }
        long length = length(headers.all("Content-Length"));
        return new HttpBody(reader, length == 0 ? Part.END : Part.DATA, length, max);
    }

    /** RFC 9112, 6.3, items 5, 6 and 8. Behind a length that is none, nothing is taken. */
    private static long length(List<String> lengths) {
        if (lengths.isEmpty()) {
            return ENDLESS;
        }
        String digits = lengths.getFirst();
        if (lengths.size() > 1 || !Headers.consistsOf(digits, RequestLine::isDigit)) {
            return 0;
        }
        long length = 0;
        for (int i = 0; i < digits.length(); i++) {
            length = Math.min(10 * length + (digits.charAt(i) - '0'), Integer.MAX_VALUE);
        }
        return length;
    }

    /**
     * Takes what has arrived, asking for no more.
     *
     * @return true when there is nothing more to take: the body is whole, or as long as it may be
     */
    boolean advance() {
        while (part != Part.END && budget > 0 && reader.buffered() > 0) {
            if (part == Part.DATA) {
                takeData();
            } else {
                part = next(reader.array()[reader.position()]);
                take(1);
            }
        }
        return part == Part.END || budget == 0;
    }

    private void takeData() {
        int count = (int) Math.min(left, Math.min(budget, reader.buffered()));
        content.write(reader.array(), reader.position(), count);
        take(count);
        left -= count;
        if (left == 0) {
            part = chunked ? Part.DATA_CR : Part.END;
        }
    }

    private void take(int count) {
        reader.skip(count);
        budget -= count;
    }

    /** RFC 9112, 7.1: the size in hex, perhaps an extension, CR LF, the data, CR LF; the last chunk has none. */
    private Part next(byte b) {
        return switch (part) {
            case SIZE -> size(b);
            case EXTENSION -> b == CR ? Part.SIZE_LF : Part.EXTENSION;
            case SIZE_LF -> b == LF && left > 0 ? Part.DATA : Part.END;
            case DATA_CR -> b == CR ? Part.DATA_LF : Part.END;
            default -> b == LF ? Part.SIZE : Part.END;
        };
    }

    private Part size(byte b) {
        if (HexFormat.isHexDigit(b)) {
            left = Math.min(16 * left + HexFormat.fromHexDigit(b), Integer.MAX_VALUE);
            sizeBegun = true;
            return Part.SIZE;
        }
        boolean ended = sizeBegun;
        sizeBegun = false;
        if (ended && b == CR) {
            return Part.SIZE_LF;
        }
        return ended && (b == ';' || b == ' ' || b == '\t') ? Part.EXTENSION : Part.END;
    }

    /** What was taken of the content. */
    String text() {
        return content.toString(UTF_8);
    }
}
