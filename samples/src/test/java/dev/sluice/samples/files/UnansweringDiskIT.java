// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.HungDisk;
import dev.sluice.aio.LoopFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that hangs for longer than a response may take: its clients are told, and those of others notice nothing. */
class UnansweringDiskIT {
    private static final int COLD_BYTES = 1 << 20;

    @TempDir
    Path directory;

    private LoopFileSystem disk;

    @BeforeEach
    void make() throws Exception {
        disk = LoopFileSystem.makeOfTwo(directory, 64L << 20);
        TestFiles.write(disk.root(), "hot", "content");
        TestFiles.writeRandom(disk.root(), "cold", COLD_BYTES);
        TestFiles.write(Files.createDirectory(disk.root().resolve("folder")), "unknown", "content");
        disk.makeCold();
    }

    @AfterEach
    void close() throws IOException {
        if (disk != null) { // where only root may make one, the test is skipped
            disk.close();
        }
    }

    @Test
    void shouldAnswerWithAStatusWhenAReadIsNotAnsweredInTime() throws Exception {
        shouldBeUnavailable("/cold", COLD_BYTES);
    }

    @Test
    void shouldAnswerWithAStatusWhenAnOpenIsNotAnsweredInTime() throws Exception {
        shouldBeUnavailable("/folder/unknown", "content".length());
    }

    /** Here and below it is the read that waits for the disk, not the open. What the server waits for is not the client, however short the time that a client has to end. */
    @Test
    void shouldTellAlsoWhoWantsTheConnectionClosed() throws Exception {
        try (RunningServer server = RunningServer.of(
                disk.root(),
                options ->
                        options.withResponseTimeout(Duration.ofMillis(600)).withLingerTimeout(Duration.ofMillis(50)))) {
            try (HungDisk hung = HungDisk.of(disk, ProcessHandle.current());
                    Client client = new Client(server.address())) {
                assertThat(closing(client, "/cold").response().status()).isEqualTo(503);
                assertThat(client.read()).isEqualTo(-1);
                hung.comesBack();
            }
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldSendTheFileToWhoWantsTheConnectionClosedWhenTheDiskComesBackInTime() throws Exception {
        final Duration linger = Duration.ofMillis(50);
        try (RunningServer server = RunningServer.of(disk.root(), options -> options.withLingerTimeout(linger))) {
            Files.size(disk.root().resolve("cold"));
            try (HungDisk hung = HungDisk.of(disk, ProcessHandle.current());
                    Client client = new Client(server.address())) {
                closing(client, "/cold");
                await().pollDelay(linger.multipliedBy(10)).until(() -> !client.hasAnswer());
                hung.comesBack();
                assertThat(client.response().body()).hasSize(COLD_BYTES);
                assertThat(client.read()).isEqualTo(-1);
            }
            server.awaitNothingHeld();
        }
    }

    /** The page is said with 404 and not with this: nothing of a file goes out beside a read that hangs. */
    @Test
    void shouldSayInTextThatTheDiskDoesNotAnswerWhereErrorsHavePages() throws Exception {
        TestFiles.write(disk.root(), "page", "page");
        final FileOptions pages = FileOptions.defaults().withErrorPages(ErrorPages.NONE.withPage("5xx", "page"));
        try (RunningServer server = RunningServer.of(
                disk.root(),
                options -> options.withResponseTimeout(Duration.ofMillis(400)).withFiles(pages))) {
            assertThat(status(server, "/page")).isEqualTo(200);
            Files.size(disk.root().resolve("cold"));
            try (HungDisk hung = HungDisk.of(disk, ProcessHandle.current());
                    Client client = new Client(server.address())) {
                final Response response = client.get("/cold").response();
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.text()).isEqualTo("503 Service Unavailable\n");
                assertThat(client.read()).isEqualTo(-1);
                hung.comesBack();
            }
            server.awaitNothingHeld();
        }
    }

    private static Client closing(Client client, String path) throws IOException {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    }

    private void shouldBeUnavailable(String path, int lengthBytes) throws Exception {
        try (RunningServer server =
                RunningServer.of(disk.root(), options -> options.withResponseTimeout(Duration.ofMillis(400)))) {
            assertThat(status(server, "/hot")).isEqualTo(200);
            Files.size(disk.root().resolve("cold")); // so that its open does not have to wait
            try (HungDisk hung = HungDisk.of(disk, ProcessHandle.current());
                    Client client = new Client(server.address())) {
                client.get(path);
                assertThat(status(server, "/hot")).isEqualTo(200);

                final Response response = client.response();

                assertThat(response.status()).isEqualTo(503);
                assertThat(response.isLast()).isTrue();
                assertThat(client.read()).isEqualTo(-1);
                assertThat(status(server, "/hot")).isEqualTo(200);

                hung.comesBack();
            }
            try (Client client = new Client(server.address())) {
                assertThat(client.get(path).response().body()).hasSize(lengthBytes);
            }
            server.awaitNothingHeld();
        }
    }

    private static int status(RunningServer server, String path) throws IOException {
        try (Client client = new Client(server.address())) {
            return client.get(path).response().status();
        }
    }
}
