// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** A server on a thread of its own, whose clients are the test's. Ends with nothing left. */
final class RunningServer implements AutoCloseable {
    static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final long PATIENCE_SECONDS = 40L;

    private final CompletableFuture<Server> opened = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();

    final Server server;

    /** {@code listen} makes the server listen, on its own thread. */
    RunningServer(AsyncIoOptions options, Consumer<Server> listen) {
        new Thread(() -> run(options, listen), "server").start();
        server = opened.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private void run(AsyncIoOptions options, Consumer<Server> listen) {
        try (Server it = Server.open(options)) {
            listen.accept(it);
            opened.complete(it);
            it.run();
            ended.complete("descriptors " + it.io().openDescriptors() + ", buffers "
                    + it.io().arena().leasedCount() + ", operations "
                    + it.events().counters().operationsUnderWay());
        } catch (Throwable e) {
            opened.completeExceptionally(e);
            ended.completeExceptionally(e);
        }
    }

    /** Whose clients are all of one class. */
    static InetSocketAddress listen(Server server, int mostConnections, Function<Link, Connection> protocol) {
        final ResourceContainer clients = server.container().child("clients", Priority.NORMAL);
        return server.listen(ANY_PORT, clients, mostConnections, protocol);
    }

    static Socket connect(InetSocketAddress address) throws IOException {
        final Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return socket;
    }

    /** One that takes in little before it reads. */
    static SocketChannel connectNarrow(InetSocketAddress address, int receiveBufferBytes) throws IOException {
        final SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
        channel.connect(address);
        channel.socket().setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return channel;
    }

    /** Until no client is left, and nothing of one. */
    void awaitNobody() {
        Awaitility.await()
                .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() ->
                        server.io().arena().leasedCount() == 0 && server.io().openDescriptors() == 1); // the listener
    }

    /** Waits for the end of a server that was stopped, and returns how long that has taken. */
    long awaitEndNs() {
        final long startNs = System.nanoTime();
        assertThat(ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join())
                .isEqualTo("descriptors 0, buffers 0, operations 0");
        return System.nanoTime() - startNs;
    }

    /** Also if the kernel still holds something: waits for the end. */
    void awaitAnyEnd() {
        ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        server.stop();
        awaitEndNs();
    }
}
