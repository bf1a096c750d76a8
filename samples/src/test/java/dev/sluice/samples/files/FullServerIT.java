// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.samples.net.Acceptor;
import dev.sluice.samples.net.ClientClass;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose places are all taken. */
class FullServerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HIGH = "127.0.2.1";
    private static final String LOW = "127.0.1.1";

    /** More than a client with a small buffer takes in, and less than the kernel takes at once. */
    private static final int RESPONSE_BYTES = 200 << 10;

    /** The state in which a closed socket still sends, in /proc/net/tcp. */
    private static final String FIN_WAIT1 = "04";

    @TempDir
    Path directory;

    @BeforeEach
    void write() throws IOException {
        TestFiles.write(directory, "file", "content");
    }

    @Test
    void shouldTakeNoMoreThanTheBoundOfABurst() throws IOException {
        final int bound = 10;
        try (RunningServer server = RunningServer.of(directory, o -> o.withMaxConnections(bound))) {
            final List<SocketChannel> burst = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                burst.add(SocketChannel.open(server.address()));
            }
            // None says anything: one after the other makes room for the next.
            await().atMost(PATIENCE).until(() -> {
                assertThat(server.counters().get("connections_open")).isLessThanOrEqualTo(bound);
                return server.counters().get("connections_total") >= 4L * bound;
            });
            for (final SocketChannel channel : burst) {
                channel.close();
            }
        }
    }

    @Test
    void shouldHaveTheLongestIdleMakeRoom() throws IOException {
        try (RunningServer server = start(3)) {
            final Client first = served(server, LOW);
            final Client second = served(server, LOW);
            final Client third = served(server, LOW);
            final Client fourth = served(server, LOW);
            assertThat(first.read()).isEqualTo(-1);
            final Client fifth = served(server, LOW);
            assertThat(second.read()).isEqualTo(-1);
            assertThat(third.get("/file").response().status()).isEqualTo(200);
            assertThat(server.counters()).containsEntry("connections_open", 3L).containsEntry("connections_total", 5L);
            closeAll(first, second, third, fourth, fifth);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldHaveTheLowestClassMakeRoomAndNeverAHigherOneForALower() throws IOException {
        try (RunningServer server = start(4)) {
            final Client high = served(server, HIGH);
            final Client low = served(server, LOW);
            final List<Client> newcomers = new ArrayList<>();
            newcomers.add(served(server, HIGH));
            newcomers.add(served(server, LOW));
            newcomers.add(served(server, HIGH));
            assertThat(low.read()).as("the longest idle of the lowest class").isEqualTo(-1);
            newcomers.add(served(server, HIGH));
            assertThat(newcomers.get(1).read())
                    .as("the last of the lowest class")
                    .isEqualTo(-1);

            // All places are with the high class now.
            final List<Client> refused = new ArrayList<>();
            for (int i = 0; i < Acceptor.FEWEST_WAITING; i++) {
                refused.add(new Client(server.address(), InetAddress.getByName(LOW)).get("/file"));
            }
            newcomers.add(served(server, HIGH));
            assertThat(high.read())
                    .as("the longest idle, now that no lower one is left")
                    .isEqualTo(-1);
            for (final Client client : refused) {
                assertThat(client.hasAnswer()).isFalse();
            }
            newcomers.get(0).close();
            assertThat(refused.get(0).response().status()).isEqualTo(200);

            closeAll(high, low);
            newcomers.forEach(FullServerIT::closeAll);
            refused.forEach(FullServerIT::closeAll);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldLetAHighClassInPastLowOnesThatWaitForAPlace() throws IOException {
        try (RunningServer server = start(2)) {
            final Client first = served(server, HIGH);
            final Client second = served(server, HIGH);
            final List<Client> waiting = new ArrayList<>();
            for (int i = 0; i < 3 * Acceptor.FEWEST_WAITING; i++) {
                waiting.add(new Client(server.address(), InetAddress.getByName(LOW)).get("/file"));
            }
            final Client third = served(server, HIGH);
            assertThat(first.read()).isEqualTo(-1);
            assertThat(second.get("/file").response().status()).isEqualTo(200);
            closeAll(first, second, third);
            waiting.forEach(FullServerIT::closeAll);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldTakeNobodyForIdleWhoIsBusy() throws IOException {
        TestFiles.writeRandom(directory, "large", 64 << 20);
        try (RunningServer server = start(1)) {
            final Client busy = new Client(server.address(), 4096).get("/large");
            assertThat(Response.readHeader(busy.in()).status()).isEqualTo(200);
            final Client waiting = new Client(server.address()).get("/file");
            await().during(Duration.ofMillis(1500)).atMost(PATIENCE).until(() -> !waiting.hasAnswer());
            assertThat(busy.in().readNBytes(64 << 20)).hasSize(64 << 20);
            assertThat(waiting.response().status()).isEqualTo(200);
            assertThat(busy.read()).isEqualTo(-1);
            closeAll(busy, waiting);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldNotCutOffAResponseThatLiesInTheKernelToMakeRoom() throws IOException {
        TestFiles.writeRandom(directory, "response", RESPONSE_BYTES);
        try (RunningServer server = start(1)) {
            final Client slow = new Client(server.address(), 4096).get("/response");
            await().atMost(PATIENCE).until(() -> server.counters().get("responses_2xx") == 1L);
            final Client waiting = new Client(server.address()).get("/file");
            await().during(Duration.ofMillis(1500)).atMost(PATIENCE).until(() -> !waiting.hasAnswer());
            assertThat(slow.response().body()).hasSize(RESPONSE_BYTES);
            assertThat(waiting.response().status()).isEqualTo(200);
            assertThat(slow.read()).isEqualTo(-1);
            closeAll(slow, waiting);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldLeaveNothingToTheKernelOfWhoMakesRoomAndTakesNothing() throws IOException {
        TestFiles.writeRandom(directory, "response", RESPONSE_BYTES);
        final List<Client> clients = new ArrayList<>();
        try (RunningServer server = start(1, Duration.ofSeconds(1))) {
            for (int i = 1; i <= 4; i++) {
                final long count = i;
                clients.add(new Client(server.address(), 4096).get("/response"));
                await().atMost(PATIENCE).until(() -> server.counters().get("responses_2xx") == count);
            }
            assertThat(orphansOf(server.address().getPort())).isEmpty();
        }
        for (final Client client : clients) {
            client.disappear();
        }
    }

    /** What the kernel still has to send for connections that nobody holds any more. */
    private static List<String> orphansOf(int port) throws IOException {
        final String local = ":%04X".formatted(port);
        final List<String> orphans = new ArrayList<>();
        for (final Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
            for (final String line : Files.readAllLines(table)) {
                final String[] fields = line.strip().split(" +", -1);
                if (fields[1].endsWith(local) && fields[3].equals(FIN_WAIT1)) {
                    orphans.add(line);
                }
            }
        }
        return orphans;
    }

    /** Requests that are never completed: nobody is idle. */
    @Test
    void shouldNotLetAFloodOfBusyLowOnesLockTheHighestClassOut() throws IOException {
        final int bound = 40;
        try (RunningServer server = start(bound)) {
            final List<Client> flood = new ArrayList<>();
            for (int i = 0; i < 10 * bound; i++) {
                flood.add(new Client(server.address(), InetAddress.getByName(LOW)).send("GET /file HTTP/1.1\r\n"));
            }
            await().atMost(PATIENCE).until(() -> server.counters().get("connections_open") == bound - bound / 8);
            final List<Client> high = new ArrayList<>();
            for (int i = 0; i < bound / 8; i++) {
                high.add(served(server, HIGH));
            }
            assertThat(server.counters()).containsEntry("connections_open", (long) bound);
            assertThat(flood.get(0).send("Host: test\r\n\r\n").response().status())
                    .as("who came first keeps its place")
                    .isEqualTo(200);
            high.forEach(FullServerIT::closeAll);
            flood.forEach(FullServerIT::closeAll);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldHaveTheIdleOfAClassAtItsLimitMakeRoomAndNobodyElse() throws IOException {
        try (RunningServer server = start(20, ",connections=2")) {
            final Client other = served(server, "127.0.0.1");
            final Client first = served(server, LOW);
            final Client second = served(server, LOW);
            final Client third = served(server, LOW);
            assertThat(first.read()).as("the longest idle of its class").isEqualTo(-1);
            final Client fourth = served(server, LOW);
            assertThat(second.read()).isEqualTo(-1);
            final Client high = served(server, HIGH);
            assertThat(other.get("/file").response().status()).isEqualTo(200);
            assertThat(third.get("/file").response().status()).isEqualTo(200);
            assertThat(server.counters()).containsEntry("connections_open", 4L);
            closeAll(other, first, second, third, fourth, high);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldHaveWhoIsBeyondTheLimitOfItsClassWaitAndLetOthersIn() throws IOException {
        try (RunningServer server = start(20, ",connections=1")) {
            final Client busy = new Client(server.address(), InetAddress.getByName(LOW)).send("GET /file HTTP/1.1\r\n");
            final List<Client> waiting = new ArrayList<>();
            for (int i = 0; i < 3 * Acceptor.FEWEST_WAITING; i++) {
                waiting.add(new Client(server.address(), InetAddress.getByName(LOW)).get("/file"));
            }
            final Client other = served(server, "127.0.0.1");
            final Client high = served(server, HIGH);
            for (final Client client : waiting) {
                assertThat(client.hasAnswer()).isFalse();
            }
            assertThat(server.counters()).containsEntry("connections_open", 3L);
            busy.send("Host: test\r\nConnection: close\r\n\r\n");
            assertThat(busy.response().status()).isEqualTo(200);
            busy.close();
            assertThat(waiting.get(0).response().status()).isEqualTo(200);
            closeAll(other, high);
            waiting.forEach(FullServerIT::closeAll);
            server.awaitNothingHeld();
        }
    }

    private RunningServer start(int maxConnections) {
        return start(maxConnections, Duration.ofMinutes(1));
    }

    private RunningServer start(int maxConnections, Duration responseTimeout) {
        return start(maxConnections, responseTimeout, "");
    }

    private RunningServer start(int maxConnections, String limitOfLow) {
        return start(maxConnections, Duration.ofMinutes(1), limitOfLow);
    }

    private RunningServer start(int maxConnections, Duration responseTimeout, String limitOfLow) {
        return RunningServer.of(
                directory,
                o -> o.withResponseTimeout(responseTimeout)
                        .withClasses(List.of(
                                ClientClass.parse("high=" + HIGH + ":60"),
                                ClientClass.parse("low=" + LOW + ":8" + limitOfLow)))
                        .withMaxConnections(maxConnections)
                        .withIdleTimeout(Duration.ofMinutes(10)));
    }

    /** A client that has been answered once. */
    private static Client served(RunningServer server, String from) throws IOException {
        final Client client = new Client(server.address(), InetAddress.getByName(from));
        assertThat(client.get("/file").response().status()).isEqualTo(200);
        return client;
    }

    private static void closeAll(Client... clients) {
        for (final Client client : clients) {
            try {
                client.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
