// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.protocol.Server;
import dev.sluice.aio.protocol.ServerPart;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.samples.http.wire.RequestLimits;
import dev.sluice.samples.http.wire.ResponseHeader;
import dev.sluice.samples.net.Acceptor;
import dev.sluice.samples.net.Cidr;
import dev.sluice.samples.net.ClientClass;
import dev.sluice.samples.net.ClientClasses;
import dev.sluice.samples.net.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;

/**
 * A server that answers each request with the path of its container, and how many places the class above it has. The balancer is 127.0.0.2, the proxy
 * 127.0.0.3, and both have classes of their own.
 */
final class WhoAsks implements AutoCloseable {
    static final String BALANCER = "127.0.0.2";
    static final String PROXY = "127.0.0.3";

    private static final List<ClientClass> CLASSES = List.of(
            ClientClass.parse("balancer=127.0.0.2/32:40"),
            ClientClass.parse("proxy=127.0.0.3/32:40"),
            ClientClass.parse("urgent=203.0.113.0/24,2001:db8::/32:60"),
            ClientClass.parse("low=198.51.100.0/24:8,connections=2"));

    private final CompletableFuture<Server> opened = new CompletableFuture<>();
    private final CompletableFuture<Acceptor> listening = new CompletableFuture<>();
    private final CompletableFuture<String> left = new CompletableFuture<>();
    private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    /** The loop meets somebody there, twice, when there is one. */
    private volatile Phaser held;

    private volatile long longestTurnNs;
    private volatile int connections;
    private volatile long unintroduced;
    private volatile long descriptors;

    WhoAsks(int maxConnections) {
        new Thread(() -> run(maxConnections), "server").start();
        listening.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private void run(int maxConnections) {
        try (Server server = Server.on(EventQueue.open(), AsyncIoOptions.defaults(), new KeptFailures(failures))) {
            final Trust trust = new Trust(List.of(Cidr.parse(BALANCER)), List.of(Cidr.parse(PROXY)));
            final ClientClasses classes = new ClientClasses(server.container(), CLASSES, trust);
            final HttpServer http =
                    new HttpServer(server, HttpTimeouts.USUAL, RequestLimits.USUAL, own -> WhoAsks::answer);
            final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            final Acceptor acceptor = new Acceptor(server, any, classes, maxConnections, http);
            server.add(new ServerPart() {
                private long lastNs;

                @Override
                public void betweenTurns() {
                    longestTurnNs = Math.max(longestTurnNs, cpuNs() - lastNs);
                    final Phaser holding = held;
                    if (holding != null) {
                        held = null;
                        holding.arriveAndAwaitAdvance();
                        holding.arriveAndAwaitAdvance();
                        longestTurnNs = 0L;
                    }
                    lastNs = cpuNs();
                    connections = server.connections();
                    unintroduced = acceptor.unintroduced();
                    descriptors = server.io().openDescriptors();
                }

                @Override
                public boolean isStopped(boolean isLast) {
                    return true;
                }
            });
            listening.complete(acceptor);
            opened.complete(server);
            server.run();
            left.complete("connections " + server.connections() + ", buffers "
                    + server.io().arena().leasedCount() + ", descriptors "
                    + server.io().openDescriptors() + ", failures " + failures);
        } catch (Throwable e) {
            listening.completeExceptionally(e);
            left.completeExceptionally(e);
        }
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Holds the loop while something is done, so that all of it is there at once when it goes on. */
    void during(Callable<?> action) throws Exception {
        final Phaser phaser = new Phaser(2);
        held = phaser;
        opened.join().events().wakeup();
        phaser.arriveAndAwaitAdvance();
        try {
            action.call();
        } finally {
            phaser.arriveAndAwaitAdvance();
        }
    }

    /** The most that the loop's thread worked in one turn since it was held last, in nanoseconds of CPU: what the host does meanwhile is not in it. */
    long longestTurnNs() {
        return longestTurnNs;
    }

    /** How many clients there are. */
    int connections() {
        return connections;
    }

    private static void answer(Exchange exchange) {
        final ResourceContainer container = exchange.container();
        final long places = container.parent().inUse(Resource.CONNECTIONS);
        final byte[] text = (container.path() + " " + container.effectivePriority() + " " + places).getBytes(US_ASCII);
        exchange.head(200, new ResponseFields() {
            @Override
            public int maxBytes() {
                return 64;
            }

            @Override
            public void write(ResponseHeader header, ByteBuffer out) {
                header.contentLength(out, text.length);
            }
        });
        exchange.body(text);
        exchange.done();
    }

    /** How many connections of balancers were closed without an answer. */
    long unintroduced() {
        return unintroduced;
    }

    /** How many descriptors the server has; one is its own. */
    long descriptors() {
        return descriptors;
    }

    Socket connect(String from) throws IOException {
        final InetSocketAddress address = listening.join().address();
        final Socket socket = new Socket(address.getAddress(), address.getPort(), InetAddress.getByName(from), 0);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** From whatever address and port: to choose a port takes long once most were used lately. */
    Socket connect() throws IOException {
        final InetSocketAddress address = listening.join().address();
        return new Socket(address.getAddress(), address.getPort());
    }

    static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Asks with some fields, {@code name: value} each. */
    static void ask(Socket socket, String... fields) throws IOException {
        final StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: h\r\n");
        for (final String field : fields) {
            request.append(field).append("\r\n");
        }
        say(socket, request + "\r\n");
    }

    /** Reads who was answered: path of the container, its priority, and the places of its class. */
    static String answer(Socket socket) throws IOException {
        final InputStream in = socket.getInputStream();
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            final int b = in.read();
            assertThat(b).as("the end after: %s", head).isNotNegative();
            head.append((char) b);
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 200 OK");
        final String length = head.toString().replaceAll("(?s).*Content-Length: (\\d+)\r\n.*", "$1");
        return new String(in.readNBytes(Integer.parseInt(length)), US_ASCII);
    }

    static String askAndRead(Socket socket, String... fields) throws IOException {
        ask(socket, fields);
        return answer(socket);
    }

    /** Asks for the end; what is left is looked at by {@link #close}. */
    void stop() {
        opened.join().stop();
    }

    @Override
    public void close() {
        stop();
        awaitEnd();
    }

    /** Nothing is left behind then. */
    void awaitEnd() {
        assertThat(left.orTimeout(20, TimeUnit.SECONDS).join())
                .isEqualTo("connections 0, buffers 0, descriptors 0, failures []");
    }
}
