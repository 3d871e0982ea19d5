package dev.zws.examples;

import dev.zws.Conn;
import dev.zws.Handler;
import dev.zws.Response;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** The handler of the README, which counts. */
public final class QuickHandler {
    private QuickHandler() {}

    static void serve(Conn conn) throws IOException {
        // README: begin
        Handler.run(Handler.Options.DEFAULT, conn, new AtomicInteger(), context -> {
            int number = context.state().incrementAndGet();
            return Response.text(number + ": " + context.message().text());
        });
        // README: end
    }
}
