// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.events.ErrorHandler;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Timer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server on the test's own thread: what becomes of the others when something of it fails, or is cancelled. */
@Timeout(60)
class ServerPartsIT {
    private final List<String> failures = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final Server server = Server.on(EventQueue.open(), AsyncIoOptions.defaults(), new ErrorHandler() {
        @Override
        public void handlerFailed(Event event, RuntimeException failure) {
            failures.add("handler: " + failure.getMessage());
        }

        @Override
        public void hookFailed(RuntimeException failure) {
            failures.add("hook: " + failure.getMessage());
        }
    });

    @AfterEach
    void close() {
        server.close();
    }

    /** Notes what it is called for, and throws where it is told to. */
    private final class Part implements ServerPart {
        private final String name;
        private final String failing;

        Part(String name, String failing) {
            this.name = name;
            this.failing = failing;
        }

        private void called(String method) {
            final String call = name + " " + method;
            if (!log.contains(call)) {
                log.add(call);
            }
            if (method.equals(failing)) {
                throw new IllegalStateException(call);
            }
        }

        @Override
        public void betweenTurns() {
            called("betweenTurns");
        }

        @Override
        public void turnBegins() {
            called("turnBegins");
        }

        @Override
        public void stop() {
            called("stop");
        }

        @Override
        public boolean isStopped(boolean isLast) {
            called("isStopped");
            return true;
        }
    }

    /** So that the loop does not wait for what does not come. */
    private void oneTurnAfterTheOther(EventHandler turn) {
        final Timer[] timer = {null};
        final int[] turns = {0};
        timer[0] = server.events().newTimer(server.container(), event -> {
            assertThat(turns[0]++).as("turns").isLessThan(10_000);
            turn.handle(event);
            timer[0].start(1_000_000L);
        });
        timer[0].start(0L);
    }

    @Test
    void shouldCallEachPartWhicheverFails() {
        final List<String> methods = List.of("betweenTurns", "turnBegins", "stop", "isStopped");
        for (final String method : methods) {
            server.add(new Part("bad", method));
        }
        server.add(new Part("good", "nothing"));
        oneTurnAfterTheOther(event -> server.stop());

        server.run();

        for (final String method : methods) {
            assertThat(log).contains("good " + method);
            assertThat(failures).contains("hook: bad " + method);
        }
    }

    @Test
    void shouldDrainConnectionsThoughAPartCannotStop() throws IOException {
        server.add(new Part("bad", "stop"));
        final List<TestConnection> connections = new ArrayList<>();
        final InetSocketAddress address = server.listen(0, server.container().child("clients"), link -> {
            final TestConnection connection = new TestConnection(link, (c, line) -> {
                server.stop();
                c.say("answer\n");
            });
            connections.add(connection);
            return connection;
        });
        try (SocketChannel client = SocketChannel.open(address)) {
            client.write(ByteBuffer.wrap(new byte[] {'q', '\n'}));
            client.shutdownOutput();
            server.run();

            assertThat(client.read(ByteBuffer.allocate(100))).isEqualTo("answer\n".length());
        }
        assertThat(connections).singleElement().matches(c -> c.released == 1);
        assertThat(failures).contains("hook: bad stop");
    }

    @Test
    void shouldStopAPartThatIsAddedWhileTheServerStops() {
        server.add(new ServerPart() {
            @Override
            public void stop() {
                server.add(new Part("late", "nothing"));
            }

            @Override
            public boolean isStopped(boolean isLast) {
                if (!log.contains("later stop")) {
                    server.add(new Part("later", "nothing"));
                }
                return true;
            }
        });
        server.stop();

        server.run();

        assertThat(log).contains("late stop", "late isStopped", "later stop");
        assertThat(failures).isEmpty();
    }

    @Test
    void shouldRefuseAClientForWhomNoConnectionIsMade() throws IOException {
        final InetSocketAddress address =
                server.listen(0, server.container().child("clients"), link -> (TestConnection) null);
        try (SocketChannel client = SocketChannel.open(address)) {
            oneTurnAfterTheOther(event -> {
                if (!failures.isEmpty()) {
                    server.stop();
                }
            });
            server.run();

            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        assertThat(failures).containsExactly("handler: the connection that the protocol makes");
        assertThat(server.connections()).isZero();
        assertThat(server.io().openDescriptors()).isZero();
    }

    @Test
    void shouldLetClientsInAfterAllOfTheirClassWasCancelled() throws IOException {
        final var clients = server.container().child("clients");
        final InetSocketAddress address = server.listen(
                0,
                clients,
                link -> new TestConnection(link, (c, line) -> {
                    c.say(line + "\n");
                    c.close();
                    server.stop();
                }));
        try (SocketChannel client = SocketChannel.open()) {
            final int[] cancelled = {0};
            oneTurnAfterTheOther(event -> {
                if (cancelled[0] < 3) { // what was begun again is cancelled, too
                    cancelled[0] += server.io().cancelAll(clients);
                } else if (!client.isConnected()) {
                    ask(client, address);
                }
            });
            server.run();

            assertThat(client.read(ByteBuffer.allocate(100))).isEqualTo("hello\n".length());
        }
        assertThat(failures).isEmpty();
    }

    private static void ask(SocketChannel client, InetSocketAddress address) {
        try {
            client.connect(address);
            client.write(ByteBuffer.wrap("hello\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            client.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldStopOnASignalAlsoAfterAllWasCancelled() {
        server.stopOnSignal();
        final int[] turns = {0};
        oneTurnAfterTheOther(event -> {
            turns[0]++;
            if (turns[0] == 1) {
                assertThat(server.io().cancelAll(server.container())).isEqualTo(1);
            } else if (turns[0] == 4) {
                assertThatIllegalStateException()
                        .as("the server watches it")
                        .isThrownBy(() ->
                                server.io().process().awaitSignal(List.of("TERM"), server.container(), (Object) null));
                log.add("watched");
                server.stop();
            } else if (turns[0] > 4) {
                server.stop();
            }
        });

        server.run();

        assertThat(log).containsExactly("watched");
        assertThat(failures).isEmpty();
    }
}
