package dev.zws.peers;

import jakarta.websocket.Extension;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/** An embedded Tomcat with an annotated endpoint, which takes messages in parts. */
final class TomcatPeer implements Peer {
    /** A message up to this size is one part, and comes back in one frame; each connection holds buffers for it. */
    private static final int PART = 64 * 1024;

    static {
        // The buffer that text is sent from can be set by this alone; Tomcat reads it when its first class is loaded.
        System.setProperty("org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE", String.valueOf(PART));
    }

    private final Tomcat tomcat = new Tomcat();

    TomcatPeer(int port, boolean deflate) throws LifecycleException {
        // Nothing is written there; any other folder it would make.
        String folder = System.getProperty("java.io.tmpdir");
        tomcat.setSilent(true);
        tomcat.setBaseDir(folder);
        tomcat.setPort(port);
        tomcat.getConnector().setProperty("address", HOST);
        tomcat.getConnector().setProperty("tcpNoDelay", "true");
        tomcat.getConnector().setProperty("maxConnections", "-1"); // no limit
        tomcat.getConnector().setThrowOnFailure(true);
        StandardContext context = (StandardContext) tomcat.addContext("", null);
        context.setWorkDir(folder);
        withoutLeakDetection(context);
        context.addServletContainerInitializer(new WsSci(), Set.of(deflate ? DeflatingEcho.class : Echo.class));
        // The WebSocket filter stands before a servlet only.
        Tomcat.addServlet(context, "default", new DefaultServlet()).addMapping("/");
        tomcat.start();
    }

    /** It would warn at the end that it may not look into the JDK. */
    private static void withoutLeakDetection(StandardContext context) {
        context.setClearReferencesThreadLocals(false);
        context.setClearReferencesRmiTargets(false);
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void stop() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }

    /** Declines every extension; otherwise Tomcat agrees to permessage-deflate. */
    public static final class WithoutExtensions extends ServerEndpointConfig.Configurator {
        @Override
        public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
            return List.of();
        }
    }

    @ServerEndpoint(value = "/", configurator = WithoutExtensions.class)
    public static class Echo {
        @OnMessage
        public void text(Session session, String part, boolean last) throws IOException {
            session.getBasicRemote().sendText(part, last);
        }

        @OnMessage
        public void binary(Session session, ByteBuffer part, boolean last) throws IOException {
            session.getBasicRemote().sendBinary(part, last);
        }

        /** The connection is closed, which is all; by default a client that went away is an error. */
        @OnError
        public void failed(Throwable cause) {}
    }

    @ServerEndpoint("/")
    public static final class DeflatingEcho extends Echo {}
}
