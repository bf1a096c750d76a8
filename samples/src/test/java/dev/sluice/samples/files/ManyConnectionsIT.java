// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once, and more than there may be. */
class ManyConnectionsIT {
    @TempDir
    Path directory;

    private byte[] content;

    @BeforeEach
    void write() throws IOException {
        content = TestFiles.writeRandom(directory, "file", 8192);
    }

    @Test
    void shouldServeAThousandConnectionsTogether() throws IOException {
        try (RunningServer server = RunningServer.of(directory)) {
            final List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                clients.add(new Client(server.address()));
            }
            for (int round = 0; round < 3; round++) {
                for (final Client client : clients) {
                    client.get("/file");
                }
                for (final Client client : clients) {
                    assertThat(client.response().body()).isEqualTo(content);
                }
            }
            // The buffer of a response comes back with the completion of its send, which the client does not see. Who
            // has
            // nothing to say holds none.
            await().untilAsserted(() -> {
                final Map<String, Long> counters = server.counters();
                assertThat(counters)
                        .containsEntry("connections_open", 1000L)
                        .containsEntry("requests", 3000L)
                        .containsEntry("responses_2xx", 3000L);
                assertThat(counters.get("buffers_leased") - counters.get("tier_entries"))
                        .isLessThanOrEqualTo(64L);
            });
            for (final Client client : clients) {
                client.close();
            }
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldServeOneConnectionAfterAnother() throws IOException {
        try (RunningServer server = RunningServer.of(directory)) {
            for (int i = 0; i < 500; i++) {
                try (Client client = new Client(server.address())) {
                    client.send("GET /file HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                    assertThat(client.response().body()).isEqualTo(content);
                }
            }
            server.awaitNothingHeld();
            assertThat(server.counters()).containsEntry("connections_total", 500L);
        }
    }

    @Test
    void shouldAcceptNoMoreThanTheBoundAndGoOnWhenThereIsRoom() throws IOException {
        final int bound = 8;
        try (RunningServer server = RunningServer.of(directory, o -> o.withMaxConnections(bound))) {
            final Deque<Client> served = new ArrayDeque<>();
            for (int i = 0; i < bound; i++) {
                served.add(new Client(server.address()));
                assertThat(served.peekLast().get("/file").response().status()).isEqualTo(200);
            }
            final Deque<Client> waiting = new ArrayDeque<>();
            for (int i = 0; i < bound; i++) {
                waiting.add(new Client(server.address()).get("/file")); // connected: the kernel's queue has them
            }
            assertThat(served.peekFirst().get("/file").response().status()).isEqualTo(200);
            assertThat(server.counters())
                    .containsEntry("connections_open", (long) bound)
                    .containsEntry("connections_total", (long) bound);

            while (!waiting.isEmpty()) {
                served.remove().close();
                final Client next = waiting.remove();
                assertThat(next.response().body()).isEqualTo(content);
                next.close();
            }
            server.awaitNothingHeld();
            assertThat(server.counters()).containsEntry("connections_total", 2L * bound);
        }
    }
}
