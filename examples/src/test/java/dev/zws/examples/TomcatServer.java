package dev.zws.examples;

import dev.zws.Handshake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;

/** An embedded Tomcat on the loopback address, with a virtual thread for every connection. */
final class TomcatServer implements AutoCloseable {
    private final Path folder = Files.createTempDirectory("zws-tomcat");
    private final Tomcat tomcat = new Tomcat();
    private final Context context;
    private final AtomicInteger servlets = new AtomicInteger();
    final int port;

    TomcatServer() throws IOException, LifecycleException {
        tomcat.setSilent(true);
        tomcat.setBaseDir(folder.toString());
        tomcat.setHostname("localhost");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getConnector().setProperty("useVirtualThreads", "true");
        context = tomcat.addContext("", folder.toString());
        withoutLeakDetection((StandardContext) context);
        tomcat.start();
        port = tomcat.getConnector().getLocalPort();
    }

    /** It would warn at the end that it may not look into the JDK. */
    private static void withoutLeakDetection(StandardContext context) {
        context.setClearReferencesThreadLocals(false);
        context.setClearReferencesRmiTargets(false);
    }

    /** Where the session is served from now on, such as {@code "/3"}. */
    String serve(Handshake.Options options, Embeddings.Session session) {
        String path = "/" + servlets.incrementAndGet();
        Tomcat.addServlet(context, path, new WebSocketServlet(options, session)).addMapping(path + "/*");
        return path;
    }

    @Override
    public void close() throws IOException, LifecycleException {
        tomcat.stop();
        tomcat.destroy();
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
