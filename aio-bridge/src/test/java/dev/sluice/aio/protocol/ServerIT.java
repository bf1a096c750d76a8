// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.Priority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets: a server lets in as many as there may be, and ends when what was begun is done. */
@Timeout(60)
class ServerIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final CompletableFuture<Server> opened = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private InetSocketAddress address;

    private Server serve(int mostConnections, Function<Link, Connection> protocol) throws Exception {
        final CompletableFuture<InetSocketAddress> listening = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try (Server server = Server.open()) {
                                listening.complete(server.listen(
                                        ANY_PORT,
                                        server.container().child("clients", Priority.NORMAL),
                                        mostConnections,
                                        protocol));
                                opened.complete(server);
                                server.run();
                                ended.complete("descriptors " + server.io().openDescriptors() + ", buffers "
                                        + server.io().arena().leasedCount() + ", operations "
                                        + server.events().counters().operationsUnderWay());
                            } catch (Throwable e) {
                                opened.completeExceptionally(e);
                                ended.completeExceptionally(e);
                            }
                        },
                        "server")
                .start();
        final Server server = opened.get(20, TimeUnit.SECONDS);
        address = listening.get();
        return server;
    }

    /** As the documentation of the package has it. */
    private static Connection echo(Link link) {
        return new Connection(link) {
            @Override
            protected void received(IoBuffer block) {
                out().send(block);
            }
        };
    }

    @AfterEach
    void endedWithNothingLeft() throws Exception {
        opened.get().stop();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("descriptors 0, buffers 0, operations 0");
    }

    private Socket connect() throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static String hear(Socket socket, int lengthBytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(lengthBytes), UTF_8);
    }

    @Test
    void shouldSendBackWhatItReceives() throws Exception {
        serve(10, ServerIT::echo);
        try (Socket one = connect();
                Socket two = connect()) {
            say(one, "one");
            say(two, "two");
            assertThat(hear(two, 3)).isEqualTo("two");
            assertThat(hear(one, 3)).isEqualTo("one");
            one.shutdownOutput();
            assertThat(one.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldReadNoFasterThanItIsRead() throws Exception {
        serve(10, ServerIT::echo);
        final int total = 50_000_000;
        try (Socket socket = connect()) {
            final CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
                final byte[] piece = new byte[100_000];
                try {
                    for (int sent = 0; sent < total; sent += piece.length) {
                        socket.getOutputStream().write(piece);
                    }
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThatThrownBy(() -> written.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);

            long heard = 0L;
            final InputStream in = socket.getInputStream();
            final byte[] piece = new byte[100_000];
            int length;
            while ((length = in.read(piece)) >= 0) {
                heard += length;
            }
            assertThat(heard).isEqualTo(total);
        }
    }

    @Test
    void shouldLetInOneMoreWhenOneHasLeft() throws Exception {
        serve(2, ServerIT::echo);
        try (Socket one = connect();
                Socket two = connect();
                Socket three = connect()) {
            say(one, "1");
            assertThat(hear(one, 1)).isEqualTo("1");
            say(two, "2");
            assertThat(hear(two, 1)).isEqualTo("2");
            say(three, "3");
            three.setSoTimeout(200);
            assertThatThrownBy(() -> hear(three, 1)).isInstanceOf(java.net.SocketTimeoutException.class);

            one.shutdownOutput();
            three.setSoTimeout(20_000);
            assertThat(hear(three, 1)).isEqualTo("3");
        }
    }

    @Test
    void shouldFinishWhatIsBegunWhenItStops() throws Exception {
        final CountDownLatch asked = new CountDownLatch(1);
        final CompletableFuture<String> answer = new CompletableFuture<>();
        final Server server = serve(
                2,
                link -> new TestConnection(link, (c, line) -> {
                    c.operations()
                            .start(
                                    a -> link.io().blockingWork().call(answer::get, link.container(), a),
                                    event -> c.say((String) event.message()));
                    asked.countDown();
                }));
        try (Socket socket = connect();
                Socket idle = connect()) {
            say(socket, "what?\n");
            asked.await();
            server.stop();
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            idle.shutdownOutput();
            assertThat(ended).isNotDone();

            answer.complete("this!\n");
            assertThat(hear(socket, 6)).isEqualTo("this!\n");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldCutOffWhoDoesNotEndWhenItStops() throws Exception {
        final Server server = serve(2, link -> {
            opened.join().drainWithin(700_000_000L);
            return echo(link);
        });
        try (Socket socket = connect()) {
            say(socket, "1");
            assertThat(hear(socket, 1)).isEqualTo("1");
            server.stop();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            final long startNs = System.nanoTime();
            ended.get(20, TimeUnit.SECONDS);
            assertThat(System.nanoTime() - startNs).isBetween(300_000_000L, 4_000_000_000L);
        }
    }

    @Test
    void shouldGoOnWhenTheMakingOfAConnectionFails() throws Exception {
        final CountDownLatch failed = new CountDownLatch(1);
        serve(1, link -> {
            if (failed.getCount() > 0L) {
                failed.countDown();
                throw new IllegalStateException("a bug");
            }
            return echo(link);
        });
        try (Socket first = connect();
                Socket second = connect()) {
            assertThat(first.getInputStream().read()).isEqualTo(-1);
            say(second, "2");
            assertThat(hear(second, 1)).isEqualTo("2");
        }
    }
}
