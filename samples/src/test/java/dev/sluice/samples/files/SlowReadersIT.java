// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.samples.net.ClientClass;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients that take nothing, or little at a time, and who is served beside them. */
class SlowReadersIT {
    private static final int LARGE_BYTES = 4 << 20;
    private static final int SMALL_RECEIVE_BUFFER = 4096;

    /** Far below the time-outs by which somebody would be served in the end. */
    private static final long SOON_NS = 10_000_000_000L;

    private static final List<ClientClass> CLASSES =
            List.of(ClientClass.parse("slow=127.0.0.2/32:8"), ClientClass.parse("urgent=127.0.0.3/32:60"));

    /** A buffer for each 20 of the slow clients, and as many again kept for high bands. */
    private static final AsyncIoOptions TIGHT = AsyncIoOptions.defaults().withArenaBytes(2 << 20, 512 << 10);

    @TempDir
    Path directory;

    private final List<Client> clients = new ArrayList<>();
    private byte[] large;
    private byte[] small;

    @BeforeEach
    void writeFiles() throws IOException {
        large = TestFiles.writeRandom(directory, "large", LARGE_BYTES);
        small = TestFiles.writeRandom(directory, "small", 8192);
    }

    @AfterEach
    void closeClients() throws IOException {
        for (final Client client : clients) {
            client.close();
        }
    }

    private Client connect(RunningServer server, String from) throws IOException {
        return connect(server, from, 0);
    }

    private Client connect(RunningServer server, String from, int receiveBufferBytes) throws IOException {
        final Client client = new Client(server.address(), receiveBufferBytes, InetAddress.getByName(from));
        clients.add(client);
        return client;
    }

    private RunningServer serve() {
        return RunningServer.of(directory, options -> options.withClasses(CLASSES), TIGHT);
    }

    private void askAndReadNothing(RunningServer server, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            connect(server, "127.0.0.2", SMALL_RECEIVE_BUFFER).get("/large");
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> server.counters().get("requests") == count);
    }

    @Test
    void shouldServeAnUrgentClientAtOnceBesideSlowOnesThatWouldHoldAllMemory() throws IOException {
        try (RunningServer server = serve()) {
            askAndReadNothing(server, 300);
            final long startNs = System.nanoTime();
            final Client urgent = connect(server, "127.0.0.3");
            assertThat(urgent.get("/small").response().body()).isEqualTo(small);
            assertThat(urgent.get("/large").response().body()).isEqualTo(large);
            assertThat(System.nanoTime() - startNs).isLessThan(SOON_NS);
            closeClients();
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldServeOrdinaryClientsSoonToo() throws IOException {
        try (RunningServer server = serve()) {
            askAndReadNothing(server, 300);
            final long startNs = System.nanoTime();
            final Client ordinary = connect(server, "127.0.0.1");
            assertThat(ordinary.get("/small").response().body()).isEqualTo(small);
            assertThat(ordinary.get("/large").response().body()).isEqualTo(large);
            final Client oneOfThem = connect(server, "127.0.0.2");
            assertThat(oneOfThem.get("/small").response().body()).isEqualTo(small);
            assertThat(System.nanoTime() - startNs).isLessThan(SOON_NS);
            closeClients();
            server.awaitNothingHeld();
        }
    }

    /** What they were sent lies in the kernel: they cost nothing any more. */
    @Test
    void shouldAnswerOthersAtOnceBesideThousandsThatNeverRead() throws IOException {
        TestFiles.writeRandom(directory, "staff", 100 << 10);
        try (RunningServer server = RunningServer.of(directory, options -> options.withClasses(CLASSES))) {
            askAndReadNothing(server, 2500);
            // Each look costs two events of its own.
            final AtomicLong events = new AtomicLong();
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        final long now = server.counters().get("events");
                        return now - events.getAndSet(now) < 500L;
                    });
            final Client sameClass = connect(server, "127.0.0.2");
            assertThat(medianNs(() -> sameClass.get("/small").response())).isLessThan(200_000_000L);
            final Client staff = connect(server, "127.0.0.3");
            assertThat(medianNs(() -> staff.get("/staff").response())).isLessThan(300_000_000L);
            closeClients();
            server.awaitNothingHeld();
        }
    }

    private static long medianNs(Callable<Response> request) throws IOException {
        final long[] tookNs = new long[11];
        for (int i = 0; i < tookNs.length; i++) {
            final long startNs = System.nanoTime();
            try {
                assertThat(request.call().status()).isEqualTo(200);
            } catch (Exception e) {
                throw new IOException(e);
            }
            tookNs[i] = System.nanoTime() - startNs;
        }
        Arrays.sort(tookNs);
        return tookNs[tookNs.length / 2];
    }

    @Test
    void shouldServeEverySlowHonestClientInTheEnd() throws IOException {
        try (RunningServer server = serve()) {
            final int count = 300;
            askAndReadNothing(server, count);
            for (final Client client : clients) {
                assertThat(Response.readHeader(client.in()).contentLength()).isEqualTo(large.length);
            }
            final int step = 256 << 10;
            for (int position = 0; position < large.length; position += step) {
                for (final Client client : clients) {
                    final InputStream in = client.in();
                    final byte[] piece = in.readNBytes(step);
                    assertThat(Arrays.equals(piece, 0, step, large, position, position + step))
                            .isTrue();
                }
            }
            for (final Client client : clients) {
                assertThat(client.get("/small").response().body()).isEqualTo(small);
            }
            closeClients();
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldHoldNothingForMostIdleConnectionsWhenMemoryIsShort() throws IOException {
        try (RunningServer server = serve()) {
            final int count = 600; // their blocks alone would be more than there is
            for (int i = 0; i < count; i++) {
                assertThat(connect(server, "127.0.0.2").get("/small").response().body())
                        .isEqualTo(small);
            }
            final Map<String, Long> counters = server.counters();
            assertThat(counters.get("connections_open")).isEqualTo(count);
            assertThat(counters.get("buffers_leased")).isLessThan(count / 2);
            for (final Client client : clients) {
                assertThat(client.get("/small").response().body()).isEqualTo(small);
            }
            closeClients();
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldGiveBackWhatWasReadAheadForAClientThatStandsStill() throws IOException {
        try (RunningServer server = RunningServer.of(directory);
                Client client = new Client(server.address(), SMALL_RECEIVE_BUFFER)) {
            client.get("/large");
            await().until(() -> server.counters().get("buffers_leased") == 2L);

            // What is being sent.
            await().until(() -> server.counters().get("buffers_leased") == 1L);
            assertThat(client.response().body()).isEqualTo(large);
            assertThat(client.get("/small").response().body()).isEqualTo(small);
        }
    }

    @Test
    void shouldLetGoOfSlowClientsThatDisappear() throws IOException {
        try (RunningServer server = serve()) {
            askAndReadNothing(server, 200);
            for (final Client client : clients) {
                client.disappear();
            }
            server.awaitNothingHeld();
        }
    }
}
