// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody holds a connection for ever. */
class TimeoutIT {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    @Test
    void shouldCloseAnIdleConnectionSilently() throws IOException {
        TestFiles.write(directory, "file", "content");
        try (RunningServer server = start(SHORT, LONG, LONG);
                Client never = new Client(server.address());
                Client once = new Client(server.address())) {
            assertThat(once.get("/file").response().status()).isEqualTo(200);
            assertThat(once.read()).isEqualTo(-1);
            assertThat(never.read()).isEqualTo(-1);
            server.awaitNothingHeld();
            assertThat(server.counters()).containsEntry("responses_4xx", 0L);
        }
    }

    @Test
    void shouldTellAClientThatItsRequestTookTooLong() throws IOException {
        try (RunningServer server = start(LONG, SHORT, LONG);
                Client client = new Client(server.address())) {
            client.send("GET /file HTTP/1.1\r\nHost: h\r\n");
            final Response response = client.response();
            assertThat(response.status()).isEqualTo(408);
            assertThat(response.isLast()).isTrue();
            assertThat(client.read()).isEqualTo(-1);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldNotGiveMoreTimeToAClientThatSendsSlowly() throws IOException {
        try (RunningServer server = start(LONG, SHORT, LONG);
                Client client = new Client(server.address())) {
            client.send("GET /file HTTP/1.1\r\nHost: h\r\nX: ");
            int sent = 0;
            while (server.counters().get("requests") == 0L) {
                client.send("x");
                sent++;
            }
            assertThat(sent).isPositive();
            assertThat(client.response().status()).isEqualTo(408);
        }
    }

    @Test
    void shouldTakeABodyThatNeverComesForARequestThatTakesTooLong() throws IOException {
        try (RunningServer server = start(LONG, SHORT, LONG);
                Client client = new Client(server.address())) {
            client.send("GET /file HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
            assertThat(client.response().status()).isEqualTo(408);
        }
    }

    @Test
    void shouldGiveUpAClientThatDoesNotReadItsResponse() throws IOException {
        TestFiles.writeRandom(directory, "large", 64 << 20);
        try (RunningServer server = start(LONG, LONG, SHORT);
                Client client = new Client(server.address(), 4096)) {
            client.get("/large");
            assertThat(Response.readHeader(client.in()).status()).isEqualTo(200);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldNotWaitForEverForTheEndOfAClientThatWasRefused() throws IOException {
        try (RunningServer server = start(LONG, LONG, LONG);
                Client client = new Client(server.address())) {
            assertThat(client.send("nonsense\r\n\r\n").response().status()).isEqualTo(400);
            // The client neither closes nor sends: the server does, when it has lingered.
            server.awaitNothingHeld();
        }
    }

    private RunningServer start(Duration idle, Duration request, Duration response) {
        return RunningServer.of(
                directory,
                o -> o.withIdleTimeout(idle)
                        .withRequestTimeout(request)
                        .withResponseTimeout(response)
                        .withLingerTimeout(SHORT));
    }
}
