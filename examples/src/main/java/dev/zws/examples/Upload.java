package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Handshake;
import dev.zws.Outcome;
import dev.zws.Response;
import dev.zws.StreamContext;
import dev.zws.Transport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Writes each message into a file of its own, while it arrives, and answers with the file's name, its length and its SHA-256. However
 * large the message, up to {@link dev.zws.Limits#maxStreamedPayload}, it costs a few buffers.
 */
public final class Upload {
    private Upload() {}

    /** Listens on {@code port} (0 picks one) until the listener is closed; files go into {@code folder}. */
    public static Listener start(int port, Path folder, Conn.Config config, PrintStream log) throws IOException {
        return new Listener(port, log, transport -> serve(transport, folder, config));
    }

    private static void serve(Transport transport, Path folder, Conn.Config config) throws IOException {
        try (Conn conn = Conn.server(transport, Handshake.upgrade(transport, AnyOrigin.OPTIONS), config)) {
            Outcome outcome = Handler.runStream(Handler.Options.DEFAULT, conn, folder, Upload::save);
            if (outcome.failure() != null) {
                throw outcome.failure();
            }
        }
    }

    private static Response save(StreamContext<Path> context) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Path file = Files.createTempFile(context.state(), "upload-", "");
        long length = -1;
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            length = context.input().transferTo(out);
        } finally {
            if (length < 0) {
                Files.delete(file); // cut off: by a Close, a limit, a full disk
            }
        }
        return Response.text(
                file.getFileName() + " " + length + " " + HexFormat.of().formatHex(digest.digest()));
    }
}
