package dev.zws.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server that is measured. Another one is another line of {@link #ALL}.
 *
 * @param arguments what {@code ./zws} is called with to start it
 */
record Contestant(String name, List<String> arguments) {
    /** What all others are divided by, together with the control. */
    static final String REFERENCE = "zws-virtual";

    /** A second process of the reference: by how much its figures differ from 1 is what this run cannot tell apart. */
    static final String CONTROL = "control";

    /** Measured when it is asked for, or when this variable says where its sources are: no registry has it. */
    static final String UWS = "uws";

    static final String UWS_DIR = "UWS_DIR";

    private static final String DEADLINES = "--deadlines";

    private static final String ASYNC = "--async";

    private static final String DEFLATE = "--deflate";

    /** In the order of the tables; those whose name begins with {@code zws-} are our own. */
    static final List<Contestant> ALL = List.of(
            own(REFERENCE, "virtual"),
            own("zws-virtual-dl", "virtual", DEADLINES),
            own("zws-async", "virtual", ASYNC),
            own("zws-async-dl", "virtual", ASYNC, DEADLINES),
            own("zws-platform", "platform"),
            own("zws-selector", "selector"),
            peer("netty-nio"),
            peer("netty-epoll"),
            peer("vertx"),
            own(CONTROL, "virtual"),
            peer("undertow"),
            peer("jetty"),
            peer("tomcat"),
            peer("java-websocket"),
            peer("helidon"),
            peer("ws"),
            peer("bun"),
            peer(UWS));

    /**
     * In the suites with compression. Whether messages may refer to each other says the client, so these of ours agree to it;
     * Helidon has no permessage-deflate.
     */
    static final List<Contestant> DEFLATING = List.of(
            deflating(REFERENCE, "virtual", "pooled"),
            deflating("zws-dedicated", "virtual", "dedicated"),
            deflating("zws-async", "virtual", "pooled", ASYNC),
            deflating("zws-selector", "selector", "pooled"),
            peer("netty-nio", DEFLATE),
            peer("netty-epoll", DEFLATE),
            peer("vertx", DEFLATE),
            deflating(CONTROL, "virtual", "pooled"),
            peer("undertow", DEFLATE),
            peer("jetty", DEFLATE),
            peer("tomcat", DEFLATE),
            peer("java-websocket", DEFLATE),
            peer("ws", DEFLATE),
            peer("bun", DEFLATE),
            peer(UWS, DEFLATE));

    private static Contestant own(String name, String mode, String... more) {
        List<String> arguments = new ArrayList<>(List.of("bench-server", "--port", "0", "--mode", mode));
        arguments.addAll(List.of(more));
        return new Contestant(name, List.copyOf(arguments));
    }

    private static Contestant deflating(String name, String mode, String takeover, String... more) {
        return own(
                name,
                mode,
                Stream.concat(Stream.of(DEFLATE, "--takeover", takeover), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static Contestant peer(String name, String... more) {
        return new Contestant(
                name,
                Stream.concat(Stream.of("bench-peer", name, "--port", "0"), Stream.of(more))
                        .toList());
    }

    static boolean isOwn(String name) {
        return name.startsWith("zws-");
    }

    boolean isPeer() {
        return arguments.getFirst().equals("bench-peer");
    }

    /** This with deadlines of so many milliseconds where it has deadlines, and otherwise as it is. */
    Contestant withDeadlineMillis(long millis) {
        if (!arguments.contains(DEADLINES)) {
            return this;
        }
        return new Contestant(
                name,
                Stream.concat(arguments.stream(), Stream.of("--deadline-ms", String.valueOf(millis)))
                        .toList());
    }
}
