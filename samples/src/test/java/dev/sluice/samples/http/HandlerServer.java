// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.protocol.Server;
import dev.sluice.events.ErrorHandler;
import dev.sluice.events.Event;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Mailbox;
import dev.sluice.samples.http.wire.RequestLimits;
import dev.sluice.samples.net.Acceptor;
import dev.sluice.samples.net.ClientClasses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A server of handlers on a thread of its own, that has nothing left when it is closed. */
final class HandlerServer implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 1000;

    final CompletableFuture<Server> opened = new CompletableFuture<>();
    final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    private volatile Mailbox<Runnable> mailbox;
    private final CompletableFuture<String> left = new CompletableFuture<>();
    private final CompletableFuture<InetSocketAddress> listening = new CompletableFuture<>();

    HandlerServer(HttpTimeouts timeouts, Function<Exchange, HttpHandler> handlers) throws Exception {
        new Thread(() -> run(timeouts, handlers), "server").start();
        listening.get(20, TimeUnit.SECONDS);
    }

    private void run(HttpTimeouts timeouts, Function<Exchange, HttpHandler> handlers) {
        final ErrorHandler errors = new ErrorHandler() {
            @Override
            public void handlerFailed(Event event, RuntimeException failure) {
                failures.add(failure);
            }

            @Override
            public void hookFailed(RuntimeException failure) {
                failures.add(failure);
            }
        };
        try (Server server = Server.on(EventQueue.open(), AsyncIoOptions.defaults(), errors)) {
            final HttpServer http = new HttpServer(server, timeouts, RequestLimits.USUAL, handlers);
            final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            final ClientClasses classes = new ClientClasses(server.container(), List.of());
            listening.complete(new Acceptor(server, any, classes, MOST_CONNECTIONS, http).address());
            mailbox = server.events().newMailbox(1024, server.container(), event -> ((Runnable) event.message()).run());
            opened.complete(server);
            server.run();
            left.complete("connections " + server.connections() + ", buffers "
                    + server.io().arena().leasedCount() + ", descriptors "
                    + server.io().openDescriptors());
        } catch (Throwable e) {
            opened.completeExceptionally(e);
            listening.completeExceptionally(e);
            left.completeExceptionally(e);
        }
    }

    InetSocketAddress address() {
        return listening.join();
    }

    /** Does something on the thread of the server. */
    void onLoop(Runnable action) {
        opened.join();
        assertThat(mailbox.offer(action)).isTrue();
    }

    Socket connect() throws IOException {
        final Socket socket = new Socket(address().getAddress(), address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** Says something, ends that side, and returns all that is answered. */
    String ask(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Override
    public void close() {
        opened.join().stop();
        assertThat(left.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("connections 0, buffers 0, descriptors 0");
    }
}
