package dev.zws.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zws.Conn;
import dev.zws.Handshake;
import dev.zws.HandshakeException;
import dev.zws.Headers;
import dev.zws.Transport;
import dev.zws.Upgrade;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Opens WebSocket connections inside a servlet container, which has read the head of the request already. */
final class WebSocketServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Handshake.Options options;
    private final transient Embeddings.Session session;

    WebSocketServlet(Handshake.Options options, Embeddings.Session session) {
        this.options = options;
        this.session = session;
    }

    // embedding.md: begin
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Upgrade upgrade;
        try {
            upgrade = Handshake.received(
                            request.getMethod(),
                            target(request),
                            request.getProtocol(),
                            headers(request),
                            options,
                            (status, headers, body) -> answer(response, status, headers, body))
                    .accept();
        } catch (HandshakeException e) {
            return; // the refusal is the answer
        }
        Handler handler = request.upgrade(Handler.class);
        handler.servlet = this;
        handler.upgrade = upgrade;
    }
    // embedding.md: end

    private static String target(HttpServletRequest request) {
        String query = request.getQueryString();
        return request.getRequestURI() + (query == null ? "" : "?" + query);
    }

    private static Headers headers(HttpServletRequest request) {
        List<Headers.Field> fields = new ArrayList<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            for (String value : Collections.list(request.getHeaders(name))) {
                fields.add(new Headers.Field(name, value));
            }
        }
        return new Headers(fields);
    }

    private static void answer(HttpServletResponse response, int status, Headers headers, String body)
            throws IOException {
        response.setStatus(status);
        for (Headers.Field field : headers.fields()) {
            response.addHeader(field.name(), field.value());
        }
        if (!body.isEmpty()) {
            response.getOutputStream().write(body.getBytes(UTF_8));
        }
    }

    /** The container calls it once the answer is out, and again when the connection has ended. */
    public static final class Handler implements HttpUpgradeHandler {
        private WebSocketServlet servlet;
        private Upgrade upgrade;

        // embedding.md: begin
        @Override
        public void init(WebConnection connection) {
            try (connection;
                    Transport transport = Transport.of(
                            connection.getInputStream(), connection.getOutputStream(), () -> close(connection));
                    Conn conn = Conn.server(transport, upgrade, Conn.Config.DEFAULT)) {
                servlet.session.run(conn);
            } catch (Exception e) {
                servlet.log(String.valueOf(e.getMessage()));
            }
        }
        // embedding.md: end

        private static void close(WebConnection connection) throws IOException {
            try {
                connection.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }

        @Override
        public void destroy() {}
    }
}
