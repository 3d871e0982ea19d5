package dev.zws.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.Message;
import dev.zws.MessageType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Prints messages line by line: text as it is, or fit for a terminal when there is one; of a binary message its length and first
 * bytes. Used by one thread.
 */
final class Output implements Session.Display {
    private final OutputStream out;
    private final boolean terminal;

    Output(OutputStream out, boolean terminal) {
        this.out = new BufferedOutputStream(out);
        this.terminal = terminal;
    }

    @Override
    public void show(Message message) throws IOException {
        if (message.type() == MessageType.BINARY) {
            print(Printable.binary(message.borrowedArray(), message.offset(), message.length()));
        } else if (terminal) {
            print(Printable.text(message.text()));
        } else {
            out.write(message.borrowedArray(), message.offset(), message.length());
        }
        out.write('\n');
        out.flush();
    }

    private void print(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }
}
