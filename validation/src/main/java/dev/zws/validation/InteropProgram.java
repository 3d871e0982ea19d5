package dev.zws.validation;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One library as a program, as {@link Interop} runs it and as the scripts in {@code validation/interop} are for those that are not on
 * the JVM. Its arguments are {@code LIBRARY server [--deflate]} or {@code LIBRARY client URL [--deflate] CASE...}. It says
 * {@code version VERSION}; as a server, {@code listening on URL}, and {@code closed CODE REASON} of each connection, until it is killed;
 * as a client, of each case, {@code CASE ok} or {@code CASE failed: why}.
 */
final class InteropProgram {
    private static final String DEFLATE = "--deflate";

    private InteropProgram() {}

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.SEVERE);
        List<String> rest = Arrays.asList(arguments);
        InteropLibrary library = InteropLibrary.of(rest.get(0));
        boolean deflate = rest.contains(DEFLATE);
        System.out.println("version " + library.version());
        if (rest.get(1).equals("server")) {
            System.out.println("listening on ws://127.0.0.1:" + library.serve(deflate) + "/");
            new CountDownLatch(1).await();
        }
        URI server = URI.create(rest.get(2));
        InteropClient.Opener opener =
                (path, subprotocols, events) -> library.connect(server.resolve(path), deflate, subprotocols, events);
        rest.subList(3, rest.size()).stream()
                .filter(argument -> !argument.equals(DEFLATE))
                .forEach(name -> InteropClient.run(opener, name));
        System.exit(0); // some libraries leave threads that would keep it running
    }
}
