// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.protocol.Server;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Mailbox;
import dev.sluice.samples.http.wire.RequestLimits;
import dev.sluice.samples.net.Acceptor;
import dev.sluice.samples.net.Cidr;
import dev.sluice.samples.net.ClientClasses;
import dev.sluice.samples.net.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** A loop on a thread of its own, with a client, and a server that may ask others by it. Ends with nothing left. */
final class RunningLoop implements AutoCloseable {
    static final HttpFields HOST = HttpFields.build().add(HttpHeader.HOST, "h").asImmutable();

    /** The address of a balancer. */
    private static final Trust TRUST = new Trust(List.of(Cidr.parse(WhoAsks.BALANCER)), List.of());

    private static final long PATIENCE_SECONDS = 40L;
    private static final int MOST_CONNECTIONS = 1000;
    private static final int MOST_MESSAGES = 4096;

    /** What handlers, and hooks, have thrown. */
    final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    private final CompletableFuture<InetSocketAddress> listening = new CompletableFuture<>();
    private final CompletableFuture<String> left = new CompletableFuture<>();

    Server server;
    HttpServer http;
    HttpClient client;

    /** Who asks, unless a test says otherwise. */
    ResourceContainer asker;

    private Mailbox<Runnable> mailbox;

    RunningLoop() {
        this(ClientTimeouts.USUAL, ClientLimits.USUAL);
    }

    RunningLoop(ClientTimeouts timeouts, ClientLimits limits) {
        this(timeouts, limits, (client, exchange) -> own -> PlainText.say(own, 200));
    }

    RunningLoop(ClientTimeouts timeouts, ClientLimits limits, BiFunction<RunningLoop, Exchange, HttpHandler> handlers) {
        this(AsyncIoOptions.defaults(), timeouts, limits, HttpTimeouts.USUAL, handlers);
    }

    /** One whose client asks nobody. */
    RunningLoop(HttpTimeouts httpTimeouts, Function<Exchange, HttpHandler> handlers) {
        this(AsyncIoOptions.defaults(), httpTimeouts, handlers);
    }

    /** One whose client asks nobody, with as much memory as the options say. */
    RunningLoop(AsyncIoOptions options, HttpTimeouts httpTimeouts, Function<Exchange, HttpHandler> handlers) {
        this(
                options,
                ClientTimeouts.USUAL,
                ClientLimits.USUAL,
                httpTimeouts,
                (loop, exchange) -> handlers.apply(exchange));
    }

    private RunningLoop(
            AsyncIoOptions options,
            ClientTimeouts timeouts,
            ClientLimits limits,
            HttpTimeouts httpTimeouts,
            BiFunction<RunningLoop, Exchange, HttpHandler> handlers) {
        new Thread(() -> run(options, timeouts, limits, httpTimeouts, handlers), "loop").start();
        address();
    }

    /** Handlers that want bodies. */
    static Function<Exchange, HttpHandler> wanting(Consumer<Exchange> handle) {
        return own -> HttpHandler.ofBodies(handle::accept);
    }

    InetSocketAddress address() {
        return listening.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private void run(
            AsyncIoOptions options,
            ClientTimeouts timeouts,
            ClientLimits limits,
            HttpTimeouts httpTimeouts,
            BiFunction<RunningLoop, Exchange, HttpHandler> handlers) {
        try (Server opened = Server.on(EventQueue.open(), options, new KeptFailures(failures))) {
            server = opened;
            asker = server.container().child("asker");
            mailbox = server.events().newMailbox(MOST_MESSAGES, server.container(), (EventHandler)
                    event -> ((Runnable) event.message()).run());
            client =
                    new HttpClient(server, server.container().child("upstream"), timeouts, limits, RequestLimits.USUAL);
            http = new HttpServer(
                    server, httpTimeouts, RequestLimits.USUAL, exchange -> handlers.apply(this, exchange));
            final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            final ClientClasses classes = new ClientClasses(server.container(), List.of(), TRUST);
            listening.complete(new Acceptor(server, any, classes, MOST_CONNECTIONS, http).address());
            server.run();
            mailbox.close();
            left.complete("connections " + server.connections() + ", buffers "
                    + server.io().arena().leasedCount() + ", descriptors "
                    + server.io().openDescriptors() + ", operations "
                    + server.events().counters().operationsUnderWay());
        } catch (Throwable e) {
            listening.completeExceptionally(e);
            left.completeExceptionally(e);
        }
    }

    /** Has something done on the thread of the loop. */
    void later(Runnable action) {
        assertThat(mailbox.offer(action)).isTrue();
    }

    /** Does something on the thread of the loop. */
    <T> T on(Supplier<T> action) {
        final CompletableFuture<T> done = new CompletableFuture<>();
        later(() -> {
            try {
                done.complete(action.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    Socket connect() throws IOException {
        final Socket socket = new Socket(address().getAddress(), address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** Says something to the server, ends that side, and returns all that is answered. */
    String ask(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    /** Sends a request, charged to the asker. */
    <A extends Answer> A send(InetSocketAddress to, A answer, Supplier<ClientRequest> request) {
        return on(() -> {
            answer.call = client.request(to, asker, request.get(), answer);
            return answer;
        });
    }

    Answer get(InetSocketAddress to, String target) {
        return send(to, new Answer(), () -> new ClientRequest("GET", target, HOST));
    }

    ResourceContainer urgent() {
        return server.container().child("urgent", Priority.MAX);
    }

    /** Before a {@link ScriptedServer} ends what it has heard nothing on. */
    void awaitIdle(int connections) {
        Awaitility.await().until(() -> on(client::idleConnections) == connections);
    }

    void stop() {
        server.stop();
        assertThat(left.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join())
                .isEqualTo("connections 0, buffers 0, descriptors 0, operations 0");
    }

    @Override
    public void close() {
        stop();
    }
}
