package dev.zws.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;

/**
 * A server and its client, once, in one process: the launcher runs it so that the JVM archives the classes, and what it learned of
 * them, for the next start. A program of its own, since a JVM makes an archive of one run.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Exits as the client does, or fails when the server does not start. */
    public static void main(String[] arguments) throws IOException {
        PipedInputStream said = new PipedInputStream();
        System.setOut(new PrintStream(new PipedOutputStream(said), true, UTF_8));
        Thread.ofPlatform().daemon().start(() -> Main.commandLine().execute("echo", "--port", "0"));
        String ready = String.valueOf(new BufferedReader(new InputStreamReader(said, UTF_8)).readLine());
        String url = ready.substring(ready.indexOf("ws://"));
        System.exit(Main.commandLine().execute("connect", url, "--message", "x", "--wait", "0"));
    }
}
