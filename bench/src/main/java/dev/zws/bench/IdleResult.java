package dev.zws.bench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What servers need for connections that are silent. Immutable. */
record IdleResult(int connections, List<Server> servers, Map<String, String> failures) {
    /**
     * Of one server, in bytes: {@code before} it had connections, and with all of them {@code open}.
     *
     * @param heapBefore null, as {@code heapOpen}, for what is no JVM
     */
    record Server(
            String name,
            long residentBefore,
            long residentOpen,
            @Nullable Long heapBefore,
            @Nullable Long heapOpen) {}

    double residentEach(Server server) {
        return (double) (server.residentOpen - server.residentBefore) / connections;
    }

    @Nullable
    Double heapEach(Server server) {
        return server.heapOpen == null || server.heapBefore == null
                ? null
                : (double) (server.heapOpen - server.heapBefore) / connections;
    }
}
