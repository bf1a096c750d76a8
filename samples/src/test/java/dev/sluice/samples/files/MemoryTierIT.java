// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that are asked for again are answered from memory, and as they are at the time of each request. */
class MemoryTierIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ROUNDS = 50;

    @TempDir
    Path outside;

    private Path directory;
    private Path file;
    private RunningServer server;
    private Client client;

    @BeforeEach
    void start() throws IOException {
        directory = Files.createDirectory(outside.resolve("root"));
        file = Files.writeString(directory.resolve("page"), "content of the page");
        server = RunningServer.of(directory, options -> options.withOpenFileCache(64));
        client = new Client(server.address());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.awaitNothingHeld();
        server.close();
    }

    private String get(String target) throws IOException {
        final Response response = client.get(target).response();
        assertThat(response.status()).isEqualTo(200);
        return response.text();
    }

    private long tierHits() {
        return server.counters().get("tier_hits");
    }

    /** Asks until the answer comes out of memory. */
    private void keep(String target) {
        await().atMost(PATIENCE).until(() -> {
            final long hits = tierHits();
            get(target);
            return tierHits() > hits;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 12 * 1024, 12 * 1024 + 1, 40_000, 64 * 1024})
    void shouldAnswerFromMemoryByteForByte(int lengthBytes) throws IOException {
        final StringBuilder content = new StringBuilder();
        for (int i = 0; i < lengthBytes; i++) {
            content.append((char) ('a' + i * 31 % 26));
        }
        Files.writeString(directory.resolve("sized"), content);
        keep("/sized");
        final long hits = tierHits();
        assertThat(get("/sized")).isEqualTo(content.toString());
        client.send("GET /sized HTTP/1.1\r\nHost: a\r\n\r\nGET /sized HTTP/1.1\r\nHost: a\r\n\r\n"); // pipelined
        assertThat(client.response().text()).isEqualTo(content.toString());
        assertThat(client.response().text()).isEqualTo(content.toString());
        assertThat(tierHits()).isEqualTo(hits + 3L);
    }

    @Test
    void shouldAnswerPartsAndConditionsFromMemory() throws IOException {
        keep("/page");
        final long hits = tierHits();
        final String tag = client.get("/page").response().field("ETag");
        client.send("GET /page HTTP/1.1\r\nHost: a\r\nRange: bytes=3-6\r\n\r\n");
        final Response part = client.response();
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("tent");
        client.send("GET /page HTTP/1.1\r\nHost: a\r\nRange: bytes=0-0,3-4\r\n\r\n");
        final Response parts = client.response();
        assertThat(parts.status()).isIn(200, 206); // whichever is shorter
        assertThat(tierHits()).isEqualTo(hits + 3L);
        client.send("GET /page HTTP/1.1\r\nHost: a\r\nIf-None-Match: " + tag + "\r\n\r\n");
        assertThat(client.response().status()).isEqualTo(304);
        client.send("HEAD /page HTTP/1.1\r\nHost: a\r\n\r\n");
        final Response head = client.headResponse();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.field("Content-Length")).isEqualTo("19");
        assertThat(tierHits()).as("a content is not asked for without need").isEqualTo(hits + 3L);
    }

    @Test
    void shouldAnswerSeveralPartsFromMemory() throws IOException {
        final String content = "0123456789".repeat(1_000);
        Files.writeString(directory.resolve("long"), content);
        keep("/long");
        final long hits = tierHits();
        client.send("GET /long HTTP/1.1\r\nHost: a\r\nRange: bytes=0-9,5000-5004\r\n\r\n");
        final Response parts = client.response();
        assertThat(parts.status()).isEqualTo(206);
        assertThat(parts.text()).contains("\r\n\r\n0123456789\r\n").contains("\r\n\r\n01234\r\n");
        assertThat(tierHits()).isEqualTo(hits + 1L);
    }

    @Test
    void shouldAnswerWithWhatTheFileIsAfterEachWayOfChangingIt() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            final String content = "version " + i;
            if (i % 10 == 0) {
                keep("/page");
            }
            switch (i % 5) {
                case 0 -> Files.writeString(file, content);
                case 1 -> {
                    Files.writeString(outside.resolve("new"), content);
                    Files.move(outside.resolve("new"), file, StandardCopyOption.REPLACE_EXISTING);
                }
                case 2 -> {
                    Files.delete(file);
                    assertThat(client.get("/page").response().status()).isEqualTo(404);
                    Files.writeString(file, content);
                }
                case 3 -> {
                    final Path link = Files.createLink(outside.resolve("link" + i), file);
                    Files.writeString(link, content);
                }
                default -> {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.write(ByteBuffer.wrap(content.getBytes(US_ASCII)), 0L);
                        assertThat(get("/page")).startsWith(content);
                        channel.truncate(content.length());
                    }
                }
            }
            assertThat(get("/page")).isEqualTo(content);
            assertThat(get("/page")).isEqualTo(content);
        }
    }

    @Test
    void shouldAnswerWithWhatIsStoredToAMapping() throws Exception {
        keep("/page");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0L, 19L);
            for (int i = 0; i < ROUNDS; i++) {
                mapped.put(0, (byte) ('A' + i % 26));
                assertThat(get("/page")).startsWith(Character.toString('A' + i % 26));
            }
        }
    }

    @Test
    void shouldKeepNothingIfThatIsAsked() throws IOException {
        try (RunningServer without = RunningServer.of(
                        directory, options -> options.withOpenFileCache(64).withMemoryTier(0L));
                Client other = new Client(without.address())) {
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(other.get("/page").response().text()).isEqualTo("content of the page");
            }
            assertThat(without.counters()).containsEntry("tier_entries", 0L).containsEntry("tier_hits", 0L);
            assertThat(without.counters().get("cache_hits")).isGreaterThan(0L);
        }
    }

    @Test
    void shouldKeepFilesAndContentsUnlessAskedOtherwise() {
        assertThat(ServerOptions.of(directory, server.address()).openFileCache())
                .isEqualTo(1024);
        assertThat(ServerOptions.of(directory, server.address()).memoryTier()).isEqualTo(64L << 20);
    }
}
