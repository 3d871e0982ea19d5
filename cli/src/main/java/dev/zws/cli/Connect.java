package dev.zws.cli;

import dev.zws.ClientHandshake;
import dev.zws.Conn;
import dev.zws.ConnectionLostException;
import dev.zws.HandshakeException;
import dev.zws.Headers;
import dev.zws.Limits;
import dev.zws.PerMessageDeflate;
import dev.zws.Watchdog;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zws connect}: talks to a server, for a person at a terminal or for a script. */
@Command(
        name = "connect",
        mixinStandardHelpOptions = true,
        description = {
            "Connects to a WebSocket server, sends text messages and prints what comes back.",
            "",
            "With --message, sends those. At a terminal, prompts for messages: Ctrl-D or Ctrl-C ends, the arrow keys bring"
                    + " lines back. Otherwise each line of standard input is a message.",
            "",
            "When everything is sent, waits until no message has come for the time of --wait, or until the server closes;"
                    + " then closes with 1000. What arrives before the server's answer to that is printed too.",
            "",
            "Each message received is a line on standard output: text as it is, with control characters escaped on a"
                    + " terminal; of binary messages the length and the first 64 bytes in hex. All else is on standard"
                    + " error.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the connection was closed in good order: by this side, or by the server with 1000, 1001 or no code",
            "1:the server refused or could not be reached, the connection was lost, or the server closed with another code",
            "2:wrong usage",
            "130:ended by Ctrl-C, except at the prompt"
        })
final class Connect implements Callable<Integer> {
    /** Of the body of a refusal, in bytes. */
    private static final int MAX_REFUSAL_BODY = 8 * 1024;

    private final Streams streams;

    @Parameters(paramLabel = "URL", description = "ws://HOST[:PORT][/PATH][?QUERY], or wss:// for TLS.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String url;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "A message to send; may be repeated.")
    private List<String> messages = new ArrayList<>();

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME:VALUE",
            description = "A header to send with the handshake, such as Origin or Authorization; may be repeated.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = {"-s", "--subprotocol"},
            paramLabel = "NAME",
            description = "A subprotocol to offer, best first; may be repeated.")
    private List<String> subprotocols = new ArrayList<>();

    @Option(
            names = {"-w", "--wait"},
            paramLabel = "SECONDS",
            defaultValue = "2",
            converter = Seconds.class,
            description = "How long no message must have come before all answers are taken to be there, or 'forever' to"
                    + " leave the end to the server (default: ${DEFAULT-VALUE}). Not at the prompt.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Duration quiet;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            converter = Seconds.class,
            description = "How long connecting may take, TLS and handshake included (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Duration timeout;

    @Option(
            names = "--max-message",
            paramLabel = "BYTES",
            defaultValue = "16777216",
            description = "Longest message that is taken; a longer one ends the connection with 1009"
                    + " (default: ${DEFAULT-VALUE}).")
    private int maxMessage;

    @ArgGroup(exclusive = true)
    private @Nullable Trust trust;

    @ArgGroup(exclusive = false)
    private @Nullable Deflate deflate;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    Connect(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws Exception {
        Conn.Config config = config();
        Endpoint endpoint = endpoint();
        requireWhole(messages);
        if (trust != null && trust.insecure() && endpoint.tls()) {
            say("warning: the server's certificate and name are not checked");
        }
        Session.Outcome outcome;
        try (Watchdog watchdog = Watchdog.start();
                Conn conn = open(endpoint, config, watchdog)) {
            outcome = talk(conn);
        } catch (HandshakeException e) {
            sayRefused(e);
            return CommandLine.ExitCode.SOFTWARE;
        }
        if (outcome.remark() != null) {
            say(outcome.remark());
        }
        return outcome.failed() ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private Conn open(Endpoint endpoint, Conn.Config config, Watchdog watchdog) throws IOException {
        Endpoint.Opened opened;
        try {
            opened = endpoint.open(timeout, trust, config, watchdog);
        } catch (ConnectionLostException e) {
            throw new IOException("the handshake failed: " + Session.explain(e), e);
        }
        if (!subprotocols.isEmpty()) {
            String chosen = opened.upgrade().subprotocol();
            say(chosen == null ? "the server chose no subprotocol" : "subprotocol: " + chosen);
        }
        if (deflate != null) {
            PerMessageDeflate agreed = opened.upgrade().deflate();
            say(agreed == null ? "the server did not agree to compress" : Deflate.describe(agreed));
        }
        return opened.conn();
    }

    // ---- the options

    private Conn.Config config() {
        try {
            Limits limits = Limits.DEFAULT;
            return Conn.Config.DEFAULT.withLimits(limits.withMaxMessagePayload(maxMessage)
                    .withMaxFramePayload(Math.max(limits.maxFramePayload(), maxMessage)));
        } catch (IllegalArgumentException e) {
            throw wrong("--max-message", e);
        }
    }

    private Endpoint endpoint() {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(url);
        } catch (IllegalArgumentException e) {
            throw wrong(url, e);
        }
        ClientHandshake.Request request =
                endpoint.request().withMaxRefusalBody(MAX_REFUSAL_BODY).withDeflate(Deflate.config(deflate));
        for (String header : headers) {
            request = request.withHeaders(request.headers().with(header(header)));
        }
        try {
            return endpoint.withRequest(request.withSubprotocols(subprotocols.toArray(String[]::new)));
        } catch (IllegalArgumentException e) {
            throw wrong("--subprotocol", e);
        }
    }

    /** Checked by itself, so that the error names it. */
    private Headers header(String header) {
        int colon = header.indexOf(':');
        try {
            if (colon < 0) {
                throw new IllegalArgumentException("a header is a name, a colon and a value");
            }
            Headers checked = Headers.of(
                    header.substring(0, colon), header.substring(colon + 1).strip());
            return ClientHandshake.Request.of("localhost", "/")
                    .withHeaders(checked)
                    .headers();
        } catch (IllegalArgumentException e) {
            throw wrong("--header " + header, e);
        }
    }

    /** The JVM reads arguments in the locale's encoding, and in the C locale it loses all but ASCII without a word. */
    private void requireWhole(List<String> arguments) {
        if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))
                && arguments.stream().anyMatch(argument -> argument.indexOf('\uFFFD') >= 0)) {
            throw wrong(
                    "--message",
                    new IllegalArgumentException(
                            "this locale cannot pass the text: set LC_ALL to one with UTF-8, or pipe the text in"));
        }
    }

    private ParameterException wrong(String what, IllegalArgumentException e) {
        return new ParameterException(command.commandLine(), what + ": " + e.getMessage(), e);
    }

    // ---- talking

    private Session.Outcome talk(Conn conn) throws Exception {
        if (messages.isEmpty() && streams.inIsTerminal() && streams.outIsTerminal()) {
            say("connected; Ctrl-D closes");
            try (Prompt prompt = new Prompt(streams.openTerminal())) {
                return new Session(conn, prompt).run(prompt, Duration.ZERO);
            }
        }
        Output output = new Output(streams.out(), streams.outIsTerminal());
        Session.Source source = messages.isEmpty() ? new Lines(streams.in()) : this::sendMessages;
        return new Session(conn, output).run(source, quiet);
    }

    private void sendMessages(Session session) throws IOException {
        for (String message : messages) {
            byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
            session.write(utf8, utf8.length);
        }
        session.flush();
    }

    private void say(String line) {
        command.commandLine().getErr().println("zws: " + line);
    }

    private void sayRefused(HandshakeException refused) {
        say(refused.getMessage() == null ? "the server refused" : refused.getMessage());
        PrintWriter err = command.commandLine().getErr();
        for (Headers.Field field : refused.headers().fields()) {
            err.println("  " + field.name() + ": " + Printable.line(field.value()));
        }
        String body = Printable.text(refused.body()).stripTrailing();
        if (!body.isEmpty()) {
            err.println();
            err.println(body);
        }
        err.flush();
    }
}
