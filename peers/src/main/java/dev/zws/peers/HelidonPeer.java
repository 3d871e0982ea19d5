package dev.zws.peers;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;

/** Helidon SE, frame by frame, with a virtual thread for each connection. It has no permessage-deflate. */
final class HelidonPeer implements Peer {
    private final WebServer server;

    HelidonPeer(int port) throws IOException {
        server = WebServer.builder()
                .host(HOST)
                .port(port)
                .connectionOptions(options -> options.tcpNoDelay(true))
                .addProtocol(WsConfig.builder().maxFrameLength(MAX_MESSAGE).build())
                .addRouting(WsRouting.builder().endpoint("/", new Echo()))
                .build()
                .start();
        if (!server.isRunning()) {
            throw new IOException("Helidon has logged why");
        }
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public void stop() {
        server.stop();
    }

    private static final class Echo implements WsListener {
        @Override
        public void onMessage(WsSession session, String text, boolean last) {
            session.send(text, last);
        }

        @Override
        public void onMessage(WsSession session, BufferData buffer, boolean last) {
            session.send(buffer, last);
        }
    }
}
