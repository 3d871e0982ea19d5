package dev.zws.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Sends each line of a stream as a text message, without its line end. Used by one thread. */
final class Lines implements Session.Source {
    /** In bytes. */
    static final int MAX_LINE = 16 * 1024 * 1024;

    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final Line line = new Line();
    private long number;

    /** Shows its bytes without a copy. */
    private static final class Line extends ByteArrayOutputStream {
        byte[] array() {
            return buf;
        }
    }

    Lines(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER);
    }

    @Override
    public void sendTo(Session session) throws IOException {
        for (int b; (b = in.read()) >= 0; ) {
            if (b == '\n') {
                send(session);
            } else if (line.size() < MAX_LINE) {
                line.write(b);
            } else {
                throw new IOException(
                        "line " + (number + 1) + " of standard input is longer than " + MAX_LINE + " bytes");
            }
        }
        if (line.size() > 0) { // a last line without an end
            send(session);
        }
        session.flush();
    }

    /** Lines that are there already leave together. */
    private void send(Session session) throws IOException {
        number++;
        int length = line.size();
        if (length > 0 && line.array()[length - 1] == '\r') {
            length--;
        }
        try {
            session.write(line.array(), length);
        } catch (IllegalArgumentException e) {
            throw new IOException("line " + number + " of standard input is not UTF-8", e);
        }
        line.reset();
        if (in.available() == 0) {
            session.flush();
        }
    }
}
