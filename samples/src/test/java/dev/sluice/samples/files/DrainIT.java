// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the server ends. */
class DrainIT {
    @TempDir
    Path directory;

    @Test
    void shouldEndAtOnceWithoutClients() {
        final RunningServer server = RunningServer.of(directory);
        assertThat(server.stop()).containsEntry("operations", 0L).containsEntry("descriptors_open", 0L);
    }

    @Test
    void shouldCloseIdleConnectionsAndTheListener() throws IOException {
        TestFiles.write(directory, "file", "content");
        final RunningServer server = RunningServer.of(directory);
        try (Client used = new Client(server.address());
                Client fresh = new Client(server.address())) {
            assertThat(used.get("/file").response().status()).isEqualTo(200);
            server.close();
            assertThat(used.read()).isEqualTo(-1);
            assertThat(fresh.read()).isEqualTo(-1);
            assertThatThrownBy(() -> new Client(server.address())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldCompleteTheResponsesUnderWay() throws IOException {
        final byte[] content = TestFiles.writeRandom(directory, "large", 32 << 20);
        final RunningServer server = RunningServer.of(directory);
        try (Client client = new Client(server.address(), 4096)) {
            client.get("/large");
            final Response header = Response.readHeader(client.in());
            server.server().stop();
            assertThat(client.in().readNBytes((int) header.contentLength())).isEqualTo(content);
            assertThat(client.read()).isEqualTo(-1);
        }
        server.close();
    }

    @Test
    void shouldAnswerARequestThatWasBegunAndSayThatItIsTheLast() throws IOException {
        TestFiles.write(directory, "file", "content");
        final RunningServer server = RunningServer.of(directory);
        try (Client client = new Client(server.address());
                Client idle = new Client(server.address())) {
            client.send("GET /file HTTP/1.1\r\nHost: ");
            // The loop has it when it has answered a later one.
            assertThat(idle.get("/file").response().status()).isEqualTo(200);
            server.server().stop();
            assertThat(idle.read()).isEqualTo(-1);
            final Response response = client.send("h\r\n\r\n").response();
            assertThat(response.text()).isEqualTo("content");
            assertThat(response.isLast()).isTrue();
            assertThat(client.read()).as("as it says").isEqualTo(-1);
        }
        server.close();
    }

    @Test
    void shouldGiveUpAtTheDeadlineWhatDoesNotEnd() throws IOException {
        TestFiles.writeRandom(directory, "large", 64 << 20);
        final RunningServer server = RunningServer.of(directory, o -> o.withDrainTimeout(Duration.ofMillis(200)));
        try (Client client = new Client(server.address(), 4096)) {
            client.get("/large");
            assertThat(Response.readHeader(client.in()).status()).isEqualTo(200);
            final Map<String, Long> counters = server.stop();
            assertThat(counters)
                    .containsEntry("connections_open", 0L)
                    .containsEntry("operations", 0L)
                    .containsEntry("buffers_leased", 0L)
                    .containsEntry("descriptors_open", 0L);
        }
    }
}
