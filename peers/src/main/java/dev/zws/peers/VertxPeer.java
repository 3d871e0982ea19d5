package dev.zws.peers;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;

/** Vert.x, message by message: one verticle, and so one event loop. */
final class VertxPeer implements Peer {
    private static final int PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final Echo echo;

    VertxPeer(int port, boolean deflate) throws Exception {
        echo = new Echo(new HttpServerOptions()
                .setHost(HOST)
                .setPort(port)
                .setTcpNoDelay(true)
                .setMaxWebSocketFrameSize(MAX_MESSAGE)
                .setMaxWebSocketMessageSize(MAX_MESSAGE)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(deflate)
                .setWebSocketCompressionLevel(DEFLATE_LEVEL)
                .setWebSocketAllowServerNoContext(true));
        try {
            vertx.deployVerticle(echo).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            stop();
            throw e;
        }
    }

    @Override
    public int port() {
        return echo.port;
    }

    @Override
    public void stop() throws Exception {
        vertx.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static final class Echo extends VerticleBase {
        private final HttpServerOptions options;
        volatile int port;

        Echo(HttpServerOptions options) {
            this.options = options;
        }

        @Override
        public Future<HttpServer> start() {
            return vertx.createHttpServer(options)
                    .webSocketHandler(socket -> {
                        socket.textMessageHandler(socket::writeTextMessage);
                        socket.binaryMessageHandler(socket::writeBinaryMessage);
                    })
                    .listen()
                    .onSuccess(server -> port = server.actualPort());
        }
    }
}
