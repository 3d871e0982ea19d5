package dev.zws.bench;

import dev.zws.PerMessageDeflateConfig;
import dev.zws.Takeover;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the load client does: the settings of one run. Immutable.
 *
 * @param connections how many, all at once in the timed part
 * @param warmup messages of each connection before anything is timed
 * @param timed how much is timed
 * @param pipeline how many messages a connection sends before it waits for as many answers
 * @param messageSize bytes of payload
 * @param verify whether every byte of every answer is looked at; if not, their headers are
 * @param compression what is offered to the server, which has to agree; then text is sent, JSON
 * @param timeout to connect, for the answer to the handshake, and for any answer at all
 */
record Load(
        String host,
        int port,
        String path,
        int connections,
        long warmup,
        Amount timed,
        int pipeline,
        int messageSize,
        boolean text,
        boolean verify,
        Compression compression,
        Duration timeout) {
    static final int MAX_CONNECTIONS = 4096;
    static final int MAX_PIPELINE = 65_536;
    static final int MAX_MESSAGE = 16 * 1024 * 1024;

    /** Offered as permessage-deflate. */
    enum Compression {
        NONE,
        WITHOUT_TAKEOVER,
        WITH_TAKEOVER;

        @Nullable
        PerMessageDeflateConfig offer() {
            return switch (this) {
                case NONE -> null;
                case WITHOUT_TAKEOVER -> PerMessageDeflateConfig.DEFAULT.withTakeover(Takeover.NONE);
                case WITH_TAKEOVER -> PerMessageDeflateConfig.DEFAULT.withTakeover(Takeover.POOLED);
            };
        }
    }

    /** How much one connection does: so many messages, or as many as it can for so many nanoseconds when that is not 0. */
    record Amount(long messages, long nanos) {
        static Amount of(long messages) {
            return new Amount(messages, 0);
        }

        static Amount of(Duration duration) {
            return new Amount(Long.MAX_VALUE, duration.toNanos());
        }
    }

    /** @throws IllegalArgumentException for what is out of its range, with the name of the option */
    Load {
        require("--port", port, 1, 65_535);
        require("--conns", connections, 1, MAX_CONNECTIONS);
        require("--iters", timed.messages, 1, Long.MAX_VALUE);
        require("--warmup", warmup, 0, Long.MAX_VALUE);
        require("--pipeline", pipeline, 1, MAX_PIPELINE);
        require("--msg-size", messageSize, compression == Compression.NONE ? 0 : 1, MAX_MESSAGE);
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("--timeout must be more than 0");
        }
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("--path must begin with /");
        }
        uri(host, port, path);
    }

    /** @throws IllegalArgumentException when the {@code value} of an option is out of its range */
    static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            String range = most == Long.MAX_VALUE ? "at least " + least : least + " to " + most;
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + range);
        }
    }

    URI uri() {
        return uri(host, port, path);
    }

    private static URI uri(String host, int port, String path) {
        try {
            return new URI("ws://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + path);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("--host and --path make no address: " + e.getMessage(), e);
        }
    }
}
