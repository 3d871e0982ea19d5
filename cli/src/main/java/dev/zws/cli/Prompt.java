package dev.zws.cli;

import dev.zws.Message;
import dev.zws.MessageType;
import java.io.IOError;
import java.io.IOException;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/**
 * A person at a terminal: each line that is entered is sent, what is received stands above the line that is being edited. Lines can
 * be called back with the arrow keys as long as the session lasts; nothing is kept in a file, because messages may be secrets.
 *
 * <p>Ctrl-D on an empty line, and Ctrl-C, end it. Closing gives the terminal back as it was.
 */
final class Prompt implements Session.Source, Session.Display, AutoCloseable {
    private static final String PROMPT = "> ";
    private static final String RECEIVED = "< ";
    private static final String CONTINUED = "\n  ";

    private final Terminal terminal;
    private final LineReader reader;

    Prompt(Terminal terminal) {
        this.terminal = terminal;
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // ! and \ are sent as they are
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, false)
                .build();
    }

    @Override
    public void sendTo(Session session) throws IOException {
        terminal.handle(Terminal.Signal.INT, signal -> session.leave()); // while a line is being sent, say
        try {
            while (true) {
                send(session, reader.readLine(PROMPT));
            }
        } catch (EndOfFileException | UserInterruptException e) {
            // Ctrl-D or Ctrl-C, or the session is over
        } catch (IOError e) {
            throw new IOException("the terminal failed: " + e.getMessage(), e);
        }
    }

    private void send(Session session, String line) throws IOException {
        try {
            session.send(line);
        } catch (IllegalArgumentException e) {
            reader.printAbove("zws: not sent: " + e.getMessage());
        }
    }

    @Override
    public void show(Message message) {
        String shown = message.type() == MessageType.BINARY
                ? Printable.binary(message.borrowedArray(), message.offset(), message.length())
                : Printable.text(message.text()).replace("\n", CONTINUED);
        reader.printAbove(RECEIVED + shown);
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
