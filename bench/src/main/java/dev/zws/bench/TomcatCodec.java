package dev.zws.bench;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;
import org.apache.tomcat.websocket.EndpointHolder;
import org.apache.tomcat.websocket.Transformation;
import org.apache.tomcat.websocket.WsFrameBase;
import org.apache.tomcat.websocket.WsRemoteEndpointImplBase;
import org.apache.tomcat.websocket.WsSession;
import org.apache.tomcat.websocket.WsWebSocketContainer;

/**
 * Tomcat's frame codec without its container. The classes of the server ({@code WsFrameServer}, {@code WsRemoteEndpointImplServer})
 * want a socket of the container's; but those that they extend, where frames are parsed and made, are public and ask only for the
 * input's bytes and for somebody who takes the output's. One session, never connected; one thread.
 */
final class TomcatCodec {
    private final Remote remote;
    private final Frames frames;
    private final WsWebSocketContainer container = new WsWebSocketContainer();

    /**
     * @param server which role; a server's input is masked, and a client's output
     * @param whole takes each message that was read
     */
    TomcatCodec(boolean server, Forgetful sink, int maxMessage, MessageHandler.Whole<ByteBuffer> whole)
            throws DeploymentException {
        remote = new Remote(!server, sink);
        WsSession session = new WsSession(
                new EndpointHolder(new Quiet()),
                remote,
                container,
                List.of(),
                null,
                Map.of(),
                false,
                ClientEndpointConfig.Builder.create().build());
        session.setMaxBinaryMessageBufferSize(maxMessage);
        session.addMessageHandler(ByteBuffer.class, whole);
        frames = server ? new MaskedFrames(session) : new Frames(session);
        remote.sendThrough(frames.transformation());
    }

    /** Parses a frame, in as many pieces as the input buffer makes of it. */
    void read(byte[] frame) throws IOException {
        frames.read(frame);
    }

    /** Sends a message, and waits until it was taken, which is at once. */
    void write(ByteBuffer payload) throws IOException {
        remote.sendBytes(payload);
    }

    void close() {
        container.destroy();
    }

    private static final class Quiet extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {}
    }

    private static class Frames extends WsFrameBase {
        private final Log log = LogFactory.getLog(TomcatCodec.class);

        Frames(WsSession session) {
            super(session, null);
        }

        /** What stands between frames and bytes: masks, and extensions if there were any. */
        Transformation transformation() {
            return getTransformation();
        }

        void read(byte[] frame) throws IOException {
            for (int at = 0; at < frame.length; ) {
                inputBuffer.compact();
                int count = Math.min(inputBuffer.remaining(), frame.length - at);
                inputBuffer.put(frame, at, count).flip();
                at += count;
                processInputBuffer();
            }
        }

        @Override
        protected boolean isMasked() {
            return false;
        }

        @Override
        protected Log getLog() {
            return log;
        }

        @Override
        protected void resumeProcessing() {}
    }

    /** A class, since it is asked before a field could tell. */
    private static final class MaskedFrames extends Frames {
        MaskedFrames(WsSession session) {
            super(session);
        }

        @Override
        protected boolean isMasked() {
            return true;
        }
    }

    private static final class Remote extends WsRemoteEndpointImplBase {
        private final ReentrantLock lock = new ReentrantLock();
        private final boolean masked;
        private final Forgetful sink;

        Remote(boolean masked, Forgetful sink) {
            this.masked = masked;
            this.sink = sink;
        }

        void sendThrough(Transformation transformation) {
            setTransformation(transformation);
        }

        @Override
        protected void doWrite(SendHandler handler, boolean blocking, long expiry, ByteBuffer... buffers) {
            for (ByteBuffer buffer : buffers) {
                if (buffer.hasRemaining()) {
                    sink.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
                    buffer.position(buffer.limit());
                }
            }
            handler.onResult(new SendResult(getSession()));
        }

        @Override
        protected boolean isMasked() {
            return masked;
        }

        @Override
        protected void doClose() {}

        @Override
        protected ReentrantLock getLock() {
            return lock;
        }
    }
}
