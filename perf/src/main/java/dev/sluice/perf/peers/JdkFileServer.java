// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A file server on what the JDK has: {@code com.sun.net.httpserver} with a virtual thread for each request. */
public final class JdkFileServer {
    private static final int BACKLOG = 4096;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NO_BODY = -1;
    /** Below, a file is read at once: header and body then leave one after the other without a wait between. */
    private static final long READ_AT_ONCE_BYTES = 64 * 1024;

    private final Path root;

    private JdkFileServer(Path root) {
        this.root = root;
    }

    /**
     * Serves a directory until SIGTERM.
     *
     * @param arguments the directory, the address, the port
     * @throws Exception if it cannot listen, or there are no virtual threads
     */
    public static void main(String[] arguments) throws Exception {
        final JdkFileServer files = new JdkFileServer(Path.of(arguments[0]).toRealPath());
        final InetSocketAddress address = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
        final HttpServer server = HttpServer.create(address, BACKLOG);
        server.createContext("/", files::serve);
        server.setExecutor(virtualThreads());
        server.start();
        System.out.println("the JDK's server serves " + files.root + " at " + server.getAddress());
    }

    /** By its name: this program runs on 17, too. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!"GET".equals(exchange.getRequestMethod())) {
                exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, NO_BODY);
                return;
            }
            final String path = exchange.getRequestURI().getPath();
            final Path file = root.resolve(path.substring(1)).normalize();
            if (!file.startsWith(root) || !Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(NOT_FOUND, NO_BODY);
                return;
            }
            send(exchange, file);
        }
    }

    private static void send(HttpExchange exchange, Path file) throws IOException {
        final long length = Files.size(file);
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        if (length <= READ_AT_ONCE_BYTES) {
            final byte[] content = Files.readAllBytes(file);
            exchange.sendResponseHeaders(200, content.length == 0 ? NO_BODY : content.length);
            exchange.getResponseBody().write(content);
        } else {
            exchange.sendResponseHeaders(200, length);
            try (InputStream content = Files.newInputStream(file)) {
                content.transferTo(exchange.getResponseBody());
            }
        }
    }
}
